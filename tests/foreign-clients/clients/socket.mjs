// The socket of graphql-ws, which Apollo Client, urql and Relay use for subscriptions.
// setup
import { createClient } from "graphql-ws";
// end of setup

export function openSocket({ url, session, wait }) {
  // setup
  const socket = createClient({
    url: url.replace(/^http/, "ws"),
    connectionParams: () => ({ token: session.token, after: session.cursor }),
    shouldRetry: (problem) => !(problem instanceof Error),
    retryAttempts: Infinity,
    retryWait: wait,
  });
  // end of setup
  return socket;
}
