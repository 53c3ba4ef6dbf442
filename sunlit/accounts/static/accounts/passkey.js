/* Passkeys: asks the browser for a credential and posts it. Without this script the buttons stay hidden. */
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const keys = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));

  async function create(options, isPasskey) {
    const asked = options.creation_options.publicKey;
    const selection = { ...asked.authenticatorSelection };
    selection.residentKey = isPasskey ? "required" : "discouraged";
    selection.requireResidentKey = isPasskey;
    if (isPasskey) selection.userVerification = "required";
    const publicKey = {
      ...asked,
      authenticatorSelection: selection,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: keys(asked.excludeCredentials),
    };
    const made = await navigator.credentials.create({ publicKey });
    return {
      ...outline(made),
      response: {
        clientDataJSON: text(made.response.clientDataJSON),
        attestationObject: text(made.response.attestationObject),
        transports: made.response.getTransports ? made.response.getTransports() : [],
      },
    };
  }

  async function get(options) {
    const asked = options.request_options.publicKey;
    const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: keys(asked.allowCredentials) };
    const found = await navigator.credentials.get({ publicKey });
    const handle = found.response.userHandle;
    return {
      ...outline(found),
      response: {
        clientDataJSON: text(found.response.clientDataJSON),
        authenticatorData: text(found.response.authenticatorData),
        signature: text(found.response.signature),
        userHandle: handle && handle.byteLength ? text(handle) : null,
      },
    };
  }

  const outline = (credential) => ({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
  });

  async function fetched(form) {
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(response.status);
    return response.json();
  }

  async function ask(form) {
    const options = form.dataset.options ? JSON.parse(form.dataset.options) : await fetched(form);
    const box = form.querySelector("[name=passwordless]");
    const credential = form.dataset.passkey === "create" ? await create(options, box?.checked) : await get(options);
    form.querySelector("[name=credential]").value = JSON.stringify(credential);
    form.submit();
  }

  for (const form of window.PublicKeyCredential ? document.querySelectorAll("form[data-passkey]") : []) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const failed = form.querySelector("[data-failed]");
      failed.hidden = true;
      ask(form).catch(() => { failed.hidden = false; });
    });
  }
  for (const note of window.PublicKeyCredential ? document.querySelectorAll("[data-no-passkey]") : []) note.hidden = true;
})();
