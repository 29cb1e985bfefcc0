// graphql-sse on its own, beside plain requests.
// setup
import { createClient } from "graphql-sse";
// end of setup
import { send } from "./plain.mjs";

export const name = "graphql-sse";

export function open({ url, session, wait, text }) {
  // setup
  let refusal = null;
  const client = createClient({
    url: `${url}/stream`,
    headers: () => ({ authorization: `Bearer ${session.token}`, "last-event-id": session.cursor ?? "" }),
    retryAttempts: Infinity,
    retry: async (tries) => {
      // graphql-sse would send a refused request again and again.
      if (refusal) throw refusal;
      await wait(tries);
    },
    fetchFn: async (address, request) => {
      const response = await fetch(address, request);
      refusal = [400, 403, 422].includes(response.status) ? (await response.clone().json()).errors : null;
      return response;
    },
  });
  const code = ([error]) => error.extensions.code;
  // end of setup

  const plain = (operation, variables) => send(url, session.token, text(operation), variables);
  return {
    code,
    query: plain,
    mutate: plain,
    subscribe: (operation, variables, { item, failed, ended }) =>
      client.subscribe(
        { query: text(operation), variables },
        { next: ({ data, errors }) => (errors ? failed(errors) : item(data)), error: failed, complete: ended },
      ),
    close: () => client.dispose(),
  };
}
