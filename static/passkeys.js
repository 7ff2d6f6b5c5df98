// What became of a passkey's prompt, in words: allauth's script only tells the console.
"use strict";
{
  const said = document.querySelector("[data-passkey-said]");
  const home = said?.dataset.passkeysAt;
  const cancelled = "Nothing happened: the prompt was cancelled, or nobody answered it in time. Try again when you are ready.";
  const reasons = { // names of DOMException, as WebAuthn 3 (5.1.3, 5.1.4) throws them
    NotAllowedError: cancelled,
    AbortError: cancelled,
    TimeoutError: cancelled,
    InvalidStateError: "This device, or this key, holds a passkey of yours already.",
    ConstraintError: "This device cannot ask for a fingerprint, a face or a PIN. Give it a screen lock, or leave out the tick.",
    NotSupportedError: "This device knows no kind of passkey that Catalog takes. Try another device or key.",
    SecurityError: `Passkeys work at ${home} alone: open Catalog there.`,
    UnknownError: "The device could not do it. Try again, or use another one.",
  };

  function reason(exception) {
    if (location.origin !== home && !window.PublicKeyCredential) return reasons.SecurityError; // http, and not localhost
    if (!window.PublicKeyCredential) return "This browser knows no passkeys. Use another one, or sign in another way.";
    return reasons[exception?.name] || "That did not work. Reload the page and try again, or sign in another way.";
  }

  function say(text) {
    const note = document.createElement("p");
    note.className = "note bad";
    note.textContent = text;
    said.replaceChildren(note);
  }

  if (said) {
    document.addEventListener("allauth.error", (event) => { event.preventDefault(); say(reason(event.detail.exception)); });
    document.addEventListener("click", (event) => { if (event.target.closest("button")) said.replaceChildren(); }, true);
  }
}
