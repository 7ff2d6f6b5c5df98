// Ask: Enter sends, the steps of an answer as they happen, and a question that is not lost.
// Without this file the page reloads while a question is unfinished, and forms are pages.
"use strict";

// --- Fragments of this page, which the server makes ---
async function fetched(address, options) {
  const answer = await fetch(address, { ...options, headers: { "X-Part": "1" }, credentials: "same-origin", cache: "no-store", redirect: "manual" });
  return { answer, html: answer.type === "opaqueredirect" ? "" : await answer.text() };
}

const PARTS = "button, textarea, summary, a";

function exchange(part, html) { // the part as it is now; the focus stays where it was, as far as that is still there
  const place = [...part.querySelectorAll(PARTS)].indexOf(document.activeElement);
  const opened = part.querySelector("details")?.open;
  const made = new DOMParser().parseFromString(html, "text/html").querySelector("[data-part]");
  if (!made || !part.isConnected) return part; // another answer came first
  for (const text of part.querySelectorAll("textarea")) { // what was typed and not sent stays
    const same = made.querySelector(`#${CSS.escape(text.id)}`);
    if (same && text.value !== text.defaultValue) same.value = text.value;
  }
  part.replaceWith(made);
  prepare(made); // times, of catalog.js
  if (opened !== undefined && made.querySelector("details")) made.querySelector("details").open = opened;
  const parts = made.querySelectorAll(PARTS);
  if (place >= 0) (parts[place] ?? parts[parts.length - 1])?.focus();
  watch(made);
  return made;
}

function tell(sentence) {
  const said = document.querySelector("[data-said]");
  if (said && said.textContent !== sentence) said.textContent = sentence;
}

// --- Questions that are unfinished: what is done, step by step ---
function watch(part) {
  if (!part.dataset.poll) return;
  part.querySelector("[data-again]")?.remove(); // this looks by itself
  const pause = 1000; // milliseconds between two looks
  let current = part, timer;
  const steps = [];
  function show() {
    const shown = current.querySelector("[data-step]");
    if (!shown) return;
    const step = shown.textContent;
    if (steps.at(-1) !== step) { steps.push(step); tell(step); }
    shown.textContent = steps.join(" · ");
  }
  async function look() {
    clearTimeout(timer);
    if (document.hidden || !current.isConnected) return; // becoming visible looks again
    try {
      const { answer, html } = await fetched(current.dataset.poll);
      if (!current.isConnected) return; // cancelled meanwhile
      if (answer.type === "opaqueredirect" || answer.status === 403) { stop("You were signed out. Sign in again to see the answer: it is kept."); return; }
      if (answer.status === 404) { stop("This question was deleted."); return; }
      if (answer.ok) {
        const made = new DOMParser().parseFromString(html, "text/html").querySelector("[data-part]");
        if (made && !made.dataset.poll) { finish(html); return; }
        if (made) update(made);
      }
    } catch { /* away for a moment: the next look may find it */ }
    timer = setTimeout(look, pause);
  }
  function update(made) { // a form in it may be in use: only what says how far it is changes
    const [now, then] = [current.querySelector(".working"), made.querySelector(".working")];
    now.querySelector("[data-step]").textContent = then.querySelector("[data-step]").textContent;
    const late = then.querySelector(".note");
    if (late && !now.querySelector(".note")) { now.querySelector(".step").after(late); prepare(now); tell(late.textContent); }
    show();
  }
  function finish(html) {
    document.removeEventListener("visibilitychange", look);
    const made = exchange(current, html);
    tell(made.querySelector(".failed") ? made.querySelector(".note").textContent : "The answer is here.");
    ready();
  }
  function stop(sentence) {
    document.removeEventListener("visibilitychange", look);
    const shown = current.querySelector("[data-step]");
    if (shown) shown.parentElement.textContent = sentence;
    tell(sentence);
  }
  document.addEventListener("visibilitychange", look);
  show();
  timer = setTimeout(look, pause);
}

