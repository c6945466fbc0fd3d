// Brings the reader to what is wrong: the summary takes focus once the page is there, its links focus the field. Without mistakes
// what became of the last press takes it.
const summary = document.querySelector("[data-error-summary]");
if (summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const control = link && document.getElementById(link.hash.slice(1));
    if (!control) return;
    event.preventDefault();
    (control.closest(".field") || control).scrollIntoView();
    control.focus({ preventScroll: true });
  });
} else document.querySelector("[data-takes-focus]")?.focus();
