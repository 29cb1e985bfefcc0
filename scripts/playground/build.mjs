// Builds the playground: GraphiQL with its workers, from npm into assets/playground, hashed and compressed.
//
// The files refer to no other host. The server embeds them, so it needs no Node at run time.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { slim } from "./slim.mjs";
import * as documents from "./src/documents.js";
import { LOOKUPS } from "./src/lookups.js";
import { buildSchema, parse, validate } from "graphql";
import { hashOfSources } from "../assets.mjs";

const here = import.meta.dirname;
const target = join(here, "../../assets/playground");
const types = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".ttf": "font/ttf",
};
const groups = ["employee", "superior", "reporting", "public"];

// Every operation must be valid in the server's schema.
const schema = buildSchema(readFileSync(join(here, "../../schema.graphql"), "utf8"));
function checked(name, text) {
  const document = parse(text);
  const errors = validate(schema, document);
  if (errors.length > 0) throw new Error(`${name}: ${errors.join("\n")}`);
  return document.definitions[0];
}
for (const [name, text] of Object.entries(documents)) checked(name, text);

// Ready operations. A file is called <order>-<group>-<name>.graphql and begins with its title in Indonesian and in
// English. Its variables are filled by a look-up.
function operations() {
  const folder = join(here, "operations");
  const all = readdirSync(folder)
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const definition = checked(file, text);
      const [, group, ...words] = basename(file, ".graphql").split("-");
      const [id, en] = text.split("\n").map((line) => /^# (.+)/.exec(line)?.[1]);
      if (!groups.includes(group) || !id || !en) throw new Error(`${file}: group or one of the two titles is missing`);
      const blanks = definition.variableDefinitions.map(({ variable, type }) => [
        variable.name.value,
        type.type?.name?.value === "Int" ? 0 : "",
      ]);
      const variables = blanks.length > 0 ? JSON.stringify(Object.fromEntries(blanks), null, 2) : "";
      const operationName = definition.name.value;
      if (variables !== "" && !LOOKUPS[operationName]) throw new Error(`${file}: nothing looks its variables up`);
      return { group, name: words.join("-"), id, en, text, variables, operationName };
    });
  // The page distinguishes operations by each of these.
  for (const key of ["name", "id", "en", "operationName", "text"]) {
    const values = all.map((operation) => operation[key]);
    const twice = values.find((value, at) => values.indexOf(value) !== at);
    if (twice !== undefined) throw new Error(`two ready operations have the ${key} "${twice}"`);
  }
  for (const name of Object.keys(LOOKUPS)) {
    if (!all.some(({ operationName }) => operationName === name)) throw new Error(`no ready operation is called ${name}`);
  }
  return all;
}

// Builds the page and its workers together, so that they share chunks. Only the page loads a style sheet, which includes
// the styles of lazily loaded parts.
const built = await build({
  absWorkingDir: here,
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  write: false,
  metafile: true,
  legalComments: "none",
  target: ["es2022"],
  jsx: "automatic",
  loader: { ".ttf": "file" },
  plugins: [slim()],
  outdir: join(here, "out"),
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  assetNames: "[name]-[hash]",
  entryPoints: {
    playground: "src/main.jsx",
    "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
  },
  define: { "process.env.NODE_ENV": '"production"', OPERATIONS: JSON.stringify(operations()) },
});

const outputs = new Map(built.outputFiles.map((file) => [basename(file.path), file]));
const name = (start, extension) =>
  [...outputs.keys()].find((path) => path.startsWith(`${start}-`) && extname(path) === extension);
const names = {
  style: name("playground", ".css"),
  script: name("playground", ".js"),
  editor: name("editor.worker", ".js"),
  json: name("json.worker", ".js"),
  graphql: name("graphql.worker", ".js"),
};
const html = readFileSync(join(here, "src/index.html"), "utf8").replace(/\{(\w+)\}/g, (_, key) => names[key]);

// Finds the files that the page references, directly or through other files.
const served = new Set();
const read = [html];
for (const text of read) {
  for (const [path, file] of outputs) {
    if (served.has(path) || !text.includes(path)) continue;
    served.add(path);
    if (extname(path) !== ".ttf") read.push(file.text);
  }
}

mkdirSync(target, { recursive: true });
const files = [...served].sort().map((path) => {
  const { contents } = outputs.get(path);
  const compressed = brotliCompressSync(contents, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: contents.length,
    },
  });
  const file = `${path}.br`;
  writeFileSync(join(target, file), compressed);
  return { path, file, type: types[extname(path)], bytes: compressed.length };
});
writeFileSync(join(target, "index.html"), html);
writeFileSync(join(target, "manifest.json"), `${JSON.stringify({ index: "index.html", sources: hashOfSources("playground"), files }, null, 2)}\n`);

// Folders of the bundled packages, for their licences. A package may be present in several versions.
const folders = new Set(
  Object.entries(built.metafile.outputs)
    .filter(([path]) => served.has(basename(path)))
    .flatMap(([, { inputs }]) => Object.keys(inputs))
    .map((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
    .filter(Boolean),
);
// These packages contain no licence text; the named package has the same authors and the same licence.
const sibling = {
  "@graphiql/plugin-doc-explorer": "graphiql",
  "@graphiql/plugin-history": "graphiql",
  "react-compiler-runtime": "react",
  "react-remove-scroll-bar": "react-remove-scroll",
};
function licenceText(folder) {
  const texts = readdirSync(folder).filter((file) => /^(licen[sc]e|notice|thirdpartynotices)/i.test(file));
  return texts.map((file) => readFileSync(join(folder, file), "utf8").trim()).join("\n\n");
}
// Packages of the same authors share one text.
const licences = new Map();
for (const folder of [...folders].sort()) {
  const { name, version, license } = JSON.parse(readFileSync(join(here, folder, "package.json"), "utf8"));
  const text = licenceText(join(here, sibling[name] ? `node_modules/${sibling[name]}` : folder));
  if (!text) throw new Error(`${name} contains no licence text`);
  licences.set(text, (licences.get(text) ?? new Set()).add(`${name} ${version} (${license})`));
}
const rule = `\n\n${"-".repeat(80)}\n\n`;
const notices = [...licences].map(([text, names]) => `${[...names].join("\n")}\n\n${text}`).join(rule);
writeFileSync(join(target, "LICENSES.txt"), `${notices}\n`);

// Removes the files of an earlier build last, so that a server compiled at the same time finds a complete set.
const kept = new Set(["index.html", "manifest.json", "LICENSES.txt", ...files.map(({ file }) => file)]);
for (const file of readdirSync(target)) if (!kept.has(file)) rmSync(join(target, file));

const sha256 = (file) => createHash("sha256").update(readFileSync(join(target, file))).digest("hex");
for (const file of [...kept].sort()) console.log(sha256(file), file);
console.log(`${files.length} files, ${files.reduce((sum, { bytes }) => sum + bytes, 0)} bytes compressed`);
