// Makes the list of topics one that can be dragged, or moved with two buttons; the numbers follow the list.
for (const form of document.querySelectorAll("[data-topics]")) {
  const list = form.querySelector(".topics");
  const said = form.querySelector("[data-said]");
  list.classList.add("topics-live");
  const rows = () => [...list.children];
  const number = () => rows().forEach((row, place) => { row.querySelector("input").value = place + 1; });
  const say = (row) => {
    const place = rows().indexOf(row) + 1;
    said.textContent = form.dataset.moved.replace("{topic}", row.dataset.topic).replace("{place}", place);
  };
  const move = (row, step, button) => {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (other) step < 0 ? other.before(row) : other.after(row);
    number();
    say(row);
    button.focus();
  };
  for (const row of rows()) {
    for (const [step, word, sign] of [[-1, form.dataset.up, "↑"], [1, form.dataset.down, "↓"]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "icon-button";
      button.textContent = sign;
      button.setAttribute("aria-label", `${word}: ${row.dataset.topic}`);
      button.addEventListener("click", () => move(row, step, button));
      row.querySelector("input").before(button);
    }
    const grip = row.querySelector(".topic-grip");
    grip.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
      row.classList.add("dragged");
    });
    grip.addEventListener("pointermove", (event) => {
      if (!row.classList.contains("dragged")) return;
      const over = rows().find((one) => {
        const box = one.getBoundingClientRect();
        return one !== row && event.clientY > box.top && event.clientY < box.bottom;
      });
      if (!over) return;
      const box = over.getBoundingClientRect();
      event.clientY < box.top + box.height / 2 ? over.before(row) : over.after(row);
    });
    const drop = () => {
      if (!row.classList.contains("dragged")) return;
      row.classList.remove("dragged");
      number();
      say(row);
    };
    grip.addEventListener("pointerup", drop);
    grip.addEventListener("pointercancel", drop);
  }
}
