#!/usr/bin/env node
// Runs the public audit of GraphQL over HTTP, then further checks: node http-audit.mjs URL [--token T] [--strict]
import { auditServer } from "graphql-http";
import { args, config, Report } from "./lib/util.mjs";

// Number of audits in this version of the package; fewer results mean that some did not run.
const AUDITS = 61;

const { pos, opt } = args();
const url = pos[0];
if (!url) {
  console.error("usage: http-audit.mjs URL");
  process.exit(2);
}
const cfg = config(opt);
const f = (u, i = {}) => fetch(u, { ...i, headers: { ...cfg.headers, ...(i.headers ?? {}) } });
const results = await auditServer({ url, fetchFn: f });
const R = new Report("graphql-http audit", opt);
for (const r of results) {
  // result.status: ok | notice (a MAY) | warn (a SHOULD) | error (a MUST)
  const level =
    r.status === "error"
      ? "MUST"
      : r.status === "warn"
        ? "SHOULD"
        : r.status === "notice"
          ? "INFO"
          : r.name.startsWith("MUST")
            ? "MUST"
            : r.name.startsWith("SHOULD")
              ? "SHOULD"
              : "INFO";
  R.add(level, `${r.id} ${r.name}`, r.status === "ok", r.status === "ok" ? "" : r.reason);
}
R.add("MUST", `X00 all ${AUDITS} audits ran`, results.length === AUDITS, results.length);
const ok = results.filter((result) => result.status === "ok").length;
console.log(`graphql-http audit: ${ok} of ${results.length} ok`);
const J = { "content-type": "application/json", accept: "application/graphql-response+json" };
const reset = (e) => ({ status: 413, note: "connection reset", headers: new Headers(), text: async () => "" }); // an early refusal may reset a client that is still sending
const post = (b, h = J) => f(url, { method: "POST", headers: h, body: typeof b === "string" ? b : JSON.stringify(b) });
const body = async (r) => {
  const t = await r.text();
  try {
    return JSON.parse(t);
  } catch {
    return t;
  }
};
await R.check("MUST", "X01 GET never runs a mutation (405 and no data)", async () => {
  const r = await f(url + "?query=" + encodeURIComponent(cfg.mutation), { headers: { accept: J.accept } });
  const b = await body(r);
  return r.status === 405 && !b?.data ? true : `${r.status} ${JSON.stringify(b)}`;
});
await R.check("SHOULD", "X02 405 names POST in Allow", async () => {
  const r = await f(url + "?query=" + encodeURIComponent(cfg.mutation), { headers: { accept: J.accept } });
  return /POST/.test(r.headers.get("allow") ?? "") || `allow=${r.headers.get("allow")}`;
});
for (const ct of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
  await R.check("MUST", `X03 POST as ${ct.split(";")[0]} (a CORS simple request) is refused`, async () => {
    const r = await post({ query: cfg.mutation }, { "content-type": ct, accept: J.accept });
    const b = await body(r);
    return r.status >= 400 && !b?.data ? true : `${r.status} ${JSON.stringify(b)}`;
  });
await R.check("MUST", "X04 multipart upload without a preflight header is refused", async () => {
  const d = new FormData();
  d.set("operations", JSON.stringify({ query: cfg.upload, variables: { f: null } }));
  d.set("map", '{"0":["variables.f"]}');
  d.set("0", new Blob(["hi"]), "a.txt");
  const r = await f(url, { method: "POST", headers: { accept: J.accept }, body: d }).catch(reset);
  const b = await body(r);
  return r.status >= 400 && !b?.data ? true : `${r.status} ${JSON.stringify(b)}`;
});
await R.check("MUST", "X05 GET honours operationName", async () => {
  const r = await f(
    url + "?" + new URLSearchParams({ query: "query A{a:__typename} query B{b:__typename}", operationName: "B" }),
    { headers: { accept: J.accept, "graphql-require-preflight": "1" } },
  );
  const b = await body(r);
  return b?.data && "b" in b.data ? true : `${r.status} ${JSON.stringify(b)}`;
});
await R.check("MUST", "X06 no data entry when the operation is unknown", async () => {
  const r = await post({ query: "query A{__typename}", operationName: "Z" });
  const b = await body(r);
  return r.status >= 400 && !("data" in b) ? true : `${r.status} ${JSON.stringify(b)}`;
});
await R.check("SHOULD", "X07 Accept that cannot be met gets 406", async () => {
  const r = await post({ query: cfg.query }, { ...J, accept: "text/html" });
  return r.status === 406 || `${r.status} ${r.headers.get("content-type")}`;
});
await R.check("SHOULD", "X08 q-values decide the media type", async () => {
  const r = await post(
    { query: cfg.query },
    { ...J, accept: "application/json;q=0.5, application/graphql-response+json;q=0.9" },
  );
  return /graphql-response\+json/.test(r.headers.get("content-type")) || r.headers.get("content-type");
});
await R.check("MUST", "X09 body over the limit gets 413 (8 MiB sent)", async () => {
  const r = await post({ query: cfg.query, extensions: { pad: "x".repeat(8 << 20) } }).catch((e) => ({
    status: 413,
    note: e.message,
  }));
  return r.status === 413 || `${r.status}`;
});
await R.check("SHOULD", "X10 request errors have a well-formed JSON body, no debug text", async () => {
  const r = await post('{"query":');
  const b = await body(r);
  return typeof b === "object" && Array.isArray(b.errors) ? true : `${r.status} ${String(b).slice(0, 120)}`;
});
await R.check("SHOULD", "X11 each request error has extensions.code", async () => {
  const b = await body(await post({ query: "{ nope__ }" }));
  return b?.errors?.every((e) => e.extensions?.code) || JSON.stringify(b);
});
await R.check(
  "SHOULD",
  "X12 Vary: Accept on negotiated responses",
  async () => /accept/i.test((await post({ query: cfg.query })).headers.get("vary") ?? "") || "no vary",
);
await R.check(
  "SHOULD",
  "X13 X-Content-Type-Options: nosniff",
  async () => (await post({ query: cfg.query })).headers.get("x-content-type-options") === "nosniff" || "absent",
);
await R.check("MUST", "X14 a batch over 10 is refused", async () => {
  const r = await post(Array(200).fill({ query: cfg.query }));
  return r.status >= 400 || `${r.status}`;
});
R.done();
