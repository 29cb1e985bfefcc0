// A request as a curl command and as a link. A link never contains passwords or tokens; a command contains the token of
// the login only if the person chose that.
import { parse, visit } from "graphql";

// Names of arguments, input fields and headers whose values are secret.
const SECRET_NAME = /password|token|secret|activationCode|authorization|cookie|apiKey/i;
// Access tokens, refresh tokens and API keys begin like this.
const SECRET_VALUE = /\bkn[a-z]_[A-Za-z0-9_-]+/g;

const isSecret = (name, more) => SECRET_NAME.test(name) || more.has(name);

const blank = (value) => {
  if (typeof value === "string") return "";
  if (Array.isArray(value)) return value.map(blank);
  return value;
};

/** Removes secret values from JSON data; `more` has further names of secrets. */
function withoutSecrets(value, more) {
  if (typeof value === "string") return value.replace(SECRET_VALUE, "");
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, more));
  if (value === null || typeof value !== "object") return value;
  const cleaned = (name, inner) => withoutSecrets(isSecret(name, more) ? blank(inner) : inner, more);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cleaned(name, inner)]));
}

// Finds the texts in a document that are secret, and the variables that pass one on.
function secretsOf(document) {
  const more = new Set();
  // The activation code of an account is a password for one use; other codes are public.
  visit(document, { Field: ({ name }) => void (name.value === "activateAccount" && more.add("code")) });
  const places = [];
  const found = ({ name, value, defaultValue, variable }) => {
    if (!isSecret((name ?? variable.name).value, more)) return;
    const literal = value ?? defaultValue;
    if (literal?.kind === "Variable") more.add(literal.name.value);
    if (literal?.kind === "StringValue") places.push(literal.loc);
  };
  visit(document, { Argument: found, ObjectField: found });
  visit(document, { VariableDefinition: found });
  return { more, places: places.sort((one, other) => other.start - one.start) };
}

/** A request without passwords and tokens. */
export function harmless({ query, variables, ...rest }) {
  const text = query.replace(SECRET_VALUE, "");
  try {
    const { more, places } = secretsOf(parse(text));
    const cleaned = places.reduce((left, { start, end }) => `${left.slice(0, start)}""${left.slice(end)}`, text);
    return { ...rest, query: cleaned, variables: withoutSecrets(variables, more) };
  } catch {
    // In a document with a syntax error the arguments are unknown, so all texts and variables are removed.
    return { ...rest, query: text.replace(/"""[^]*?"""|"(?:[^"\\\n]|\\.)*"?/g, '""'), variables: null };
  }
}

/** The link that opens a request in the playground of this server, without running it. */
export function link(request) {
  const { query, variables, operationName } = harmless(request);
  const address = new URL("/graphql", location.origin);
  address.searchParams.set("query", query);
  if (variables && Object.keys(variables).length > 0) {
    address.searchParams.set("variables", JSON.stringify(variables));
  }
  if (operationName) address.searchParams.set("operationName", operationName);
  return address.href;
}

/** The request that a link to this page carries. Of several operations the person chooses one when running. */
export function linked(search) {
  const parameters = new URLSearchParams(search);
  const query = parameters.get("query");
  if (!query) return null;
  return { query, variables: indented(parameters.get("variables")) };
}

function indented(variables) {
  if (!variables) return "";
  try {
    return JSON.stringify(JSON.parse(variables), null, 2);
  } catch {
    return variables;
  }
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * The curl command. Without `token` it has a placeholder if a login is needed, and the request contains no passwords or
 * tokens.
 */
export function curl(request, { token, needsToken, language }) {
  const { query, variables, operationName, headers, subscription } = token ? request : harmless(request);
  const address = new URL(subscription ? "/graphql/stream" : "/graphql", location.origin).href;
  const lines = [`curl -sS${subscription ? "N" : ""} ${quoted(address)}`];
  lines.push(`-H 'Content-Type: application/json'`);
  lines.push(`-H 'Accept: ${subscription ? "text/event-stream" : "application/graphql-response+json"}'`);
  lines.push(`-H 'Accept-Language: ${language}'`);
  // Double quotes, so that the shell puts in its variable TOKEN.
  if (token) lines.push(`-H ${quoted(`Authorization: Bearer ${token}`)}`);
  else if (needsToken) lines.push('-H "Authorization: Bearer $TOKEN"');
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (token || !SECRET_NAME.test(name)) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  }
  const body = { query, ...(variables && { variables }), ...(operationName && { operationName }) };
  lines.push(`--data-raw ${quoted(JSON.stringify(body))}`);
  return lines.join(" \\\n  ");
}
