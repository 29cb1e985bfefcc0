#!/usr/bin/env node
// Finds the load that one server can serve without refusing requests, then sends four times as much, a fifth of it
// hostile. It checks that submits stay fast, nothing accepted is lost, memory stays bounded, and `/livez` answers.
//
//   node tests/faults/load.mjs                                     short form: a small city on SQLite, a fixed rate
//   node tests/faults/load.mjs --long yes --staff 4000             the long form on SQLite
//   node tests/faults/load.mjs --long yes --staff 50000 --database own     on its own PostgreSQL server, or postgres://…;
//                                   with `--template NAME` in a copy of a city there, which takes minutes to generate
//
// Requests arrive at a fixed rate, independent of the server, at random moments, from many people. They are those of
// the last week of a year, with the documents in `examples/operations`: `MIX` below. Client and server share the
// machine, so the server has fewer cores than the machine.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";
import { usage, post, flood } from "./attacks/measure.mjs";
import { Report, World, dice, options, root, sleep } from "./lib.mjs";
import { ACTIVITY, PLAN, PLAN_RESULT, STAFF, globalId, hexOf, partId, people } from "./people.mjs";
import { Postgres } from "./postgres.mjs";
import { Prober } from "./probe.mjs";

const given = options({
  database: "sqlite", long: "no", staff: 0, users: 0, rate: 0, seconds: 0, step: 0, seed: 7, settings: "", template: "template1",
});
const long = given.long === "yes";
/// Days before the end of the year in the city.
const DAY = "2026-12-28";
const staff = given.staff || (long ? 4000 : 100);
const users = given.users || (long ? 3000 : 60);
/// Seconds of the overload, and of one step on the way to the sized load.
const seconds = given.seconds || (long ? 120 : 5);
const step = given.step || (long ? 7 : 3);
/// Requests a second at the start, and the factor from one step to the next.
const START = 40;
const FACTOR = 1.5;
/// The overload as a multiple of the sized load, and its hostile share.
const TIMES = 4;
const HOSTILE = 0.2;
/// The most requests that wait for an answer; further ones are counted but not sent.
const WAITING = 4000;
/// The server can serve a load if it refuses nothing and answers this share of requests within this time, in
/// milliseconds.
const FAST = { share: 0.99, milliseconds: 1000 };
/// The limits in the overload: milliseconds, and megabytes of growth. The short form may run beside other programs, in a
/// build without optimisation.
const SUBMIT_P99 = long ? 2000 : 15_000;
const LIVE = long ? 100 : 1000;
const GROWTH = 200;

const random = dice(given.seed);
const pick = (list) => list[Math.floor(random() * list.length)];
const document = (name) => readFileSync(join(root, `examples/operations/${name}.graphql`), "utf8");
const documents = Object.fromEntries(
  [
    "ViewerQuery", "MyPlansQuery", "MyActivitiesQuery", "UpdatesQuery", "ActivitiesToReviewQuery", "PlansToReviewQuery",
    "RecordActivitiesMutation", "SubmitActivitiesMutation", "ReviewActivitiesMutation",
  ].map((name) => [name, document(name)]),
);

const report = new Report();
const postgres = given.database === "own" ? await Postgres.start() : null;
const world = new World(postgres?.url ?? given.database, given.template);
const server = await world.server({ staff, clock: DAY, settings: given.settings });
await server.start();
const { pid } = server.process;
const everyone = await people(world, users);
const raters = everyone.filter(({ rates }) => rates);
const byStaff = new Map(everyone.map((person) => [person.staff, person]));
console.log(`${staff} people, ${everyone.length} of them with sessions, ${raters.length} raters, on ${world.name ? "PostgreSQL" : "SQLite"}`);

// Accepted work: all activities by id, with the last acknowledged version and status; then the activities that the
// program can still submit or review.
const accepted = new Map();
const drafts = [];
const submitted = [];
let uncertain = 0;
const agent = new Agent({ keepAlive: true, maxSockets: 512 });
const send = (person, name, variables) => post(server.url, documents[name], variables, { token: person.token, agent, timeout: 35_000 });
const days = (number) => new Date(Date.parse(`${DAY}T01:00:00Z`) - number * 86_400_000);

