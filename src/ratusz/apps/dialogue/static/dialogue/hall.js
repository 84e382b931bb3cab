// The hall display. It counts by its own clock, set right by the server's; the server only says when a round ends.
import { listen, stateLine } from "../core/live.js";

const language = document.documentElement.lang;
const other = language === "pl" ? "en" : "pl";
const find = (name) => document.querySelector(`[data-${name}]`);
const roundWords = { pl: (turn) => `runda ${turn.number} z ${turn.of}`, en: (turn) => `round ${turn.number} of ${turn.of}` };
const tableWords = { pl: "Stół", en: "Table" };

let now = JSON.parse(document.getElementById("now").textContent);
let live = { offset: 0 };

function element(name, text, attributes = {}) {
  const made = Object.assign(document.createElement(name), { textContent: text });
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const inBoth = (text, turn) => (in_) => (turn ? `${text[in_]} · ${roundWords[in_](turn)}` : text[in_]);

function show(state) {
  if (state.version < now.version) return; // an event older than the snapshot
  now = state;
  if (now.block) {
    const title = inBoth(now.block, now.round);
    write(find("title"), title(language), language);
    write(find("title-other"), title(other) === title(language) ? "" : title(other), other);
  }
  find("messages").hidden = now.messages.length === 0;
  find("messages").replaceChildren(...now.messages.map(message));
  showPlaces();
  const next = find("next");
  next.hidden = !now.next;
  if (now.next) {
    const time = new Date(now.next.starts_at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Europe/Warsaw" });
    next.textContent = next.dataset.words.replace("{time}", time).replace("{title}", now.next[language]);
  }
  tick();
}

function write(place, text, in_) {
  place.textContent = text;
  place.lang = in_;
}

function message(told) {
  const box = document.createElement("div");
  const first = told[language] || told.pl;
  box.append(element("strong", first, { lang: told[language] ? language : "pl" }));
  if (told[other] && told[other] !== first) box.append(element("span", told[other], { lang: other }));
  return box;
}

function showPlaces() {
  const list = find("places");
  const many = now.places.length;
  const rooms = now.places.every((place) => !place.table);
  const columns = rooms || many <= 4 ? Math.min(many, 2) : many <= 15 ? 3 : many <= 24 ? 4 : 5;
  list.style.setProperty("--columns", columns || 1);
  list.classList.toggle("hall-rooms", rooms);
  find("where").hidden = many === 0;
  list.replaceChildren(...now.places.map(place));
  fit();
}

// As large as the screen allows, and nothing falls off its lower edge.
function fit() {
  const main = document.getElementById("main");
  for (let size = 5.4; size > 1.4; size -= 0.2) {
    find("places").style.setProperty("--place", size);
    if (main.scrollHeight <= main.clientHeight) return;
  }
}

function place(one) {
  const item = document.createElement("li");
  const words = document.createElement("p");
  words.className = "hall-place";
  if (one.table) {
    const number = element("p", String(one.table), { class: "hall-number" });
    number.prepend(element("span", `${tableWords[language]} `, { class: "visually-hidden" }));
    item.append(number);
    words.append(element("strong", one.room[language]));
    if (one.topic) words.append(element("span", one.topic[language]));
  } else {
    item.append(element("p", "→", { class: "hall-number", "aria-hidden": "true" }));
    words.append(element("strong", one.room?.[language] ?? ""), element("span", one.title[language]));
  }
  item.append(words);
  return item;
}

function tick() {
  const clock = find("clock");
  const state = find("clock-state");
  const box = clock.parentElement;
  const server = Date.now() + live.offset;
  box.classList.remove("waits", "over", "of-day");
  if (now.ends_at) {
    const left = now.ends_at - server;
    box.classList.toggle("over", left <= 0);
    clock.textContent = left > 0 ? minutes(Math.ceil(left / 1000)) : `+${minutes(Math.floor(-left / 1000))}`;
    state.textContent = left > 0 ? "" : state.dataset.over;
  } else if (now.left !== null && now.block) {
    box.classList.add("waits");
    clock.textContent = minutes(Math.ceil(now.left / 1000));
    state.textContent = state.dataset.stopped;
  } else {
    box.classList.add("of-day");
    clock.textContent = new Date(server).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Europe/Warsaw" });
    state.textContent = state.dataset.now;
  }
}

function minutes(seconds) {
  const rest = String(seconds % 60).padStart(2, "0");
  const whole = Math.floor(seconds / 60);
  return whole < 60 ? `${whole}:${rest}` : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}:${rest}`;
}

live = listen(document.body.dataset.live, {
  snapshot: (state) => { now.version = -1; show(state); },
  hall: show,
  state: stateLine(find("lost")),
  ended() { location.reload(); },
});
show(now);
addEventListener("resize", fit);
setInterval(tick, 250);
