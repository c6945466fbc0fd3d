// Shows a part of a form only when the choice it belongs to is made: data-reveal="field=value" or "field=one,other". All is shown without a script.
function show() {
  for (const part of document.querySelectorAll("[data-reveal]")) {
    const [name, value] = part.dataset.reveal.split("=");
    const chosen = document.querySelectorAll(`[name="${CSS.escape(name)}"]:checked, select[name="${CSS.escape(name)}"]`);
    part.hidden = ![...chosen].some((control) => value.split(",").includes(control.value));
  }
}

if (document.querySelector("[data-reveal]")) {
  show();
  document.addEventListener("change", show);
}
