// Keeps the pages of tables for an hour without a connection. Its scope is these pages alone.
const CACHE = "private-table-{{ version }}";
const KEPT = [{% for address in kept %}"{{ address|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const SCOPE = "{{ scope|escapejs }}";
const PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("private-table-") && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  const page = request.mode === "navigate" && pathname.startsWith(SCOPE);
  if (page || KEPT.includes(pathname)) event.respondWith(fresh(request, page));
});

// The page that brought the worker was loaded without it, and asks to be kept.
self.addEventListener("message", (event) => {
  const path = String(event.data?.keep ?? "");
  if (path.startsWith(SCOPE)) event.waitUntil(fresh(new Request(path, { credentials: "same-origin" }), true));
});

// The network first; what it says is kept. Where it is silent, what was kept.
async function fresh(request, page) {
  const cache = await caches.open(CACHE);
  const key = page ? new URL(request.url).pathname : request;
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok && !answer.redirected) await cache.put(key, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(key);
    if (kept) return kept;
    throw error;
  }
}
