// Builds the playground: GraphiQL with its workers, from npm into assets/playground, hashed and compressed.
//
// Nothing that is served names another host. The server embeds the files, so that running needs no Node.
import { build } from "esbuild";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { buildSchema, parse, validate } from "graphql";

const here = import.meta.dirname;
const target = join(here, "../../assets/playground");
const types = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".ttf": "font/ttf",
};
const groups = ["employee", "superior", "reporting"];

// Ready operations, each checked against the schema that the server has. A file is called
// <order>-<group>-<name>.graphql and begins with its title in Indonesian and in English.
function operations() {
  const schema = buildSchema(readFileSync(join(here, "../../schema.graphql"), "utf8"));
  const folder = join(here, "operations");
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      const document = parse(text);
      const faults = validate(schema, document);
      if (faults.length > 0) throw new Error(`${name}: ${faults.join("\n")}`);
      const [, group, ...words] = basename(name, ".graphql").split("-");
      const [id, en] = text.split("\n").map((line) => /^# (.+)/.exec(line)?.[1]);
      if (!groups.includes(group) || !id || !en) throw new Error(`${name}: group or one of the two titles is missing`);
      const blanks = document.definitions[0].variableDefinitions.map(({ variable, type }) => [
        variable.name.value,
        type.type?.name?.value === "Int" ? 0 : "",
      ]);
      const variables = blanks.length > 0 ? JSON.stringify(Object.fromEntries(blanks), null, 2) : "";
      return { group, name: words.join("-"), id, en, text, variables };
    });
}

// GraphiQL's style sheet carries its fonts within itself. Without them the editor uses those of the system,
// the page weighs a third less, and the policy needs no `font-src data:`. The icons come with the editor.
const withoutFonts = {
  name: "without-fonts",
  setup({ onLoad }) {
    onLoad({ filter: /graphiql[\\/]dist[\\/]style\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/@font-face\s*\{[^}]*url\(["']?data:font[^}]*\}/g, ""),
      loader: "css",
    }));
  },
};

const shared = {
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  legalComments: "none",
  target: ["es2022"],
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".ttf": "file" },
  plugins: [withoutFonts],
  outdir: join(here, "out"),
  absWorkingDir: here,
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  assetNames: "[name]-[hash]",
};

const workers = await build({
  ...shared,
  format: "iife",
  entryPoints: {
    "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
  },
});
const workerOf = Object.fromEntries(
  workers.outputFiles.map((file) => [basename(file.path).split(".")[0], basename(file.path)]),
);

const page = await build({
  ...shared,
  format: "esm",
  splitting: true,
  jsx: "automatic",
  entryPoints: { playground: "src/main.jsx" },
  define: {
    ...shared.define,
    WORKERS: JSON.stringify(workerOf),
    OPERATIONS: JSON.stringify(operations()),
  },
});

// What the page can reach from its two entries; the style sheets of lazy parts are within the page's own.
const outputs = new Map([...workers.outputFiles, ...page.outputFiles].map((file) => [basename(file.path), file]));
const entries = [...outputs.keys()].filter((path) => path.startsWith("playground-"));
const served = new Set(entries);
for (const path of served) {
  if (extname(path) === ".ttf") continue;
  const { text } = outputs.get(path);
  for (const other of outputs.keys()) if (text.includes(other)) served.add(other);
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const files = [...served].sort().map((path) => {
  const compressed = brotliCompressSync(outputs.get(path).contents, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
  const file = `${path}.br`;
  writeFileSync(join(target, file), compressed);
  return { path, file, type: types[extname(path)], bytes: compressed.length };
});
const entry = (extension) => `/graphql/assets/${entries.find((path) => path.endsWith(extension))}`;
const html = readFileSync(join(here, "src/index.html"), "utf8")
  .replace("{style}", entry(".css"))
  .replace("{script}", entry(".js"));
writeFileSync(join(target, "index.html"), html);
writeFileSync(join(target, "manifest.json"), `${JSON.stringify({ index: "index.html", files }, null, 2)}\n`);

// Licences of what was bundled, each copy of a package by where it lies.
const folders = new Set(
  [...Object.keys(page.metafile.inputs), ...Object.keys(workers.metafile.inputs)]
    .map((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
    .filter(Boolean),
);
// These carry no text of their licence; the named package is of the same authors under the same licence.
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
const licences = [...folders].map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(here, folder, "package.json"), "utf8"));
  const text = licenceText(join(here, sibling[name] ? `node_modules/${sibling[name]}` : folder));
  if (!text) throw new Error(`${name} carries no text of its licence`);
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync(join(target, "LICENSES.txt"), [...new Set(licences)].sort().join(`\n${"-".repeat(80)}\n\n`));

for (const { path, bytes } of files) console.log(String(bytes).padStart(8), path);
console.log(`${files.length} files, ${files.reduce((sum, { bytes }) => sum + bytes, 0)} bytes compressed`);
