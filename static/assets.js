// Assets: the slash that leads to the search, suggestions while typing, and parts of a page that links exchange.
// Everything works without this file; a link is then a page, and a search is typed to its end.
"use strict";

// --- "/" leads to the search, as long as nobody is typing ---
document.addEventListener("keydown", (event) => {
  const box = document.querySelector("[data-search]");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !box) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// --- Suggestions: a combobox with a list (WAI-ARIA Authoring Practices, combobox with list autocomplete) ---
function suggesting(box, number) {
  const pause = 180; // milliseconds without a key before the server is asked
  const filter = box.dataset.suggest; // "tag:" in the field of tags, nothing in the search
  const list = document.createElement("ul");
  const said = document.querySelector("[data-suggested]");
  let found = [], chosen = -1, timer, asking;
  list.id = `suggestions-${number}`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  box.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) box.setAttribute(name, value);

  async function ask() {
    asking?.abort();
    const text = box.value;
    if (!text.trim()) { close(); return; }
    asking = new AbortController();
    try {
      const query = new URLSearchParams({ q: filter ? `${filter}"${text.replaceAll('"', "")}` : text });
      const answer = await fetch(`${box.form.dataset.suggestions}?${query}`, { signal: asking.signal, credentials: "same-origin", redirect: "manual" });
      if (!answer.ok || document.activeElement !== box) return;
      show((await answer.json()).suggestions);
    } catch { /* another key came first, or the network is away: nothing is suggested */ }
  }

  function show(suggestions) {
    found = suggestions;
    chosen = -1;
    list.replaceChildren(...found.map((one, place) => {
      const option = document.createElement("li"), label = document.createElement("bdi"), detail = document.createElement("small");
      option.id = `${list.id}-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      label.textContent = one.label;
      detail.textContent = one.detail;
      option.append(label, " ", detail);
      option.addEventListener("mousedown", (event) => { event.preventDefault(); take(place); });
      return option;
    }));
    open(found.length > 0);
    if (said) said.textContent = found.length ? `${found.length} suggestions` : "";
  }

  function open(yes) {
    list.hidden = !yes;
    box.setAttribute("aria-expanded", String(yes));
    if (!yes) box.removeAttribute("aria-activedescendant");
  }
  function close() { asking?.abort(); clearTimeout(timer); chosen = -1; open(false); }

  function choose(place) {
    chosen = (place + found.length + 1) % (found.length + 1); // one place more: the box itself
    const none = chosen === found.length;
    for (const [at, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(at === chosen));
    if (none) { chosen = -1; box.removeAttribute("aria-activedescendant"); return; }
    box.setAttribute("aria-activedescendant", `${list.id}-${chosen}`);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  }

  function take(place) {
    const one = found[place];
    close();
    if (one.url) { location.assign(one.url); return; }
    box.value = filter ? one.value : one.text;
    if (filter) box.form.requestSubmit();
  }

  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, pause); });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); return; }
    if (list.hidden && event.key === "ArrowDown" && box.value) { event.preventDefault(); ask(); return; }
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen < 0 ? found.length - 1 : chosen - 1 < 0 ? found.length : chosen - 1); }
    if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); take(chosen); }
    if (event.key === "Tab") close();
  });
}
for (const [number, box] of document.querySelectorAll("[data-suggest]").entries()) suggesting(box, number);

// --- Links that exchange one part of the page: the drawing of lineage ---
let exchanged = false;

async function exchange(href, name) {
  const answer = await fetch(href, { credentials: "same-origin", redirect: "manual" });
  const part = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(name);
  if (!part) throw new Error(String(answer.status));
  document.getElementById(name).replaceWith(document.adoptNode(part));
  for (const link of document.querySelectorAll(`a.pick[data-part=${name}]`)) {
    if (link.href === new URL(href, location.href).href) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-part]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const href = link.getAttribute("href"), name = link.dataset.part;
  try { await exchange(href, name); } catch { location.assign(href); return; } // whatever it is, the page says so
  history.pushState({ part: name }, "", href);
  exchanged = true;
  const title = document.getElementById(`${name}-title`);
  title?.focus({ preventScroll: true });
  document.getElementById(name).scrollIntoView({ block: "nearest" });
});
window.addEventListener("popstate", () => { if (exchanged) location.reload(); }); // Back shows what was exchanged
