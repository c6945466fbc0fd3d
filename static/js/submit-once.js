// A second press within ten seconds does nothing; the server guards against doubles itself. data-many lets it through.
function release(form) {
  delete form.dataset.sent;
  form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || "many" in form.dataset) return;
  if ("sent" in form.dataset) return event.preventDefault();
  form.dataset.sent = "";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(release, 10000, form);
});

// Back from the next page out of the browser's memory: the form can be sent again.
window.addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach(release));
