// Builds the page into assets/web: hashed, compressed and listed, with the manifest of its trusted documents.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "vite";
import { hashOfSources } from "../scripts/assets.mjs";
import { manifest } from "./operations.mjs";

const here = import.meta.dirname;
const target = join(here, "../assets/web");
/** Maximum compressed bytes of the first view: the files that the page loads before anyone presses anything. */
export const LIMITS = { script: 80 * 1024, style: 20 * 1024 };
const types = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

const built = await build({ root: here, configFile: join(here, "vite.config.ts"), logLevel: "warn", build: { write: false } });
const outputs = built.output.map((file) => ({ path: file.fileName, bytes: Buffer.from(file.type === "chunk" ? file.code : file.source) }));
const html = outputs.find(({ path }) => path === "index.html").bytes.toString();
const hashed = outputs.filter(({ path }) => path !== "index.html");
const fixed = readdirSync(join(here, "static")).sort().map((path) => ({ path, bytes: readFileSync(join(here, "static", path)) }));

// The first view is the entry with its static imports. An area is loaded when someone opens it.
const chunks = new Map(built.output.filter(({ type }) => type === "chunk").map((chunk) => [chunk.fileName, chunk]));
const first = new Set();
function follow(name) {
  const chunk = chunks.get(name);
  if (!chunk || first.has(name)) return;
  first.add(name);
  for (const style of chunk.viteMetadata?.importedCss ?? []) first.add(style);
  for (const other of chunk.imports) follow(other);
}
for (const { fileName, isEntry } of chunks.values()) if (isEntry) follow(fileName);

// A change of any file is a new version of the whole page.
const kept = [...hashed, ...fixed].sort((a, b) => (a.path < b.path ? -1 : 1));
const hash = createHash("sha256").update(html);
for (const { path, bytes } of kept) hash.update(path).update(bytes);
// The files of an area are cached only after someone has opened it, so that people without this area download none of
// them.
const isLater = (path) => hashed.some((file) => file.path === path) && !first.has(path);
const addresses = (wanted) => kept.map(({ path }) => path).filter(wanted).map((path) => `/web/${path}`);
const worker = readFileSync(join(here, "src/worker.js"), "utf8")
  .replace("{version}", hash.digest("hex").slice(0, 16))
  .replace('["{files}"]', JSON.stringify(addresses((path) => !isLater(path))))
  .replace('["{later}"]', JSON.stringify(addresses(isLater)));
const files = [...kept, { path: "sw.js", bytes: Buffer.from(worker) }];

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const compress = (bytes) => brotliCompressSync(bytes, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  },
});
const listed = files.map(({ path, bytes }) => {
  const compressed = compress(bytes);
  writeFileSync(join(target, `${path}.br`), compressed);
  // Names with a hash of their content never change, so caches may keep them for ever.
  const immutable = hashed.some((file) => file.path === path);
  return { path, type: types[extname(path)], immutable, bytes: compressed.length };
});
writeFileSync(join(target, "index.html"), html);
writeFileSync(join(target, "manifest.json"), `${JSON.stringify({ index: "index.html", sources: hashOfSources("web"), files: listed }, null, 2)}\n`);
writeFileSync(join(target, "documents.json"), manifest);

// Licences of the packages that are part of the page.
const bundled = new Set(built.output.flatMap((file) => (file.type === "chunk" ? Object.keys(file.modules) : []))
  .map((id) => /.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replace(/^\0/, ""))?.[0]).filter(Boolean));
const licences = [...bundled].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[sc]e/i.test(one));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : `Licence: ${license}`;
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync(join(target, "LICENSES.txt"), licences.join(`\n${"-".repeat(78)}\n\n`));

for (const { path, bytes } of listed) console.log(String(bytes).padStart(8), path, first.has(path) ? "(first view)" : "");
for (const [kind, extension] of [["script", ".js"], ["style", ".css"]]) {
  const sum = listed.filter(({ path }) => first.has(path) && extname(path) === extension).reduce((all, { bytes }) => all + bytes, 0);
  console.log(`${kind}: ${sum} of ${LIMITS[kind]} bytes`);
  if (sum === 0) throw new Error(`the ${kind} of the first view was not found`);
  if (sum > LIMITS[kind]) throw new Error(`the ${kind} of the first view is too large`);
}
