// graphql-ws on its own, beside plain requests.
import { createClient } from "graphql-ws";
import { send } from "./plain.mjs";

export const name = "graphql-ws";

export function open({ url, session, wait, text }) {
  // setup
  const client = createClient({
    url: url.replace(/^http/, "ws"),
    connectionParams: () => ({ token: session.token, after: session.cursor }),
    shouldRetry: () => true,
    retryAttempts: Infinity,
    retryWait: wait,
  });
  const code = ([error]) => error.extensions.code;
  // end of setup

  const plain = (operation, variables) => send(url, session.token, text(operation), variables);
  return {
    code,
    query: plain,
    mutate: plain,
    subscribe: (operation, variables, { item, failed, ended }) =>
      client.subscribe({ query: text(operation), variables }, { next: ({ data }) => item(data), error: failed, complete: ended }),
    close: () => client.dispose(),
  };
}
