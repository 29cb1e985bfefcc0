// Checks the page's operations against the schema, and writes two files from them: src/operations.ts with the id and the
// types of each, and the manifest from which the server knows them as trusted documents.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { buildSchema, parse, print, validate } from "graphql";
import { typedWith } from "../scripts/typed-operations.mjs";

const here = import.meta.dirname;
const require = createRequire(import.meta.url);
const schema = buildSchema(readFileSync(join(here, "../schema.graphql"), "utf8"));
const folder = join(here, "operations");

/** All operations, in the order of their names. Throws if one is invalid. */
export const operations = readdirSync(folder).sort().map((file) => {
  const document = parse(readFileSync(join(folder, file), "utf8"));
  const [operation, ...others] = document.definitions;
  const name = operation.name?.value;
  const errors = validate(schema, document);
  if (errors.length > 0) throw new Error(`${file}: ${errors.join("\n")}`);
  if (others.length > 0 || `${name}.graphql` !== file) throw new Error(`${file}: one operation with the name of the file`);
  const kind = { query: "Query", mutation: "Mutation", subscription: "Subscription" }[operation.operation];
  // Printed in one layout, so that the id changes only if the operation does.
  const text = print(document);
  return { name, kind, text, document, id: `sha256:${createHash("sha256").update(text).digest("hex")}` };
});

/** The manifest of trusted documents. */
export const manifest = `${JSON.stringify(Object.fromEntries(operations.map(({ id, text }) => [id, text])), null, 2)}\n`;

writeFileSync(join(here, "src/operations.ts"), typedWith(require("graphql"), "web/operations.mjs from web/operations", schema, operations));
