// Whose page is open is at their place: one word every two minutes from one of their tabs. Whoever closes the browser falls silent.
const EVERY = 120000, key = "here-at";

// A tab of an earlier sign-in is refused: its word counts for none, the other tabs go on.
async function say() {
  if (Math.abs(Date.now() - (localStorage.getItem(key) || 0)) < EVERY * .9) return;
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch("/staff/here/", { method: "POST", headers: { "X-By-Itself": "1", "X-CSRFToken": token } }).catch(() => null);
  if (answer?.ok) localStorage.setItem(key, Date.now());
}

say();
setInterval(say, EVERY);
