#!/usr/bin/env node
// Checks the schema and a server's paging against Relay's rules, and runs relay-compiler on generated operations:
//
//   node relay-check.mjs SCHEMA.graphql [URL] [--token T] [--compile] [--strict]
import { readFileSync, mkdtempSync, writeFileSync, mkdirSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { tmpdir } from "node:os";
import {
  buildSchema,
  isObjectType,
  isInterfaceType,
  isNonNullType,
  isListType,
  isLeafType,
  getNamedType,
  getNullableType,
} from "graphql";
import { args, config, Report } from "./lib/util.mjs";
const { pos, opt } = args();
const [sdl, url] = pos;
const cfg = config(opt);
const R = new Report("relay check", opt);
const text = readFileSync(sdl, "utf8");
const schema = buildSchema(text, { assumeValidSDL: true });
const T = schema.getTypeMap();
const Q = schema.getQueryType().getFields();
const eq = (t, s) => String(t) === s;
await R.check("MUST", "R01 interface Node { id: ID! }, nothing more", () => {
  const n = T.Node;
  return (
    (isInterfaceType(n) && Object.keys(n.getFields()).length === 1 && eq(n.getFields().id?.type, "ID!")) ||
    "missing or different"
  );
});
await R.check(
  "MUST",
  "R02 Query.node(id: ID!): Node, nullable, one argument",
  () =>
    (Q.node &&
      eq(Q.node.type, "Node") &&
      Q.node.args.length === 1 &&
      eq(Q.node.args[0].type, "ID!") &&
      Q.node.args[0].name === "id") ||
    String(Q.node?.type),
);
await R.check(
  "SHOULD",
  "R03 Query.nodes(ids: [ID!]!): [Node]!",
  () =>
    (Q.nodes && eq(Q.nodes.type, "[Node]!") && eq(Q.nodes.args.find((a) => a.name === "ids")?.type, "[ID!]!")) ||
    String(Q.nodes?.type),
);
await R.check("MUST", "R04 PageInfo fields", () => {
  const f = T.PageInfo?.getFields?.();
  return (
    (f &&
      eq(f.hasNextPage.type, "Boolean!") &&
      eq(f.hasPreviousPage.type, "Boolean!") &&
      eq(f.startCursor.type, "String") &&
      eq(f.endCursor.type, "String")) ||
    "wrong"
  );
});
const conns = Object.values(T).filter(
  (t) => isObjectType(t) && t.name.endsWith("Connection") && !t.name.startsWith("__"),
);
await R.check("SHOULD", "R05 there are connections", () => conns.length > 0 || "none");
for (const c of conns) {
  const f = c.getFields();
  await R.check("MUST", `R06 ${c.name}: edges is a list of an Edge object, pageInfo is PageInfo!`, () => {
    const e = getNullableType(f.edges?.type);
    return (isListType(e) && isObjectType(getNamedType(e)) && eq(f.pageInfo?.type, "PageInfo!")) || "wrong";
  });
  const E = getNamedType(f.edges?.type),
    ef = E?.getFields?.() ?? {};
  await R.check(
    "MUST",
    `R07 ${E?.name}: node is not a list, cursor is a string scalar`,
    () =>
      (ef.node &&
        !isListType(getNullableType(ef.node.type)) &&
        isLeafType(getNamedType(ef.cursor?.type)) &&
        !isListType(getNullableType(ef.cursor.type))) ||
      "wrong",
  );
  await R.check(
    "SHOULD",
    `R08 ${c.name} is named for its edge (${E?.name})`,
    () => E?.name === c.name.replace(/Connection$/, "Edge") || E?.name,
  );
}
for (const t of Object.values(T).filter((t) => (isObjectType(t) || isInterfaceType(t)) && !t.name.startsWith("__")))
  for (const f of Object.values(t.getFields())) {
    if (getNamedType(f.type).name.endsWith("Connection")) {
      const a = Object.fromEntries(f.args.map((a) => [a.name, String(a.type)]));
      await R.check(
        "MUST",
        `R09 ${t.name}.${f.name}: first: Int with after: String (or last with before)`,
        () =>
          (a.first === "Int" && a.after === "String") ||
          (a.last === "Int" && a.before === "String") ||
          JSON.stringify(a),
      );
    }
  }
await R.check("SHOULD", "R10 every type with a non-null id is a Node", () => {
  const bad = Object.values(T)
    .filter(
      (t) => isObjectType(t) && eq(t.getFields().id?.type, "ID!") && !t.getInterfaces().some((i) => i.name === "Node"),
    )
    .map((t) => t.name);
  return !bad.length || bad.join();
});
const M = schema.getMutationType()?.getFields() ?? {};
await R.check("SHOULD", "R11 each mutation takes one non-null input and returns a *Payload object", () => {
  const bad = Object.values(M)
    .filter(
      (m) =>
        !(
          m.args.length === 1 &&
          m.args[0].name === "input" &&
          isNonNullType(m.args[0].type) &&
          /Input!$/.test(String(m.args[0].type)) &&
          /Payload!?$/.test(String(m.type))
        ),
    )
    .map((m) => m.name);
  return !bad.length || bad.join();
});
if (url) {
  const gql = async (query, variables) =>
    (
      await fetch(url, {
        method: "POST",
        headers: { ...cfg.headers, "content-type": "application/json", accept: "application/graphql-response+json" },
        body: JSON.stringify({ query, variables }),
      })
    ).json();
  for (const f of Object.values(Q).filter(
    (f) => getNamedType(f.type).name.endsWith("Connection") && f.args.every((a) => !isNonNullType(a.type)),
  )) {
    const hasId = !!getNamedType(
      getNamedType(getNamedType(f.type).getFields().edges.type).getFields().node.type,
    ).getFields?.().id;
    const sel = `edges{cursor node{__typename ${hasId ? "id" : ""}}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor}`;
    const page = async (a) => {
      const r = await gql(
        `{c:${f.name}(${Object.entries(a)
          .map(([k, v]) => k + ":" + JSON.stringify(v))
          .join()}){${sel}}}`,
      );
      if (!r.data?.c) throw new Error(JSON.stringify(r.errors ?? r));
      return r.data.c;
    };
    await R.check("MUST", `L01 ${f.name}: forward pages join without gap or repeat`, async () => {
      const all = [],
        seen = new Set();
      let after;
      for (let i = 0; i < 50; i++) {
        const p = await page({ first: 3, ...(after && { after }) });
        if (p.edges.length > 3) return "page too long";
        for (const e of p.edges) {
          const k = e.node.id ?? e.cursor;
          if (seen.has(k)) return "repeat " + k;
          seen.add(k);
          all.push(k);
        }
        if (
          p.edges.length &&
          (p.pageInfo.startCursor !== p.edges[0].cursor || p.pageInfo.endCursor !== p.edges.at(-1).cursor)
        )
          return "cursors disagree";
        if (!p.pageInfo.hasNextPage) break;
        after = p.pageInfo.endCursor;
      }
      return { ok: true, note: all.length + " rows" };
    });
    // The journal can only be read forward.
    const backward = f.args.some((argument) => argument.name === "last");
    if (backward) await R.check("MUST", `L02 ${f.name}: backward paging keeps the same order`, async () => {
      const fw = await page({ first: 6 });
      if (fw.edges.length < 3) return { ok: true, note: "too few rows" };
      const end = fw.edges.at(-1).cursor;
      const bw = await page({ last: 2, before: end });
      const want = fw.edges
          .slice(-3, -1)
          .map((e) => e.cursor)
          .join(),
        got = bw.edges.map((e) => e.cursor).join();
      return want === got || `${want} / ${got}`;
    });
    await R.check("MUST", `L03 ${f.name}: negative first, bad cursor are errors, not a crash`, async () => {
      for (const a of ["first:-1", 'first:1,after:"!!not-a-cursor"']) {
        const r = await gql(`{c:${f.name}(${a}){${sel}}}`);
        if (r.data?.c || !r.errors) return a + " accepted";
        if (/panic|thread|sql|select /i.test(JSON.stringify(r.errors))) return "leaks: " + r.errors[0].message;
      }
    });
    await R.check("MUST", `L04 ${f.name}: no page argument and first:100000 are both bounded`, async () => {
      const n = async (a) => {
        const r = await gql(`{c:${f.name}${a}{edges{cursor}}}`);
        return r.data?.c ? r.data.c.edges.length : "error";
      };
      const a = await n(""),
        b = await n("(first:100000)");
      return { ok: (a === "error" || a <= 100) && (b === "error" || b <= 1000), note: `none: ${a}, 100000: ${b}` };
    });
    if (hasId)
      await R.check(
        "MUST",
        `L05 ${f.name}: node(id) returns the same type and id; nodes keeps order and nulls`,
        async () => {
          const p = await page({ first: 2 });
          if (!p.edges.length) return { ok: true, note: "empty" };
          const n = p.edges[0].node;
          const r = await gql("query($i:ID!,$l:[ID!]!){node(id:$i){__typename id} nodes(ids:$l){id}}", {
            i: n.id,
            l: [n.id, "bm9wZTow", n.id],
          });
          return (
            (r.data?.node?.id === n.id &&
              r.data.node.__typename === n.__typename &&
              r.data.nodes.length === 3 &&
              r.data.nodes[1] === null) ||
            JSON.stringify(r).slice(0, 200)
          );
        },
      );
  }
}
if (opt.compile)
  await R.check(
    "MUST",
    "C01 relay-compiler accepts the schema and a generated pagination fragment per connection",
    () => {
      const d = mkdtempSync(join(tmpdir(), "relay-"));
      mkdirSync(join(d, "src"));
      writeFileSync(join(d, "schema.graphql"), text);
      writeFileSync(join(d, "package.json"), '{"name":"x"}');
      writeFileSync(
        join(d, "relay.config.json"),
        JSON.stringify({
          src: "./src",
          schema: "./schema.graphql",
          language: "typescript",
          eagerEsModules: true,
          customScalarTypes: {},
        }),
      );
      let n = 0;
      for (const t of Object.values(T).filter(
        (t) =>
          isObjectType(t) &&
          !t.name.startsWith("__") &&
          t !== schema.getSubscriptionType() &&
          t !== schema.getMutationType(),
      ))
        for (const f of Object.values(t.getFields())) {
          const c = getNamedType(f.type);
          const a = f.args.map((a) => a.name);
          if (
            !c.name.endsWith("Connection") ||
            !a.includes("first") ||
            !a.includes("after") ||
            f.args.some((x) => isNonNullType(x.type) && x.defaultValue === undefined)
          )
            continue;
          const refetchable = t === schema.getQueryType() || t.getInterfaces().some((i) => i.name === "Node");
          if (!refetchable) continue;
          const mod = `Gen${++n}`;
          const nodeT = getNamedType(getNamedType(c.getFields().edges.type).getFields().node.type);
          const leaf = nodeT.getFields?.().id ? "id" : "__typename";
          writeFileSync(
            join(d, "src", mod + ".ts"),
            `import {graphql} from 'relay-runtime';\nexport const f = graphql\`fragment ${mod}_f on ${t.name} @refetchable(queryName: "${mod}PageQuery") @argumentDefinitions(count: {type: "Int", defaultValue: 10}, cursor: {type: "String"}) { ${f.name}(first: $count, after: $cursor) @connection(key: "${mod}_${f.name}") { edges { node { ${leaf} } } } }\`;\n`,
          );
        }
      const r = spawnSync(
        process.execPath,
        [new URL("./node_modules/relay-compiler/cli.js", import.meta.url).pathname, join(d, "relay.config.json")],
        { encoding: "utf8", cwd: d, env: { ...process.env, FORCE_NO_WATCHMAN: "1" } },
      );
      rmSync(d, { recursive: true, force: true });
      return {
        ok: r.status === 0 && n > 0,
        note: `${n} fragments; ${(r.stdout + r.stderr)
          .replace(/\s+/g, " ")
          .replace(/\u001b\[[0-9;]*m/g, "")
          .slice(-160)}`,
      };
    },
  );
R.done();
