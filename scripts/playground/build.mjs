// Builds the playground: GraphiQL with its workers, from npm into assets/playground, hashed and compressed.
//
// Nothing that is served names another host. The server embeds the files, so that running needs no Node.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
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

// Ready operations: each is checked against the schema that the server has.
function operations() {
  const folder = join(here, "operations");
  const schemaFile = join(here, "../../schema.graphql");
  const schema = existsSync(schemaFile) ? buildSchema(readFileSync(schemaFile, "utf8")) : null;
  return readdirSync(folder)
    .filter((name) => name.endsWith(".graphql"))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      const faults = schema ? validate(schema, parse(text)) : [];
      if (faults.length > 0) throw new Error(`${name}: ${faults.map(String).join("\n")}`);
      const [group, ...words] = basename(name, ".graphql").split("-").slice(1);
      const titles = text.split("\n").filter((line) => line.startsWith("# "));
      return { group, name: words.join("-"), id: titles[0].slice(2), en: titles[1].slice(2), text };
    });
}

const shared = {
  bundle: true,
  minify: true,
  write: false,
  legalComments: "none",
  target: ["es2022"],
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".ttf": "file" },
  outdir: "/out",
  absWorkingDir: here,
};

const workers = await build({
  ...shared,
  format: "iife",
  entryNames: "[name]-[hash]",
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
  metafile: true,
  jsx: "automatic",
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  assetNames: "[name]-[hash]",
  entryPoints: { playground: "src/main.jsx" },
  define: {
    ...shared.define,
    WORKERS: JSON.stringify(workerOf),
    OPERATIONS: JSON.stringify(operations()),
  },
});

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const files = [];
for (const file of [...workers.outputFiles, ...page.outputFiles]) {
  const path = basename(file.path);
  const compressed = brotliCompressSync(file.contents, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
  writeFileSync(join(target, `${path}.br`), compressed);
  files.push({ path, type: types[extname(path)], bytes: compressed.length });
  console.log(createHash("sha256").update(compressed).digest("hex").slice(0, 16), compressed.length, path);
}
const entry = (extension) => files.find((file) => file.path.startsWith("playground-") && file.path.endsWith(extension)).path;
const html = readFileSync(join(here, "src/index.html"), "utf8")
  .replace("{style}", `/graphql/assets/${entry(".css")}`)
  .replace("{script}", `/graphql/assets/${entry(".js")}`);
writeFileSync(join(target, "index.html"), html);
files.sort((a, b) => (a.path < b.path ? -1 : 1));
writeFileSync(join(target, "manifest.json"), `${JSON.stringify({ files }, null, 2)}\n`);

// Licences of what was bundled.
const packages = new Set(
  Object.keys(page.metafile.inputs)
    .map((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
    .filter(Boolean),
);
for (const name of ["monaco-editor", "monaco-graphql", "graphql-language-service"]) packages.add(name);
const licences = [...packages].sort().map((name) => {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[sc]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : "";
  return `${name} ${version} (${license})\n${text}\n`;
});
writeFileSync(join(target, "LICENSES.txt"), licences.join("\n----\n\n"));
console.log(`${files.length} files, ${files.reduce((sum, file) => sum + file.bytes, 0)} bytes compressed`);
