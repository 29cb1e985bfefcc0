// One person sends short but expensive documents without pause. Their cost budget must stop them, so that others can
// continue to work.
import { randomUUID } from "node:crypto";
import { RECORD, World, hour, login, planOf, sleep } from "../lib.mjs";
import { post, tally, usage } from "./measure.mjs";

export const name = "costs";
export const setup = { staff: 400 };

/// Requests a second of the attacker, and for how long.
const RATE = 6;
// Long enough to spend the budget of a minute also in a debug build.
const seconds = (options) => (options.long === "yes" ? 60 : 12);
/// The longest write of another person, in milliseconds.
const WRITE = 2_000;

const aliases = (count, field) => Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(" ");
const DOCUMENTS = {
  counts: (count) => `{ ${aliases(count, "evaluations(first: 0) { totalCount }")} }`,
  worklists: (count) => `{ viewer { ${aliases(count, "worklist(first: 1) { nodes { kind } }")} } }`,
};
/// The most aliases of a document; fewer where the limit of its cost allows no more.
const MOST = 29;

/// The largest document of a kind that the server accepts.
async function largest(url, token, make) {
  const one = (await post(url, make(1), {}, { token })).cost;
  return make(Math.max(1, Math.min(MOST, Math.floor(one.available / one.requested))));
}

/// Sends a document at a steady rate, independent of the answers.
async function attack(url, token, query, duration) {
  const waiting = [];
  const begun = performance.now();
  for (let number = 0; number < RATE * duration; number += 1) {
    const due = (number * 1000) / RATE - (performance.now() - begun);
    if (due > 0) await sleep(due);
    waiting.push(post(url, query, {}, { token }));
  }
  return Promise.all(waiting);
}

/// Writes of another person, one after the other, until `end`.
class Writer {
  constructor(url, token, { id: plan, result }) {
    this.times = [];
    this.codes = [];
    this.running = true;
    this.working = (async () => {
      for (let number = 0; this.running; number += 1) {
        const rows = [{ target: { clientKey: randomUUID() }, planResultId: result, ...hour(1, number), description: "uji beban" }];
        const answer = await post(url, RECORD, { input: { planId: plan, rows } }, { token });
        this.times.push(answer.milliseconds);
        this.codes.push(answer);
        await sleep(100);
      }
    })();
  }

  async end() {
    this.running = false;
    await this.working;
    const sorted = this.times.sort((a, b) => a - b);
    return { median: sorted[Math.floor(sorted.length / 2)], slowest: sorted.at(-1), codes: tally(this.codes), count: sorted.length };
  }
}

/// The sender of each document. Each has their own budget.
const ATTACKERS = { counts: "EMPLOYEE", worklists: "SUPERIOR" };

/// Attacks with one document while another person writes.
async function measured(server, logins, what, duration) {
  const { url } = server;
  const [attacker, other] = [await login(url, logins[ATTACKERS[what]]), await login(url, logins.UNIT_HEAD)];
  const writer = new Writer(url, other, await planOf(url, other));
  const query = await largest(url, attacker, DOCUMENTS[what]);
  await sleep(500);
  const before = usage(server.process.pid);
  const answers = await attack(url, attacker, query, duration);
  const after = usage(server.process.pid);
  return { answers, writes: await writer.end(), cpu: after.cpu - before.cpu };
}

export async function run({ world, server, logins, report, options }) {
  const duration = seconds(options);
  const runs = {};
  for (const what of Object.keys(DOCUMENTS)) {
    const { answers, writes, cpu } = (runs[what] = await measured(server, logins, what, duration));
    const counts = tally(answers);
    const cost = answers.find(({ cost }) => cost)?.cost?.requested;
    report.check(cost >= 29, `many ${what} cost ${cost}`);
    report.check(counts.RATE_LIMITED > 0, `many ${what}, ${RATE} a second for ${duration} s: ${JSON.stringify(counts)}, ${cpu.toFixed(1)} s of CPU`);
    const limited = answers.filter(({ code }) => code === "RATE_LIMITED");
    const waits = limited.every(({ status, retryAfterSeconds }) => status === 429 && retryAfterSeconds >= 1 && retryAfterSeconds <= 60);
    report.check(waits, `refused with 429 and a time to wait: ${limited[0]?.retryAfterSeconds} s`);
    const fine = writes.codes.OK === writes.count && writes.slowest < WRITE;
    report.check(fine, `writes of another person: ${shown(writes)}`);
  }
  await control(new World(world.adminUrl ?? "sqlite"), { runs, report, duration });
}

const shown = ({ codes, median, slowest }) => `${JSON.stringify(codes)}, median ${median.toFixed(0)} ms, at most ${slowest.toFixed(0)} ms`;

/// Control: without budgets everything is served, and the measurement must notice the CPU time.
async function control(world, { runs, report, duration }) {
  try {
    const free = await world.server({ ...setup, settings: "cost_per_minute = 0\n" });
    const logins = await free.start();
    const { answers, writes, cpu } = await measured(free, logins, "counts", duration);
    const counts = tally(answers);
    report.check(!counts.RATE_LIMITED, `control: without budgets, many counts: ${JSON.stringify(counts)}`);
    const more = cpu / runs.counts.cpu;
    report.check(more > 1.3, `control: they take ${cpu.toFixed(1)} s of CPU, ${more.toFixed(1)} times as much; writes: ${shown(writes)}`);
    await free.stop();
  } finally {
    world.remove();
  }
}