/// One activity of half an hour on one of the last days.
function activity(person) {
  const start = days(1 + Math.floor(random() * 5)).getTime() + Math.floor(random() * 300) * 60_000;
  return {
    target: { clientKey: randomUUID() },
    planResultId: person.result === "None" || !person.result ? null : partId(PLAN_RESULT, person.revision, person.result),
    startedAt: new Date(start).toISOString(),
    endedAt: new Date(start + 1_800_000).toISOString(),
    description: "Menyusun laporan akhir tahun",
  };
}

async function record(person) {
  const input = { planId: globalId(PLAN, person.plan), rows: [activity(person), activity(person)], idempotencyKey: randomUUID() };
  const answer = await send(person, "RecordActivitiesMutation", { input });
  keep(answer, "recordActivities", (row) => drafts.push({ ...row, person }));
  return answer;
}

async function submit() {
  const draft = drafts.pop();
  const { person } = draft;
  const rows = [{ id: draft.id, expectedVersion: draft.version }];
  const answer = await send(person, "SubmitActivitiesMutation", { input: { rows, idempotencyKey: randomUUID() } });
  keep(answer, "submitActivities", (row) => {
    const rater = byStaff.get(person.rater);
    if (rater) submitted.push({ ...row, person: rater });
  });
  if (refusedForLoad(answer)) drafts.push(draft);
  return answer;
}

async function review() {
  const { person, id, version } = submitted.pop();
  const input = { rows: [{ id, expectedVersion: version }], decision: "APPROVE", idempotencyKey: randomUUID() };
  const answer = await send(person, "ReviewActivitiesMutation", { input });
  keep(answer, "reviewActivities", () => {});
  return answer;
}

const refusedForLoad = ({ code }) => ["OVERLOADED", "RATE_LIMITED", "TIMEOUT"].includes(code);

/// Records the activities in the answer to a mutation. Without an answer, it is unknown whether the mutation ran.
function keep(answer, field, then) {
  if (answer.code === "NO_ANSWER" || answer.code === "TIMEOUT") uncertain += 1;
  for (const row of answer.data?.[field]?.results ?? []) {
    if (!row.activity) continue;
    const { id, version, status } = row.activity;
    accepted.set(id, { version, status });
    then({ id, version });
  }
}

/// The requests of people in the last week of the year, with weights.
const MIX = [
  [12, "viewer", () => send(pick(everyone), "ViewerQuery", {})],
  [14, "plans", () => mine("MyPlansQuery", (person) => ({ staffId: globalId(STAFF, person.staff) }))],
  [18, "activities", () => mine("MyActivitiesQuery", (person) => ({ planId: globalId(PLAN, person.plan) }))],
  [14, "updates", () => send(pick(everyone), "UpdatesQuery", { first: 20 })],
  [5, "to review", () => send(pick(raters), "ActivitiesToReviewQuery", {})],
  [2, "plans to review", () => send(pick(raters), "PlansToReviewQuery", {})],
  [17, "record", () => record(pick(everyone))],
  [13, "submit", () => (drafts.length > 0 ? submit() : record(pick(everyone)))],
  [5, "review", () => (submitted.length > 0 ? review() : send(pick(raters), "ActivitiesToReviewQuery", {}))],
];
const mine = (name, variables) => {
  const person = pick(everyone);
  return send(person, name, variables(person));
};

