// Keys of the workplace, by their place on the keyboard: they work in the Russian layout too. Never while somebody types.
// Whoever speaks to the computer or presses keys by accident switches the single ones off; a cookie remembers that.
let place = -1;
const sheet = document.getElementById("cheat-sheet");
const knob = sheet?.querySelector("[data-keys-switch]");

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

const press = (selector, within = document) => within?.querySelector(selector)?.click();

const keys = {
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  KeyT: () => document.querySelector("[data-take-next]")?.requestSubmit(),
  KeyC: () => press("form[action$='/claim/'] button", document.activeElement.closest("li") ?? document.querySelector(".case-head")),
  KeyF: () => press("[data-filter]"),
  KeyI: () => press("[data-intake]"),
  KeyP: () => { press(".presence-menu summary"); document.querySelector(".presence-menu[open] button")?.focus(); },
  KeyM: () => write("#write"),
  KeyN: () => write("#note"),
  KeyA: () => document.getElementById("bulk-act")?.focus(),
  KeyG: () => press(".staff-bar__nav a"),
  BracketLeft: () => press("#page-back"),
  BracketRight: () => press("#page-further"),
  Slash: () => document.querySelector(".find__input")?.focus(),
};

function act({ key, code, shiftKey }) {
  if (key === "?" || (key === "," && code === "Slash" && shiftKey)) return () => sheet.showModal();
  if (code === "KeyX" && knob.checked) return () => document.activeElement.dispatchEvent(new CustomEvent("mark", { bubbles: true, detail: shiftKey }));
  if (shiftKey || !knob.checked) return null;
  const tab = /^Digit([1-9])$/.exec(code);
  return tab ? () => document.querySelectorAll(".tabs a")[tab[1] - 1]?.click() : keys[code];
}

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (event.key === "Enter" && event.ctrlKey && field?.form) {
    event.preventDefault();
    return field.form.requestSubmit(field.closest("section")?.querySelector("button[name=act]"));
  }
  if (event.key === "Escape" && field) return field.blur();
  if (field || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const deed = act(event);
  if (!deed) return;
  event.preventDefault();
  deed();
});

document.addEventListener("click", (event) => {
  const { hash } = event.target.closest("[data-write]") ?? {};
  if (hash) { event.preventDefault(); write(hash); }
  if (event.target.closest("[data-sheet]")) { event.preventDefault(); sheet.showModal(); }
  // The presence menu closes when somebody presses elsewhere or Escape.
  for (const menu of document.querySelectorAll(".presence-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", ({ key }) => {
  const menu = key === "Escape" && document.querySelector(".presence-menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

if (knob) {
  knob.checked = !document.cookie.includes("keys=off");
  knob.onchange = () => { document.cookie = `keys=${knob.checked ? "on" : "off"}; path=/staff/; max-age=31536000; SameSite=Lax`; };
}
