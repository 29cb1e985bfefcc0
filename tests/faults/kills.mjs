#!/usr/bin/env node
// Kills the server at random moments while writers send changes with idempotency keys, each until it is answered.
// At the end each change must be stored exactly once.
//
//   node tests/faults/kills.mjs --database sqlite --kills 1000
//   node tests/faults/kills.mjs --database postgres://user@host/database --kills 1000   (creates a separate database on that server)
import { randomUUID } from "node:crypto";
import {
  FEEDBACK, RECORD, Report, World, all, dice, hour, login, once, options, planOf, sleep, untilAnswered,
} from "./lib.mjs";

const { database, kills, writers, seed, longest } = options({
  database: "sqlite", kills: 20, writers: 8, seed: Date.now() % 1e6, longest: 900,
});
console.log(`${kills} kills, ${writers} writers, seed ${seed}`);
const world = new World(database);
const server = await world.server();
const logins = await server.start();
const people = {};
// Logs in again: tokens expire during a long run.
async function renew() {
  for (const who of ["EMPLOYEE", "SUPERIOR", "UNIT_HEAD", "AUDITOR"]) people[who] = await login(server.url, logins[who]);
}
await renew();
const renewing = setInterval(() => void renew(), 8 * 60_000);
const plans = {};
for (const who of ["EMPLOYEE", "SUPERIOR", "UNIT_HEAD"]) plans[who] = await planOf(server.url, people[who]);
const [start] = await Promise.all([newestCursor(), control()]);

let done = false;
let retries = 0;
// Ids of the acknowledged changes, by their text.
const acknowledged = new Map();
const begun = Date.now();
const working = Array.from({ length: writers }, (_, number) => write(number));
const random = dice(seed);
for (let kill = 0; kill < kills; kill += 1) {
  await sleep(100 + random() * longest);
  await server.kill();
  await server.start();
  if (kill % 100 === 99) console.log(`${kill + 1} kills, ${acknowledged.size} acknowledged, ${retries} retries`);
}
await sleep(300);
done = true;
await Promise.all(working);
clearInterval(renewing);
await renew();

const report = new Report();
const seconds = ((Date.now() - begun) / 1000).toFixed(0);
console.log(`${acknowledged.size} changes acknowledged, ${retries} requests without an answer, ${server.kills} kills, ${seconds} s`);
report.check(acknowledged.size >= kills && retries > 0, "changes were made, and answers were lost");
const found = await stored();
const lost = [...acknowledged].filter(([text, id]) => !found.get(text)?.includes(id));
const doubled = [...found].filter(([, ids]) => ids.length > 1);
const unknown = [...found.keys()].filter((text) => !acknowledged.has(text));
report.check(lost.length === 0, `acknowledged and lost: ${lost.length}`);
report.check(doubled.length === 0, `stored twice: ${doubled.length}`);
report.check(unknown.length === 0, `stored without an acknowledgement: ${unknown.length}`);
const entries = await journal();
const unjournalled = [...acknowledged.values()].filter((id) => entries.get(id) !== 1);
report.check(unjournalled.length === 0, `without exactly one journal entry: ${unjournalled.length}`);
report.check(entries.gaps === 0, `gaps in the journal's numbers: ${entries.gaps}`);
report.end();

// Sends one change after another, each with its own key, until it is answered.
async function write(number) {
  const who = ["EMPLOYEE", "SUPERIOR", "UNIT_HEAD"][number % 3];
  const feedback = number % 4 === 1;
  for (let count = 0; !done; count += 1) {
    const text = `${number}-${count}-${randomUUID()}`;
    const [document, input] = feedback
      ? [FEEDBACK, { planId: plans.EMPLOYEE.id, about: { planResultId: plans.EMPLOYEE.result }, text }]
      : [RECORD, { planId: plans[who].id, rows: [{ ...hour(1), target: { clientKey: randomUUID() }, description: text, planResultId: plans[who].result }] }];
    input.idempotencyKey = randomUUID();
    const data = await untilAnswered(server.url, () => people[feedback ? "SUPERIOR" : who], document, { input }, () => {
      retries += 1;
    });
    const payload = Object.values(data)[0];
    const errors = [...payload.errors, ...(payload.results ?? []).flatMap((row) => row.errors)];
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    acknowledged.set(text, payload.feedback?.id ?? payload.results[0].activity.id);
  }
}

// Reads everything that the writers stored.
async function stored() {
  const found = new Map();
  const add = (text, id) => found.set(text, [...(found.get(text) ?? []), id]);
  for (const who of Object.keys(plans)) {
    const query = `query($plan: ID!, $after: String) { activities(first: 100, after: $after, filter: { planId: $plan }) {
      edges { node { id description } } pageInfo { hasNextPage endCursor } } }`;
    for (const { id, description } of await all(server.url, people[who], query, { plan: plans[who].id }, "activities")) {
      if (/^\d+-\d+-/.test(description)) add(description, id);
    }
  }
  const query = "query($plan: ID!) { plan(id: $plan) { feedback { id text } } }";
  const { plan } = await untilAnswered(server.url, people.SUPERIOR, query, { plan: plans.EMPLOYEE.id });
  for (const { id, text } of plan.feedback) if (/^\d+-\d+-/.test(text)) add(text, id);
  return found;
}

async function newestCursor() {
  const page = await untilAnswered(server.url, people.AUDITOR, "{ updates(first: 1) { pageInfo { endCursor } } }");
  return page.updates.pageInfo.endCursor;
}

// Counts the journal entries of each object since the start, and the gaps in their numbers.
async function journal() {
  const counts = new Map();
  counts.gaps = 0;
  const query = `query($after: String) { events(first: 100, after: $after) {
    edges { node { number subjectId } } pageInfo { hasNextPage endCursor } } }`;
  let last = null;
  // Waits until the sequencer has numbered the last entries.
  await sleep(2500);
  for (const { number, subjectId } of await all(server.url, people.AUDITOR, query, { after: start }, "events")) {
    if (last !== null && number !== last + 1) counts.gaps += 1;
    last = number;
    counts.set(subjectId, (counts.get(subjectId) ?? 0) + 1);
  }
  return counts;
}

// Negative control: the same change, sent twice without a key, is stored twice.
async function control() {
  const input = { planId: plans.EMPLOYEE.id, about: { planResultId: plans.EMPLOYEE.result }, text: `control ${randomUUID()}` };
  const sent = new Set();
  for (let time = 0; time < 2; time += 1) {
    const { giveFeedback } = await once(server.url, people.SUPERIOR, FEEDBACK, { input });
    sent.add(giveFeedback.feedback.id);
  }
  if (sent.size !== 2) throw new Error("the negative control failed: one change was stored, not two");
}
