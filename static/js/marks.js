// Boxes of a list: how many are marked, and the keys x (the row under the cursor) and Shift+x (from the last one to it).
const count = document.querySelector("[data-marked]");
const boxes = () => [...document.querySelectorAll(".queue__mark")];
let last = "";

function tell() {
  const marked = boxes().filter((box) => box.checked).length;
  count.hidden = !marked;
  if (count.textContent !== `${marked}`) count.textContent = marked;
}

function mark(box, range) {
  const all = boxes(), from = all.findIndex((one) => one.id === last), to = all.indexOf(box);
  const on = range || !box.checked;
  for (const one of range && from >= 0 ? all.slice(Math.min(from, to), Math.max(from, to) + 1) : [box]) one.checked = on;
  last = box.id;
  tell();
}

document.addEventListener("mark", (event) => { const box = event.target.closest("li")?.querySelector(".queue__mark"); if (box) mark(box, event.detail); });
document.addEventListener("change", ({ target }) => { if (target.matches(".queue__mark")) { last = target.id; tell(); } });
document.addEventListener("marks", tell);
tell();
