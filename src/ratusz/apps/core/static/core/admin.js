// Starts the parts of Wagtail's admin that it would start from inline scripts, which our policy does not allow.
// Our templates leave <template data-starts="NAME" data-id data-options> in their place, also in what comes later.
const PANELS = new Set(["InlinePanel", "MultipleChooserPanel"]);

function start(place) {
  if (place.dataset.started || place.closest("template:not([data-starts])")) return;
  place.dataset.started = "1";
  const { starts, id, options } = place.dataset;
  const settings = JSON.parse(options);
  if (PANELS.has(starts)) new window[starts](settings);
  else if (starts.startsWith("init")) window[starts](id, settings);
  else new window[starts](id, settings);
}

const startAll = (root) => root.querySelectorAll("template[data-starts]").forEach(start);

function watch() {
  startAll(document);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE) continue;
        if (node.matches("template[data-starts]")) start(node);
        else startAll(node);
      }
    }
  }).observe(document.body, { childList: true, subtree: true });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", watch);
else watch();
