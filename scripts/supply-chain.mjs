#!/usr/bin/env node
// Checks the source and the licence of every crate, as listed by `cargo metadata`.
import { execFileSync } from "node:child_process";

const allowed = new Set([
  "MIT", "MIT-0", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "ISC",
  "Zlib", "Unicode-3.0", "CC0-1.0", "BSL-1.0", "0BSD", "Unlicense", "CDLA-Permissive-2.0", "MPL-2.0", "bzip2-1.0.6",
]);

// Crates whose metadata names only a licence file, with the licence in that file.
const read = new Map([["jsonpath-rust 0.3.5", "MIT"]]);

// Whether an SPDX expression is allowed: for OR one allowed part is enough, for AND all parts must be allowed.
function isAllowed(expression) {
  const text = expression.replaceAll("/", " OR ").trim();
  const parts = split(text, " OR ");
  if (parts.length > 1) return parts.some(isAllowed);
  const all = split(text, " AND ");
  if (all.length > 1) return all.every(isAllowed);
  if (text.startsWith("(") && text.endsWith(")")) return isAllowed(text.slice(1, -1));
  return allowed.has(text);
}

function split(text, by) {
  const parts = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    if (text[at] === ")") depth -= 1;
    if (depth === 0 && text.startsWith(by, at)) {
      parts.push(text.slice(from, at));
      from = at + by.length;
    }
  }
  return [...parts, text.slice(from)].map((part) => part.trim());
}

const metadata = JSON.parse(
  execFileSync("cargo", ["metadata", "--format-version", "1", "--locked", "--features", "s3"], { maxBuffer: 1 << 28 }),
);
const findings = [];
let checked = 0;
for (const crate of metadata.packages) {
  if (crate.source === null) continue;
  checked += 1;
  const name = `${crate.name} ${crate.version}`;
  if (!crate.source.startsWith("registry+")) findings.push(`${name} comes from ${crate.source}`);
  const licence = crate.license ?? read.get(name);
  if (!licence) findings.push(`${name} names no licence`);
  else if (!isAllowed(licence)) findings.push(`${name} is under ${licence}`);
}
if (!isAllowed("MIT OR GPL-3.0") || isAllowed("GPL-3.0") || isAllowed("MIT AND GPL-3.0")) findings.push("the check itself is broken");
for (const finding of findings) console.error(finding);
console.log(`${checked - findings.length} passed, ${findings.length} failed`);
process.exit(findings.length === 0 && checked > 0 ? 0 : 1);
