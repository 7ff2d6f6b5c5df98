// What a page leaves behind for the Back button: browsers keep whole pages in memory, also those that no cache may keep.
// Loaded before the other scripts, and on the admin's pages.
"use strict";

// --- Secrets: gone when their dialog closes and before the page can be kept ---
function wipe() {
  const secrets = "[data-secret], [data-token-value], input[type=password], input[autocomplete=one-time-code]";
  for (const shown of document.querySelectorAll(secrets)) {
    for (const name of ["src", "alt", "value"]) shown.removeAttribute(name);
    shown.textContent = "";
    if ("value" in shown) shown.value = "";
  }
}
window.addEventListener("pagehide", wipe);

// --- Pages of somebody who was signed in: asked for anew, and not to be seen until the answer is there ---
{
  const { signedIn, again } = document.currentScript.dataset;
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted || signedIn === undefined) return;
    document.body.replaceChildren();
    location.replace(again || location.pathname + location.search); // never a form sent twice
  });
}
