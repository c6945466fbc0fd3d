// Keeps the list fresh: a socket says "changed", the list alone is fetched again; without a socket, every 20 seconds.
// Focus stays on its row (or on the row that took its place), and nothing outside the list is touched.
const FLOOR = 20000, SILENCE = 45000;
const sign = document.querySelector("[data-live-sign]"), said = document.querySelector("[data-live-said]"), title = document.title;
let retry = 1000, heard = 0, fetching = false, again = false, down = false;

function region() { return document.querySelector("[data-live-list]"); }
function links() { return [...region().querySelectorAll("[data-row]")]; }

async function refresh() {
  if (fetching) { again = true; return; }
  fetching = true;
  const { url, etag, urgent, mine } = region().dataset;
  const before = new Set(links().map((link) => link.id));
  const focused = links().indexOf(document.activeElement);
  const marked = [...region().querySelectorAll(".queue__mark:checked")].map((box) => box.id);
  const reached = await htmx.ajax("GET", url, { target: "#live-list", swap: "outerHTML", headers: { "If-None-Match": etag, "X-By-Itself": "1" } }).then(() => true, () => false);
  if (reached === down) { down = !reached; show(false); }
  for (const id of marked) { const box = document.getElementById(id); if (box) box.checked = true; }
  document.dispatchEvent(new Event("marks"));
  for (const link of links()) if (!before.has(link.id)) link.closest("li").classList.add("queue__row--changed");
  if (focused >= 0 && document.activeElement === document.body) links()[Math.min(focused, links().length - 1)]?.focus({ preventScroll: true });
  if (region().dataset.etag !== etag) tell(+region().dataset.urgent > +urgent, region().dataset.mine !== mine);
  fetching = false;
  if (again) { again = false; refresh(); }
}

// What matters is read out; in the row of the browser's tabs there is a mark until somebody looks.
function tell(urgent, mine) {
  if (document.hidden) document.title = `● ${title}`;
  if (said && (urgent || mine)) said.textContent = urgent ? said.dataset.urgent : said.dataset.handed;
}
document.addEventListener("visibilitychange", () => { if (!document.hidden) document.title = title; });

// "Unchanged" has no body and is no error: the list stays as it is.
document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.xhr.status === 304) event.detail.shouldSwap = false; });

function show(live) {
  sign.hidden = false;
  sign.classList.toggle("live-sign--off", !live);
  const text = down ? sign.dataset.liveDown : live ? sign.dataset.liveOn : sign.dataset.liveOff;
  if (sign.textContent !== text) sign.textContent = text;
}

function connect() {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws/staff/`);
  socket.onopen = () => { heard = Date.now(); retry = 1000; };
  socket.onmessage = ({ data }) => {
    heard = Date.now();
    show(true);
    if (data !== "changed") return;
    document.dispatchEvent(new Event("staff:changed"));
    refresh();
  };
  socket.onclose = () => {
    show(false);
    setTimeout(connect, retry + Math.random() * 1000);
    retry = Math.min(retry * 2, 30000);
  };
  const watch = setInterval(() => {
    if (socket.readyState === WebSocket.CLOSED) clearInterval(watch);
    else if (heard && Date.now() - heard > SILENCE) socket.close();
  }, 5000);
}

connect();
setInterval(refresh, FLOOR);
