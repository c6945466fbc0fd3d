// A second press of the same button within ten seconds does nothing; the server guards against doubles itself.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || "many" in form.dataset) return;
  if (form.dataset.sent) return event.preventDefault();
  const button = event.submitter;
  form.dataset.sent = "yes";
  button?.setAttribute("aria-busy", "true");
  setTimeout(() => release(form, button), 10000);
});

function release(form, button) {
  delete form.dataset.sent;
  button?.removeAttribute("aria-busy");
}

// Back from the next page out of the browser's memory: the form can be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) release(form, form.querySelector("[aria-busy]"));
});
