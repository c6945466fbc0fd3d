// Before a form of filing leaves its page: is there a connection, and does the site answer? If not the page stays, with all that is typed.
// Files are sent by the script itself, which shows how far they are; what the server finds wrong replaces the page's content.
// A page that has just arrived proves the connection itself. data-safely="here": a page that lives on keeps its content and the
// files, and gets only what was wrong.

const PATIENCE = 10000, FRESH = 10000;

const told = (value, unit) => value.toLocaleString(document.documentElement.lang, { style: "unit", unit, maximumSignificantDigits: 2 });

// How far; where the page has words for it also how fast on the whole and how long still, and that all of it is sent.
function tell(form, loaded, total, seconds) {
  const bar = form.querySelector("progress"), box = form.querySelector("[data-pace]"), rest = (total - loaded) * seconds / loaded;
  bar.hidden = !total;
  if (total) [bar.max, bar.value] = [total, loaded];
  if (!box) return;
  const [line, state] = box.children, pace = told(loaded / seconds / 2 ** 20, "megabyte-per-second"), left = rest > 99 ? told(rest / 60, "minute") : told(rest, "second");
  line.textContent = rest && seconds > 1 ? box.dataset.pace.replace("{}", pace).replace("{}", left) : "";
  state.textContent = rest === 0 ? box.dataset.all : "";
}

function stay(form, why = "") {
  const note = form.querySelector(`[data-not-sent="${why}"]`);
  for (const name of ["busy", "sent", "asked"]) delete form.dataset[name];
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  tell(form);
  if (!note) return;
  note.hidden = false;
  note.focus();
}

// Who stands at that place already is led to its newest state.
function lead(next) {
  const to = new URL(next, location), isHere = to.pathname === location.pathname;
  location.assign(to);
  if (isHere && to.hash) location.reload();
}

function answered(form, { status, responseText }) {
  const page = new DOMParser().parseFromString(responseText, "text/html"), problem = page.querySelector("main [data-error-summary]");
  const isHere = form.dataset.safely === "here";
  if (isHere && status === 403 && page.querySelector("main [name=code]")) return stay(form, "closed");
  if (isHere && status === 403) { form.dataset.asked = "1"; return form.requestSubmit(); }  // the server's page has all words
  if (status > 499 || !(isHere ? problem : page.querySelector("main form[data-safely]"))) return stay(form);
  if (isHere) {
    stay(form, "problem");
    form.prepend(problem);
    return problem.focus();
  }
  document.title = page.title;
  document.querySelector("main").replaceWith(page.querySelector("main"));
  document.querySelector("[data-error-summary]")?.focus();
}

function upload(form, submitter) {
  const request = new XMLHttpRequest(), began = performance.now();
  const quiet = silence(form.querySelector("[data-still]"), () => { request.abort(); upload(form, submitter); });
  form.dataset.busy = "";
  request.upload.onprogress = ({ loaded, total }) => { quiet.moved(); tell(form, loaded, total, (performance.now() - began) / 1000); };
  request.onerror = () => { quiet.over(); stay(form); };
  request.onload = () => {
    const next = request.getResponseHeader("X-Next");
    quiet.over();
    delete form.dataset.busy;
    if (next) lead(next);
    else answered(form, request);
  };
  request.open("POST", form.action);
  request.setRequestHeader("X-By-Script", "1");
  request.send(new FormData(form, submitter));
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !("safely" in form.dataset) || event.submitter?.name === "switch") return;
  if ("busy" in form.dataset) return event.preventDefault();
  if (form.dataset.asked) return delete form.dataset.asked;
  const files = [...form.querySelectorAll("[type=file]")].some((input) => input.files.length);
  if (!files && navigator.onLine && performance.now() < FRESH) return;
  event.preventDefault();
  form.querySelectorAll("[data-not-sent]").forEach((note) => { note.hidden = true; });
  if (form.dataset.safely === "here") form.querySelector("[data-error-summary]")?.remove();
  if (files) return upload(form, event.submitter);
  try {
    const { status } = await fetch("/healthz", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (status > 499) return stay(form);
  } catch { return stay(form); }
  delete form.dataset.sent;
  form.dataset.asked = "1";
  form.requestSubmit(event.submitter);
});
