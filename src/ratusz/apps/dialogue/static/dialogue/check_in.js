// The check-in desk on a phone. What is noted goes into a queue in the phone's storage first and leaves it when the
// server has answered: a lost connection, a closed page or a restarted server loses nobody and notes nobody twice.
import { listen, stateLine } from "../core/live.js";

const page = document.querySelector(".check-in");
const words = page.dataset;
const search = page.querySelector("#check-in-q");
const list = page.querySelector(".check-in-people");
const answer = page.querySelector(".check-in-answer");
const queueLine = page.querySelector("[data-queue]");
const token = page.querySelector("[name=csrfmiddlewaretoken]").value;
const language = document.documentElement.lang;
const SHOWN = 20;
const CODE = /^[\w-]{20,32}$/;

let people = new Map();

// ——— the queue ———
const place = `check-in-${words.session}`;

let memory = null; // where storage is forbidden or full, the page itself keeps the queue while it is open

function queued() {
  if (memory) return memory;
  try { return JSON.parse(localStorage.getItem(place)) ?? []; } catch { return []; }
}

// Other tabs of this phone write the same queue: each change is made on what is stored, never on a copy.
function change(edit) {
  const now = edit(queued());
  try { localStorage.setItem(place, JSON.stringify(now)); } catch { memory = now; }
  if (memory) memory = now;
  showQueue(now.length);
}

function showQueue(n = queued().length) {
  queueLine.hidden = n === 0;
  queueLine.textContent = queueLine.dataset.queue.replace("{n}", n);
}

let sending = false;
let failures = 0;
let timer;

async function send() {
  clearTimeout(timer);
  if (sending) return;
  sending = true;
  try {
    for (let item = queued()[0]; item; item = queued()[0]) {
      const reply = await post(item);
      change((items) => items.filter((one) => one.key !== item.key));
      failures = 0;
      tell(item, reply);
    }
  } catch (problem) {
    failures += 1;
    const item = queued().at(-1);
    if (problem.signedOut) say("wrong", words.signedOut);
    else if (item) say("later", words.queued.replace("{name}", item.name));
    showQueue();
    timer = setTimeout(send, Math.min(15000, 500 * 2 ** Math.min(failures, 5)) * (0.5 + Math.random()));
  } finally {
    sending = false;
  }
}

// An answer of the server, also "no": then the item has arrived. Anything else throws, and the item stays.
async function post(item) {
  const { name, ...body } = item;
  const reply = await fetch(words.note, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10000),
  });
  const readable = reply.headers.get("Content-Type")?.startsWith("application/json");
  if (reply.redirected || (reply.status === 403 && !readable)) {
    throw Object.assign(new Error("signed out"), { signedOut: true });
  }
  if (!readable || reply.status >= 500) throw new Error(`status ${reply.status}`);
  return reply.json();
}

function tell(item, reply) {
  if (reply.error) return say("wrong", reply.error, item.name);
  came(reply);
  count(reply);
  if (reply.again) say("again", `${reply.name}: ${reply.notice}`, reply.from);
  else say("in", words.in.replace("{name}", reply.name), reply.from);
}

function say(kind, text, more = "") {
  const line = document.createElement("p");
  line.className = kind;
  line.textContent = text;
  if (more) line.append(Object.assign(document.createElement("small"), { textContent: more }));
  answer.replaceChildren(line);
  if (kind !== "in") navigator.vibrate?.(200);
}

function note(what, name) {
  const desk = page.querySelector("#check-in-desk").value;
  change((items) => [...items, { key: newKey(), at: new Date().toISOString(), desk, name, ...what }]);
  if (what.registration && people.has(what.registration)) {
    came({ id: what.registration, at: new Date().toISOString(), desk });
  }
  send();
}

// crypto.randomUUID asks for a secure address; a venue's own network may have none.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// ——— people ———
function take(told) {
  people = new Map(told.people.map((one) => [one.id, one]));
  count(told);
  find();
}

function came({ id, at, desk }) {
  const one = people.get(id);
  if (!one) return;
  Object.assign(one, { at, desk });
  find();
}

function count({ present, registered }) {
  if (present === undefined) return;
  page.querySelector("[data-present]").textContent = present.toLocaleString(language);
  page.querySelector("[data-registered]").textContent = registered.toLocaleString(language);
}

// The same folding as on the server: Łódź is found by lodz.
const plain = { ł: "l", ø: "o", đ: "d", ß: "ss", æ: "ae", œ: "oe" };
const fold = (text) => text.toLowerCase().replace(/[łøđßæœ]/g, (c) => plain[c]).normalize("NFKD").replace(/\p{M}/gu, "");