const unknown = () => "x".repeat(20) + Math.floor(random() * 1e9);
const aliases = (count, field) => `{ ${Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(" ")} }`;
// Only a few people are hostile, so that limits for each person take effect.
const hostiles = everyone.slice(0, 20);
const raw = (query, variables, token) => post(server.url, query, variables, { token, agent, timeout: 35_000 });
const HOSTILE_MIX = [
  [4, "counts", () => raw(aliases(29, "evaluations(first: 0) { totalCount }"), {}, pick(hostiles).token)],
  [2, "worklists", () => raw(aliases(10, "viewer { worklist(first: 1) { nodes { kind } } }"), {}, pick(hostiles).token)],
  [3, "deep", () => raw(`{ viewer ${"{ staff { assignment { superior ".repeat(9)}{ id } ${"} } }".repeat(9)} }`, {}, pick(hostiles).token)],
  [3, "unknown tokens", () => raw("{ viewer { roles } }", {}, unknown())],
  [2, "guesses", () => raw("mutation($input: LoginInput!) { login(input: $input) { accessToken errors { code } } }", { input: { user: unknown(), password: unknown() } })],
  [3, "garbage", () => raw("{".repeat(5000), {}, pick(hostiles).token)],
  [3, "strangers' activities", () => raw(documents.SubmitActivitiesMutation, { input: { rows: [{ id: globalId(ACTIVITY, "0".repeat(32)), expectedVersion: 1 }] } }, pick(hostiles).token)],
];

const weighted = (mix) => {
  const all = mix.flatMap(([weight, ...rest]) => Array(weight).fill(rest));
  return () => pick(all);
};
const [ordinary, hostile] = [weighted(MIX), weighted(HOSTILE_MIX)];

/// Sends this many requests per second for a time, a share of them hostile. Returns the outcomes by kind:
/// `{ kind: { sent, served, shed, failed, times } }`, with the milliseconds of the answers that were served.
async function load(rate, duration, share = 0) {
  const results = {};
  const waiting = new Set();
  let unsent = 0;
  const begun = performance.now();
  let due = 0;
  while (due < duration * 1000) {
    const now = performance.now() - begun;
    if (due > now) await sleep(Math.max(1, due - now));
    while (due <= performance.now() - begun && due < duration * 1000) {
      // Exponential pauses, as between requests of independent people.
      due += (-Math.log(1 - random()) / rate) * 1000;
      if (waiting.size >= WAITING) {
        unsent += 1;
        continue;
      }
      const isHostile = random() < share;
      const [kind, act] = isHostile ? hostile() : ordinary();
      const result = (results[isHostile ? `hostile: ${kind}` : kind] ??= { sent: 0, served: 0, shed: 0, failed: {}, times: [] });
      result.sent += 1;
      const working = act().then((answer) => {
        waiting.delete(working);
        if (refusedForLoad(answer)) result.shed += 1;
        else if (answer.code === null) {
          result.served += 1;
          result.times.push(answer.milliseconds);
        } else result.failed[answer.code] = (result.failed[answer.code] ?? 0) + 1;
      });
      waiting.add(working);
    }
  }
  await Promise.all(waiting);
  return { results, unsent, took: (performance.now() - begun) / 1000 };
}

const quantile = (times, share) => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
};

/// Adds up the kinds, hostile ones or others.
function sum(results, isHostile = false) {
  const all = { sent: 0, served: 0, shed: 0, failed: {}, times: [] };
  for (const [kind, result] of Object.entries(results)) {
    if (kind.startsWith("hostile") !== isHostile) continue;
    for (const name of ["sent", "served", "shed"]) all[name] += result[name];
    for (const [code, count] of Object.entries(result.failed)) all.failed[code] = (all.failed[code] ?? 0) + count;
    all.times = all.times.concat(result.times);
  }
  return all;
}

const shown = ({ sent, served, shed, failed, times }) =>
  `${sent} sent, ${served} served, ${shed} shed, failed ${JSON.stringify(failed)}, ` +
  `p50 ${quantile(times, 0.5).toFixed(0)}, p99 ${quantile(times, 0.99).toFixed(0)} ms`;

