// Brings the page of a job up to date while the background is at work; without it the page refreshes by itself.
"use strict";
(() => {
  const look = async () => {
    const shown = document.getElementById("job");
    if (!shown || shown.dataset.busy !== "yes") return;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("job");
      if (!fresh) return;
      // What ended the work may need the whole page: other buttons, other messages.
      if (fresh.dataset.busy !== "yes") return location.reload();
      const open = shown.querySelector("details[open], :focus");
      if (!open) shown.replaceWith(document.adoptNode(fresh));
    } catch {
      // The server may be starting anew; the next look finds it.
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 1500);
})();
