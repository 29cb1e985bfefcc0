// One connection of a subscription by server-sent events, which resumes after a cursor.
import { createClient } from "graphql-sse";
import type { Operation } from "../operations";
import { Refused, session } from "./api.svelte";
import { speech } from "./language.svelte";

interface Following<Variables, Data> {
  operation: Operation<Variables, Data>;
  variables: Variables;
  /** The cursor to resume after; empty for new items only. */
  after: () => Promise<string>;
  /** Gets a function that ends the connection. */
  opened: (close: () => void) => void;
  next: (data: Data) => Promise<void> | void;
}

/** Resolves when the connection has ended and all its items are processed. Throws `Refused` if the server refuses the subscription. */
export function follow<Variables, Data>({ operation, variables, after, opened, next }: Following<Variables, Data>): Promise<void> {
  let refusal: Refused | null = null;
  const client = createClient({
    url: "/graphql/stream",
    headers: async () => ({
      Authorization: `Bearer ${(await session.token()) ?? ""}`,
      "Accept-Language": speech.language,
      "Last-Event-ID": await after(),
    }),
    retryAttempts: 0,
    // graphql-sse treats every refusal as a network failure.
    fetchFn: async (address: RequestInfo, request?: RequestInit) => {
      const response = await fetch(address, request);
      if (!response.ok) {
        const body = (await response.clone().json().catch(() => null)) as { errors?: { message: string; extensions: { code: never } }[] } | null;
        const [error] = body?.errors ?? [];
        if (error) refusal = new Refused(error.extensions.code, error.message);
        if (response.status === 401) session.access = null;
      }
      return response;
    },
  });
  opened(() => client.dispose());
  let work = Promise.resolve();
  return new Promise((resolve, reject) => {
    client.subscribe<Data>({ documentId: operation.id, variables } as never, {
      next: ({ data, errors }) => {
        // An incomplete item: its cursor is not stored, and the stream begins again after the previous one.
        if (!data || errors) return client.dispose();
        work = work.then(() => next(data));
      },
      error: (error) => reject(refusal ?? error),
      complete: () => void work.then(resolve),
    });
  });
}
