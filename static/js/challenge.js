// A small calculation instead of a puzzle: finds the number that the server asks for. Without it the person only waits.
const box = document.querySelector("[data-challenge]");

async function solve(text, bits) {
  const encoder = new TextEncoder();
  for (let number = 0; ; number += 1) {
    const digest = await crypto.subtle.digest("SHA-256", encoder.encode(`${text}:${number}`));
    if (new DataView(digest).getUint32(0) >>> (32 - bits) === 0) return number;
  }
}

if (box && globalThis.crypto?.subtle) {
  const form = box.closest("form");
  let isReady = false;
  let pressed = null;
  form.addEventListener("submit", (event) => {
    if (isReady) return;
    event.preventDefault();
    event.stopPropagation();
    pressed = event.submitter;
    pressed?.setAttribute("aria-busy", "true");
  });
  solve(box.dataset.challenge, Number(box.dataset.bits)).then((number) => {
    isReady = true;
    box.querySelector("[name=challenge_proof]").value = number;
    box.querySelector("[role=status]").textContent = box.dataset.ready;
    if (pressed) form.requestSubmit(pressed);
  });
}
