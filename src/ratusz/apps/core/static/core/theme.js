// Runs before the first paint: a chosen theme must not flash. Everything else waits in ratusz.js.
(() => {
  let theme = null;
  try { theme = localStorage.getItem("theme"); } catch { /* storage may be forbidden */ }
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
