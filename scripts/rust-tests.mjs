// Builds everything with lints and runs the Rust tests, each program as soon as it is built. The schema occupies one
// core for minutes; during that time the tests of the other crates use the second core.
//
//   node scripts/rust-tests.mjs [arguments for cargo test]
//
// Prints the output of each program when it ends. Ends non-zero if the build or a test failed.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

const build = spawn(
  "cargo",
  ["test", "--workspace", "--tests", "--no-run", "--quiet", "--message-format=json-render-diagnostics", ...process.argv.slice(2)],
  { stdio: ["ignore", "pipe", "inherit"] },
);

const started = Date.now();
const seconds = () => Math.round((Date.now() - started) / 1000);
const failed = [];
let building = true;
let programs = Promise.resolve();

createInterface({ input: build.stdout }).on("line", (line) => {
  const { reason, executable, manifest_path: manifest, profile, target } = JSON.parse(line);
  const isTest = reason === "compiler-artifact" && executable && profile.test && !target.kind.includes("bench");
  if (isTest) {
    programs = programs.then(() => run(executable, manifest, target.name));
  }
});

const status = await new Promise((ended) => build.on("close", ended));
building = false;
if (status === 0) {
  console.log(`built after ${seconds()} s`);
} else {
  failed.push("the build");
}
await programs;
if (failed.length > 0) {
  console.log(`FAILED: ${failed.join(", ")}`);
  process.exitCode = 1;
}

/// Runs a test program in the folder of its crate, as cargo does. While the build runs, the compiler has priority.
function run(executable, manifest, name) {
  const [command, ...rest] = building ? ["nice", "-n", "10", executable] : [executable];
  // More tests than cores run at once, because a test often waits for its database.
  const more = building ? {} : { RUST_TEST_THREADS: String(2 * availableParallelism()) };
  // As in .cargo/config.toml, which only cargo reads.
  const env = { ...process.env, RUST_MIN_STACK: "8388608", ...more };
  return new Promise((ended) => {
    const program = spawn(command, rest, { cwd: dirname(manifest), env, stdio: ["ignore", "pipe", "pipe"] });
    const output = [];
    program.stdout.on("data", (chunk) => output.push(chunk));
    program.stderr.on("data", (chunk) => output.push(chunk));
    program.on("close", (code) => {
      console.log(`-- ${name}, after ${seconds()} s`);
      process.stdout.write(Buffer.concat(output));
      if (code !== 0) {
        failed.push(name);
      }
      ended();
    });
  });
}
