// The kind of operation that a request runs.
import { getOperationAST, parse } from "graphql";

/**
 * Whether a request runs a subscription. Decides by the text that is sent, because GraphiQL's parsed document may
 * belong to another tab.
 */
export function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName)?.operation === "subscription";
  } catch {
    // The server reports the syntax error.
    return false;
  }
}
