// Writing a description: how long it is, the preview beside the text, and a text that is not lost.
// Without this file the preview is a page, and the server says how long the text may be.
"use strict";

{
  const form = document.querySelector("[data-describing]");
  const text = form.elements.text, shown = form.elements.shown, problem = form.querySelector("[data-problem]");
  const count = form.querySelector("[data-count]"), longest = Number(text.dataset.longest);
  let leaving = false, busy = false;

  // --- Its length, in the characters that the server counts ---
  function tell() {
    const length = [...text.value].length;
    count.hidden = false;
    count.textContent = `, ${length.toLocaleString("en")} so far${length > longest ? `: ${(length - longest).toLocaleString("en")} too many` : ""}`;
    count.classList.toggle("error", length > longest);
  }
  text.addEventListener("input", tell);
  tell();

  // --- Leaving with a text that is not saved asks first ---
  function unsaved() { return text.value !== shown.value.replaceAll("\r\n", "\n"); }
  window.addEventListener("beforeunload", (event) => { if (!leaving && unsaved()) event.preventDefault(); });

  // --- A form that is sent by somebody who was signed out meanwhile would be lost: ask first ---
  async function allowed() {
    const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect") return "You were signed out, or cannot write here any more. Your text is still in the box: sign in again in another tab, then save.";
    if (answer.status === 404) return "This asset is gone. Your text is still in the box.";
    if (answer.status === 403) return "You may not write here any more. Your text is still in the box.";
    if (!answer.ok) return "Catalog does not answer at the moment. Your text is still in the box: try again.";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[name=csrfmiddlewaretoken]"); // another one after signing in again
    if (token) form.elements.csrfmiddlewaretoken.value = token.value;
    return "";
  }

  function say(sentence) {
    problem.textContent = sentence;
    problem.hidden = !sentence;
  }

  async function preview() {
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "preview");
    const answer = await fetch(location.href, { method: "POST", body, credentials: "same-origin", redirect: "manual" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.getElementById("preview");
    if (answer.ok && part) document.getElementById("preview").replaceChildren(...part.childNodes);
    else say(page.querySelector(".note.bad")?.textContent || "The preview did not work. Your text is still in the box.");
    document.getElementById("preview-title")?.scrollIntoView({ block: "nearest" });
  }

  // --- Saving: an answer that is no page of ours with the text in it must not take the place of this one ---
  async function save() {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(location.href, { method: "POST", body, credentials: "same-origin", redirect: "manual" });
    if (answer.type === "opaqueredirect") { leaving = true; location.assign(form.dataset.describing); return; }
    if (answer.status === 409 || answer.status === 422) { // nothing was saved: the same again, for the page that says why
      leaving = true;
      form.submit(); // sends no button, which is as good as Save
      return;
    }
    say(`It was not saved (status ${answer.status}). Your text is still in the box: try again, or copy it.`);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    if (busy) return; // a second click would find the text changed by the first
    say("");
    const length = [...text.value].length;
    if (length > longest) { say(`A description may have at most ${longest.toLocaleString("en")} characters, not ${length.toLocaleString("en")}. Nothing is saved yet: make it shorter.`); return; }
    busy = true;
    try {
      const refusal = await allowed();
      if (refusal) { say(refusal); return; }
      if (button?.value === "preview") await preview();
      else await save();
    } catch {
      say("Catalog cannot be reached at the moment. Your text is still in the box: try again.");
    } finally {
      busy = leaving;
    }
  });
}
