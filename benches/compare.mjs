// Compares reads of the server with floors written by hand and with a peer, on the same database, in one run.
//
//   npm ci --prefix benches/peer && cargo build --release --bin kinerja
//   node benches/compare.mjs --database postgres://postgres@127.0.0.1/postgres
//
// Needs `wrk` (package `wrk`), `pgbench` and `psql` in the path. The floors are the files of `benches/floors`, which pgbench
// runs; the peer is PostGraphile. Server, peer and floor are measured in turn, `--rounds` times; the figures are medians.
// `--city FOLDER` keeps the generated city in this folder (and in a database of that name) for the next run.
// `--only TEXT` measures the cases with this text in their name. Without a PostgreSQL, `--database sqlite` measures the server alone.
import { execFile, execFileSync, spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Server, freePort, login, once, options, root, sleep } from "../tests/faults/lib.mjs";

process.env.KINERJA ??= join(root, "target/release/kinerja");
const given = options({
  database: "sqlite", staff: 4000, years: 3, seconds: 5, rounds: 5, connections: 16, city: "", only: "", peer: "yes", note: "",
});
const here = fileURLToPath(new URL(".", import.meta.url));
const run = promisify(execFile);
const postgres = given.database !== "sqlite";

// The city: a folder, and on PostgreSQL a database.
const folder = given.city ? resolve(given.city) : mkdtempSync(join(tmpdir(), "kinerja-compare-"));
mkdirSync(folder, { recursive: true });
const name = given.city ? basename(folder).replace(/\W/g, "_") : `compare_${process.pid}`;
const url = postgres ? given.database.replace(/[^/]*$/, name) : null;
const psql = (sql, at = url) => execFileSync("psql", ["-qAtX", "-v", "ON_ERROR_STOP=1", at, "-c", sql], { encoding: "utf8" }).trim();
if (postgres && psql(`SELECT 1 FROM pg_database WHERE datname = '${name}'`, given.database) !== "1") {
  psql(`CREATE DATABASE ${name}`, given.database);
}
const processes = [];
process.once("exit", () => {
  for (const child of processes) child.kill("SIGKILL");
  if (given.city) return;
  if (postgres) psql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, given.database);
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

const server = new Server({ folder, environment: postgres ? { DATABASE_URL: url } : {} }, await freePort(), {
  staff: given.staff,
  years: given.years,
  settings: "",
  environment: { KINERJA_COST_PER_MINUTE: "0" },
  files: null,
  clock: "now",
});
const logins = await server.start();
processes.push(server.process);
const tokens = {};
for (const [role, who] of [["admin", "ADMIN"], ["unit head", "UNIT_HEAD"], ["superior", "SUPERIOR"], ["employee", "EMPLOYEE"]]) {
  if (logins[who]) tokens[role] = await login(server.url, logins[who]);
}
if (postgres) psql("VACUUM ANALYZE");

const PAGE = `id name assignment { unit { id name } } plans(first: 3) { edges { node { id status } } }
  evaluations(first: 12) { edges { node { id status predicate } } }`;
const read = (query, variables = {}, role = "admin") => once(server.url, tokens[role], query, variables);
const first = await read(`{ evaluations(first: 100) { edges { node { id predicate } } }
  plans(first: 1, filter: { status: [APPROVED] }) { edges { node { id } } }
  periods(first: 30) { edges { node { id part } } } orgUnits(first: 1) { edges { node { id } } } }`);
const id = (list) => list.edges[0].node.id;
const evaluation = first.evaluations.edges.find(({ node }) => node.predicate).node.id;
const [plan, unit] = [id(first.plans), id(first.orgUnits)];
const year = (first.periods.edges.find(({ node }) => node.part === 0) ?? first.periods.edges[0]).node.id;
// A global id contains the kind of the object and its UUID.
const uuid = (global) => Buffer.from(global, "base64url").subarray(-16).toString("hex");
const agency = postgres ? psql("SELECT agency_id FROM staff LIMIT 1") : "";
const ids = postgres
  ? psql(`SELECT array_agg(id) FROM (SELECT id FROM staff WHERE agency_id = '${agency}' AND status = 'ACTIVE' ORDER BY name_key, id LIMIT 50) s`)
  : "";

const NESTED = `{ staff(first: 50) { edges { node { ${PAGE} } } } }`;
const EVALUATIONS = `query($year: ID!) { evaluations(first: 50, filter: { periodId: $year }) { totalCount
  edges { node { id status predicate staff { name } } } } }`;
const PLANS = "{ plans(first: 50) { totalCount edges { node { id status staff { name } } } } }";
const WORKLIST = `{ viewer { worklist(first: 20) { totalCount nodes { kind deadline subject {
  ... on Plan { id } ... on Evaluation { id } ... on ActivityGroup { activityCount } } } } } }`;
const roles = (case_) => Object.keys(tokens).map((role) => ({ ...case_, role }));
const cases = [
  { what: "typename", query: "{ __typename }", role: "admin" },
  {
    what: "nested", query: NESTED, role: "admin",
    floors: { floor: "nested", json_agg: "nested-json" }, values: { ids, agency }, checked: true,
    peer: `{ allStaff(first: 50, orderBy: [NAME_KEY_ASC, ROW_ID_ASC], condition: { agencyId: "${agency}" }) { nodes { rowId name
      assignmentsByStaffId(first: 1) { nodes { orgUnitByUnitId { rowId name } } }
      plansByStaffId(first: 3) { nodes { rowId status } }
      evaluationsByStaffId(first: 12) { nodes { rowId status predicate } } } } }`,
  },
  { what: "nested", query: NESTED, role: "unit head" },
  {
    what: "single", query: "query($evaluation: ID!) { evaluation(id: $evaluation) { id status staff { name } } }",
    variables: { evaluation }, role: "admin", floors: { floor: "single" }, values: { id: uuid(evaluation) },
    peer: `{ evaluationByRowId(rowId: "${uuid(evaluation)}") { rowId status staffByStaffId { name } } }`,
  },
  ...roles({ what: "evaluations, count", query: EVALUATIONS, variables: { year } }),
  ...roles({ what: "plans, count", query: PLANS }),
  ...roles({ what: "worklist", query: WORKLIST }),
  {
    what: "plan with rows", variables: { plan }, role: "admin",
    query: "query($plan: ID!) { plan(id: $plan) { id status currentRevision { results { title indicators { text target { min } } actionPlans { text } } } } }",
  },
  {
    what: "explanation", variables: { evaluation }, role: "admin",
    query: "query($evaluation: ID!) { evaluation(id: $evaluation) { id predicate explanationText resultRatings { rating } } }",
  },
  {
    what: "report", variables: { unit, year }, role: "admin",
    query: "query($unit: ID!, $year: ID!) { reports { predicateDistribution(orgUnitId: $unit, periodId: $year) { rows { staff } } } }",
  },
].filter(({ what, role }) => tokens[role] && `${what} ${role}`.includes(given.only));

// Requests a second and latencies in ms of 16 keep-alive connections.
const UNITS = { us: 0.001, ms: 1, s: 1000, m: 60_000 };
async function wrk([at, pid], token, query, variables = {}, seconds = given.seconds) {
  const script = join(folder, "request.lua");
  const lines = [`wrk.method = "POST"`, `wrk.body = ${JSON.stringify(JSON.stringify({ query, variables }))}`, `wrk.headers["content-type"] = "application/json"`];
  lines.push(`wrk.headers["accept"] = "application/graphql-response+json"`);
  if (token) lines.push(`wrk.headers["authorization"] = "Bearer ${token}"`);
  writeFileSync(script, lines.join("\n"));
  const before = spent(pid);
  const { stdout } = await run("wrk", ["-t1", `-c${given.connections}`, `-d${seconds}s`, "--timeout", "60s", "--latency", "-s", script, at]);
  if (/Non-2xx/.test(stdout)) throw new Error(stdout);
  const latency = (percent) => {
    const [, figure, unit_] = new RegExp(`${percent}%\\s+([\\d.]+)(\\w+)`).exec(stdout);
    return Number(figure) * UNITS[unit_];
  };
  const requests = Number(/(\d+) requests in/.exec(stdout)[1]);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]);
  return { rate, cpu: between(before, spent(pid)) / requests, p50: latency(50), p99: latency(99) };
}
async function pgbench(file, values, seconds = given.seconds) {
  const set = Object.entries(values).flatMap(([key, value]) => ["-D", `${key}=${value}`]);
  const running = run("pgbench", ["-n", "-M", "prepared", "-j", "2", "-c", String(given.connections), "-T", String(seconds),
    ...set, "-f", join(here, "floors", `${file}.sql`), url]);
  // Its connections exist only while it runs.
  await sleep(seconds * 200);
  const [before, begun] = [spent(), performance.now()];
  await sleep(seconds * 500);
  const [after, ended] = [spent(), performance.now()];
  const rate = Number(/^tps = ([\d.]+)/m.exec((await running).stdout)[1]);
  return { rate, cpu: between(before, after) / ((rate * (ended - begun)) / 1000) };
}
// CPU time in ms so far of this process and of each session of the database, in ticks of 10 ms. While other programs
// use the same cores, CPU time per request is a better measure than requests per second.
function spent(own) {
  const sessions = postgres ? psql(`SELECT pid FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`).split("\n") : [];
  const times = new Map();
  for (const pid of [own, ...sessions].filter(Boolean)) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
      times.set(pid, (Number(fields[11]) + Number(fields[12])) * 10);
    } catch {
      // The process has just ended.
    }
  }
  return times;
}
const between = (before, after) => [...after].reduce((sum, [pid, time]) => sum + time - (before.get(pid) ?? 0), 0);

