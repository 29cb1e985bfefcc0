// An S3-compatible store that belongs to a test program: moto, a public stand-in from PyPI, on the loopback.
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { freePort, root, sleep } from "./lib.mjs";

const NAME = "bukti";
const PREFIX = "kota";
const folder = join(root, "target/moto");
const program = process.env.MOTO_SERVER ?? join(folder, "bin/moto_server");

export class Bucket {
  /// Installs moto if it is missing, starts it and creates an empty bucket.
  static async start() {
    if (!existsSync(program)) {
      execFileSync("python3", ["-m", "venv", folder]);
      execFileSync(join(folder, "bin/pip"), ["install", "--quiet", "moto[server]==5.1.5"], { stdio: "inherit" });
    }
    const port = await freePort();
    const child = spawn(program, ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    const bucket = new Bucket(`http://127.0.0.1:${port}`, child);
    process.once("exit", () => bucket.stop());
    for (let tries = 0; ; tries += 1) {
      const made = await fetch(`${bucket.endpoint}/${NAME}`, { method: "PUT" }).catch(() => null);
      if (made?.ok) return bucket;
      if (tries === 300) throw new Error("moto did not start");
      await sleep(100);
    }
  }

  constructor(endpoint, child) {
    this.endpoint = endpoint;
    this.child = child;
    /// The environment of a server that keeps evidence here.
    this.environment = {
      KINERJA_EVIDENCE_URL: `s3://${NAME}/${PREFIX}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: endpoint,
      AWS_ALLOW_HTTP: "true",
    };
  }

  /// The names of all objects.
  async keys() {
    const text = await (await fetch(`${this.endpoint}/${NAME}?list-type=2`)).text();
    return [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key);
  }

  stop() {
    this.child.kill();
  }
}
