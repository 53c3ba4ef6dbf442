"use strict";
// Saves a draft while it is being written: two seconds after the last change, at most every five seconds.
(() => {
  const root = document.querySelector("[data-autosave]");
  const form = root && root.closest("form");
  if (!form) return;
  const AFTER = 2000, BETWEEN = 5000, AGAIN = 15000;
  const shown = root.querySelector("[data-saved-at]");
  let changes = 0, saved = 0, last = 0, timer = 0, isSaving = false, isOver = false;

  const say = (text, isAlert = false) => {
    if (!shown) return;
    shown.classList.toggle("error", isAlert);
    shown.textContent = text;
  };
  const plan = (delay) => {
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(save, delay);
  };
  const content = () => {
    const data = new FormData(form);
    // Files travel once, with the button that uploads them.
    for (const [name, value] of [...data]) if (value instanceof File || name === "do") data.delete(name);
    return data;
  };

  async function save() {
    if (isSaving || isOver || changes === saved) return;
    isSaving = true;
    last = Date.now();
    const upTo = changes;
    say(root.dataset.saving);
    try {
      const token = form.querySelector("[name=csrfmiddlewaretoken]");
      const answer = await fetch(root.dataset.autosave, {
        method: "POST",
        body: content(),
        credentials: "same-origin",
        headers: { "X-CSRFToken": token ? token.value : "", Accept: "application/json" },
      });
      if (answer.status === 409) {
        isOver = true;
        say((await answer.json()).conflict, true);
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const at = new Date((await answer.json()).saved);
      saved = upTo;
      const two = (number) => String(number).padStart(2, "0");
      say(`${root.dataset.saved} ${two(at.getHours())}:${two(at.getMinutes())}`);
      if (changes !== saved) plan(BETWEEN);
    } catch {
      say(root.dataset.unsaved, true);
      plan(AGAIN);
    } finally {
      isSaving = false;
    }
  }

  const change = () => {
    changes += 1;
    plan(Math.max(AFTER, last + BETWEEN - Date.now()));
  };
  form.addEventListener("input", change);
  form.addEventListener("change", change);
  form.addEventListener("submit", () => { isOver = true; saved = changes; clearTimeout(timer); });
  window.addEventListener("beforeunload", (event) => {
    if (changes !== saved) event.preventDefault();
  });
})();
