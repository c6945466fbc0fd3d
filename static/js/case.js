// The page of a case: keeps what is typed on the server, puts approved texts in, sends files, says what others did, keys.
// Nothing is written over: when another window has kept a newer text, a link to it is shown, and this one is kept beside it.
import { parsed, renew } from "./token.js";

const PAUSE = 1500, AGAIN = 15000, PATIENCE = 8000;

function typed(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

const send = (url, form) => fetch(url, { method: "POST", body: typed(form), headers: { "X-While-Typing": "1" }, keepalive: true, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });

function watch(form) {
  const sign = form.querySelector("[data-draft-sign]"), newer = form.querySelector("[data-draft-newer]");
  let timer, changed = false, asking = null;

  function told({ draft, revision, saved, newer: other }) {
    form.elements.draft.value = draft;
    form.elements.revision.value = revision;
    sign.textContent = saved;
    if (!other || newer.dataset.shown === other.url) return;
    const link = document.createElement("a");
    link.href = other.url;
    link.textContent = newer.dataset.open;
    newer.replaceChildren(`${other.text} `, link);
    newer.dataset.shown = other.url;
  }

  async function ask() {
    changed = false;
    const answer = await send(form.dataset.draft, form).catch(() => null);
    if (answer?.ok) return told(await answer.json());
    changed = true;
    if (answer?.status === 403) await renew();
    sign.textContent = sign.dataset.failed;
    timer = setTimeout(keep, AGAIN);
  }

  function keep() {
    clearTimeout(timer);
    if (!changed || asking) return;
    asking = ask().catch(() => {}).finally(() => { asking = null; });
  }

  form.addEventListener("input", () => { changed = true; clearTimeout(timer); timer = setTimeout(keep, PAUSE); });
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  // Kept nowhere but here, or on its way: the browser asks before it leaves.
  window.addEventListener("beforeunload", (event) => { if ((changed && sign.textContent === sign.dataset.failed) || "busy" in form.dataset) event.preventDefault(); });
  // What is being kept at this moment must not arrive after what is sent.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    changed = false;
    if (!asking) return;
    event.preventDefault();
    event.stopPropagation();
    asking.finally(() => form.requestSubmit(event.submitter));
  });
}

const watched = new WeakSet();
function watchAll() {
  for (const form of document.querySelectorAll("form[data-draft]")) {
    if (!watched.has(form)) watch(form);
    watched.add(form);
  }
}
watchAll();

// A form leaves this page only when it can arrive. Files are sent from here: how far they are is shown, and they stay chosen
// whatever the answer is: a slip, a case that has changed, a session that has ended, no network.
function stay(form, why) {
  const note = document.querySelector(`[data-not-sent="${why}"]`);
  document.querySelector("[data-sending]").hidden = true;
  delete form.dataset.sent;
  delete form.dataset.busy;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  form.dispatchEvent(new Event("input"));  // it is typed, and not sent
  if (!note) return;
  form.prepend(note);
  note.hidden = false;
  note.focus();
}

function upload(form, submitter, isAgain) {
  const bar = document.querySelector("[data-sending]"), still = document.querySelector("[data-still]"), request = new XMLHttpRequest();
  form.append(bar, still);
  form.dataset.busy = "";
  const quiet = silence(still, () => { request.abort(); upload(form, submitter, isAgain); });
  request.upload.onprogress = ({ loaded, total }) => { quiet.moved(); bar.hidden = false; bar.max = total; bar.value = loaded; };
  request.onload = () => { quiet.over(); answered(form, submitter, request, isAgain); };
  request.onerror = () => { quiet.over(); stay(form, "offline"); };
  request.open("POST", form.getAttribute("action"));
  request.setRequestHeader("X-By-Script", "1");
  request.send(new FormData(form, submitter));
}

