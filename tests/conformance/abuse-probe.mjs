#!/usr/bin/env node
// Sends small hostile documents; the server must refuse each quickly: node abuse-probe.mjs URL [--token T] [--strict]
import { args, config, Report } from "./lib/util.mjs";
const { pos, opt } = args();
const url = pos[0];
const cfg = config(opt);
const R = new Report("abuse probe", opt);
const send = async (q, headers = cfg.headers) => {
  const t = performance.now();
  const r = await fetch(url, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ query: q }),
    signal: AbortSignal.timeout(20000),
  });
  const txt = await r.text();
  let b;
  try {
    b = JSON.parse(txt);
  } catch {}
  return { ms: Math.round(performance.now() - t), status: r.status, b, size: txt.length };
};
const refused = (r, ms = 500) => ({
  ok: !r.b?.data && r.ms < ms && r.size < 65536,
  note: `${r.status} ${r.ms}ms ${r.size}B ${r.b?.data ? "RAN" : (r.b?.errors?.[0]?.message ?? "").slice(0, 80)}`,
});
await R.check("MUST", "A01 alias overload (1000 aliases)", async () =>
  refused(await send("{" + Array.from({ length: 1000 }, (_, i) => `a${i}:__typename`).join(" ") + "}")),
);
await R.check("MUST", "A02 directive overload on a field (5000)", async () =>
  refused(await send("{ __typename " + "@aa".repeat(5000) + " }")),
);
await R.check("MUST", "A03 directive overload on an inline fragment (5000)", async () =>
  refused(await send("{ ... " + "@aa".repeat(5000) + " { __typename } }")),
);
await R.check("MUST", "A04 directive overload on the operation (5000)", async () =>
  refused(await send("query " + "@aa".repeat(5000) + " { __typename }")),
);
await R.check("MUST", "A05 field duplication (2000 repeats)", async () =>
  refused(await send("{" + "__typename ".repeat(2000) + "}")),
);
await R.check("MUST", "A06 token flood (60k tokens)", async () => refused(await send("{" + " a".repeat(60000) + "}")));
await R.check("MUST", "A07 circular introspection depth", async () =>
  refused(await send("{__schema{types{fields{type{fields{type{fields{type{fields{type{name}}}}}}}}}}}")),
);
const bomb = (n, w) =>
  "query{...f0}" +
  Array.from(
    { length: n },
    (_, i) => `fragment f${i} on Query{${i + 1 < n ? `...f${i + 1} `.repeat(w) : "__typename"}}`,
  ).join("");
await R.check("MUST", "A08 fragment bomb: growth from 14 to 18 levels stays flat", async () => {
  const a = await send(bomb(14, 2)),
    b = await send(bomb(18, 2));
  return { ok: b.ms < Math.max(60, a.ms * 4), note: `14 levels ${a.ms}ms, 18 levels ${b.ms}ms, ${b.status}` };
});
await R.check("MUST", "A09 deep nesting of lists in a variable literal", async () =>
  refused(await send("{ x(a: " + "[".repeat(5000) + "]".repeat(5000) + ") }")),
);
await R.check("MUST", "A10 5000 errors are capped", async () => {
  const r = await send("{" + Array.from({ length: 5000 }, (_, i) => `nope${i}`).join(" ") + "}");
  return {
    ok: (r.b?.errors?.length ?? 0) <= 100 && r.ms < 1000,
    note: `${r.b?.errors?.length} errors, ${r.ms}ms, ${r.size}B`,
  };
});
await R.check("SHOULD", "A11 no field suggestions in production", async () => {
  const r = await send("{ __typenam hell stafff }");
  return !/did you mean/i.test(JSON.stringify(r.b)) || JSON.stringify(r.b).slice(0, 160);
});
await R.check("SHOULD", "A12 introspection closed to those who are not logged in", async () => {
  const r = await send("{__schema{queryType{name}}}", cfg.handshake);
  return !r.b?.data?.__schema || "open";
});
await R.check("MUST", "A13 still alive afterwards", async () => {
  const r = await send(cfg.query ?? "{__typename}");
  return { ok: !!r.b?.data && r.ms < 1000, note: r.ms + "ms" };
});
R.done();
