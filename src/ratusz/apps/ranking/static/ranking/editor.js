// The method editor: sums while one types, drag by pointer, options that matter only with their choice.
// Every act is a button that posts the form: without this script, and without htmx, the server does the same.

const editor = document.querySelector("[data-editor]");
const language = document.documentElement.lang || "pl";
const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const sharePlain = (part) => tenths.format(100 * part) + (language.startsWith("en") ? "%" : "\u00a0%");
const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 8 });

const number = (text) => {
  const value = Number(text.replace(/[\s\u00a0%]/g, "").replace(",", ".").replace("\u2212", "-"));
  return text.trim() && Number.isFinite(value) ? value : null;
};
const childrenOf = (node) => [...node.querySelectorAll(":scope > ul > .editor-node")];

// Shares of the index, worked out anew with each weight.
function share(node, part) {
  const place = node.querySelector(":scope > [data-row] [data-share]");
  if (place) place.textContent = part === null ? "–" : sharePlain(part);
  const family = childrenOf(node);
  const given = family.map((child) => number(child.querySelector(":scope > [data-row] [data-weight]").value));
  const stated = given.some((weight) => weight !== null);
  const total = given.reduce((sum, weight) => sum + (weight ?? 0), 0);
  const words = node.querySelector(":scope > .editor-sum [data-sum]");
  if (words) {
    const gap = Math.round((100 - total) * 1e8) / 1e8;
    const sign = gap > 0 ? "+" : "";
    words.classList.toggle("ranking-low", stated && gap !== 0);
    words.textContent = !stated ? words.dataset.none : gap === 0 ? words.dataset.fits
      : words.dataset.misfits.replace("TOTAL", plain.format(total)).replace("GAP", sign + plain.format(gap));
  }
  family.forEach((child, k) => {
    const own = stated ? (given[k] > 0 && total > 0 ? given[k] / total : null) : 1 / family.length;
    share(child, part === null || own === null ? null : part * own);
  });
}
const shareAll = () => {
  const root = editor.querySelector(".editor-tree > .editor-node");
  if (root) share(root, 1);
};

// Fields that belong to an option show only while it is chosen, or tried among the variants.
function relevant() {
  for (const place of editor.querySelectorAll("[data-for]")) {
    const step = place.dataset.for;
    const chosen = new Set([...editor.querySelectorAll(`[name="${step}"]:checked, [name="other_${step}"]:checked`)].map((box) => box.value));
    const wanted = place.dataset.options.split("|").some((option) => chosen.has(option));
    place.hidden = !wanted && !place.querySelector(".error-message");
  }
}

let changed = Boolean(editor?.querySelector("[role=alert]"));

// What was open stays open when the tree comes back from the server; a lost focus goes to what was said.
let open = new Set();
document.addEventListener("htmx:beforeSwap", () => {
  open = new Set([...editor.querySelectorAll("details[open][id]")].map((part) => part.id));
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (target.id === "feasibility") return;
  shareAll();
  relevant();
  changed = true;
  if (document.activeElement === document.body) document.getElementById("editor-said").focus({ preventScroll: true });
});
document.addEventListener("htmx:responseError", () => say(editor.dataset.lost));
document.addEventListener("htmx:sendError", () => say(editor.dataset.lost));
let leaving = false;
const say = (words) => { if (!leaving) document.getElementById("editor-said").textContent = words; };

// Drag: a node follows the pointer; let go before another node, or on a group.
let drag = null;
const clean = () => {
  for (const name of ["editor-drop-before", "editor-drop-into"]) editor.querySelectorAll(`.${name}`).forEach((row) => row.classList.remove(name));
};
function aim(event) {
  clean();
  drag.command = null;
  const row = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-row]");
  const node = row?.closest(".editor-node");
  if (!node || drag.node.contains(node)) return;
  const box = row.getBoundingClientRect();
  const isRoot = !node.parentElement.closest(".editor-node");
  const above = event.clientY < box.top + box.height * 0.4;
  const key = drag.node.dataset.key;
  if ("group" in node.dataset && (!above || isRoot)) {
    row.classList.add("editor-drop-into");
    drag.command = `move:${key}:${node.dataset.key}`;
  } else {
    const parent = node.parentElement.closest(".editor-node");
    const next = above ? node : node.nextElementSibling;
    row.classList.add("editor-drop-before");
    drag.command = `move:${key}:${parent.dataset.key}${next && next !== drag.node ? `:${next.dataset.key}` : ""}`;
  }
}
function drop(cancelled) {
  if (!drag) return;
  const { command, node, ghost } = drag;
  drag = null;
  ghost.remove();
  node.classList.remove("editor-dragged");
  clean();
  if (cancelled || !command) return;
  window.htmx.ajax("POST", editor.action, {
    source: editor.querySelector("#editor-tree"), target: "#editor-tree", swap: "outerHTML", values: { act: command },
  });
}
editor?.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest("[data-handle]");
  if (!handle || event.button) return;
  event.preventDefault();
  const node = handle.closest(".editor-node");
  const ghost = document.createElement("div");
  ghost.className = "editor-ghost";
  const row = node.querySelector("[data-row]");
  ghost.textContent = row.querySelector(".editor-names input")?.value || row.querySelector(".editor-name")?.firstChild?.textContent || "…";
  editor.append(ghost);
  drag = { node, ghost, command: null };
  node.classList.add("editor-dragged");
  handle.setPointerCapture(event.pointerId);
});
editor?.addEventListener("pointermove", (event) => {
  if (!drag) return;
  drag.ghost.style.translate = `${event.clientX + 12}px ${event.clientY + 8}px`;
  if (event.clientY < 90) window.scrollBy(0, -12);
  else if (event.clientY > window.innerHeight - 90) window.scrollBy(0, 12);
  aim(event);
});
editor?.addEventListener("pointerup", () => drop(false));
editor?.addEventListener("pointercancel", () => drop(true));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") drop(true); });

// Nobody leaves with unsaved work by accident.
editor?.addEventListener("input", () => { changed = true; shareAll(); relevant(); });
editor?.addEventListener("submit", () => { changed = false; leaving = true; });
window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

if (editor) {
  shareAll();
  relevant();
}
