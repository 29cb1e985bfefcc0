// Checks whether the committed pages in assets/ were built from the current sources. Each build writes the hash of its
// sources into its manifest.
//
//   node scripts/assets.mjs
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(import.meta.dirname, "..");
// Sources of a page, and the script that builds it.
const PAGES = {
  playground: { folder: "scripts/playground", script: "scripts/build-playground" },
  web: { folder: "web", script: "scripts/build-web" },
};
const NO_SOURCES = ["node_modules", "out"];

/** The hash of all sources of a page. */
export function hashOfSources(page) {
  const folder = join(root, PAGES[page].folder);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"))
    .filter((path) => !path.split("/").some((part) => NO_SOURCES.includes(part)))
    .sort();
  const hash = createHash("sha256");
  for (const path of files) hash.update(`${path}\0`).update(readFileSync(join(folder, path))).update("\0");
  return hash.digest("hex");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stale = Object.keys(PAGES).filter((page) => {
    const { sources } = JSON.parse(readFileSync(join(root, "assets", page, "manifest.json"), "utf8"));
    return sources !== hashOfSources(page);
  });
  for (const page of stale) console.log(`FAIL  assets/${page} is older than its sources: run ${PAGES[page].script} and commit the result`);
  const pages = Object.keys(PAGES).length;
  console.log(`${pages - stale.length} passed, ${stale.length} failed`);
  process.exitCode = stale.length === 0 ? 0 : 1;
}