let peer = null;
async function startPeer() {
  const port = await freePort();
  const child = spawn(process.execPath, ["-r", join(here, "peer/resolvers.cjs"), join(here, "peer/node_modules/.bin/postgraphile"),
    "-P", "postgraphile/presets/amber", "-c", url, "-s", "public", "-n", "127.0.0.1", "-p", String(port)],
    { cwd: join(here, "peer"), env: { ...process.env, NODE_ENV: "production", GRAPHILE_ENV: "production" }, stdio: "ignore" });
  processes.push(child);
  peer = [`http://127.0.0.1:${port}/graphql`, child.pid];
  for (let tries = 0; tries < 600; tries += 1) {
    try {
      return await once(peer[0], null, "{ __typename }");
    } catch {
      await sleep(100);
    }
  }
  throw new Error("the peer did not start");
}

// Both must do the same work: the same people in the same order, with the same numbers of plans and evaluations.
async function compareAnswers({ query, peer: document }) {
  const ours = (await read(query)).staff.edges.map(({ node }) =>
    [node.name, node.assignment?.unit.name, node.plans.edges.length, node.evaluations.edges.length].join("|"));
  const theirs = (await once(peer[0], null, document)).allStaff.nodes.map((node) =>
    [node.name, node.assignmentsByStaffId.nodes[0]?.orgUnitByUnitId.name, node.plansByStaffId.nodes.length, node.evaluationsByStaffId.nodes.length].join("|"));
  const differing = ours.filter((line, at) => line !== theirs[at]);
  if (ours.length !== theirs.length || differing.length > 0) {
    throw new Error(`server and peer answer differently:\n${differing.map((line) => `${line} / ${theirs[ours.indexOf(line)]}`).join("\n")}`);
  }
  const sum = (at) => ours.reduce((total, line) => total + Number(line.split("|")[at]), 0);
  console.log(`server and peer both return ${ours.length} people, ${sum(2)} plans, ${sum(3)} evaluations`);
}

