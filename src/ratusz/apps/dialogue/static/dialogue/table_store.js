// What the phone keeps: the outbox in IndexedDB, which survives the browser's end; what the server said last in a
// private cache, which goes away at sign-out.
const DATABASE = "ratusz-table";
const KEPT = "private-table-state";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("outbox", { keyPath: ["table", "id"] });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, act) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction("outbox", mode);
      const answer = act(transaction.objectStore("outbox"));
      transaction.oncomplete = () => resolve(answer?.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const put = (item) => within("readwrite", (store) => store.put(item));
export const all = async (table) => (await within("readonly", (store) => store.getAll())).filter((item) => item.table === table);

// Acts on an entry unless it was changed again in the meantime.
function unchanged(item, act) {
  return within("readwrite", (store) => {
    const asked = store.get([item.table, item.id]);
    asked.onsuccess = () => { if (asked.result?.stamp === item.stamp) act(store); };
    return asked;
  });
}

export const arrived = (item) => unchanged(item, (store) => store.delete([item.table, item.id]));
export const refused = (item, error) => unchanged(item, (store) => store.put({ ...item, error }));

export async function keepState(table, state) {
  const cache = await globalThis.caches?.open(KEPT);
  await cache?.put(`/kept/${table}`, new Response(JSON.stringify(state)));
}

export async function keptState(table) {
  const cache = await globalThis.caches?.open(KEPT);
  const answer = await cache?.match(`/kept/${table}`);
  return answer ? answer.json() : null;
}
