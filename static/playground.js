// The playground: GraphiQL with the token that is pasted above it. The token is read when a call is made and kept
// nowhere else: not by GraphiQL, not in the browser's storage, not for the Back button.
const field = document.getElementById("token");
const said = document.getElementById("token-said");
const showing = document.getElementById("token-show");
const stage = document.getElementById("graphiql");
const defaultTabs = JSON.parse(document.getElementById("examples").textContent).map((query) => ({ query }));
const unsent = { errors: [{ message: "Paste an API token above first." }] };
const PAUSE = 400; // milliseconds without a key before a typed token is tried

// --- GraphiQL's dialogs write a <style> that stops the page from scrolling. With the nonce, the policy lets it pass ---
const { nonce } = document.querySelector("script[nonce]");
const createElement = document.createElement.bind(document);
document.createElement = (name, options) => {
  const element = createElement(name, options);
  if (name === "style") element.nonce = nonce;
  return element;
};

// --- The token: of the field, or of the header editor, which has the last word ---
let headers = {}; // of the header editor

function read(text) {
  try { headers = JSON.parse(text || "{}") ?? {}; } catch { headers = {}; } // half-written
  soon();
}

function authorization() {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === "authorization");
  return String(name ? headers[name] : field.value).trim();
}

function say(sentence, bad = false) {
  said.textContent = sentence;
  said.className = bad ? "error" : "muted";
}

// --- Calls ---
function requestOf(params, given, token) {
  const sent = new Headers({ "Content-Type": "application/json", "X-Catalog-Client": "playground" });
  for (const [name, value] of Object.entries(given)) sent.set(name, value);
  sent.set("Authorization", token);
  // No cookies: a session opens no API, and the answer has to be the one that a program would get.
  return { method: "POST", headers: sent, body: JSON.stringify(params), credentials: "omit", cache: "no-store", redirect: "error" };
}

// Just after a tab was chosen, GraphiQL still names the operation of the tab before.
function withItsOwnName({ operationName, ...rest }) {
  return new RegExp(`\\b${operationName}\\b`).test(rest.query) ? { operationName, ...rest } : rest;
}

async function answerTo(request) {
  try {
    const answer = await fetch(stage.dataset.endpoint, request);
    const body = await answer.json().catch(() => ({ errors: [{ message: `The answer was no JSON (status ${answer.status}).` }] }));
    return { status: answer.status, body };
  } catch {
    return { status: 0, body: { errors: [{ message: "The API could not be reached." }] } };
  }
}

function report({ status, body }, introspects) {
  const error = body.errors?.[0];
  const refusal = error?.extensions?.detail; // of the token, a limit or the database: a sentence on what to do
  const message = refusal ?? error?.message ?? `status ${status}`;
  if (status === 401) say(`The API does not accept this token: ${message}`, true);
  else if (introspects && !body.data) say(`The schema could not be loaded: ${message}`, true);
  else if (introspects) say("The schema is loaded. Choose an example and run it with the button beside it, or with Ctrl-Enter.");
  else if (refusal) say(`The API refused this call: ${refusal}`, true);
  else if (said.className === "error") say("The API answered."); // what stood there is over
}

async function ask(params, { headers: given = {} } = {}) {
  const token = authorization();
  const introspects = params.operationName === "IntrospectionQuery";
  if (!token) { say(unsent.errors[0].message, true); return unsent; }
  let answer;
  try { answer = await answerTo(requestOf(withItsOwnName(params), given ?? {}, token)); }
  catch { answer = { status: 401, body: { errors: [{ message: "It has characters that no token has." }] } }; } // no header
  if (token === authorization()) report(answer, introspects); // else an answer to a token that is no longer there
  return introspects ? { data: null, ...answer.body } : answer.body; // without data, GraphiQL would ask again at once
}

// --- The page ---
const root = ReactDOM.createRoot(stage);
let tried = "";

function render() {
  root.render(React.createElement(GraphiQL, {
    fetcher: (params, options) => ask(params, options), // a new one makes GraphiQL fetch the schema
    schema: tried ? undefined : null, // null: do not ask for it
    defaultTabs,
    defaultQuery: "",
    storage: null, // null: keep nothing
    shouldPersistHeaders: false,
    forcedTheme: "system",
    onEditHeaders: read,
  }));
}

let timer;
function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (authorization() === tried) return;
    tried = authorization();
    if (tried) say("Fetching the schema…");
    else say("Paste a token to load the schema.");
    render();
  }, PAUSE);
}

function show(visible) {
  field.type = visible ? "text" : "password";
  showing.setAttribute("aria-pressed", String(visible));
}

field.addEventListener("input", soon);
showing.addEventListener("click", () => show(field.type === "password"));
window.addEventListener("pagehide", () => { // before the page can be kept for the Back button
  clearTimeout(timer);
  field.value = "";
  show(false);
  root.unmount();
});
render();
