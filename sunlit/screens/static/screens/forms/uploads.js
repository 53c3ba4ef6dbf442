"use strict";
// Sends chosen files at once, in pieces, and goes on after a lost connection. Without this script the form sends them.
(() => {
  const root = document.querySelector("[data-uploads]");
  const form = root && root.closest("form");
  if (!form || !window.fetch || !File.prototype.slice) return;
  const PIECE = 8 * 1024 * 1024, TRIES = 40;
  const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  const key = (file) => `sunlit-upload ${root.dataset.uploads} ${file.name} ${file.size} ${file.lastModified}`;
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  class Refused extends Error {}
  let running = 0, waiting = null;

  const ask = (address, method, headers = {}, body = undefined) => {
    const token = form.querySelector("[name=csrfmiddlewaretoken]");
    return fetch(address, {
      method, body, credentials: "same-origin",
      headers: { "X-CSRFToken": token ? token.value : "", "Tus-Resumable": "1.0.0", Accept: "application/json", ...headers },
    });
  };
  const remember = (file, address) => {
    try {
      if (address) localStorage.setItem(key(file), address);
      else localStorage.removeItem(key(file));
    } catch { /* a browser that keeps nothing begins anew after the page is closed */ }
  };
  const remembered = (file) => {
    try { return localStorage.getItem(key(file)); } catch { return null; }
  };

  async function begin(file) {
    const answer = await ask(root.dataset.uploads, "POST", {
      "Upload-Length": String(file.size), "Upload-Metadata": `filename ${base64(file.name)}`,
    });
    if (answer.status === 400) throw new Refused((await answer.json()).refused);
    if (answer.status !== 201) throw new Error(String(answer.status));
    remember(file, answer.headers.get("Location"));
    return 0;
  }

  async function place(file) {
    const address = remembered(file);
    if (!address) return begin(file);
    const answer = await ask(address, "HEAD");
    if (answer.status === 404) {
      remember(file, null);
      return begin(file);
    }
    if (!answer.ok) throw new Error(String(answer.status));
    return Number(answer.headers.get("Upload-Offset"));
  }

  async function send(file, say) {
    let failed = 0, offset = -1;
    for (;;) {
      try {
        if (offset < 0) offset = await place(file);
        const isLast = offset + PIECE >= file.size;
        say(isLast && offset > 0 ? `${root.dataset.checking} …` : `${root.dataset.uploading} ${Math.floor((offset / file.size) * 100)} %`);
        const answer = await ask(remembered(file), "PATCH",
          { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
          file.slice(offset, offset + PIECE));
        if (answer.status === 400) throw new Refused((await answer.json()).refused);
        if (answer.status === 200) {
          remember(file, null);
          return await answer.json();
        }
        if (answer.status !== 204 && answer.status !== 409) throw new Error(String(answer.status));
        if (answer.status === 409) await pause(1);
        offset = Number(answer.headers.get("Upload-Offset"));
        failed = 0;
      } catch (error) {
        if (error instanceof Refused) {
          remember(file, null);
          throw error;
        }
        failed += 1;
        if (failed > TRIES) throw error;
        say(`${root.dataset.waiting} …`);
        offset = -1;
        await pause(Math.min(30, failed * 2));
      }
    }
  }

  const add = (box, input, found) => {
    let list = box.parentElement.querySelector(".form-files");
    if (!list) {
      list = document.createElement("ul");
      list.className = "form-files";
      box.before(list);
    }
    if (!("multiple" in box.dataset)) list.replaceChildren();
    const row = document.createElement("li"), hidden = document.createElement("input");
    const name = document.createElement("span"), size = document.createElement("span");
    const label = document.createElement("label"), check = document.createElement("input"), text = document.createElement("span");
    Object.assign(hidden, { type: "hidden", name: input.name.replace(/-new$/, ""), value: found.token });
    Object.assign(check, { type: "checkbox", name: `${hidden.name}-remove`, value: found.sha256 });
    size.className = "muted small";
    name.append(`${found.name} `, size);
    size.textContent = found.size;
    text.textContent = root.dataset.takeOut;
    label.append(check, " ", text);
    row.append(hidden, name, label);
    list.append(row);
  };

  async function take(input) {
    const box = input.closest(".form-upload"), said = box.parentElement.querySelector("[data-sent]");
    const files = [...input.files];
    const name = input.name;
    // What goes by itself must not be sent once more with the form.
    input.removeAttribute("name");
    running += 1;
    const told = [];
    const kept = new DataTransfer();
    for (const file of files) {
      const say = (text) => { said.textContent = `${file.name}: ${text}`; };
      try {
        const found = await send(file, say);
        input.name = name;
        add(box, input, found);
        input.removeAttribute("name");
        told.push(...(found.said.length ? found.said : [`${found.name}: ${root.dataset.arrived}`]));
        form.dispatchEvent(new Event("change", { bubbles: true }));
      } catch (error) {
        if (error instanceof Refused) told.push(error.message);
        else kept.items.add(file);
      }
    }
    // What could not be sent in pieces goes with the form, as without this script.
    input.files = kept.files;
    input.name = name;
    said.textContent = told.join(" ");
    running -= 1;
    if (!running && waiting) {
      const { button } = waiting;
      waiting = null;
      form.requestSubmit(button);
    }
  }

  root.addEventListener("change", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement && input.type === "file" && input.name.endsWith("-new") && input.files.length) take(input);
  });
  // A button pressed meanwhile waits until the files are there.
  form.addEventListener("submit", (event) => {
    if (!running) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = { button: event.submitter };
  }, true);
  window.addEventListener("beforeunload", (event) => {
    if (running) event.preventDefault();
  });
})();
