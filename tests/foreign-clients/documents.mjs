// The operations of the suite: those that the project ships for apps, and a few of its own.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parse, print } from "graphql";

const root = fileURLToPath(new URL("../..", import.meta.url));

/// The text of each operation by its name.
export const texts = new Map();
for (const folder of ["examples/operations", "tests/foreign-clients/operations"]) {
  for (const file of readdirSync(join(root, folder)).filter((name) => name.endsWith(".graphql"))) {
    texts.set(file.replace(/\.graphql$/, ""), print(parse(readFileSync(join(root, folder, file), "utf8"))));
  }
}

export function text(operation) {
  if (!texts.has(operation)) throw new Error(`there is no operation ${operation}`);
  return texts.get(operation);
}

/// Writes the manifests of trusted documents into a folder: the manifest of the apps, one of the suite's own
/// operations, and one by relay-compiler, which adds ids to the selections. Returns Relay's artifacts by name.
export async function compile(manifests) {
  mkdirSync(manifests);
  copyFileSync(join(root, "examples/operations/manifest.json"), join(manifests, "apps.json"));
  writeFileSync(join(manifests, "own.json"), manifest([...texts.values()]));
  const work = mkdtempSync(join(tmpdir(), "kinerja-foreign-"));
  try {
    mkdirSync(join(work, "src/artifacts"), { recursive: true });
    writeFileSync(join(work, "package.json"), '{"name":"app","type":"module"}');
    writeFileSync(join(work, "schema.graphql"), readFileSync(join(root, "schema.graphql")));
    const config = {
      src: "./src", schema: "./schema.graphql", language: "javascript", eagerEsModules: true, artifactDirectory: "./src/artifacts",
    };
    writeFileSync(join(work, "relay.config.json"), JSON.stringify(config));
    for (const [name, body] of texts) {
      const module = name.replace(/(Query|Mutation|Subscription)$/, "");
      writeFileSync(join(work, "src", `${module}.js`), `import { graphql } from "relay-runtime";\nexport const document = graphql\`${body}\`;\n`);
    }
    const cli = createRequire(import.meta.url).resolve("relay-compiler/cli.js");
    const ran = spawnSync(process.execPath, [cli, join(work, "relay.config.json")], {
      encoding: "utf8", cwd: work, env: { ...process.env, FORCE_NO_WATCHMAN: "1" },
    });
    if (ran.status !== 0) throw new Error(`relay-compiler: ${ran.stdout}${ran.stderr}`);
    const artifacts = new Map();
    for (const name of texts.keys()) {
      const artifact = pathToFileURL(join(work, "src/artifacts", `${name}.graphql.js`));
      artifacts.set(name, (await import(artifact)).default);
    }
    writeFileSync(join(manifests, "relay.json"), manifest([...artifacts.values()].map(({ params }) => params.text)));
    return artifacts;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function manifest(bodies) {
  return JSON.stringify(Object.fromEntries(bodies.map((body) => [createHash("sha256").update(body).digest("hex"), body])));
}
