#!/usr/bin/env node
// Mistakes of operators, on the built server with its own PostgreSQL: settings of PostgreSQL that lose acknowledged
// changes, a machine whose clock is wrong, and metrics that strangers can read.
//
//   node tests/faults/operators.mjs
//   node tests/faults/operators.mjs --long yes    takes a minute longer: a clock is set back while the server runs
//
// Needs a C compiler, for `clock.c`.
import { execFile, execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { RECORD, Report, World, binary, freePort, hour, login, once, options, planOf, root, sleep } from "./lib.mjs";
import { Postgres } from "./postgres.mjs";

const { long } = options({ long: "no" });
const run = promisify(execFile);
const report = new Report();
const postgres = await Postgres.start();
const world = new World(postgres.url);
const DATABASE = world.environment.DATABASE_URL;

/// Runs `kinerja serve`, which ends by itself in these cases, and returns its exit code and output.
async function serve(environment) {
  const env = { PATH: process.env.PATH, KINERJA_LISTEN: "127.0.0.1:0", KINERJA_DATA_DIR: join(world.folder, "serve"), ...environment };
  try {
    const { stdout, stderr } = await run(binary, ["serve"], { env: { DATABASE_URL: DATABASE, ...env }, cwd: world.folder, timeout: 60_000 });
    return { code: 0, said: stdout + stderr };
  } catch ({ code, stdout, stderr }) {
    return { code, said: `${stdout}${stderr}` };
  }
}

async function durability() {
  // The next check refuses it: the database is empty.
  const safe = await serve({});
  report.check(safe.code === 1 && !safe.said.includes("ALLOW_UNSAFE"), "control: serve accepts a PostgreSQL with the default settings");
  for (const setting of ["fsync", "full_page_writes", "synchronous_commit"]) {
    postgres.restart({ [setting]: "off" });
    const refused = await serve({});
    const named = refused.said.includes(setting) && refused.said.includes("KINERJA_ALLOW_UNSAFE_POSTGRES");
    report.check(refused.code === 1 && named, `serve refuses a PostgreSQL with ${setting} off: ${refused.said.trim().split("\n").at(-1)}`);
    const allowed = await serve({ KINERJA_ALLOW_UNSAFE_POSTGRES: "true" });
    const loud = allowed.said.split("\n").find((line) => line.includes("ERROR") && line.includes(setting));
    report.check(loud !== undefined && allowed.said !== refused.said, `with the setting that allows it, serve goes on and logs an error: ${loud}`);
  }
  postgres.restart({});
}

/// A machine whose clock is this many seconds ahead, negative if it is behind; `set` changes it while programs run.
class OtherClock {
  constructor() {
    this.file = join(world.folder, "shift");
    const library = join(world.folder, "clock.so");
    execFileSync("cc", ["-shared", "-fPIC", "-O2", "-o", library, join(root, "tests/faults/clock.c")]);
    this.environment = { LD_PRELOAD: library, CLOCK_SHIFT: this.file };
    this.set(0);
  }

  set(seconds) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(seconds));
    // In place: the server has mapped the file.
    const file = openSync(this.file, constants.O_RDWR | constants.O_CREAT);
    writeSync(file, bytes, 0, 8, 0);
    closeSync(file);
  }
}

async function ready(port) {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  return { status: response.status, ...(await response.json()) };
}

