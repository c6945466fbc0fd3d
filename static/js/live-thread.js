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
let retry = 1000, heard = 0, fetching = false, again = false, over = false;

const ask = (url, headers, method = "GET") => fetch(url, { method, headers: { "X-By-Itself": "1", ...headers }, cache: "no-store", redirect: "manual" });
const parse = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

async function refresh() {
  if (over) return;
  again = fetching;
  if (fetching) return;
  fetching = true;
  const method = document.hidden ? "HEAD" : "GET";
  const answer = await ask(box.dataset.url, { "If-None-Match": etag }, method).catch(() => null);
  if (answer?.status === 200 && method === "HEAD") document.title = `● ${title}`;
  else if (answer?.status === 200) await take(answer).catch(() => {});
  else if (answer && [0, 401, 403, 404].includes(answer.status)) end();
  fetching = false;
  if (again) refresh();
}

async function take(answer) {
  etag = answer.headers.get("ETag");
  const fresh = (await parse(answer)).querySelector("[data-live-thread]");
  const list = box.querySelector("ol"), news = [];
  for (const old of [...list.children]) if (!fresh.querySelector(`#${old.id}`)) old.remove();
  for (const item of [...fresh.querySelector("ol").children]) {
    const known = document.getElementById(item.id);
    if (!known) { list.append(item); news.push(item); }
    else if (known.outerHTML !== item.outerHTML && !known.contains(document.activeElement)) known.replaceWith(item);
  }
  for (const mark of document.querySelectorAll("input[name=read]")) mark.value = parseInt(list.lastElementChild?.id.slice(8)) || 0;
  tell(news.filter((item) => !item.classList.contains("message--mine")));
  if (version !== fresh.dataset.version) await parts(fresh.dataset.version);
}

// What stands around the messages: where the case is, the answer, what happened.
async function parts(newest) {
  if (!document.querySelector("[data-live-part]")) return;
  const answer = await ask(box.dataset.page ?? location.pathname).catch(() => null);
  if (answer?.status !== 200) return;
  const page = await parse(answer);
  for (const part of document.querySelectorAll("[data-live-part]")) {
    const other = page.getElementById(part.id);
    if (other && !part.contains(document.activeElement)) part.replaceWith(other);
  }
  version = newest;
}

function tell(news) {
  if (!news.length) return;
  said.textContent = news.map((item) => `${box.dataset.new}. ${item.querySelector(".message__author").textContent}: ${item.querySelector(".message__text").textContent.trim()}`).join(" ");
}

function show(live) {
  if (over) return;
  sign.hidden = false;
  sign.classList.toggle("live-sign--off", !live);
  const text = live ? sign.dataset.liveOn : sign.dataset.liveOff;
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
    if (data === "changed") refresh();
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
// Back at this page: at once.
document.addEventListener("visibilitychange", () => { if (!document.hidden) { document.title = title; refresh(); } });
