// A live screen: Server-Sent Events that come back by themselves, and a line that says when they stopped.
//
// listen(url, { snapshot(data), <event>(data), ended(), state(lost, since) }) → { close(), offset }
// `offset` is the server's clock minus this one, in ms; `since` is the moment of the last sign of life.

const SILENCE = 40000; // the server beats every 15 s
const PAUSES = [1000, 2000, 4000, 8000, 15000];

export function listen(url, handlers) {
  let source, watch, again;
  let failures = 0;
  let since = Date.now();
  const live = { offset: 0, close };

  function heard(message) {
    since = Date.now();
    failures = 0;
    clearTimeout(watch);
    watch = setTimeout(lost, SILENCE);
    const data = message.data ? JSON.parse(message.data) : {};
    if (data.now) live.offset = data.now - since;
    handlers.state?.(false, since);
    return data;
  }

  function open() {
    rest();
    source = new EventSource(url);
    for (const name of ["beat", "snapshot", ...Object.keys(handlers)]) {
      if (name === "state" || name === "ended") continue;
      source.addEventListener(name, (message) => {
        const data = heard(message);
        handlers[name]?.(data);
      });
    }
    source.addEventListener("end", () => { close(); handlers.ended?.(); });
    source.addEventListener("error", lost);
    clearTimeout(watch);
    watch = setTimeout(lost, SILENCE);
  }

  function lost() {
    source.close();
    clearTimeout(watch);
    handlers.state?.(true, since);
    const pause = PAUSES[Math.min(failures, PAUSES.length - 1)];
    failures += 1;
    clearTimeout(again);
    // Phones that lost one access point do not all come back in the same moment.
    again = setTimeout(open, pause * (0.5 + Math.random()));
  }

  // A page that the browser kept comes back as it was, without its connection.
  function back(event) { if (event.persisted) open(); }

  function rest() {
    source?.close();
    clearTimeout(watch);
    clearTimeout(again);
  }

  function close() {
    rest();
    removeEventListener("online", open);
    removeEventListener("pagehide", rest);
    removeEventListener("pageshow", back);
  }

  addEventListener("online", open);
  addEventListener("pagehide", rest);
  addEventListener("pageshow", back);
  open();
  return live;
}

// Shows `element` (with data-lost="connection lost – last update {time}") while the connection is lost.
export function stateLine(element) {
  const language = document.documentElement.lang;
  return (isLost, since) => {
    element.hidden = !isLost;
    if (!isLost) return;
    const time = new Date(since).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const text = element.dataset.lost.replace("{time}", time);
    if (element.textContent !== text) element.textContent = text;
  };
}