async function answered(form, submitter, request, isAgain) {
  const next = request.getResponseHeader("X-Next");
  delete form.dataset.busy;
  if (next) return location.assign(next);
  if (request.status === 401) return stay(form, "out");
  const page = parsed(request.responseText), problem = page.querySelector("main [data-error-summary]");
  if (!problem && request.status === 403 && !isAgain && await renew()) return upload(form, submitter, true);
  stay(form, problem ? "" : request.status === 403 ? "out" : "broken");
  if (!problem) return;
  form.prepend(problem);
  problem.focus();
  // Sent once more, it is sent knowing what has changed.
  for (const name of ["seen", "read"]) {
    const mark = page.querySelector(`form[action="${form.getAttribute("action")}"] [name=${name}]`);
    if (mark) form.elements[name].value = mark.value;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target, { submitter } = event;
  if (event.defaultPrevented || !("draft" in form.dataset) || submitter?.hasAttribute("formaction")) return;
  if ("busy" in form.dataset) return event.preventDefault();
  form.querySelector("[data-error-summary]")?.remove();
  for (const old of form.querySelectorAll("[data-not-sent]")) old.hidden = true;
  const files = [...form.querySelectorAll("[type=file]")].some((input) => input.files.length);
  if (!files && navigator.onLine) return;
  event.preventDefault();
  if (files) upload(form, submitter);
  else stay(form, "offline");
});

// What others did meanwhile stands above the work. The acts are those of now, unless somebody has one of them in hand.
const past = (page) => page.querySelectorAll("#part-history .timeline__item");
let known = past(document).length;
document.addEventListener("parts", ({ detail: page }) => {
  const note = document.querySelector("[data-changed]"), acts = document.getElementById("part-acts"), now = page.getElementById("part-acts");
  // The history of that page stands in this one by now, unless somebody has it in focus.
  const news = [...past(page.getElementById("part-history") ? page : document)].slice(known);
  known += news.length;
  if (acts && now && !acts.querySelector("details[open]") && !acts.contains(document.activeElement)) acts.replaceWith(now);
  watchAll();
  if (!news.length || !note) return;
  note.hidden = false;
  note.querySelector("b").textContent = news.map((item) => [...item.children].slice(0, 2).map((line) => line.textContent.trim()).join(", ")).join("; ");
});

// Where the cursor stands; behind the text, if nobody has put it anywhere yet.
document.addEventListener("focusin", ({ target }) => { if (target.matches("textarea")) target.dataset.touched = ""; });
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  event.preventDefault();
  const { form } = button, box = form.querySelector("textarea");
  if (!form.elements.template.value) return form.elements.template.focus();
  const answer = await send(button.formAction, form).catch(() => null);
  if (!answer?.ok) return form.requestSubmit(button);
  const { text } = await answer.json();
  if (!("touched" in box.dataset)) box.setSelectionRange(box.value.length, box.value.length);
  const before = box.value.slice(0, box.selectionStart);
  box.setRangeText(before && !before.endsWith("\n") ? `\n\n${text}` : text, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
});

// Keys: r decide, w ask and wait, i approved text, e pass up, b put back, h hand over, l classify, u show the phone,
// Ctrl+Shift+Enter send and on to the next case.
function open(name) {
  const act = document.querySelector(`form[action$='/${name}/']`);
  if (act?.closest("details")) act.closest("details").open = true;
  act?.querySelector("select, textarea, input:not([type=hidden])")?.focus();
}

const press = (selector) => document.querySelector(selector)?.click();

const keys = {
  KeyR: () => open("resolve"),
  KeyW: () => open("wait"),
  KeyI: () => document.getElementById("message_template")?.focus(),
  KeyE: () => open("escalate"),
  KeyB: () => press("form[action$='/release/'] button"),
  KeyH: () => press("a[href$='/hand-over/']"),
  KeyL: () => press("a[href$='/reclassify/']"),
  KeyU: () => press("form[action$='/unmask/'] button"),
};

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input, textarea, select");
  if (event.key === "Enter" && event.ctrlKey && event.shiftKey && field?.form) {
    const button = field.form.querySelector("[data-and-next]");
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    return field.form.requestSubmit(button);
  }
  const on = document.querySelector("[data-keys-switch]")?.checked ?? true;
  if (field || !on || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || document.querySelector("dialog[open]") || !keys[event.code]) return;
  event.preventDefault();
  keys[event.code]();
}, true);