async function clocks() {
  const right = await world.server({ staff: 60 });
  const logins = await right.start();
  const clock = new OtherClock();
  const wrong = await world.server({ staff: 60, environment: clock.environment });
  for (const [shift, expected] of [[0, 200], [-4, 200], [-3600, 503], [8, 503]]) {
    clock.set(shift);
    await wrong.start();
    const answer = await ready(wrong.port);
    const seconds = answer.clockAheadSeconds ?? 0;
    const near = expected === 200 || Math.abs(seconds - shift) <= 2;
    report.check(answer.status === expected && near, `a clock ${shift} s off: /readyz ${answer.status}, ${seconds} s ahead`);
    const live = await fetch(`http://127.0.0.1:${wrong.port}/livez`);
    report.check(live.status === 200, `a clock ${shift} s off: /livez ${live.status}`);
    if (shift === -3600) await journal(right, wrong, logins);
    await wrong.stop();
  }
  report.check((await ready(right.port)).status === 200, "the other server stays ready");
  if (long === "yes") {
    clock.set(0);
    await wrong.start();
    let answer = await ready(wrong.port);
    report.check(answer.status === 200, "control: the server is ready");
    clock.set(-60);
    for (let tries = 0; tries < 700 && answer.status === 200; tries += 1) {
      await sleep(100);
      answer = await ready(wrong.port);
    }
    report.check(answer.status === 503, `within a minute the server is no longer ready: ${JSON.stringify(answer)}`);
    await wrong.stop();
  }
  await right.stop();
}

/// Makes changes through the two servers in turn: the times in the journal must never decrease.
async function journal(right, wrong, logins) {
  const token = await login(right.url, logins.EMPLOYEE);
  const { plan, result } = await planOf(right.url, token).then(({ id, result }) => ({ plan: id, result }));
  for (let number = 0; number < 20; number += 1) {
    const { url } = number % 2 === 0 ? right : wrong;
    const rows = [{ target: { clientKey: randomUUID() }, planResultId: result, ...hour(1, number), description: "uji jam" }];
    const { recordActivities } = await once(url, token, RECORD, { input: { planId: plan, rows } });
    if (recordActivities.errors.length > 0) throw new Error(JSON.stringify(recordActivities.errors));
  }
  let rows = [];
  // Entries get their number a moment later.
  for (let tries = 0; tries < 100; tries += 1) {
    rows = await world.rows("SELECT number, at, drawn FROM event WHERE kind = 'ACTIVITY_RECORDED' AND number IS NOT NULL ORDER BY number DESC LIMIT 20");
    const [[waiting]] = await world.rows("SELECT count(*) FROM event WHERE number IS NULL");
    if (waiting === "0") break;
    await sleep(100);
  }
  const times = rows.reverse().map(([, at]) => Number(at));
  const falls = times.filter((at, index) => index > 0 && at < times[index - 1]).length;
  report.check(times.length === 20 && falls === 0, `20 changes by two servers in turn, one an hour behind: the time falls ${falls} times`);
  // The time that the second server would write by its own clock.
  const date = new Date((await fetch(`http://127.0.0.1:${wrong.port}/livez`)).headers.get("date")).getTime();
  const behind = (times.at(-1) / 1000 - date) / 1000;
  report.check(behind > 3000, `control: by its own clock, the second server is ${behind.toFixed(0)} s behind them`);
}

async function metrics() {
  const address = Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === "IPv4" && !internal)?.address;
  const own = await freePort();
  const server = await world.server({ staff: 60, environment: { KINERJA_METRICS_LISTEN: `127.0.0.1:${own}` } });
  if (address) server.environment.KINERJA_LISTEN = `0.0.0.0:${server.port}`;
  await server.start();
  const status = async (url, headers = {}) => (await fetch(url, { headers })).status;
  report.check((await status(`http://127.0.0.1:${server.port}/metrics`)) === 200, "control: /metrics answers a caller on this machine");
  const proxied = await status(`http://127.0.0.1:${server.port}/metrics`, { "x-forwarded-for": "192.0.2.1" });
  report.check(proxied === 404, `/metrics through a local proxy: ${proxied}`);
  if (address) {
    const beyond = await status(`http://${address}:${server.port}/metrics`);
    report.check(beyond === 404, `/metrics by the address of the network: ${beyond}`);
  }
  report.check((await status(`http://127.0.0.1:${own}/metrics`)) === 200, "/metrics answers everyone who reaches its own listener");
  report.check((await status(`http://127.0.0.1:${own}/graphql`)) === 404, "which answers nothing else");
  await server.stop();
}

await durability();
await clocks();
await metrics();
world.remove();
report.end();
