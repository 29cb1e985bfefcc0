#!/usr/bin/env node
// Checks graphql-sse (distinct connections) with raw requests and with the public client, and multipart answers: node
// sse-probe.mjs URL [--strict]. URL is that of GraphQL or of event streams. The login is KIT_USER and KIT_PASSWORD.
import { createClient } from "graphql-sse";
import { args, graphqlUrl, Report, streamConfig, streamUrl } from "./lib/util.mjs";

const { pos, opt } = args();
if (!pos[0]) {
  console.error("usage: sse-probe.mjs URL");
  process.exit(2);
}
const cfg = await streamConfig(opt, pos[0]);
const url = streamUrl(pos[0], cfg);
const R = new Report("sse probe", opt);
const EVENTS = { accept: "text/event-stream" };

const post = (query, headers = {}) =>
  fetch(url, {
    method: "POST",
    headers: { ...cfg.headers, ...EVENTS, "content-type": "application/json", ...headers },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(8000),
  });
const get = (query) =>
  fetch(`${url}?query=${encodeURIComponent(query)}`, {
    headers: { ...cfg.headers, ...EVENTS },
    signal: AbortSignal.timeout(8000),
  });
// The events of a complete response, without comments.
const events = (text) =>
  text
    .split(/\r?\n\r?\n/)
    .map((block) => ({
      event: /^event: ?(.*)$/m.exec(block)?.[1],
      data: /^data: ?(.*)$/m.exec(block)?.[1],
      id: /^id: ?(.*)$/m.exec(block)?.[1],
    }))
    .filter((it) => it.event);
const all = async (response) => events(await response.text());
const kinds = (list) => list.map((it) => it.event).join();
const expected = "next,".repeat(cfg.finiteCount) + "complete";

