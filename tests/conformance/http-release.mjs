#!/usr/bin/env node
// GraphQL over HTTP as released in September 2026, row by row: http-release.mjs URL [--token T] [--strict]
// The server must not follow the earlier draft (KINERJA_HTTP_DRAFT), against which http-audit.mjs runs.
import { request as raw } from "node:http";
import { args, config, Report } from "./lib/util.mjs";

const { pos, opt } = args();
const url = pos[0];
if (!url) {
  console.error("usage: http-release.mjs URL");
  process.exit(2);
}
const cfg = config(opt);
const NEWER = "application/graphql-response+json";
const PLAIN = "application/json";
const R = new Report("GraphQL over HTTP, September 2026", opt);

const post = async (body, { accept = NEWER, type = PLAIN, ...more } = {}) =>
  seen(
    await fetch(url, {
      method: "POST",
      headers: { ...cfg.headers, "content-type": type, ...(accept ? { accept } : {}) },
      body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
      ...more,
    }),
  );
const get = async (parameters, more = {}) =>
  seen(await fetch(`${url}?${new URLSearchParams(parameters)}`, { headers: { ...cfg.headers, accept: NEWER }, ...more }));
const seen = async (response) => {
  const text = await response.text();
  let body;
  try {
    body = JSON.parse(text);
  } catch {}
  return { status: response.status, type: response.headers.get("content-type") ?? "", headers: response.headers, text, body };
};

// The status, an answer of GraphQL's media type with errors that have codes, and no data.
const refused = (answer, status) => {
  if (answer.status !== status) return `${answer.status} instead of ${status}: ${answer.text.slice(0, 120)}`;
  if (!answer.type.startsWith(NEWER)) return `content type ${answer.type}`;
  if (!answer.body?.errors?.length || "data" in answer.body) return answer.text.slice(0, 120);
  if (!answer.body.errors.every((error) => error.extensions?.code)) return "an error without a code";
  return true;
};
const is = (found, wanted) => found === wanted || `${found} instead of ${wanted}`;
const variable = { query: "query($n: Int) { periods(first: $n) { totalCount } }" };
const failing = { query: "{ a: __typename viewer { staff { id } } }" };

await R.check("MUST", "01 a body that is no JSON: 400", async () => refused(await post("{"), 400));
for (const [what, body] of [
  ["without query", {}],
  ["with a query that is no string", { query: 1 }],
  ["with a typing error", { qeury: "{__typename}" }],
  ["with an operationName that is no string", { query: "{__typename}", operationName: 7 }],
  ["with extensions that are no map", { query: "{__typename}", extensions: [] }],
  ["that is no map", [{ query: "{__typename}" }]],
])
  await R.check("MUST", `02 a request ${what}: 422`, async () => refused(await post(body), 422));
await R.check("MUST", "03 variables that are a list: 422", async () =>
  refused(await post({ ...variable, variables: [7] }), 422),
);
await R.check("MUST", "04 a document that does not parse: 400", async () => refused(await post({ query: "{" }), 400));
await R.check("MUST", "05 a document that is not valid: 422", async () => refused(await post({ query: "{nope}" }), 422));
for (const [what, body] of [
  ["is not named", { query: "query A{__typename} query B{__typename}" }],
  ["does not exist", { query: "query A{__typename}", operationName: "B" }],
])
  await R.check("MUST", `06 an operation that ${what}: 422`, async () => refused(await post(body), 422));
await R.check("MUST", "07 a variable that can't be coerced: 422", async () =>
  refused(await post({ ...variable, variables: { n: "x" } }), 422),
);
await R.check("MUST", "08 unknown members are ignored", async () => {
  const answer = await post({ query: "{__typename}", other: { a: 1 }, onError: "NULL" });
  return is(answer.body?.data?.__typename, "Query");
});
await R.check("MUST", "09 data without errors: 200", async () => is((await post({ query: "{__typename}" })).status, 200));
await R.check("MUST", "09 data with errors: 294, and 200 for application/json", async () => {
  // No one is logged in without a token; with one, a page that is too large fails.
  const query = cfg.headers?.authorization ? "{ a: __typename periods(first: 1000) { totalCount } }" : failing.query;
  const answers = [await post({ query }), await post({ query }, { accept: PLAIN })];
  if (!("data" in (answers[0].body ?? {}))) return `nothing was executed: ${answers[0].text.slice(0, 120)}`;
  const statuses = answers.map((answer) => answer.status).join(" ");
  return statuses === "294 200" && answers[1].type.startsWith(PLAIN) ? true : `${statuses} ${answers[1].type}`;
});
for (const [body, status] of [["{", 400], [{ query: "{" }, 400], [{ query: "{nope}" }, 422], [{}, 422]])
  await R.check("MUST", `10 for application/json too: ${JSON.stringify(body)} is ${status}`, async () =>
    refused(await post(body, { accept: PLAIN }), status),
  );
