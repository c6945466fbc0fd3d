// Characters left under a long text. Announced only when typing pauses.
const timers = new WeakMap();

function count(counter, field) {
  const left = counter.dataset.limit - [...field.value.replace(/\r?\n/g, "\n")].length;
  counter.textContent = `${left < 0 ? counter.dataset.over : counter.dataset.left} ${Math.abs(left)}`;
  counter.classList.toggle("field__counter--over", left < 0);
}

document.addEventListener("input", ({ target }) => {
  const counter = target.id && document.querySelector(`[data-counter-for="${CSS.escape(target.id)}"]`);
  if (!counter) return;
  clearTimeout(timers.get(target));
  timers.set(target, setTimeout(count, 300, counter, target));
});
