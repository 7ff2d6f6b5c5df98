// What pages do beyond plain HTML: local times, copying, and the dialogs of Settings > API.
// Everything works without this file; a dialog is then a page.
"use strict";

const dialog = document.getElementById("dialog");
let busy = false;

// --- Times in the reader's zone; the title keeps UTC ---
function localTimes(root) {
  const { dates, dateStyle } = document.documentElement.dataset; // how the reader chose to have them written
  const format = new Intl.DateTimeFormat(dates || undefined, { dateStyle: dateStyle || "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[datetime]")) time.textContent = format.format(new Date(time.dateTime));
}

// --- Copying, also on plain http where there is no navigator.clipboard ---
async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* not allowed: the old way */ }
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.className = "visually-hidden";
  (dialog?.open ? dialog : document.body).append(area); // outside an open dialog nothing can be selected
  area.select();
  const copied = document.execCommand("copy");
  area.value = "";
  area.remove();
  return copied;
}

async function copyAndSay(button, text) {
  const copied = await copy(text);
  const status = button.parentElement.querySelector("[data-copied]");
  if (status) status.textContent = copied ? "Copied" : "Select it and copy it by hand";
  else { const label = button.firstChild; label.data = copied ? "Copied" : "Not copied"; setTimeout(() => { label.data = "Copy"; }, 1500); }
  button.focus();
}

function tokenAs(form, value) {
  return form === "header" ? `Authorization: Bearer ${value}` : value;
}

// --- The revealed value, which `wipe` of leaving.js takes away ---
function revealed() { return document.querySelector("[data-reveal]"); }

// --- Dialogs: the pages' own fragments, fetched ---
function show(html) {
  dialog.innerHTML = html;
  dialog.setAttribute("aria-labelledby", "dialog-title");
  prepare(dialog);
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("[autofocus]") ?? dialog.querySelector("[data-reveal] h1, input[name=name], p[role=alert]"))?.focus();
}

function prepare(root) {
  localTimes(root);
  for (const hidden of root.querySelectorAll("[data-copy][hidden], .copies[hidden]")) hidden.hidden = false;
}

function close() {
  wipe();
  dialog.innerHTML = "";
  dialog.close();
}

// The page that a link leads to, read anew also when only what stands behind its # is another.
function visit(link) {
  history.replaceState(null, "", link.href);
  location.reload();
}

async function load(url, options) {
  if (busy) return; // a second click while the first is on its way
  busy = true;
  for (const button of dialog.querySelectorAll("button")) button.disabled = true;
  try {
    const answer = await fetch(url, { ...options, headers: { "X-Dialog": "1" }, credentials: "same-origin", cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect") { location.reload(); return; } // revoked, or signed out: the page shows which
    if (![200, 409, 422].includes(answer.status)) throw new Error(String(answer.status));
    show(await answer.text());
  } catch {
    // Whether a lost answer was a success is on the page: look there before trying again.
    show(`<h1 class="dialog-title" id="dialog-title">That did not work</h1><p role="alert" tabindex="-1">Reload the page to see whether anything changed before you try again.</p><div class="foot"><a class="btn primary" role="button" href="${location.pathname}">Reload</a></div>`);
  } finally {
    busy = false;
    for (const button of dialog.querySelectorAll("button")) button.disabled = false;
  }
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("a, button");
  if (!target) return;
  if (target.matches("[data-copy]")) copyAndSay(target, document.querySelector(target.dataset.copy).textContent.trim());
  else if (target.matches("[data-copy-token]")) copyAndSay(target, tokenAs(target.dataset.copyToken, document.querySelector("[data-token-value]").textContent));
  else if (dialog && target.matches("[data-dialog]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); load(target.href); }
  else if (dialog?.open && target.matches("[data-close]")) { event.preventDefault(); close(); }
  else if (target.matches("[data-stored]")) { wipe(); if (dialog?.open) { event.preventDefault(); close(); visit(target); } }
});

document.addEventListener("keydown", (event) => {
  // The first Escape is only a "cancel", the second closes whatever that says: neither may lose the value.
  if (event.key === "Escape" && dialog?.open && revealed()) event.preventDefault();
  // Links that look like buttons answer the space bar too.
  if (event.key === " " && event.target.matches?.("a[role=button]")) { event.preventDefault(); event.target.click(); }
});

document.addEventListener("submit", (event) => {
  if (dialog?.contains(event.target)) {
    event.preventDefault();
    load(event.target.action, { method: "POST", body: new URLSearchParams(new FormData(event.target)) });
  } else if (event.target.matches("[data-generate]")) { // the form as a page: a second click would lose the value
    if (busy) event.preventDefault();
    busy = true;
  }
});
dialog?.addEventListener("cancel", (event) => { if (revealed()) event.preventDefault(); });
dialog?.addEventListener("close", () => { if (dialog.innerHTML) close(); });

// --- Parts of a page that are fetched again while somebody looks at them; an empty one takes its section along ---
function follow(part) {
  const soon = 3000, later = 30000; // milliseconds; later when nobody is left to wait for
  let shown = "", timer;
  async function look() {
    clearTimeout(timer);
    if (document.hidden || !part.isConnected) return; // becoming visible looks again
    try {
      const answer = await fetch(part.dataset.live, { credentials: "same-origin", cache: "no-store", redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status === 403) return; // signed out
      if (answer.ok) update(await answer.text());
    } catch { /* away for a moment: the next look may find it */ }
    timer = setTimeout(look, part.querySelector("[data-count]:not([data-count=MOVED])") ? soon : later);
  }
  function update(html) {
    if (html === shown) return;
    if (!html.trim()) { part.closest("section").remove(); return; } // done, said somebody else
    const held = part.contains(document.activeElement) && document.activeElement.getAttribute("href"); // the focus stays
    part.innerHTML = shown = html;
    prepare(part);
    if (held) part.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus();
    const says = document.querySelector(part.dataset.liveSays);
    if (says) says.textContent = [...part.querySelectorAll("[data-count], [data-said]")].map((count) => count.textContent).join(", ");
  }
  document.addEventListener("visibilitychange", look);
  timer = setTimeout(look, soon);
}

// --- Addresses with a #: of what is a view of its own by now, or of what the page shows first ---
function arrive() {
  const part = document.getElementById(location.hash.slice(1));
  if (part?.matches(".views a:not([aria-current])")) location.replace(part.href);
  else if (part?.matches("[tabindex]")) part.focus();
}

prepare(document);
arrive();
for (const part of document.querySelectorAll("[data-live]")) follow(part);