const median = (rows, key) => rows.map((row) => row[key]).sort((a, b) => a - b)[Math.floor(rows.length / 2)];
const rounded = (figure) => (figure === undefined ? undefined : Number(figure.toPrecision(4)));
const summary = (rows) => Object.fromEntries(["rate", "cpu", "p50", "p99"].map((key) => [key, rounded(median(rows, key))]));
const withPeer = postgres && given.peer === "yes" && existsSync(join(here, "peer/node_modules"));
if (withPeer && cases.some((one) => one.peer)) await startPeer();
const us = [server.url, server.process.pid];
const measured = [];
for (const one of cases) {
  if (peer && one.checked) await compareAnswers(one);
  const ours = [];
  const theirs = [];
  await wrk(us, tokens[one.role], one.query, one.variables, 1);
  if (peer && one.peer) await wrk(peer, null, one.peer, {}, 1);
  for (let round = 0; round < given.rounds; round += 1) {
    ours.push(await wrk(us, tokens[one.role], one.query, one.variables));
    if (peer && one.peer) theirs.push(await wrk(peer, null, one.peer));
  }
  measured.push({ one, ours: summary(ours), ...(theirs.length > 0 && { peer: summary(theirs) }) });
}
// The floors need their own indexes, which must not speed up the server or the peer, so the floors are measured last.
if (postgres && measured.some(({ one }) => one.floors)) {
  execFileSync("psql", ["-qX", url, "-f", join(here, "floors/indexes.sql")]);
  for (const row of measured) {
    for (const [what, file] of Object.entries(row.one.floors ?? {})) {
      const rounds = [];
      for (let round = 0; round < given.rounds; round += 1) rounds.push(await pgbench(file, row.one.values));
      row[what] = summary(rounds);
    }
  }
  psql("DROP INDEX floor_evaluation; DROP INDEX floor_plan");
}

const commit = execFileSync("git", ["-C", root, "rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
const load = rounded(loadavg()[0]);
console.log(`${postgres ? "PostgreSQL" : "SQLite"}, ${given.staff} people, ${given.years} years; ${given.connections} connections, ` +
  `medians of ${given.rounds} x ${given.seconds} s; ${commit} ${given.note}; load ${load}`);
console.log("CPU is that of server and database for one request; shares are of requests a second and, after the slash, of CPU.\n");
console.log("| what | who | requests/s | CPU ms | p50 ms | p99 ms | of the floor | of the peer | of json_agg |");
console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
for (const { one, ours, ...others } of measured) {
  const share = (other) => (other ? `${(ours.rate / other.rate).toFixed(2)} / ${(other.cpu / ours.cpu).toFixed(2)} (${Math.round(other.rate)}/s)` : "");
  const figures = [ours.rate, ours.cpu, ours.p50, ours.p99, share(others.floor), share(others.peer), share(others.json_agg)];
  console.log(`| ${one.what} | ${one.role} | ${figures.join(" | ")} |`);
  const line = { at: new Date().toISOString().slice(0, 16), commit, note: given.note, load, database: postgres ? "postgres" : "sqlite",
    staff: given.staff, what: one.what, who: one.role, ours, ...others };
  appendFileSync(join(here, "history.jsonl"), `${JSON.stringify(line)}\n`);
}
await server.stop();
process.exit(0);
