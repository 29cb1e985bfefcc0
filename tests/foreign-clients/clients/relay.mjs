// Relay's runtime with the artifacts of relay-compiler, and graphql-ws.
import runtime from "relay-runtime";
import { openSocket } from "./socket.mjs";

const {
  Environment, Network, Observable, RecordSource, Store, commitMutation, createOperationDescriptor, fetchQuery, requestSubscription,
} = runtime;

export const name = "Relay";

export function open({ url, session, wait, artifact }) {
  const socket = openSocket({ url, session, wait });
  // setup
  const request = ({ text }, variables) => ({ query: text, variables });
  const send = async (operation, variables) => {
    const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
    if (session.token) headers.authorization = `Bearer ${session.token}`;
    const body = JSON.stringify(request(operation, variables));
    return (await fetch(url, { method: "POST", headers, body })).json();
  };
  const follow = (operation, variables) =>
    Observable.create((sink) => socket.subscribe(request(operation, variables), sink));
  const environment = new Environment({
    network: Network.create(send, follow),
    store: new Store(new RecordSource()),
  });
  const code = (error) => (error.source?.errors ?? error)[0].extensions.code;
  // end of setup

  return {
    code,
    query: (operation, variables) =>
      fetchQuery(environment, artifact(operation), variables, { fetchPolicy: "network-only" }).toPromise(),
    mutate: (operation, variables) =>
      new Promise((done, refused) => {
        commitMutation(environment, {
          mutation: artifact(operation),
          variables,
          onCompleted: (data, errors) => (errors ? refused(errors) : done(data)),
          onError: refused,
        });
      }),
    cached(operation, variables) {
      const descriptor = createOperationDescriptor(artifact(operation), variables);
      if (environment.check(descriptor).status !== "available") return null;
      return environment.lookup(descriptor.fragment).data;
    },
    subscribe(operation, variables, { item, failed, ended }) {
      const following = requestSubscription(environment, {
        subscription: artifact(operation),
        variables,
        onNext: item,
        onError: failed,
        onCompleted: ended,
      });
      return () => following.dispose();
    },
    close: () => socket.dispose(),
  };
}
