// The host's page of a table. Everything that is written goes to the outbox first and to the server from there, so
// that nothing depends on the connection; the server knows each entry by its key and takes it once.
import { cookie } from "../core/outbox.js";
import { findings } from "./table_names.js";
import * as store from "./table_store.js";

const page = document.querySelector("[data-table]");
const table = page.dataset.table;
const form = page.querySelector("[data-note-form]");
const $ = (name) => page.querySelector(`[data-${name}]`);
const labels = { kind: {}, role: { "": $("notes").dataset.whole } };
let facts = JSON.parse(document.getElementById("table-facts").textContent);
let shown = Number(page.querySelector("[data-round][aria-current]")?.dataset.round || facts.rounds[0]?.id);
let outbox = [];
let offset = facts.now - Date.now();
let trouble = "";
let pause = 2000;
let editing = null;
let sending = false;

for (const input of form?.querySelectorAll("[type=radio]") ?? []) {
  if (input.value) labels[input.name][input.value] = input.nextElementSibling.textContent;
}

const round = () => facts.rounds.find((one) => one.id === shown) ?? facts.rounds[0];

// ---------- what is shown: the server's state with the outbox laid over it ----------

function notesOf(id) {
  const notes = new Map(facts.rounds.find((one) => one.id === id).notes.map((note) => [note.key, note]));
  for (const item of outbox) {
    if (item.type !== "note" || item.round !== id) continue;
    if (item.withdrawn) notes.delete(item.key);
    else notes.set(item.key, { ...item, unsent: true });
  }
  return [...notes.values()].sort((one, other) => one.written_at.localeCompare(other.written_at));
}

function pendingCards(id) {
  return outbox.find((item) => item.id === `cards:${id}`);
}

function make(tag, attributes = {}, ...children) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") one.textContent = value;
    else if (name.startsWith("on")) one.addEventListener(name.slice(2), value);
    else one.setAttribute(name, value);
  }
  one.append(...children);
  return one;
}

