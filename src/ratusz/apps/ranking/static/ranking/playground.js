// A slider and its number are one weight. The server counts; the page works without any of this.
const form = document.querySelector("[data-playground]");
const sign = document.documentElement.lang === "pl" ? "\u00a0%" : "%";
const percent = (part) => `${Math.round(100 * part)}${sign}`;

function share(group) {
  const lines = [...group.querySelectorAll(":scope > [data-slider]:has([type=range])")];
  const total = lines.reduce((sum, line) => sum + Number(line.querySelector("[type=number]").value), 0);
  for (const line of lines) {
    const number = line.querySelector("[type=number]");
    const written = percent(total ? Number(number.value) / total : 0);
    line.querySelector("[data-share]").textContent = written;
    line.querySelector("[type=range]").setAttribute("aria-valuetext", `${number.value} (${written})`);
  }
}

for (const group of form.querySelectorAll("fieldset")) {
  for (const line of group.querySelectorAll(":scope > [data-slider]:has([type=range])")) {
    const range = line.querySelector("[type=range]");
    const number = line.querySelector("[type=number]");
    range.value = number.value;
    range.hidden = false;
    range.addEventListener("input", () => { number.value = range.value; share(group); });
    number.addEventListener("input", () => {
      if (number.validity.valid) range.value = number.value;
      share(group);
    });
  }
  share(group);
}

form.addEventListener("htmx:beforeRequest", (event) => {
  if (!form.checkValidity()) event.preventDefault();
});
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  form.addEventListener(failure, () => { document.getElementById("verdict").textContent = form.dataset.failed; });
}
// The other language keeps the choice.
document.addEventListener("htmx:afterSettle", () => {
  for (const link of document.querySelectorAll("a[hreflang]")) link.search = location.search;
});