await R.check("MUST", "S01 a subscription by POST is text/event-stream", async () => {
  const response = await post(cfg.finite);
  const type = response.headers.get("content-type");
  await response.body?.cancel();
  return (response.status === 200 && /^text\/event-stream/.test(type)) || `${response.status} ${type}`;
});
await R.check("MUST", "S02 one next with a result for each item, then complete", async () => {
  const list = await all(await post(cfg.finite));
  const results = list.filter((it) => it.event === "next").every((it) => "data" in JSON.parse(it.data));
  return (kinds(list) === expected && results) || kinds(list);
});
await R.check("MUST", "S03 a query is refused with an error", async () => {
  const response = await post(cfg.query);
  const text = await response.text();
  return (response.status >= 400 && response.status < 500 && /"errors"/.test(text)) || `${response.status} ${text}`;
});
await R.check("MUST", "S04 a validation error is 422, or one next with errors", async () => {
  const response = await post("subscription { nope__ }");
  const text = await response.text();
  return response.status === 422 || (/errors/.test(text) && /complete/.test(text)) || `${response.status} ${text}`;
});
await R.check("MUST", "S05 a subscription by GET", async () => {
  const list = await all(await get(cfg.finite));
  return kinds(list) === expected || kinds(list);
});
await R.check("MUST", "S06 a GET runs no mutation", async () => {
  const response = await get(cfg.mutation);
  const text = await response.text();
  return !/"data":\s*\{/.test(text) || `${response.status} ${text}`;
});
await R.check("MUST", "S07 the response is neither cached nor compressed", async () => {
  const { headers, body } = await post(cfg.finite);
  await body?.cancel();
  return (
    (/no-cache|no-store/.test(headers.get("cache-control") ?? "") && !headers.has("content-encoding")) ||
    `${headers.get("cache-control")} ${headers.get("content-encoding")}`
  );
});
await R.check("MUST", "S08 X-Accel-Buffering: no", async () => {
  const { headers, body } = await post(cfg.finite);
  await body?.cancel();
  return headers.get("x-accel-buffering") === "no" || "absent";
});
await R.check("MUST", "S09 each next has an id", async () => {
  const list = (await all(await post(cfg.finite))).filter((it) => it.event === "next");
  return (list.length > 0 && list.every((it) => it.id)) || "no id";
});
await R.check("MUST", "S10 the first event comes within a second", async () => {
  const start = performance.now();
  const reader = (await post(cfg.endless)).body.getReader();
  let text = "";
  while (!/event: ?next/.test(text) && performance.now() - start < 5000) {
    const { value, done } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  await reader.cancel();
  const ms = Math.round(performance.now() - start);
  return { ok: ms < 1000 && /event: ?next/.test(text), note: `${ms} ms` };
});
await R.check("MUST", "S11 the public client: iterate, stop, iterate again", async () => {
  const client = createClient({ url, headers: cfg.headers, retryAttempts: 0 });
  for (let round = 0; round < 2; round += 1) {
    let items = 0;
    for await (const result of client.iterate({ query: cfg.endless })) {
      if (result.errors) return JSON.stringify(result.errors);
      items += 1;
      if (items === 3) break;
    }
  }
  client.dispose();
  return true;
});
await R.check("MUST", "S12 Last-Event-ID resumes after that event", async () => {
  const ids = async (headers) =>
    (await all(await post(cfg.finite, headers))).filter((it) => it.event === "next").map((it) => it.id);
  const first = await ids({});
  const then = await ids({ "last-event-id": first[0] });
  return (first.length > 1 && then[0] === first[1]) || `after ${first[0]} came ${then[0]}, not ${first[1]}`;
});
await R.check("MUST", "S14 a cursor beyond the journal is refused with CURSOR_UNKNOWN", async () => {
  const beyond = Buffer.from("j999999999999").toString("base64url");
  const text = await (await post(cfg.finite, { "last-event-id": beyond })).text();
  return (/CURSOR_UNKNOWN/.test(text) && /event: ?complete/.test(text)) || text;
});
// Multipart answers on the path of queries, as Apollo's clients read them.
const parts = async (query, accept = "multipart/mixed;subscriptionSpec=1.0, application/json", headers = {}) => {
  const response = await fetch(graphqlUrl(pos[0], cfg), {
    method: "POST",
    headers: { ...cfg.headers, accept, "content-type": "application/json", ...headers },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(8000),
  });
  const text = await response.text();
  const list = text.split("\r\n--graphql").map((part) => part.split("\r\n\r\n")[1]).filter(Boolean);
  return { type: response.headers.get("content-type"), text, list: list.map((json) => JSON.parse(json)) };
};
await R.check("MUST", "S15 multipart: a heartbeat, a payload for each item, the end", async () => {
  const { type, text, list } = await parts(cfg.finite);
  const payloads = list.filter((part) => part.payload);
  return (
    (/^multipart\/mixed; ?boundary="graphql"; ?subscriptionSpec=1\.0$/.test(type) &&
      JSON.stringify(list[0]) === "{}" &&
      payloads.length === cfg.finiteCount &&
      payloads.every((part) => part.payload.data && part.payload.extensions.cursor) &&
      text.endsWith("\r\n--graphql--\r\n")) ||
    `${type} ${text}`
  );
});
await R.check("MUST", "S16 multipart: an error of the stream has a payload that is null", async () => {
  const beyond = Buffer.from("j999999999999").toString("base64url");
  const { list } = await parts(cfg.finite, undefined, { "last-event-id": beyond });
  const last = list.at(-1);
  return (last.payload === null && last.errors[0].extensions.code === "CURSOR_UNKNOWN") || JSON.stringify(list);
});
await R.check("MUST", "S17 multipart: queries come as one answer", async () => {
  const { type, text } = await parts(cfg.query);
  return (/json/.test(type) && "data" in JSON.parse(text)) || `${type} ${text}`;
});
await R.check("MUST", "S13 without a login the status is 401", async () => {
  const response = await post(cfg.one, { authorization: "" });
  const text = await response.text();
  return (response.status === 401 && /UNAUTHENTICATED/.test(text)) || `${response.status} ${text}`;
});
R.done();
setTimeout(() => process.exit(), 100);
