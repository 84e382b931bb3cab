// Drags notes into themes. The same form does it by boxes, a list and a button, for the keyboard and without this file.
const form = document.querySelector("[data-harvest]");
const select = form?.querySelector("[name=theme]");
const chosen = form?.querySelector("[data-chosen]");
const boxes = form ? [...form.querySelectorAll("[name=note]")] : [];

function count() {
  if (!chosen) return;
  chosen.textContent = `${chosen.dataset.words} ${boxes.filter((box) => box.checked).length}`;
}
form?.addEventListener("change", count);

let held = null;
for (const card of form?.querySelectorAll("[data-note]") ?? []) {
  card.draggable = Boolean(select);
  card.addEventListener("dragstart", (event) => {
    held = card;
    card.classList.add("held");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.note);
    form.querySelector("[data-said]").textContent = form.dataset.held;
  });
  card.addEventListener("dragend", () => { card.classList.remove("held"); held = null; });
}

for (const theme of form?.querySelectorAll("[data-theme]") ?? []) {
  theme.addEventListener("dragover", (event) => {
    if (!held) return;
    event.preventDefault();
    theme.classList.add("over");
  });
  theme.addEventListener("dragleave", () => theme.classList.remove("over"));
  theme.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!held) return;
    // A card that is not ticked goes alone; one of several that are ticked takes them along.
    const box = boxes.find((one) => one.value === held.dataset.note);
    if (!box.checked) boxes.forEach((one) => { one.checked = one === box; });
    select.value = theme.dataset.theme;
    form.requestSubmit(form.querySelector("button[value=place]"));
  });
}
