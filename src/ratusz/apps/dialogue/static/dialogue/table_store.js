// What the phone keeps: the outbox; and what the server said last in a private cache, which goes away at sign-out.
import { outbox } from "../core/outbox.js";

const KEPT = "private-table-state";

export const { put, all, arrived, refused } = outbox("ratusz-table", "table");

export async function keepState(table, state) {
  const cache = await globalThis.caches?.open(KEPT);
  await cache?.put(`/kept/${table}`, new Response(JSON.stringify(state)));
}

export async function keptState(table) {
  const cache = await globalThis.caches?.open(KEPT);
  const answer = await cache?.match(`/kept/${table}`);
  return answer ? answer.json() : null;
}