// The box of the next question, which hides from a page that has to reload.
function ready() { for (const next of document.querySelectorAll("[data-next]")) next.hidden = false; }

// --- Forms of a question: cancel, thumbs, notes. A text in the box stays there ---
document.addEventListener("submit", async (event) => {
  const form = event.target, part = form.closest("[data-part]");
  if (!form.matches("[data-in-place]") || !part) return;
  event.preventDefault();
  if (part.getAttribute("aria-busy")) return; // the answer replaces the part
  const body = new URLSearchParams(new FormData(form, event.submitter));
  part.setAttribute("aria-busy", "true");
  try {
    const { answer, html } = await fetched(form.action, { method: "POST", body });
    if (answer.status === 200 || answer.status === 422) { exchange(part, html); return; }
    complain(form, answer.type === "opaqueredirect" || answer.status === 403 ? "You were signed out. Nothing was changed: sign in again in another tab." : `That did not work (status ${answer.status}). Try again.`);
  } catch {
    complain(form, "Catalog cannot be reached at the moment. Try again.");
  } finally {
    part.removeAttribute("aria-busy");
  }
});

function complain(form, sentence) {
  let problem = form.querySelector("[data-problem]");
  if (!problem) {
    problem = document.createElement("p");
    problem.className = "error";
    problem.setAttribute("role", "alert");
    problem.dataset.problem = "";
    form.append(problem);
  }
  problem.textContent = sentence;
  problem.hidden = !sentence;
}

// --- The box ---
function asking(form) {
  const text = form.elements.question, longest = Number(text.dataset.longest);
  let leaving = false, busy = false;
  form.querySelector("[data-keys]").hidden = false;

  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  window.addEventListener("beforeunload", (event) => { if (!leaving && text.value.trim() && text.value !== text.defaultValue) event.preventDefault(); });

  async function anew() { // another form, after signing in again in another tab
    const answer = await fetch(location.pathname, { credentials: "same-origin", cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect") return false;
    const token = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-asking] [name=csrfmiddlewaretoken]");
    if (answer.ok && token) form.elements.csrfmiddlewaretoken.value = token.value;
    return answer.ok && token !== null;
  }
  function send() {
    return fetched(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  }
  async function ask() {
    let { answer, html } = await send();
    if (answer.status === 403) { // signed out, or a form that had grown old: once more with another form, if there is one
      if (!await anew()) return "You were signed out. Your question is still in the box: sign in again in another tab, then send it.";
      ({ answer, html } = await send());
    }
    if (answer.status === 201) {
      const there = new URL(answer.headers.get("Location"), location.href);
      leaving = true;
      if (there.pathname === location.pathname) { history.replaceState(null, "", there); location.reload(); } else location.assign(there);
      return "";
    }
    if (answer.status === 404) return "This conversation is gone. Your question is still in the box: ask it in a new one.";
    const page = new DOMParser().parseFromString(html, "text/html");
    const why = page.querySelector("[data-problem]")?.textContent;
    return why || `It was not asked (status ${answer.status}). Your question is still in the box: try again.`;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    complain(form, "");
    const length = [...text.value].length;
    if (!text.value.trim()) { complain(form, "Write what you want to know."); text.focus(); return; }
    if (length > longest) { complain(form, `A question may have at most ${longest.toLocaleString("en")} characters, not ${length.toLocaleString("en")}. Make it shorter.`); return; }
    busy = true;
    form.setAttribute("aria-busy", "true");
    try {
      complain(form, await ask());
    } catch {
      complain(form, "Catalog cannot be reached at the moment. Your question is still in the box: try again.");
    } finally {
      busy = leaving;
      form.removeAttribute("aria-busy");
    }
  });
}

for (const form of document.querySelectorAll("[data-asking]")) asking(form);
for (const part of document.querySelectorAll("[data-poll]")) watch(part);
ready();
