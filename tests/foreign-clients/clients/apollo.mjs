// Apollo Client 4 with its normalised cache and graphql-ws.
// setup
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
// end of setup
import { openSocket } from "./socket.mjs";

export const name = "Apollo Client";

export function open({ url, session, wait, text }) {
  const socket = openSocket({ url, session, wait });
  // setup
  const authorise = new SetContextLink(({ headers }) => ({
    headers: session.token ? { ...headers, authorization: `Bearer ${session.token}` } : headers,
  }));
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      authorise.concat(new HttpLink({ uri: url })),
    ),
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
    close() {
      client.stop();
      return socket.dispose();
    },
  };
}
