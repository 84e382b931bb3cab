// Voting with or without a connection. A vote goes to the outbox first and to the server from there; the server knows
// it by its key and takes it once. The next statement comes from a handful that the page holds.
import { cookie, outbox as openOutbox } from "../core/outbox.js";

const AT_ONCE = 40;
const FEW = 4;

const page = document.querySelector("[data-conversation]");
const form = page.querySelector(".debate-vote");
const $ = (name) => page.querySelector(`[data-${name}]`);
const place = page.dataset.conversation;
const store = openOutbox("ratusz-debate", "conversation");
const meName = `ratusz-debate-me-${place}`;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

let unsent = [];
let trouble = "";
let wait = 0; // ms that the server asks to wait
let pause = 2000;
let fetching = false;
let emptied = false; // the server has nothing more
let handful = [];
let shown = null;
const earlier = []; // what was voted on in this visit, for the way back
const cast = new Map(); // statement → the vote of this visit

// ---------- what is shown ----------

function draw() {
  const line = $("outbox");
  const waiting = unsent.filter((item) => !item.error);
  const parts = [];
  if (waiting.length) parts.push(fill(line.dataset.waiting, { number: waiting.length }));
  else if (cast.size) parts.push(line.dataset.sent);
  if (trouble && (waiting.length || trouble === "offline")) parts.push(line.dataset[trouble]);
  const text = parts.join(" · ");
  if (line.textContent !== text) line.textContent = text;
  line.classList.toggle("waits", waiting.length > 0);
  drawRefused(unsent.filter((item) => item.error));
}

function drawRefused(refused) {
  const box = $("refused");
  box.hidden = !refused.length;
  const reasons = [...new Set(refused.map((item) => item.error))].join(" ");
  const text = refused.length ? `${fill(box.dataset.words, { number: refused.length })} ${reasons}` : "";
  if (box.firstElementChild.textContent !== text) box.firstElementChild.textContent = text;
}

function drawProgress() {
  const line = $("progress");
  line.textContent = fill(line.dataset.words, line.dataset);
  $("own").hidden = line.dataset.voted === "0";
  if (Number(line.dataset.voted) >= Number(page.dataset.first) && $("write").hidden) {
    $("write").hidden = false;
    $("vote-first").hidden = true;
  }
}

function show(statement) {
  shown = statement;
  const nothing = !statement && (emptied || !trouble);
  form.hidden = !statement;
  $("nothing").hidden = !nothing;
  $("used-up").hidden = Boolean(statement) || nothing;
  if (!statement) return;
  const heading = form.querySelector("h2");
  heading.lang = statement.language;
  heading.firstElementChild.textContent = fill(heading.dataset.number, statement);
  $("text").textContent = statement.text;
  form.elements.statement.value = statement.number;
  form.elements.key.value = crypto.randomUUID();
  const before = cast.get(statement.number);
  form.elements.important.checked = before?.important ?? false;
  const line = $("standing");
  line.hidden = !before;
  if (before) line.textContent = fill(line.dataset.standing, { vote: before.words });
  $("back").hidden = earlier.length === 0;
}

// The focus follows, so that a screen reader reads what came and the answers are the next thing to reach.
function goTo(statement) {
  show(statement);
  (statement ? form.querySelector("h2") : $("nothing").hidden ? $("used-up") : $("nothing")).focus();
}

// ---------- voting ----------

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (!shown || !button) return;
  const item = {
    conversation: place, id: form.elements.key.value, stamp: crypto.randomUUID(), error: "",
    statement: shown.number, value: Number(button.value), important: form.elements.important.checked,
    cast_at: new Date().toISOString(),
  };
  form.elements.key.value = crypto.randomUUID();
  try {
    await store.put(item);
  } catch {
    // No room to keep it: the plain form sends it.
    form.elements.key.value = item.id;
    const value = Object.assign(document.createElement("input"), { type: "hidden", name: "value", value: button.value });
    form.elements.me.value = me();
    form.append(value);
    form.submit();
    return;
  }
  const known = cast.has(shown.number) || shown.known;
  cast.set(shown.number, { words: button.textContent.trim(), important: item.important });
  if (!known) {
    const counts = $("progress").dataset;
    counts.voted = Number(counts.voted) + 1;
    counts.remaining = Math.max(Number(counts.remaining) - 1, 0);
  }
  if (!earlier.some((one) => one.number === shown.number)) earlier.push(shown);
  drawProgress();
  history.replaceState(null, "", page.dataset.page);
  goTo(handful.shift() ?? null);
  unsent = await store.all(place);
  draw();
  send();
});

$("back")?.querySelector("button").addEventListener("click", () => {
  const at = earlier.findIndex((one) => one.number === shown?.number);
  const before = earlier[(at < 0 ? earlier.length : at) - 1];
  if (!before) return;
  if (shown && at < 0) handful.unshift(shown);
  goTo(before);
});

