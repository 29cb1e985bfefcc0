#!/usr/bin/env node
// Checks examples/operations against schema.graphql and relay-compiler, and generates two files from them:
// examples/operations/manifest.json for KINERJA_TRUSTED_DOCUMENTS, and the types of the TypeScript client.
//
//   node scripts/trusted-documents.mjs           writes both files
//   node scripts/trusted-documents.mjs --check   fails if a committed file differs
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as playground from "./playground/src/documents.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(join(root, "tests/conformance/package.json"));
const graphql = require("graphql");
const { buildSchema, parse, print, validate } = graphql;
const { typedWith } = await import("./typed-operations.mjs");

const folder = join(root, "examples/operations");
const sdl = readFileSync(join(root, "schema.graphql"), "utf8");
const schema = buildSchema(sdl);
const findings = [];
let passed = 0;
function check(good, name, what) {
  if (good) passed += 1;
  else findings.push(`${name}: ${what}`);
}

const operations = readdirSync(folder).filter((name) => name.endsWith(".graphql")).sort().map((file) => {
  const document = parse(readFileSync(join(folder, file), "utf8"));
  const [operation, ...others] = document.definitions;
  const name = operation.name?.value;
  const kind = { query: "Query", mutation: "Mutation", subscription: "Subscription" }[operation.operation];
  check(others.length === 0, file, "must contain one operation and no fragments");
  check(`${name}.graphql` === file && name.endsWith(kind), file, `the operation and its file must have the same name, which ends in ${kind}`);
  for (const error of validate(schema, document)) check(false, file, error.message);
  if (kind === "Mutation") {
    const [field] = operation.selectionSet.selections;
    const [argument] = field.arguments;
    check(argument?.name.value === "input" && argument.value.kind === "Variable", file, "must send $input");
    const asked = print(field.selectionSet);
    check(/\berrors\b/.test(asked), file, "must select errors");
  }
  // Printed without comments and in one layout, so that the id changes only if the operation does.
  const text = print(document);
  return { file, name, kind, text, document, id: idOf(text) };
});

function idOf(text) {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

const manifest = Object.fromEntries(operations.map(({ id, text }) => [id, text]));
for (const text of [playground.LOGIN, playground.REFRESH, playground.WHO, playground.LOGOUT]) {
  // The playground's own documents, so that people who may send their own documents can log in there first.
  manifest[idOf(text)] = text;
}

relay();
if (findings.length > 0) end();
write(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
write(join(root, "examples/client/src/operations.ts"), typedWith(graphql, "scripts/trusted-documents.mjs from examples/operations", schema, operations));
end();

function end() {
  for (const finding of findings) console.error(`FAILED ${finding}`);
  console.log(`${operations.length} operations`);
  console.log(`${passed} passed, ${findings.length} failed`);
  process.exit(findings.length > 0 ? 1 : 0);
}

function write(path, text) {
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  let committed;
  try {
    committed = readFileSync(path, "utf8");
  } catch {
    committed = "";
  }
  check(committed === text, path, "is out of date; run node scripts/trusted-documents.mjs");
}

// Runs relay-compiler on the operations, each in its own module, as in an app.
function relay() {
  const work = mkdtempSync(join(tmpdir(), "kinerja-relay-"));
  mkdirSync(join(work, "src/__generated__"), { recursive: true });
  writeFileSync(join(work, "schema.graphql"), sdl);
  writeFileSync(join(work, "package.json"), '{"name":"app"}');
  const config = {
    src: "./src", schema: "./schema.graphql", language: "typescript", eagerEsModules: true,
    artifactDirectory: "./src/__generated__",
    customScalarTypes: { DateTime: "string", Date: "string", Decimal: "string", UUID: "string" },
  };
  writeFileSync(join(work, "relay.config.json"), JSON.stringify(config));
  for (const { name, kind, text } of operations) {
    const module = name.slice(0, -kind.length);
    writeFileSync(
      join(work, "src", `${module}.ts`),
      `import { graphql } from "relay-runtime";\nexport const document = graphql\`${text}\`;\n`,
    );
  }
  const cli = require.resolve("relay-compiler/cli.js");
  const ran = spawnSync(process.execPath, [cli, join(work, "relay.config.json")], {
    encoding: "utf8", cwd: work, env: { ...process.env, FORCE_NO_WATCHMAN: "1" },
  });
  const compiled = readdirSync(join(work, "src/__generated__")).filter((name) => name.endsWith(".graphql.ts"));
  rmSync(work, { recursive: true, force: true });
  check(ran.status === 0, "relay-compiler", `${ran.stdout}${ran.stderr}`.slice(-2000));
  check(compiled.length === operations.length, "relay-compiler", `${compiled.length} of ${operations.length} compiled`);
}
