// Single keys for the moderator's queue. They can be switched off (WCAG 2.1.4) and never work while somebody types.

const STORE = "ratusz-debate-keys";
const help = document.querySelector(".debate-keys");
const box = help?.querySelector("input");

function isOn() {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true; // no storage in a private window
  }
}

if (help && box) {
  help.hidden = false;
  box.checked = isOn();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(STORE, box.checked ? "on" : "off");
    } catch {
      /* the choice holds on this page alone */
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], [role=menu], dialog")) return;
    const key = event.key.toLowerCase();
    if (!/^[a-z]$/.test(key)) return;
    const found = document.querySelector(`[data-key="${key}"]`);
    if (!found) return;
    event.preventDefault();
    if (key === "a" || key === "j" || key === "k") found.click();
    // What cannot be taken back by the next key is only gone to.
    else (found.matches("form") ? found.querySelector("input:not([type=hidden]), select, textarea") : found).focus();
  });
}
