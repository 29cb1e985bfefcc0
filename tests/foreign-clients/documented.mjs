// docs/MOBILE.md shows the setup of each client. This checks that the files that run here contain the same lines.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../faults/lib.mjs";

export function documented(report) {
  const page = readFileSync(join(root, "docs/MOBILE.md"), "utf8");
  const folder = join(root, "tests/foreign-clients/clients");
  for (const file of readdirSync(folder)) {
    const source = readFileSync(join(folder, file), "utf8");
    for (const [, indent, setup] of source.matchAll(/^( *)(?:\/\/|#) setup\n([^]*?)^ *(?:\/\/|#) end of setup$/gm)) {
      const lines = setup.split("\n").map((line) => line.replace(indent, "")).join("\n");
      report.check(page.includes(lines), `docs/MOBILE.md shows the setup of ${file}`);
    }
  }
}
