// The page of a case: keeps what is typed on the server, puts approved texts in, keys of its own.
// Nothing is written over: when another window has kept a newer text, a link to it is shown, and this one is kept beside it.
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

document.querySelectorAll("form[data-draft]").forEach(watch);

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

// Keys: r decide, w ask and wait, i approved text, Ctrl+Shift+Enter send and on to the next case.
function open(name) {
  const act = document.querySelector(`form[action$='/${name}/']`);
  if (act?.closest("details")) act.closest("details").open = true;
  act?.querySelector("select, textarea, input:not([type=hidden])")?.focus();
}

const keys = {
  KeyR: () => open("resolve"),
  KeyW: () => open("wait"),
  KeyI: () => document.getElementById("message_template")?.focus(),
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
