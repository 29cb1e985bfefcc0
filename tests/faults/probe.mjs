// Probes `/livez` from a separate process, as a monitor on another machine would: an attack or a load in the same
// process would delay it.
import { fork } from "node:child_process";
import { get } from "node:http";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";

/// Asks for `/livez` on these ports in turn, on a new connection each time, until `end` is called.
export class Prober {
  constructor(ports, { timeout = 3_000, pause = 25 } = {}) {
    const options = JSON.stringify({ ports, timeout, pause });
    this.process = fork(fileURLToPath(import.meta.url), ["probe", options]);
  }

  /// Ends probing. Returns for each port how many probes were sent and answered, and the slowest answer in milliseconds
  /// (Infinity if a probe had none).
  async end() {
    const ended = new Promise((done, failed) => {
      this.process.once("message", done);
      this.process.once("exit", () => failed(new Error("the prober ended early")));
    });
    this.process.send("end");
    const results = await ended;
    // JSON has no Infinity.
    return results.map((result) => ({ ...result, slowest: result.slowest ?? Infinity }));
  }
}

/// Milliseconds until `/livez` answers a new connection, or Infinity.
export function probe(port, timeout = 3_000) {
  const started = performance.now();
  return new Promise((done) => {
    const asked = get({ port, host: "127.0.0.1", path: "/livez", agent: false, timeout }, (response) => {
      response.resume();
      response.on("end", () => done(response.statusCode === 200 ? performance.now() - started : Infinity));
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => done(Infinity));
    asked.on("close", () => done(Infinity));
  });
}

if (process.argv[2] === "probe" && process.send) {
  const { ports, timeout, pause } = JSON.parse(process.argv[3]);
  try {
    // Another machine would not share its cores with the load.
    setPriority(constants.priority.PRIORITY_HIGH);
  } catch {
    // Not permitted: it competes for a core like any process.
  }
  const results = ports.map(() => ({ sent: 0, answered: 0, slowest: 0 }));
  let running = true;
  process.once("message", () => (running = false));
  process.once("disconnect", () => process.exit(1));
  while (running) {
    for (const [at, port] of ports.entries()) {
      const took = await probe(port, timeout);
      const result = results[at];
      result.sent += 1;
      if (took < Infinity) result.answered += 1;
      result.slowest = Math.max(result.slowest, took);
    }
    await new Promise((done) => setTimeout(done, pause));
  }
  process.send(results, () => process.exit(0));
}
