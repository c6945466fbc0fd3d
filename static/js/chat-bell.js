// A chat that begins to wait, on whatever page of the workplace: a sound, if this person switched it on in this browser, a
// mark in the row of the browser's tabs and, in the queue, one beside the heading.
// Browsers play nothing before somebody has pressed something on the page. Of several open pages one rings: the first
// that can be heard leaves word for the others, which hear of the chat within a minute, hidden ones too.
const button = document.querySelector("[data-chat-bell]"), sign = document.querySelector("[data-chat-sign]");
const key = `chat-sound-${button?.dataset.chatBell ?? document.querySelector("[data-chats]").dataset.chats}`, title = document.title;
const rungKey = `chat-rung-${key}`, SPREAD = 120000;
let context, known = waiting();

// More than are named above the page; of very many the longest waiting, "more" others behind them.
function waiting() {
  const { free = "", own = "", more } = document.querySelector("[data-free]")?.dataset ?? {};
  return { chats: [...own.split(" "), ...free.split(" ")].filter(Boolean), isCut: more !== undefined };
}
function isOn() { return localStorage.getItem(key) === "1"; }

function show() {
  if (!button) return;
  button.hidden = false;
  button.querySelector("span").textContent = isOn() ? button.dataset.on : button.dataset.off;
  const count = waiting().chats.length;
  sign.hidden = !count;
  sign.querySelector("b").textContent = count;
}

function wake() {
  if (isOn()) (context ||= new AudioContext()).resume();
}

function isHeard() { return isOn() && context?.state === "running"; }

function ring() {
  if (!isHeard()) return;
  for (const [at, pitch] of [[0, 660], [.18, 880]]) {
    const tone = new OscillatorNode(context, { frequency: pitch }), loud = new GainNode(context, { gain: .15 });
    tone.connect(loud).connect(context.destination);
    tone.start(context.currentTime + at);
    tone.stop(context.currentTime + at + .15);
  }
  document.body.dataset.rung = Number(document.body.dataset.rung || 0) + 1;
}

// Two pages hear of a chat at the same moment: one after the other asks whether it has rung. What is gone may ring anew
// when it begins again. A browser without locks leaves it to chance who was first.
function ringOnce(begun, gone) {
  const ask = () => {
    const rung = Object.entries(JSON.parse(localStorage.getItem(rungKey) ?? "{}"));
    const kept = Object.fromEntries(rung.filter(([chat, at]) => !gone.includes(chat) && Math.abs(Date.now() - at) < SPREAD));
    const isNews = isHeard() && begun.some((chat) => !(chat in kept));
    if (isNews) for (const chat of begun) kept[chat] = Date.now();
    localStorage.setItem(rungKey, JSON.stringify(kept));
    if (isNews) ring();
  };
  if (navigator.locks) navigator.locks.request(rungKey, ask);
  else ask();
}

function look() {
  const now = waiting(), { chats } = now, isKnown = (chat) => known.chats.includes(chat);
  // Where more waited than we knew, one behind all the known ones only moved up.
  const begun = chats.filter((chat, place) => !isKnown(chat) && !(known.isCut && !chats.slice(place).some(isKnown)));
  ringOnce(begun, known.chats.filter((chat) => !chats.includes(chat)));
  if (begun.length && document.hidden) document.title = `● ${title}`;
  known = now;
  show();
}

button?.addEventListener("click", () => {
  localStorage.setItem(key, isOn() ? "0" : "1");
  wake();
  ring();
  show();
});
for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, wake);
document.addEventListener("visibilitychange", () => { if (!document.hidden) document.title = title; });
document.addEventListener("htmx:afterSettle", look);
show();