await R.check("MUST", "10 data for application/json comes as that", async () => {
  const answer = await post({ query: "{__typename}" }, { accept: PLAIN });
  return answer.status === 200 && answer.type.startsWith(PLAIN) ? true : `${answer.status} ${answer.type}`;
});
await R.check("MUST", "11 a mutation by GET: 405 with Allow", async () => {
  const answer = await get({ query: cfg.mutation });
  return answer.status === 405 && /POST/.test(answer.headers.get("allow") ?? "") ? true : answer.status;
});
for (const method of ["PUT", "DELETE", "PATCH"])
  await R.check("MUST", `12 ${method}: 405 with Allow`, async () => {
    const answer = await seen(await fetch(url, { method, headers: { accept: NEWER } }));
    return answer.status === 405 && /POST/.test(answer.headers.get("allow") ?? "") ? true : answer.status;
  });
await R.check("MUST", "13 another media type of the body: 415", async () =>
  is((await post('{"query":"{__typename}"}', { type: "text/plain" })).status, 415),
);
await R.check("MUST", "14 nothing acceptable: 406", async () =>
  is((await post({ query: "{__typename}" }, { accept: "image/png" })).status, 406),
);
await R.check("MUST", "15 without a login what needs one: 401", async () => {
  const answer = await seen(
    await fetch(url, {
      method: "POST",
      headers: { "content-type": PLAIN, accept: NEWER },
      body: JSON.stringify({ query: "{viewer{staff{id}}}" }),
    }),
  );
  return refused(answer, 401);
});
await R.check("MUST", "16 a subscription where only queries and mutations run: 422", async () => {
  const answer = await post({ query: "subscription{criteriaUpdates{cursor}}" });
  return refused(answer, 422);
});
await R.check("MUST", "17 a body that is too large: 413", async () =>
  is((await post({ query: "{__typename}", variables: { a: "x".repeat(2_000_000) } })).status, 413),
);
await R.check("SHOULD", "18 a URI that is too long: 414, or the connection is closed", async () => {
  const answer = await get({ query: `{__typename} # ${"x".repeat(1_000_000)}` }).catch(() => ({ status: 414 }));
  return [400, 413, 414, 422, 431].includes(answer.status) || answer.status;
});
await R.check("SHOULD", "19 headers that are too large: 431", async () => {
  const status = await new Promise((resolve) => {
    const asked = raw(url, { method: "POST", headers: { "x-large": "x".repeat(1_000_000), "content-type": PLAIN } });
    asked.on("response", (response) => resolve(response.statusCode));
    asked.on("error", () => resolve(431));
    asked.end('{"query":"{__typename}"}');
  });
  return is(status, 431);
});
await R.check("MUST", "20 answers are UTF-8", async () => {
  const answer = await post({ query: '{checkNip(value:"é😀"){__typename}}' });
  return /charset=utf-8/i.test(answer.type) || answer.type;
});
await R.check("MUST", "21 extensions of a request may be a map or null", async () => {
  const answers = [await post({ query: "{__typename}", extensions: { a: 1 } }), await post({ query: "{__typename}", extensions: null })];
  return is(answers.map((answer) => answer.status).join(" "), "200 200");
});
await R.check("MUST", "22 without Accept: an answer in GraphQL's media type or JSON", async () => {
  const answer = await post({ query: "{__typename}" }, { accept: "" });
  return answer.status === 200 && /json/.test(answer.type) ? true : `${answer.status} ${answer.type}`;
});
await R.check("MUST", "23 GET with query, operationName and variables", async () => {
  const answer = await get({
    query: "query A{a:__typename} query B($s:Boolean!){b:__typename @skip(if:$s)}",
    operationName: "B",
    variables: '{"s":false}',
  });
  return is(JSON.stringify(answer.body?.data), '{"b":"Query"}');
});
await R.check("MUST", "24 GET with variables that are no JSON: 400, with a list: 422", async () => {
  const statuses = [(await get({ query: "{__typename}", variables: "{" })).status, (await get({ query: "{__typename}", variables: "[]" })).status];
  return is(statuses.join(" "), "400 422");
});
R.done();
