// The planner's board: drag or keyboard, the price of a move before it is done, and the parts that the server sends back.
const planner = document.getElementById("planner");
const say = document.getElementById("planner-say");
const box = document.getElementById("planner-person");
let held = null; // {chip, person, name, from, target, other} while somebody is picked up
let asked = 0;
let polling = null;

const top_ = () => document.getElementById("planner-top");
const round = () => planner.dataset.round;
const locked = () => top_().dataset.locked === "yes";
const nameOf = (chip) => chip.querySelector(".chip-name").textContent;
const homeOf = (chip) => chip.closest("[data-table]");
const places = () => [...planner.querySelectorAll(".planner-card, .planner-shelf")];
const words = (key, values) => planner.dataset[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

function tell(text, bad = false) {
  say.textContent = text;
  say.classList.toggle("is-bad", bad);
}

// The server's parts take the place of those on the page, by their ids.
function take(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of [...fresh.body.children]) {
    const old = document.getElementById(part.id);
    if (old) old.replaceWith(part);
    else if (part.dataset.table) document.getElementById("planner-grid").append(part);
  }
  rove();
  filter();
  watch();
}

async function send(fields, touched = []) {
  const body = new FormData();
  const all = { round: round(), version: top_().dataset.version, touched: touched.join(","), ...fields };
  for (const [name, value] of Object.entries(all)) body.set(name, value ?? "");
  body.set("csrfmiddlewaretoken", planner.querySelector("[name=csrfmiddlewaretoken]").value);
  try {
    const answer = await fetch(planner.dataset.act, { method: "POST", body, headers: { "X-Planner": "1" } });
    if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status));
    take(await answer.text());
    const wrong = planner.querySelector(".planner-wrong");
    if (answer.status === 409 && wrong) tell(wrong.textContent, true);
    return answer.ok;
  } catch {
    tell(planner.dataset.lost, true);
    return false;
  }
}

async function price(fields) {
  const mine = ++asked;
  const query = new URLSearchParams({ round: round(), ...fields });
  try {
    const answer = await fetch(`${planner.dataset.whatIf}?${query}`);
    const found = await answer.json();
    return mine === asked ? found : null;
  } catch {
    return null;
  }
}

let waiting = null;
function showPrice(person, target, other) {
  clearTimeout(waiting);
  const place = words("over", { table: target.dataset.name, count: target.dataset.count ?? "" });
  tell(place);
  waiting = setTimeout(async () => {
    const found = await price(other ? { person, other } : { person, table: target.dataset.table });
    if (found && held) tell(`${place} ${found.words.join(" · ")}`, found.bad);
  }, 120);
}

function aim(target) {
  for (const old of planner.querySelectorAll(".is-target")) old.classList.remove("is-target");
  if (!held || !target) return;
  held.target = target;
  target.classList.add("is-target");
}

function pickUp(chip) {
  held = { chip, person: chip.dataset.person, name: nameOf(chip), from: homeOf(chip), target: homeOf(chip), other: "" };
  chip.classList.add("is-held");
}

function letGo() {
  clearTimeout(waiting);
  asked++;
  held?.chip.classList.remove("is-held");
  held = null;
  for (const old of planner.querySelectorAll(".is-target")) old.classList.remove("is-target");
}

async function setDown() {
  const { person, name, from, target, other } = held;
  const otherName = other ? nameOf(planner.querySelector(`[data-person="${other}"]`)) : "";
  letGo();
  if (target === from && !other) return tell(words("back", { name }));
  const touched = [from.dataset.table, target.dataset.table].filter(Boolean);
  const table = target.dataset.table;
  const done = other
    ? await send({ do: "swap", person, other }, touched)
    : await send({ do: "move", person, table }, touched);
  if (done) tell(other ? words("swapped", { name, other: otherName }) : words("moved", { name, table: target.dataset.name }));
  focus(person);
}

// One stop for the Tab key: arrows go from person to person.
function rove(chip = null) {
  const buttons = [...planner.querySelectorAll(".chip > button")];
  if (!buttons.length) return;
  const current = chip?.querySelector("button") ?? buttons.find((one) => one.tabIndex === 0) ?? buttons[0];
  for (const one of buttons) one.tabIndex = one === current ? 0 : -1;
}

function focus(person) {
  const chip = planner.querySelector(`[data-person="${person}"]`);
  if (!chip) return;
  rove(chip);
  chip.querySelector("button").focus();
}

function step(chip, key) {
  const seen = (place) => [...place.querySelectorAll(".chip")].filter((one) => one.offsetParent);
  const home = homeOf(chip);
  const row = seen(home);
  const at = row.indexOf(chip);
  let next = null;
  if (key === "ArrowDown") next = row[at + 1];
  if (key === "ArrowUp") next = row[at - 1];
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const all = places().filter((place) => seen(place).length);
    const other = all[all.indexOf(home) + (key === "ArrowRight" ? 1 : -1)];
    if (other) next = seen(other)[Math.min(at, seen(other).length - 1)];
  }
  if (next) focus(next.dataset.person);
}

