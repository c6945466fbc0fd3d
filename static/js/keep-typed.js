// Sends what is typed so far to the server while the person types: a closed tab or a dead battery loses nothing.
const form = document.querySelector("form[data-keep]");
let timer;
let changed = false;

function told(isKept) {
  changed ||= !isKept;
  form.dispatchEvent(new CustomEvent("kept", { detail: isKept }));
}

function keep() {
  clearTimeout(timer);
  if (!changed) return;
  changed = false;
  const typed = new FormData(form);
  for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
  fetch(form.dataset.keep, { method: "POST", headers: { "X-While-Typing": "1" }, body: typed, keepalive: true }).then((answer) => answer.ok, () => false).then(told);
}

if (form) {
  // The page of mistakes answered a POST: "Back" to it would end in "resend the form?". What was typed is kept anyway.
  history.replaceState(null, "", location.href);
  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(keep, 1500);
  });
  form.addEventListener("submit", () => { changed = false; clearTimeout(timer); });
  document.addEventListener("visibilitychange", () => document.hidden && keep());
}
