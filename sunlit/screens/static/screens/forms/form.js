"use strict";
// Comforts of a record's form: fields that depend on others, counting of characters, days to pick, names to search.
(() => {
  const root = document.querySelector("[data-form]");
  if (!root) return;
  const inputs = "input:not([type=hidden]), select, textarea";

  // Fields that are required under a condition show when it holds, and as long as they hold or say something.
  const valuesOf = (name) =>
    [...root.querySelectorAll(`[data-field="${name}"] :is(${inputs})`)]
      .filter((one) => (one.type === "checkbox" || one.type === "radio" ? one.checked : true))
      .filter((one) => !one.name.endsWith("-remove"))
      .map((one) => one.value.trim())
      .filter(Boolean);
  const holdsAny = (name) => valuesOf(name).length > 0 || root.querySelector(`[data-field="${name}"] .form-files`);
  const dependent = [...root.querySelectorAll("[data-when]")];
  const judge = () => {
    for (const one of dependent) {
      const wanted = one.dataset.is ? one.dataset.is.split(" ") : null;
      const found = valuesOf(one.dataset.when);
      const applies = wanted ? found.some((value) => wanted.includes(value)) : holdsAny(one.dataset.when);
      one.hidden = !applies && !holdsAny(one.dataset.field) && !one.classList.contains("has-error");
      for (const mark of one.querySelectorAll("[data-required]")) mark.hidden = !applies;
    }
  };

  const count = (input) => {
    const left = Number(input.dataset.most) - [...input.value].length;
    let shown = input.parentNode.querySelector(`[data-count="${input.id}"]`);
    if (!shown) {
      shown = document.createElement("span");
      shown.className = "form-count small muted";
      shown.dataset.count = input.id;
      shown.setAttribute("aria-live", "polite");
      input.after(shown);
    }
    shown.textContent = left < input.dataset.most / 5 ? `${left} ${root.dataset.left}` : "";
    shown.classList.toggle("error", left < 0);
  };

  const addPicker = (input) => {
    const picker = document.createElement("input");
    picker.type = "date";
    picker.className = "vh";
    picker.tabIndex = -1;
    picker.setAttribute("aria-hidden", "true");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "form-pick btn quiet";
    button.textContent = "▾";
    button.setAttribute("aria-label", root.dataset.pick);
    button.addEventListener("click", () => {
      if (/^\d{4}-\d\d-\d\d$/.test(input.value)) picker.value = input.value;
      if (picker.showPicker) picker.showPicker();
    });
    picker.addEventListener("change", () => {
      input.value = picker.value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    });
    input.after(button, picker);
  };

  let waiting, asked = 0;
  const look = async (input) => {
    const typed = input.value.trim(), number = ++asked;
    if (!typed) return;
    try {
      const answer = await fetch(`${input.dataset.lookup}?q=${encodeURIComponent(typed)}`, { credentials: "same-origin" });
      if (!answer.ok || number !== asked) return;
      let list = document.getElementById(`${input.id}-list`);
      if (!list) {
        list = document.createElement("datalist");
        list.id = `${input.id}-list`;
        root.append(list);
        input.setAttribute("list", list.id);
      }
      list.replaceChildren(...(await answer.json()).options.map((one) => {
        const option = document.createElement("option");
        option.value = one.value;
        option.label = one.label;
        return option;
      }));
    } catch { /* The name can be typed in full. */ }
  };

  root.addEventListener("input", (event) => {
    const input = event.target;
    judge();
    if (input.dataset.most) count(input);
    if (input.dataset.lookup) {
      clearTimeout(waiting);
      waiting = setTimeout(look, 200, input);
    }
  });
  root.addEventListener("change", judge);

  // One more line for a field with several values.
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-line]");
    if (!button) return;
    event.preventDefault();
    const lines = button.parentNode.querySelector(".form-lines");
    const last = lines.lastElementChild, next = last.cloneNode();
    const number = lines.children.length;
    next.value = "";
    next.id = `${next.name}-${number}`;
    next.removeAttribute("list");
    next.setAttribute("aria-label", `${last.getAttribute("aria-label").replace(/ \d+$/, "")} ${number + 1}`);
    lines.append(next);
    next.focus();
  });

  for (const input of root.querySelectorAll("[data-date]")) addPicker(input);
  judge();
  const problems = document.getElementById("form-problems");
  if (problems) problems.focus();
})();
