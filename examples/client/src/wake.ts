// A phone that wakes for a moment asks what it has missed, without a socket.
import type { Api } from "./api.js";
import { UpdatesQuery, type UpdatesQueryData } from "./operations.js";
import type { Store } from "./store.js";

type Update = UpdatesQueryData["updates"]["edges"][number]["node"];

/** Applies what has happened since the stored cursor; it is the same cursor as that of the subscription. */
export async function wake(api: Api, store: Store, apply: (update: Update) => void | Promise<void>): Promise<number> {
  let seen = 0;
  for (;;) {
    const after = await store.read();
    const { updates } = await api.send(UpdatesQuery, { after, first: 100 });
    for (const { cursor, node } of updates.edges) {
      await apply(node);
      await store.write(cursor);
      seen += 1;
    }
    // An empty page moves on too: what was looked at need not be looked at again.
    if (updates.pageInfo.endCursor !== null) await store.write(updates.pageInfo.endCursor);
    if (!updates.pageInfo.hasNextPage) return seen;
  }
}
