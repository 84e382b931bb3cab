// The board of the day: blocks are dragged, or picked up and moved with the keyboard. The server decides and answers
// with the board; the list below it works without this file.
const STEP = 5;
const host = document.querySelector("[data-agenda]");
const undone = [];

function lay() {
  const board = host.querySelector(".agenda-board");
  if (!board) return;
  for (const one of board.querySelectorAll("[data-row], [data-column]")) place(one);
  const rooms = board.querySelectorAll(".agenda-room").length;
  board.style.gridTemplateColumns = `3.5rem repeat(${rooms}, minmax(9rem, 1fr))`;
  const undo = host.querySelector("[data-undo]");
  if (undo) undo.hidden = undone.length === 0;
}

function place(one) {
  const row = Number(one.dataset.row || 1);
  one.style.gridRow = `${row} / span ${Number(one.dataset.steps || 1)}`;
  one.style.gridColumn = one.dataset.column || "1";
}

function target(card) {
  const board = card.closest(".agenda-board");
  const minutes = (Number(card.dataset.row) - 2) * STEP;
  const starts = new Date(new Date(board.dataset.first).getTime() + minutes * 60000);
  const room = board.querySelector(`.agenda-room[data-column="${card.dataset.column}"]`);
  return { starts_at: starts.toISOString(), room: room ? room.dataset.room : "" };
}

async function send(address, to, focus) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value || cookie("csrftoken");
  const answer = await fetch(address, {
    method: "POST",
    headers: { "X-CSRFToken": token },
    body: new URLSearchParams(to),
  });
  if (!answer.ok) { window.location.reload(); return; }
  host.innerHTML = await answer.text();
  lay();
  host.querySelector(`[data-block="${focus}"]`)?.focus();
}

function cookie(name) {
  return document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.split("=")[1] ?? "";
}

function drop(card, from) {
  if (card.dataset.row === from.row && card.dataset.column === from.column) { place(card); return; }
  undone.push({ address: card.dataset.move, block: card.dataset.block, place: { starts_at: card.dataset.starts, room: card.dataset.room } });
  send(card.dataset.move, target(card), card.dataset.block);
}

let held = null;

host.addEventListener("keydown", (event) => {
  const card = event.target.closest("[data-movable]");
  if (!card) return;
  if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    if (held && held.card === card) {
      card.classList.remove("held");
      const from = held.from;
      held = null;
      drop(card, from);
    } else {
      held = { card, from: { row: card.dataset.row, column: card.dataset.column } };
      card.classList.add("held");
    }
    card.setAttribute("aria-pressed", String(held !== null));
    return;
  }
  if (!held || held.card !== card) return;
  const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  if (event.key === "Escape") {
    Object.assign(card.dataset, held.from);
    card.classList.remove("held");
    card.setAttribute("aria-pressed", "false");
    held = null;
    place(card);
  } else if (move) {
    event.preventDefault();
    shift(card, move[0], move[1]);
  }
});

function shift(card, rows, columns) {
  const board = card.closest(".agenda-board");
  const last = 1 + board.querySelectorAll(".agenda-room").length;
  card.dataset.row = String(Math.max(2, Number(card.dataset.row) + rows));
  card.dataset.column = String(Math.min(last, Math.max(2, Number(card.dataset.column) + columns)));
  place(card);
  const { starts_at } = target(card);
  const room = board.querySelector(`.agenda-room[data-column="${card.dataset.column}"]`).textContent;
  const hour = new Date(starts_at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Warsaw" });
  host.querySelector("[data-said]").textContent = `${hour}, ${room}`;
}

host.addEventListener("pointerdown", (event) => {
  const card = event.target.closest("[data-movable]");
  if (!card || event.button !== 0) return;
  const board = card.closest(".agenda-board");
  const from = { row: card.dataset.row, column: card.dataset.column };
  const rows = [...board.querySelectorAll(".agenda-room")].map((one) => one.getBoundingClientRect());
  const height = card.getBoundingClientRect().height / Number(card.dataset.steps);
  const start = { x: event.clientX, y: event.clientY };
  let moved = false;
  card.setPointerCapture(event.pointerId);
  const go = (to) => {
    if (!moved && Math.hypot(to.clientX - start.x, to.clientY - start.y) < 6) return;
    moved = true;
    card.classList.add("held");
    card.dataset.row = String(Math.max(2, Number(from.row) + Math.round((to.clientY - start.y) / height)));
    const column = rows.findIndex((box) => to.clientX >= box.left && to.clientX <= box.right);
    if (column >= 0) card.dataset.column = String(column + 2);
    place(card);
  };
  const end = () => {
    card.removeEventListener("pointermove", go);
    card.removeEventListener("pointerup", end);
    card.removeEventListener("pointercancel", end);
    card.classList.remove("held");
    if (moved) drop(card, from);
  };
  card.addEventListener("pointermove", go);
  card.addEventListener("pointerup", end);
  card.addEventListener("pointercancel", end);
});

// A click on an empty place opens the form of a new block at that quarter and in that room.
host.addEventListener("click", (event) => {
  const board = event.target;
  if (!board.dataset || !board.dataset.new) return;
  const heads = [...board.querySelectorAll(".agenda-room")];
  const room = heads.find((one) => {
    const box = one.getBoundingClientRect();
    return event.clientX >= box.left && event.clientX <= box.right;
  });
  const [head, row] = getComputedStyle(board).gridTemplateRows.split(" ").map(parseFloat);
  const depth = event.clientY - board.getBoundingClientRect().top - parseFloat(getComputedStyle(board).paddingTop) - head;
  if (!room || depth < 0) return;
  const minutes = Math.floor((depth / row) * STEP / 15) * 15;
  const at = new Date(new Date(board.dataset.first).getTime() + minutes * 60000).toISOString();
  window.location.assign(`${board.dataset.new}?${new URLSearchParams({ at, room: room.dataset.room })}`);
});

host.addEventListener("click", (event) => {
  if (!event.target.closest("[data-undo]")) return;
  const last = undone.pop();
  if (last) send(last.address, last.place, last.block);
});

lay();