function find() {
  const asked = fold(search.value).split(/\s+/).filter(Boolean);
  if (!people.size) return;
  const found = [];
  if (asked.length) {
    for (const one of people.values()) {
      if (asked.every((word) => ` ${one.words}`.includes(` ${word}`))) found.push(one);
      if (found.length > SHOWN) break;
    }
  }
  const focused = list.contains(document.activeElement) ? document.activeElement.closest("li")?.dataset.id : null;
  list.replaceChildren(...found.slice(0, SHOWN).map(row));
  if (asked.length && !found.length) list.append(remark(words.nobody));
  if (found.length > SHOWN) list.append(remark(words.more));
  if (focused) list.querySelector(`[data-id="${focused}"] button`)?.focus();
}

function remark(text) {
  return Object.assign(document.createElement("li"), { className: "muted", textContent: text });
}

function row(one) {
  const item = document.createElement("li");
  item.dataset.id = one.id;
  const name = document.createElement("p");
  name.className = "check-in-name";
  const about = [one.from, one.type];
  if (one.represents) about.push(words.represents.replace("{name}", one.represents));
  name.append(
    Object.assign(document.createElement("strong"), { textContent: one.name }),
    Object.assign(document.createElement("span"), { textContent: about.filter(Boolean).join(" · ") }),
  );
  item.append(name);
  if (one.at) {
    const time = new Date(one.at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const text = (one.desk ? words.atDesk : words.at).replace("{time}", time).replace("{desk}", one.desk);
    item.append(Object.assign(document.createElement("p"), { className: "tag tag-good", textContent: text }));
    const undo = page.querySelector("[data-undo]")?.content.cloneNode(true);
    if (undo) {
      undo.querySelector("[name=registration]").value = one.id;
      undo.querySelector(".visually-hidden").textContent = ` – ${one.name}`;
      item.append(undo);
    }
  } else if (one.place) {
    const button = Object.assign(document.createElement("button"), { className: "btn", type: "button", textContent: words.check });
    button.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: ` – ${one.name}` }));
    button.addEventListener("click", () => {
      note({ registration: one.id }, one.name);
      search.value = "";
      find();
      search.focus();
    });
    item.append(button);
  } else {
    item.append(Object.assign(document.createElement("p"), { className: "tag tag-warn", textContent: one.state }));
  }
  return item;
}

search.addEventListener("input", find);
search.form.addEventListener("submit", (event) => {
  const text = search.value.trim();
  const known = CODE.test(text) && !list.querySelector("[data-id]");
  if (known) note({ code: text }, words.code);
  if (known || people.size) event.preventDefault();
  if (known) search.value = "";
});

// ——— the camera ———
const scan = page.querySelector("[data-scan]");
const camera = page.querySelector(".check-in-camera");
const video = camera.querySelector("video");
let film;

if ("BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia) scan.hidden = false;

scan.addEventListener("click", async () => {
  try {
    film = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    say("wrong", words.noCamera);
    return;
  }
  camera.hidden = false;
  video.srcObject = film;
  await video.play();
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  let last = "";
  while (film?.active) {
    const [code] = await detector.detect(video).catch(() => []);
    // The same badge in front of the camera is one act; another badge lets it come again.
    if (code && code.rawValue !== last) {
      last = code.rawValue;
      if (CODE.test(last)) note({ code: last }, words.code);
    }
    await new Promise((next) => { setTimeout(next, 150); });
  }
});

camera.querySelector("[data-stop]").addEventListener("click", () => {
  for (const track of film?.getTracks() ?? []) track.stop();
  film = null;
  camera.hidden = true;
  scan.focus();
});

// ——— the desk's name stays on the phone ———
const desk = page.querySelector("#check-in-desk");
try {
  if (!desk.value) desk.value = localStorage.getItem("check-in-desk") ?? "";
  desk.addEventListener("input", () => localStorage.setItem("check-in-desk", desk.value));
} catch { /* storage may be forbidden */ }
desk.form.addEventListener("submit", (event) => {
  event.preventDefault();
  page.querySelector("details.check-in-desk").open = false;
});

listen(words.live, {
  snapshot: take,
  arrival(told) { came(told); count(told); },
  state: stateLine(page.querySelector("[data-lost]")),
  ended() { location.reload(); },
});
addEventListener("online", send);
addEventListener("storage", () => showQueue());
showQueue();
send();