$("refused")?.querySelector("button").addEventListener("click", async () => {
  for (const item of unsent.filter((one) => one.error)) await store.arrived(item);
  unsent = await store.all(place);
  draw();
  (shown ? form.querySelector("h2") : document.getElementById("main")).focus();
});

// ---------- sending ----------

// One tab at a time: until the first answer the browser has no key, and two tabs would be two people.
async function send() {
  await (navigator.locks?.request(`ratusz-debate-${place}`, { ifAvailable: true }, (lock) => (lock ? sendAll() : null)) ?? sendAll());
  draw();
  refill();
}

async function sendAll() {
  while (Date.now() >= wait) {
    unsent = await store.all(place);
    const items = unsent.filter((item) => !item.error).sort((one, other) => one.cast_at.localeCompare(other.cast_at)).slice(0, AT_ONCE);
    if (!items.length) { trouble = ""; pause = 2000; return; }
    draw();
    if (!(await sendSome(items))) return;
  }
}

async function sendSome(items) {
  let answer;
  try {
    answer = await fetch(page.dataset.votes, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
      body: JSON.stringify({ me: me(), votes: items.map(({ id, statement, value, important, cast_at }) => ({ key: id, statement, value, important, cast_at })) }),
      signal: AbortSignal.timeout(20000),
    });
  } catch {
    return later("offline");
  }
  if (answer.status === 429) {
    wait = Date.now() + 1000 * Number(answer.headers.get("Retry-After") || 5);
    return later("slower", wait - Date.now());
  }
  if (answer.status === 409 || answer.status === 400) {
    const said = await answer.json().catch(() => ({}));
    for (const item of items) await store.refused(item, said.words ?? said.error ?? String(answer.status));
    unsent = await store.all(place);
    return false;
  }
  if (answer.status === 403 || answer.status === 404) return later("signedOut", 60000);
  if (!answer.ok) return later("offline");
  const said = await answer.json().catch(() => null);
  if (!said) return later("offline");
  for (const one of said.votes) {
    const item = items.find((other) => other.id === one.key);
    if (!item) continue;
    if (one.error) await store.refused(item, one.error);
    else await store.arrived(item);
  }
  unsent = await store.all(place);
  localStorage.removeItem(meName);
  trouble = "";
  pause = 2000;
  return true;
}

let again;
function later(what, after = pause * (0.5 + Math.random())) {
  trouble = what;
  pause = Math.min(pause * 2, 30000);
  clearTimeout(again);
  again = setTimeout(send, after);
  return false;
}

// The key that this page offers until the server's cookie is there: the same whenever a vote is sent again.
function me() {
  try {
    const known = localStorage.getItem(meName);
    if (!known) localStorage.setItem(meName, page.dataset.me);
    return known ?? page.dataset.me;
  } catch {
    return page.dataset.me;
  }
}

async function refill() {
  if (!form || fetching || trouble || handful.length >= FEW || emptied) return;
  fetching = true;
  try {
    const held = [shown, ...handful, ...earlier].filter(Boolean).map((one) => one.number);
    const answer = await fetch(`${page.dataset.next}?has=${[...new Set(held)].slice(-200).join(",")}`, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const { statements } = await answer.json();
      const fresh = statements.filter((one) => !cast.has(one.number) && !held.includes(one.number));
      emptied = fresh.length === 0;
      handful.push(...fresh);
      if (!shown) show(handful.shift() ?? null);
      // New statements come while others vote.
      if (emptied) setTimeout(() => { emptied = false; refill(); }, 30000);
    }
  } catch {
    trouble = "offline";
  }
  fetching = false;
  draw();
}

// ---------- life ----------

addEventListener("online", () => { pause = 2000; wait = 0; trouble = ""; send(); });
addEventListener("offline", () => { trouble = "offline"; draw(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
navigator.storage?.persist?.();

unsent = await store.all(place).catch(() => []);
if (form) {
  handful = JSON.parse(document.getElementById("following").textContent);
  shown = {
    number: Number(form.elements.statement.value), text: $("text").textContent,
    language: form.querySelector("h2").lang, known: !$("standing").hidden,
  };
  // What waits on this device is not asked again, and counts already.
  for (const item of unsent) if (!item.error) cast.set(item.statement, { words: labelOf(item.value), important: item.important });
  handful = handful.filter((one) => !cast.has(one.number));
  if (!shown.known && cast.has(shown.number)) show(handful.shift() ?? null);
  if (cast.size) {
    const counts = $("progress").dataset;
    counts.voted = Number(counts.voted) + cast.size;
    counts.remaining = Math.max(Number(counts.remaining) - cast.size, 0);
    drawProgress();
  }
}
draw();
await send();

function labelOf(value) {
  return form.querySelector(`button[name=value][value="${value}"]`)?.textContent.trim() ?? "";
}
