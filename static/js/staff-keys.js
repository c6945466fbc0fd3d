// Keys of the workplace, by their place on the keyboard: they work in the Russian layout too. Never while somebody types.
let place = -1;

function rows() { return [...document.querySelectorAll("[data-row]")]; }

function step(by) {
  const all = rows();
  const here = all.indexOf(document.activeElement);
  place = Math.max(0, Math.min(all.length - 1, (here < 0 ? place : here) + by));
  all[place]?.focus();
}

function write(selector) {
  const box = document.querySelector(selector);
  if (!box) return;
  if (box.matches("details")) box.open = true;
  box.querySelector("textarea")?.focus();
}

const keys = {
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  KeyT: () => document.querySelector("[data-take-next]")?.requestSubmit(),
  KeyM: () => write("#write"),
  KeyN: () => write("#note"),
  KeyG: () => document.querySelector(".staff-bar__nav a")?.click(),
  Slash: () => document.getElementById("find-number")?.focus(),
};

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input, textarea, select");
  if (event.key === "Enter" && event.ctrlKey && field?.form) {
    event.preventDefault();
    return field.form.requestSubmit();
  }
  if (field || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const sheet = document.getElementById("cheat-sheet");
  const act = event.key === "?" ? () => sheet.showModal() : event.shiftKey ? null : keys[event.code];
  if (!act) return;
  event.preventDefault();
  act();
});

// The presence menu closes when somebody presses elsewhere or Escape.
document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll(".presence-menu[open]")) if (!menu.contains(target)) menu.open = false;
});
document.addEventListener("keydown", ({ key }) => {
  const menu = key === "Escape" && document.querySelector(".presence-menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});
