// Small manners on top of pages that already work without them.
const root = document.documentElement;
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches);

function remember(theme) {
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch { /* storage may be forbidden: the choice lasts for this page */ }
}

const themeSwitch = document.querySelector("[data-theme-switch]");
if (themeSwitch) {
  const show = () => themeSwitch.setAttribute("aria-pressed", String(isDark()));
  themeSwitch.addEventListener("click", () => {
    const dark = !isDark();
    if (dark === systemDark.matches) delete root.dataset.theme;
    else root.dataset.theme = dark ? "dark" : "light";
    remember(root.dataset.theme);
    show();
  });
  systemDark.addEventListener("change", show);
  themeSwitch.hidden = false;
  show();
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  const copier = event.target.closest("[data-copy]");
  if (copier) copy(copier);
  const closer = event.target.closest("[data-close-note]");
  if (closer) closer.closest(".note").remove();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy || location.href);
  const label = button.querySelector("[data-copy-label]") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => { label.textContent = before; }, 2500);
}

// A select or checkbox marked data-autosubmit sends its form at once; the button stays for everybody else.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-autosubmit]")) event.target.form?.requestSubmit();
});

for (const element of document.querySelectorAll("[data-js]")) element.hidden = false;

// What pages keep of a person for the time without a connection goes away when the person signs out.
document.addEventListener("submit", (event) => {
  if (!event.target.action?.includes("/account/logout/") || !globalThis.caches) return;
  caches.keys().then((names) => names.filter((name) => name.startsWith("private-")).forEach((name) => caches.delete(name)));
});
