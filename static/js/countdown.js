// Keeps countdowns running. Counts from the seconds the server gave, so a wrong clock on the computer does no harm.
const words = document.querySelector("meta[name='countdown-words']")?.content.split("|");
const ends = new WeakMap();

function text(seconds) {
  const minutes = Math.round(Math.abs(seconds) / 60);
  const parts = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const first = parts.findIndex(Boolean);
  if (first < 0) return `1 ${words[2]}`;
  return parts.map((count, unit) => unit >= first && unit < first + 2 && count ? `${count} ${words[unit]}` : "").join(" ").trim();
}

function tick() {
  for (const clock of document.querySelectorAll("[data-countdown]")) {
    if (!ends.has(clock)) ends.set(clock, performance.now() + clock.dataset.countdown * 1000);
    const left = (ends.get(clock) - performance.now()) / 1000;
    const state = left <= 0 ? "late" : left <= clock.dataset.soon ? "soon" : "ok";
    clock.className = `countdown countdown--${state}`;
    clock.querySelector("time").textContent = words[left <= 0 ? 4 : 3].replace("{}", text(left)).replaceAll(" ", "\u00a0");
  }
}

if (words) {
  tick();
  setInterval(tick, 15000);
}
