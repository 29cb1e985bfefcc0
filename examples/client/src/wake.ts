// Background polling: queries the missed updates without opening a socket.
import type { Api } from "./api.js";
import { UpdatesQuery, type UpdatesQueryData } from "./operations.js";
import type { Store } from "./store.js";

type Update = NonNullable<UpdatesQueryData["updates"]>["edges"][number]["node"];

/** Applies the updates since the stored cursor, which the subscription shares; returns their number. */
export async function wake(api: Api, store: Store, apply: (update: Update) => void | Promise<void>): Promise<number> {
  let applied = 0;
  for (;;) {
    const after = await store.read();
    const { updates } = await api.send(UpdatesQuery, { after, first: 100 });
    // Null only together with an error, which `send` has thrown.
    if (updates === null) return applied;
    for (const { cursor, node } of updates.edges) {
      await apply(node);
      await store.write(cursor);
      applied += 1;
    }
    // An empty page also moves the cursor: it skips entries that this person can't see.
    if (updates.pageInfo.endCursor !== null) await store.write(updates.pageInfo.endCursor);
    if (!updates.pageInfo.hasNextPage) return applied;
  }
}