function draw() {
  const now = round();
  if (!now) return;
  for (const link of page.querySelectorAll("[data-round]")) {
    if (Number(link.dataset.round) === shown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  for (const input of page.querySelectorAll("input[name=round]")) input.value = String(shown);
  $("before").hidden = !now.before;
  $("before-text").textContent = now.before;
  $("hall-messages").replaceChildren(...facts.messages.map((text) => make("p", { class: "note", text })));
  drawPeople(now);
  drawNotes();
  drawCards(now);
  if (dialog?.open) drawReading();
  drawQueue();
}

function drawPeople(now) {
  const spoken = new Set(JSON.parse(localStorage.getItem(`spoken-${table}-${shown}`) || "[]"));
  $("people-count").textContent = String(now.people.length);
  const rows = now.people.map((person) => {
    const box = make("input", { type: "checkbox", "data-spoken": String(person.id) });
    box.checked = spoken.has(person.id);
    const words = make("span", { text: person.name }, make("span", { class: "muted small", text: `${person.from} · ${person.role_name}` }));
    return make("li", {}, make("label", {}, box, " ", words));
  });
  if (rows.length) $("people").replaceChildren(...rows);
}

function drawNotes() {
  const list = $("notes");
  const notes = notesOf(shown);
  const rows = notes.map((note) => {
    const failed = outbox.find((item) => item.id === `note:${note.key}`)?.error;
    const head = make("p", { class: "kicker", text: `${labels.kind[note.kind] ?? note.kind} · ${labels.role[note.role] ?? note.role}` });
    const row = make("li", { class: "card", "data-key": note.key }, head, make("p", { text: note.text }));
    if (failed) row.append(make("p", { class: "error", role: "alert", text: failed }));
    else if (note.unsent) row.append(make("p", {}, make("span", { class: "tag tag-warn", text: list.dataset.unsent })));
    if (form) {
      row.append(make("p", { class: "cluster" },
        make("button", { class: "btn btn-quiet btn-small", type: "button", text: list.dataset.edit, onclick: () => begin(note) }),
        make("button", { class: "btn btn-quiet btn-small", type: "button", text: list.dataset.takeBack, onclick: () => takeBack(note) })));
    }
    return row;
  });
  list.replaceChildren(...(rows.length ? rows : [make("li", { class: "muted", text: list.dataset.empty })]));
  const waits = outbox.some((item) => item.type === "note" && item.round === shown);
  if ($("confirmed")) $("confirmed").hidden = waits || !(round().confirmed_at || outbox.some((item) => item.id === `confirm:${shown}`));
}

function drawCards(now) {
  const box = $("cards");
  if (!box) return;
  box.hidden = false;
  const waiting = pendingCards(shown);
  for (const name of ["handover", "harvest"]) {
    const area = $(name);
    if (document.activeElement !== area) area.value = waiting ? waiting[name] : now[name];
  }
}

function drawQueue() {
  const line = $("queue");
  const { sent, waiting, signedOut, offline, busy } = line.dataset;
  line.classList.toggle("waiting", outbox.length > 0);
  if (trouble === "signed_out") {
    line.replaceChildren(make("a", { href: page.dataset.signIn, text: `${signedOut} (${outbox.length})` }));
    return;
  }
  const parts = outbox.length ? [`${waiting} (${outbox.length})`] : [sent];
  if (trouble === "offline") parts.push(offline);
  if (trouble === "busy") parts.push(busy);
  line.textContent = parts.join(" · ");
}

// ---------- the clock ----------

function tick() {
  const now = Date.now() + offset;
  const running = facts.rounds.find((one) => one.id === (facts.clock.round ?? facts.current));
  if (!running) return;
  let left = running.ends_at - now;
  if (facts.clock.round === running.id) left = facts.clock.ends_at !== null ? facts.clock.ends_at - now : (facts.clock.left ?? left);
  else if (now < running.starts_at) left = null;
  $("clock").textContent = left === null ? running.hours : clockText(left);
  $("clock").classList.toggle("over", left !== null && left < 0);
}

function clockText(left) {
  const seconds = Math.round(Math.abs(left) / 1000);
  return `${left < 0 ? "+" : ""}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// ---------- the outbox ----------

async function queue(item) {
  await store.put({ ...item, table, stamp: crypto.randomUUID(), error: "" });
  outbox = await store.all(table);
  draw();
  send();
}

async function send() {
  if (sending) return;
  sending = true;
  let wait = 0;
  try {
    const items = outbox.filter((item) => !item.error);
    const order = { note: 0, cards: 1, confirm: 2 };
    items.sort((one, other) => order[one.type] - order[other.type] || (one.written_at ?? "").localeCompare(other.written_at ?? ""));
    const answer = items.length
      ? await fetch(page.dataset.sync, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
        body: JSON.stringify({ items: items.slice(0, 100) }),
      })
      : await fetch(page.dataset.state, { headers: { Accept: "application/json" } });
    if (answer.status === 401 || answer.status === 403 || answer.status === 404) {
      trouble = "signed_out";
    } else if (answer.ok) {
      const said = await answer.json();
      await settle(items, said);
      trouble = "";
      pause = 2000;
    } else {
      trouble = "busy";
      wait = 1000 * (Number(answer.headers.get("Retry-After")) || 0);
    }
  } catch {
    trouble = "offline";
  }
  sending = false;
  if (trouble) pause = Math.max(Math.min(pause * 2, 30000), wait);
  draw();
  if (!trouble && outbox.some((item) => !item.error)) setTimeout(send, 0);
}

async function settle(items, said) {
  const state = said.state ?? said;
  for (const one of said.items ?? []) {
    const item = items.find((other) => other.id === one.id);
    if (!item) continue;
    if (one.error) await store.refused(item, one.error);
    else await store.arrived(item);
  }
  facts = state;
  offset = state.now - Date.now();
  await store.keepState(table, state);
  outbox = await store.all(table);
}

// ---------- writing ----------

const area = form?.querySelector("textarea");

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = area.value.trim();
  $("note-error").hidden = text !== "";
  area.setAttribute("aria-invalid", String(text === ""));
  if (!text) { area.focus(); return; }
  const values = Object.fromEntries(new FormData(form));
  const key = editing?.key ?? crypto.randomUUID();
  queue({
    id: `note:${key}`, type: "note", key, round: shown, kind: values.kind, role: values.role, text,
    edit: (editing?.edit ?? 0) + 1, written_at: editing?.written_at ?? new Date(Date.now() + offset).toISOString(),
  });
  end();
  area.focus();
});

function begin(note) {
  editing = note;
  form.querySelector(`[name=kind][value="${note.kind}"]`).checked = true;
  form.querySelector(`[name=role][value="${note.role}"]`).checked = true;
  area.value = note.text;
  $("cancel").hidden = false;
  const button = form.querySelector("[data-save]");
  button.textContent = button.dataset.change;
  look();
  area.focus();
}

function end() {
  editing = null;
  area.value = "";
  $("cancel").hidden = true;
  const button = form.querySelector("[data-save]");
  button.textContent = button.dataset.save;
  look();
}

$("cancel")?.addEventListener("click", end);

function takeBack(note) {
  queue({ ...note, unsent: undefined, id: `note:${note.key}`, type: "note", round: shown, edit: note.edit + 1, withdrawn: true });
}

area?.addEventListener("input", look);

function look() {
  const box = $("named");
  const found = findings(area.value, round().names, facts.endings, facts.official);
  box.hidden = found.length === 0;
  box.replaceChildren();
  if (!found.length) return;
  box.append(make("p", { text: box.dataset.lead }));
  box.append(make("p", { class: "cluster" }, ...found.map((one) => {
    const words = one.offer ? box.dataset.replace : box.dataset.leave;
    return make("button", {
      class: "btn btn-quiet btn-small", type: "button",
      text: words.replace("%(found)s", one.found).replace("%(offer)s", one.offer),
      onclick: () => {
        area.value = `${area.value.slice(0, one.start)}${one.offer}${area.value.slice(one.end)}`.replace(/ {2,}/g, " ");
        look();
        area.focus();
      },
    });
  })));
}

// ---------- reading back, cards, people, rounds ----------

// A note that arrives while the dialog is open is read out too.
function drawReading() {
  $("read-list")?.replaceChildren(...notesOf(shown).map((note) => make("li", {}, make("span", { class: "kicker", text: labels.kind[note.kind] }), make("p", { text: note.text }))));
}

const dialog = $("read-dialog");
if ($("read")) $("read").hidden = false;
$("read")?.addEventListener("click", () => {
  drawReading();
  dialog.returnValue = "";
  dialog.showModal();
});
dialog?.addEventListener("close", () => { if (dialog.returnValue === "confirm") confirmRound(); });
$("confirm-form")?.addEventListener("submit", (event) => { event.preventDefault(); confirmRound(); });

function confirmRound() {
  if (notesOf(shown).length) queue({ id: `confirm:${shown}`, type: "confirm", round: shown });
}

let writing;
for (const name of ["handover", "harvest"]) {
  $(name)?.addEventListener("input", () => {
    const id = shown;
    const [handover, harvest] = [$("handover").value, $("harvest").value];
    clearTimeout(writing);
    writing = setTimeout(async () => {
      await queue({ id: `cards:${id}`, type: "cards", round: id, handover, harvest });
      $("cards-said").textContent = $("cards-said").dataset.saved;
    }, 600);
  });
}

$("people").addEventListener("change", () => {
  const spoken = [...$("people").querySelectorAll("input:checked")].map((box) => Number(box.dataset.spoken));
  localStorage.setItem(`spoken-${table}-${shown}`, JSON.stringify(spoken));
});

for (const link of page.querySelectorAll("[data-round]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    shown = Number(link.dataset.round);
    draw();
  });
}

// ---------- life ----------

addEventListener("online", () => { pause = 2000; send(); });
addEventListener("offline", () => { trouble = "offline"; drawQueue(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });

function beat() {
  setTimeout(async () => { if (!document.hidden || outbox.length) await send(); beat(); }, trouble || outbox.length ? pause : 15000);
}

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(page.dataset.worker, { scope: page.dataset.scope });
  navigator.serviceWorker.ready.then((worker) => worker.active.postMessage({ keep: location.pathname }));
}
navigator.storage?.persist?.();

const kept = await store.keptState(table).catch(() => null);
if (kept && kept.now > facts.now) { facts = kept; offset = 0; }
outbox = await store.all(table);
// What was refused last time is tried again in a new visit.
for (const item of outbox.filter((one) => one.error)) await store.put({ ...item, error: "" });
outbox = await store.all(table);
draw();
tick();
setInterval(tick, 500);
await send();
beat();
