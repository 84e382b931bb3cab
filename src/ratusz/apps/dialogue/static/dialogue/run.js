// The screen of the day keeps itself up to date: its clock counts, and what another organiser does appears.
import { listen, stateLine } from "../core/live.js";

const language = document.documentElement.lang;
const root = () => document.querySelector("[data-run]");
let live = { offset: 0 };

function minutes(ms) {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function tick() {
  const clock = root().querySelector("[data-clock]");
  const { ends, left } = clock.dataset;
  const rest = ends ? Number(ends) - Date.now() - live.offset : left ? Number(left) : null;
  clock.classList.toggle("over", rest !== null && rest <= 0);
  clock.textContent = rest === null ? "–" : rest > 0 ? minutes(rest + (ends ? 999 : 0)) : `+${minutes(rest)}`;
}

function count({ present, registered }) {
  if (present === undefined) return;
  root().querySelector("[data-present]").textContent = present.toLocaleString(language);
  root().querySelector("[data-registered]").textContent = registered.toLocaleString(language);
}

// What is being typed stays: only the parts that nobody writes in are replaced.
async function refresh(version) {
  if (Number(root().dataset.version) >= version) return;
  const page = await fetch(location.href).then((reply) => reply.text()).catch(() => null);
  const fresh = page && new DOMParser().parseFromString(page, "text/html").querySelector("[data-run]");
  if (!fresh) return;
  const typed = [...root().querySelectorAll(".run-say input:not([type=hidden])")].map((field) => [field.id, field.value]);
  const focused = document.activeElement?.id;
  root().replaceWith(fresh);
  for (const [id, value] of typed) document.getElementById(id).value = value;
  if (focused) document.getElementById(focused)?.focus();
  tick();
}

live = listen(root().dataset.live, {
  snapshot(told) { count(told); refresh(told.version); },
  hall(told) { refresh(told.version); },
  arrival: count,
  state: (lost, since) => stateLine(root().querySelector("[data-lost]"))(lost, since),
  ended() { location.reload(); },
});
tick();
setInterval(tick, 250);
