// Keeps the messages of an open case fresh: a socket says "changed", they are asked for again; without it, every 20 seconds.
// Each message is put in its place by itself: focus, selection and what is being typed stay as they are. While nobody looks
// at the page it asks for news only: what was not on a screen was not read.
const FLOOR = 20000, SILENCE = 45000, ENDED = 4401;
const box = document.querySelector("[data-live-thread]");
const sign = document.querySelector("[data-live-sign]");
const said = document.querySelector("[data-live-said]");
const readers = document.querySelector("[data-readers]");
const title = document.title;
let { etag, version } = box.dataset;
let retry = 1000, heard = 0, fetching = false, again = false, over = false, down = false, left = false, due = false, standing = stands();

const ask = (url, headers, method = "GET") => fetch(url, { method, headers: { "X-By-Itself": "1", "X-Of": box.dataset.of ?? "", ...headers }, cache: "no-store", redirect: "manual" });
const parse = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

async function refresh() {
  if (over) return;
  again = fetching;
  if (fetching) return;
  fetching = true;
  const method = document.hidden ? "HEAD" : "GET";
  const answer = await ask(box.dataset.url, { "If-None-Match": due && !document.hidden ? "" : etag }, method).catch(() => null);
  if (!answer !== down) { down = !answer; show(false); }
  if (answer?.status === 200 && method === "HEAD") document.title = `● ${title}`;
  else if (answer?.status === 200) await take(answer).catch(() => {});
  else if (answer && [0, 401, 403, 404].includes(answer.status)) {
    end();
    if (answer.status === 403) await parts(version).catch(() => {});
  }
  fetching = false;
  if (again) refresh();
}

async function take(answer) {
  etag = answer.headers.get("ETag");
  due = false;
  const fresh = (await parse(answer)).querySelector("[data-live-thread]");
  const list = box.querySelector("ol"), news = [];
  for (const old of [...list.children]) if (!fresh.querySelector(`#${old.id}`)) old.remove();
  for (const item of [...fresh.querySelector("ol").children]) {
    const known = document.getElementById(item.id);
    if (!known) { list.append(item); news.push(item); }
    else if (known.outerHTML !== item.outerHTML) swap(known, item);
  }
  for (const mark of document.querySelectorAll("input[name=read]")) mark.value = parseInt(list.lastElementChild?.id.slice(8)) || 0;
  if (version !== fresh.dataset.version) await parts(fresh.dataset.version);
  tell(news.filter((item) => !item.classList.contains("message--mine")));
}

// What has the focus stays as it is until the focus has gone elsewhere.
function swap(old, fresh) {
  if (old.contains(document.activeElement)) left = true;
  else old.replaceWith(fresh);
}

// What stands around the messages: where the case is, the answer, what happened.
async function parts(newest) {
  if (!document.querySelector("[data-live-part]")) return;
  const answer = await ask(box.dataset.page ?? location.pathname).catch(() => null);
  if (answer?.status !== 200) return;
  const page = await parse(answer);
  for (const part of document.querySelectorAll("[data-live-part]")) {
    const other = page.getElementById(part.id);
    if (other) swap(part, other);
  }
  if (!left) version = newest;
  document.dispatchEvent(new CustomEvent("parts", { detail: page }));
}

// How the case stands, in the sentence that the page shows.
function stands() { return [...document.querySelectorAll("[data-live-say]")].map((one) => one.textContent.trim()).join(" "); }

function tell(news) {
  const words = news.map((item) => `${box.dataset.new}. ${item.querySelector(".message__author").textContent}: ${item.querySelector(".message__text").textContent.trim()}`);
  const now = stands();
  if (now !== standing) words.push(standing = now);
  if (words.join("")) said.textContent = words.join(" ");
}

function show(live) {
  if (over) return;
  sign.hidden = false;
  sign.classList.toggle("live-sign--off", !live);
  const text = (down && sign.dataset.liveDown) || (live ? sign.dataset.liveOn : sign.dataset.liveOff);
  if (sign.textContent !== text) sign.textContent = text;
}

// Who else has the case open, as long as the socket lives.
function look(names) {
  if (!readers) return;
  readers.hidden = !names.length;
  readers.querySelector("b").textContent = names.join(", ");
}

function end() {
  over = true;
  if (sign.dataset.liveOver) { sign.textContent = sign.dataset.liveOver; said.textContent = sign.dataset.liveOver; }
}

function connect() {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${box.dataset.socket}`);
  socket.onopen = () => { heard = Date.now(); retry = 1000; };
  socket.onmessage = ({ data }) => {
    heard = Date.now();
    show(true);
    if (data === "changed") { document.dispatchEvent(new Event("staff:changed")); refresh(); }
    else if (data.startsWith("{")) look(JSON.parse(data).readers);
  };
  socket.onclose = ({ code }) => {
    show(false);
    look([]);
    if (code === ENDED) return refresh();
    setTimeout(connect, retry + Math.random() * 1000);
    retry = Math.min(retry * 2, 30000);
  };
  const watch = setInterval(() => {
    if (socket.readyState === WebSocket.CLOSED) clearInterval(watch);
    else if (heard && Date.now() - heard > SILENCE) socket.close();
  }, 5000);
}

show(false);
connect();
setInterval(refresh, FLOOR);
document.addEventListener("focusout", () => {
  if (!left) return;
  left = false;
  due = true;
  setTimeout(() => (over ? parts(version).catch(() => {}) : refresh()));
});
// Back at this page: at once.
document.addEventListener("visibilitychange", () => { if (!document.hidden) { document.title = title; refresh(); } });