function aimBy(key) {
  const all = places();
  const across = Math.max(1, getComputedStyle(document.getElementById("planner-grid")).gridTemplateColumns.split(" ").length);
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across };
  const at = all.indexOf(held.target);
  const to = Math.min(Math.max(at + steps[key], 0), all.length - 1);
  aim(all[to]);
  all[to].scrollIntoView({ block: "nearest" });
  showPrice(held.person, all[to]);
}

planner.addEventListener("keydown", (event) => {
  const chip = event.target.closest(".chip");
  if (!chip) return;
  if (event.key.startsWith("Arrow")) {
    event.preventDefault();
    held ? aimBy(event.key) : step(chip, event.key);
  } else if (event.key === " ") {
    event.preventDefault();
    if (held) setDown();
    else if (!locked()) {
      pickUp(chip);
      aim(homeOf(chip));
      tell(words("picked", { name: held.name }));
    }
  } else if (event.key === "Escape" && held) {
    event.preventDefault();
    const { name } = held;
    letGo();
    tell(words("back", { name }));
  } else if (event.key === "Enter" && held) {
    event.preventDefault();
    setDown();
  } else if ((event.key === "p" || event.key === "P") && !locked() && homeOf(chip).dataset.table) {
    const person = chip.dataset.person;
    const verb = chip.classList.contains("is-pinned") ? "unpin" : "pin";
    send({ do: verb, person }, [homeOf(chip).dataset.table]).then(() => focus(person));
  }
});

// Drag: on a table the person moves there, on a person the two change places.
planner.addEventListener("dragstart", (event) => {
  const chip = event.target.closest(".chip");
  if (!chip || locked()) return event.preventDefault();
  pickUp(chip);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", held.name);
});
planner.addEventListener("dragover", (event) => {
  const place = event.target.closest("[data-table]");
  if (!held || !place) return;
  event.preventDefault();
  const over = event.target.closest(".chip");
  const other = over && over !== held.chip && homeOf(over) !== held.from ? over.dataset.person : "";
  if (place === held.target && other === held.other) return;
  held.other = other;
  aim(other ? over : place);
  held.target = place;
  showPrice(held.person, place, other);
});
planner.addEventListener("drop", (event) => {
  if (!held) return;
  event.preventDefault();
  setDown();
});
planner.addEventListener("dragend", () => held && letGo());

// A person's own box: why here, the way through the day, and the same acts for a finger.
async function open(person) {
  const answer = await fetch(`${planner.dataset.personUrl}?round=${round()}&person=${person}`);
  if (!answer.ok) return tell(planner.dataset.lost, true);
  box.innerHTML = await answer.text();
  box.dataset.of = person;
  box.hidden = false;
}
planner.addEventListener("click", (event) => {
  const chip = event.target.closest(".chip");
  if (chip && !held) {
    rove(chip);
    open(chip.dataset.person);
  }
  if (event.target.closest("[data-close]")) close();
  const zoom = event.target.closest("[data-zoom-to]");
  if (zoom) setZoom(zoom.dataset.zoomTo);
});
box.addEventListener("keydown", (event) => event.key === "Escape" && close());
function close() {
  box.hidden = true;
  focus(box.dataset.of);
}
box.addEventListener("change", async (event) => {
  if (!event.target.matches("[data-cost]")) return;
  const found = await price({ person: box.dataset.of, table: event.target.value });
  if (found) box.querySelector(".planner-cost").textContent = found.words.join(" · ");
});
planner.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-planner]");
  const verb = event.submitter?.value;
  if (!form || verb === "recount") return;
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form));
  delete fields.csrfmiddlewaretoken;
  const inside = box.contains(form);
  const done = await send({ ...fields, do: verb });
  if (inside && done) close();
  else if (inside) open(fields.person);
});

// Find, zoom, and the search that runs on the server.
const find = document.getElementById("planner-find");
const kind = document.getElementById("planner-kind");
const plain = (text) => text.toLocaleLowerCase("pl").normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("ł", "l");
function filter() {
  const text = plain(find.value.trim());
  const on = Boolean(text || kind.value);
  planner.classList.toggle("is-filtered", on);
  let count = 0;
  for (const chip of planner.querySelectorAll(".chip")) {
    const match = on && (!kind.value || chip.dataset.kind === kind.value) && plain(chip.textContent).includes(text);
    chip.classList.toggle("is-match", match);
    count += match;
  }
  return on ? count : null;
}
for (const input of [find, kind]) {
  input.addEventListener("input", () => {
    const count = filter();
    tell(count === null ? "" : words("found", { count }));
  });
}
function setZoom(level) {
  planner.dataset.zoom = level;
  for (const one of planner.querySelectorAll("[data-zoom-to]")) one.setAttribute("aria-pressed", one.dataset.zoomTo === level);
  localStorage.setItem("planner-zoom", level);
}
setZoom(localStorage.getItem("planner-zoom") ?? (places().length > 21 ? "1" : "2"));

function watch() {
  const searching = top_().dataset.searching === "yes";
  if (searching && !polling) {
    polling = setInterval(async () => {
      if (held) return;
      const answer = await fetch(`${planner.dataset.state}?part=state&round=${round()}`);
      if (answer.ok) take(await answer.text());
    }, 1000);
  } else if (!searching && polling) {
    clearInterval(polling);
    polling = null;
  }
}
rove();
watch();