/// Whether the server can serve a load: nothing was refused, nothing failed, and the answers are fast.
async function carries(rate) {
  const { results, unsent, took } = await load(rate, step);
  const all = sum(results);
  const fast = quantile(all.times, FAST.share) <= FAST.milliseconds;
  const well = all.shed === 0 && unsent === 0 && Object.keys(all.failed).length === 0 && fast;
  console.log(`${rate.toFixed(0)}/s: ${shown(all)}, ${usage(pid).megabytes} MB, ${took.toFixed(1)} s${well ? "" : ": too much"}`);
  return well;
}

/// Finds the highest rate that the server can serve: in growing steps, then once in between.
async function sized() {
  let [good, rate] = [0, START];
  while (await carries(rate)) [good, rate] = [rate, rate * FACTOR];
  await sleep(2000);
  const between = Math.sqrt(Math.max(good, START / 2) * rate);
  return (await carries(between)) ? between : Math.max(good, START / 2);
}

const idle = usage(pid).megabytes;
// Drafts for the first submits, and warm caches.
await flood(Math.min(200, everyone.length), 4, (at) => record(everyone[at]));
const rate = given.rate || (long ? await sized() : 10);
console.log(`the sized load: ${rate.toFixed(0)} requests a second`);
await sleep(3000);

const before = usage(pid).megabytes;
const prober = new Prober([server.port]);
let peak = before;
const watching = setInterval(() => (peak = Math.max(peak, usage(pid).megabytes)), 100);
const { results, unsent, took } = await load(rate * TIMES, seconds, HOSTILE);
clearInterval(watching);
const [live] = await prober.end();
for (const [kind, result] of Object.entries(results)) console.log(`  ${kind}: ${shown(result)}`);
const all = sum(results);
console.log(`${TIMES} times for ${took.toFixed(0)} s: ${shown(all)}; ${unsent} not sent; ${(all.served / took).toFixed(0)} served a second`);
console.log(`hostile: ${shown(sum(results, true))}`);
const submits = results.submit?.times ?? [];
const p99 = quantile(submits, 0.99);
report.check(submits.length > 0 && p99 < SUBMIT_P99, `${submits.length} accepted submits, p99 ${p99.toFixed(0)} of ${SUBMIT_P99} ms`);
const codes = Object.keys(all.failed).filter((code) => code !== "CONFLICT");
report.check(codes.length === 0, `ordinary requests fail only because of the load: ${JSON.stringify(all.failed)}`);
report.check(peak - before < GROWTH, `memory: idle ${idle} MB, at the sized load ${before}, in the overload ${peak}: ${peak - before} of ${GROWTH} MB`);
report.check(
  live.answered === live.sent && live.slowest < LIVE,
  `/livez answered ${live.answered} of ${live.sent}, in ${live.slowest.toFixed(0)} of ${LIVE} ms at most`,
);
await verify();
await server.stop();
world.remove();
report.end();

/// Checks that nothing accepted is lost: each activity is stored in at least the acknowledged version, with one journal
/// entry for each version.
async function verify() {
  const hex = (column) => (world.name ? `replace(${column}::text, '-', '')` : `lower(hex(${column}))`);
  const stored = new Map((await world.rows(`SELECT ${hex("id")}, version FROM activity`)).map(([id, version]) => [id, Number(version)]));
  const counted = `SELECT ${hex("subject_id")}, count(*) FROM event WHERE subject_kind = 'ACTIVITY' GROUP BY subject_id`;
  const entries = new Map((await world.rows(counted)).map(([id, count]) => [id, Number(count)]));
  const lost = [...accepted].filter(([id, { version }]) => !(stored.get(hexOf(id)) >= version));
  const unproven = [...accepted].filter(([id]) => entries.get(hexOf(id)) !== stored.get(hexOf(id)));
  report.check(lost.length === 0, `${accepted.size} activities accepted, ${lost.length} lost; ${uncertain} requests without an answer`);
  report.check(unproven.length === 0, `${unproven.length} without exactly one journal entry for each version`);
  // Negative control: an activity that was never accepted counts as lost.
  report.check(!stored.has("0".repeat(32)), "control: an activity that does not exist would be missing");
}
