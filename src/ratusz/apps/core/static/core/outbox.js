// What is written and not yet sent: kept in IndexedDB, which survives the browser's end. One database for a kind of
// page; `place` names the field that says to which page of that kind an entry belongs.

export function outbox(database, place) {
  function open() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open(database, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("outbox", { keyPath: [place, "id"] });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  async function within(mode, act) {
    const opened = await open();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = opened.transaction("outbox", mode);
        const answer = act(transaction.objectStore("outbox"));
        transaction.oncomplete = () => resolve(answer?.result);
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      });
    } finally {
      opened.close();
    }
  }

  // Acts on an entry unless it was changed again in the meantime.
  function unchanged(item, act) {
    return within("readwrite", (store) => {
      const asked = store.get([item[place], item.id]);
      asked.onsuccess = () => { if (asked.result?.stamp === item.stamp) act(store); };
      return asked;
    });
  }

  return {
    put: (item) => within("readwrite", (store) => store.put(item)),
    all: async (name) => (await within("readonly", (store) => store.getAll())).filter((item) => item[place] === name),
    arrived: (item) => unchanged(item, (store) => store.delete([item[place], item.id])),
    refused: (item, error) => unchanged(item, (store) => store.put({ ...item, error })),
  };
}

export function cookie(name) {
  return document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.split("=")[1] ?? "";
}
