// graphql-ws on its own, beside plain requests.
import { send } from "./plain.mjs";
import { openSocket } from "./socket.mjs";

export const name = "graphql-ws";

export function open({ url, session, wait, text }) {
  const socket = openSocket({ url, session, wait });
  // setup
  const code = ([error]) => error.extensions.code;
  // end of setup

  const plain = (operation, variables) => send(url, session.token, text(operation), variables);
  return {
    code,
    query: plain,
    mutate: plain,
    subscribe: (operation, variables, { item, failed, ended }) =>
      socket.subscribe({ query: text(operation), variables }, { next: ({ data }) => item(data), error: failed, complete: ended }),
    close: () => socket.dispose(),
  };
}
