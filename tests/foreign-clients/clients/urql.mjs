// urql with the normalised cache of graphcache, and graphql-ws.
// setup
import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
// end of setup
import { openSocket } from "./socket.mjs";

export const name = "urql with graphcache";

export function open({ url, session, wait, text }) {
  const socket = openSocket({ url, session, wait });
  // setup
  const client = new Client({
    url,
    preferGetMethod: false,
    fetchOptions: () => ({ headers: session.token ? { authorization: `Bearer ${session.token}` } : {} }),
    exchanges: [
      cacheExchange(),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
        }),
      }),
    ],
  });
  const code = (error) => error.graphQLErrors[0]?.extensions.code;
  // end of setup

  const data = ({ data, error }) => {
    if (error) throw error;
    return data;
  };
  return {
    code,
    query: async (operation, variables) =>
      data(await client.query(text(operation), variables, { requestPolicy: "network-only" }).toPromise()),
    mutate: async (operation, variables) => data(await client.mutation(text(operation), variables).toPromise()),
    cached: async (operation, variables) =>
      data(await client.query(text(operation), variables, { requestPolicy: "cache-only" }).toPromise()) ?? null,
    subscribe(operation, variables, { item, failed, ended }) {
      const following = client.subscription(text(operation), variables).subscribe(({ data, error, hasNext }) => {
        if (error) failed(error);
        else if (data) item(data);
        else if (hasNext === false) ended();
      });
      return () => following.unsubscribe();
    },
    close: () => socket.dispose(),
  };
}
