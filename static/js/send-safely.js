// Before a form of filing leaves its page: is there a connection, and does the site answer? If not the page stays, with all that is typed.
// Files are sent by the script itself, which shows how far they are; what the server finds wrong replaces the page's content.
// A page that has just arrived proves the connection itself.
const PATIENCE = 10000, FRESH = 10000;

function stay(form) {
  const note = form.querySelector("[data-not-sent]");
  delete form.dataset.sent;
  delete form.dataset.asked;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  form.querySelector("progress").hidden = true;
  note.hidden = false;
  note.focus();
}

function upload(form, submitter) {
  const bar = form.querySelector("progress");
  const request = new XMLHttpRequest();
  request.upload.onprogress = ({ loaded, total }) => { bar.hidden = false; bar.max = total; bar.value = loaded; };
  request.onerror = () => stay(form);
  request.onload = () => {
    const next = request.getResponseHeader("X-Next");
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    if (next) return location.assign(next);
    if (request.status > 499 || !page.querySelector("main form[data-safely]")) return stay(form);
    document.title = page.title;
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.querySelector("[data-error-summary]")?.focus();
  };
  request.open("POST", form.action);
  request.setRequestHeader("X-By-Script", "1");
  request.send(new FormData(form, submitter));
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !("safely" in form.dataset) || event.submitter?.name === "switch") return;
  if (form.dataset.asked) return delete form.dataset.asked;
  const files = [...form.querySelectorAll("[type=file]")].some((input) => input.files.length);
  if (!files && navigator.onLine && performance.now() < FRESH) return;
  event.preventDefault();
  form.querySelector("[data-not-sent]").hidden = true;
  if (files) return upload(form, event.submitter);
  try {
    const { status } = await fetch("/healthz", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (status > 499) return stay(form);
  } catch { return stay(form); }
  delete form.dataset.sent;
  form.dataset.asked = "1";
  form.requestSubmit(event.submitter);
});
