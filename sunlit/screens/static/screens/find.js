// Offers what may be meant while somebody types (a combobox with a list box); without it the form is a plain one.
"use strict";
(() => {
  const WAIT = 140;
  const MOST_KEPT = 100;

  const begin = (form, number) => {
    const input = form.querySelector("input[type=search]");
    const list = document.createElement("ul");
    const status = document.createElement("p");
    const kept = new Map();
    let offers = [];
    let active = -1;
    let typed = input.value;
    let isComposing = false;
    let timer = 0;
    let asking = null;

    list.id = `offers-${number}`;
    list.className = "offers";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.dataset.offers);
    status.className = "vh";
    status.setAttribute("role", "status");
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-autocomplete", "list"],
      ["aria-expanded", "false"],
      ["aria-controls", list.id],
    ]) input.setAttribute(name, value);
    form.after(list, status);

    const close = () => {
      clearTimeout(timer);
      asking?.abort();
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };

    const go = (offer) => {
      close();
      location.assign(offer.url);
    };

    const mark = (place) => {
      active = place;
      [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === active)));
      if (active < 0) {
        input.removeAttribute("aria-activedescendant");
        input.value = typed;
        return;
      }
      list.children[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", list.children[active].id);
      input.value = offers[active].text;
    };

    const show = (found) => {
      offers = found;
      active = -1;
      list.replaceChildren(
        ...offers.map((offer, at) => {
          const row = document.createElement("li");
          row.id = `${list.id}-${at}`;
          row.setAttribute("role", "option");
          row.setAttribute("aria-selected", "false");
          const text = document.createElement("span");
          text.textContent = offer.text;
          row.append(text);
          if (offer.what) {
            const what = document.createElement("span");
            what.className = "tag";
            what.textContent = offer.what;
            row.append(" ", what);
          }
          // Before the field loses its focus, which would close the list.
          row.addEventListener("mousedown", (event) => {
            event.preventDefault();
            if (event.button === 0) go(offer);
          });
          return row;
        }),
      );
      list.hidden = offers.length === 0;
      input.setAttribute("aria-expanded", String(!list.hidden));
      input.removeAttribute("aria-activedescendant");
      status.textContent = list.hidden ? "" : form.dataset.count.replace("%d", String(offers.length));
    };

    const ask = async () => {
      const words = input.value.trim();
      typed = input.value;
      if (!words) return close();
      if (kept.has(words)) return show(kept.get(words));
      asking?.abort();
      asking = new AbortController();
      try {
        const address = `${form.dataset.suggest}?q=${encodeURIComponent(words)}`;
        const answer = await fetch(address, { credentials: "same-origin", signal: asking.signal });
        if (!answer.ok) return close();
        const found = (await answer.json()).offers;
        if (kept.size >= MOST_KEPT) kept.clear();
        kept.set(words, found);
        if (input.value.trim() === words && document.activeElement === input) show(found);
      } catch {
        // Aborted because more was typed, or the network is gone: the form works without offers.
      }
    };

    const later = () => {
      clearTimeout(timer);
      if (!isComposing) timer = setTimeout(ask, WAIT);
    };

    input.addEventListener("compositionstart", () => { isComposing = true; });
    input.addEventListener("compositionend", () => { isComposing = false; later(); });
    input.addEventListener("input", (event) => { if (!event.isComposing) later(); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      // While an input method is at work its keys are its own.
      if (event.isComposing || isComposing || event.keyCode === 229) return;
      const count = offers.length;
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        input.value = typed;
        close();
      } else if (event.key === "Enter" && !list.hidden && active >= 0) {
        event.preventDefault();
        go(offers[active]);
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
        event.preventDefault();
        if (list.hidden) return show(offers);
        const step = event.key === "ArrowDown" ? 1 : -1;
        // One place more than there are offers: there stands what was typed.
        mark(((active + 1 + step + count + 1) % (count + 1)) - 1);
      }
    });
  };

  document.querySelectorAll("form[data-suggest]").forEach(begin);
})();
