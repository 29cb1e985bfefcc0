// Apollo Client 4 without a socket: its HTTP link reads subscriptions as multipart answers.
// setup
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import { RetryLink } from "@apollo/client/link/retry";
import { OperationTypeNode } from "graphql";
// end of setup

export const name = "Apollo Client over HTTP alone";

export function open({ url, session, wait, text }) {
  // setup
  const authorise = new SetContextLink(({ headers }) => ({
    headers: {
      ...headers,
      ...(session.token && { authorization: `Bearer ${session.token}` }),
      ...(session.cursor && { "last-event-id": session.cursor }),
    },
  }));
  const subscribeAgain = new RetryLink({
    delay: () => 0,
    attempts: async (tries, { operationType }) => {
      if (operationType !== OperationTypeNode.SUBSCRIPTION) return false;
      await wait(tries);
      return true;
    },
  });
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.from([subscribeAgain, authorise, new HttpLink({ uri: url })]),
  });
  const code = (error) => (CombinedGraphQLErrors.is(error) ? error.errors[0].extensions.code : null);
  // end of setup

  return {
    code,
    query: async (operation, variables) =>
      (await client.query({ query: gql(text(operation)), variables, fetchPolicy: "network-only" })).data,
    mutate: async (operation, variables) => (await client.mutate({ mutation: gql(text(operation)), variables })).data,
    cached: (operation, variables) => client.readQuery({ query: gql(text(operation)), variables }),
    subscribe(operation, variables, { item, failed, ended }) {
      const following = client.subscribe({ query: gql(text(operation)), variables }).subscribe({
        next: ({ data, error }) => (error ? failed(error) : item(data)),
        error: failed,
        complete: ended,
      });
      return () => following.unsubscribe();
    },
    close: () => client.stop(),
  };
}
