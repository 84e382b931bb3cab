// The opinion map as it changes. The stream only says that there is a new picture; the page fetches it then, a phone
// not more often than every `rest` ms and not while nobody looks.
import { listen } from "../core/live.js";

const page = document.querySelector("[data-live]");
const $ = (name) => page.querySelector(`[data-${name}]`);
const rest = Number(page.dataset.rest);
const language = document.documentElement.lang;
let pulse = JSON.parse(document.getElementById("pulse").textContent);
let drawn = pulse.number;
let lost = false;
let planned = null;
let fetched = Date.now();

function state() {
  const line = $("state");
  const moment = pulse.computed_at && new Date(pulse.computed_at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: "Europe/Warsaw" });
  let words = moment ? line.dataset.fine : "";
  if (lost && moment) words = line.dataset.lost;
  else if (!pulse.open) words = line.dataset.ended;
  else if (pulse.late) words = moment ? line.dataset.late : line.dataset.none;
  line.classList.toggle("late", lost || pulse.late);
  // Each new time is shown; only a change of kind is announced.
  line.setAttribute("aria-live", words === line.dataset.fine ? "off" : "polite");
  const text = words.replace("{time}", moment ?? "");
  if (line.textContent !== text) line.textContent = text;
}

function heard(said) {
  if (said.number < pulse.number) return;
  pulse = said;
  state();
  if (said.number > drawn) plan();
}

function plan() {
  if (planned !== null || document.hidden) return;
  const wait = rest ? Math.max(0, fetched + rest - Date.now()) + Math.random() * rest / 4 : 0;
  planned = setTimeout(fetchPicture, wait);
}

async function fetchPicture() {
  fetched = Date.now();
  try {
    const answer = await fetch(page.dataset.drawnAt, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const said = await answer.json();
      $("drawn").innerHTML = said.drawn; // made by the server's own template
      $("too-few").hidden = said.drawn !== "";
      if ($("here")) $("here").innerHTML = said.here;
      drawn = said.pulse.number;
      if (said.pulse.number >= pulse.number) pulse = said.pulse;
      page.dataset.lastVote = String(pulse.last_vote);
      state();
    }
  } catch {
    // The stream says that the connection is lost.
  }
  planned = null;
  if (pulse.number > drawn) plan();
}

listen(page.dataset.live, {
  snapshot: heard,
  picture: heard,
  pulse: heard,
  state(isLost) { lost = isLost; state(); },
  ended() { location.reload(); },
});
document.addEventListener("visibilitychange", () => { if (!document.hidden && pulse.number > drawn) plan(); });
state();
