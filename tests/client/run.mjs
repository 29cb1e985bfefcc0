#!/usr/bin/env node
// Tests the TypeScript client of examples/client against the real server, over a network that fails.
//
//   node tests/client/run.mjs        KINERJA names the binary
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Proxy } from "../faults/proxy.mjs";
import { Report, World, dice, hour, login, once, options, root, sleep } from "../faults/lib.mjs";

const { seed, database } = options({ seed: 7, database: "sqlite" });
const report = new Report();
const random = dice(seed);
const world = new World(database);
const { WebSocket } = createRequire(join(root, "tests/conformance/package.json"))("ws");
const {
  Api, ApiError, FileStore, GiveFeedbackMutation, LoggedOut, MemoryStore, MyActivitiesQuery, MyPlanQuery, MyPlansQuery, Queue,
  RecordActivitiesMutation, ReviewUpdatesSubscription, Streams, Unanswered, UpdatesQuery, ViewerQuery, wake,
} = await client();

const server = await world.server({
  environment: { KINERJA_TRUSTED_DOCUMENTS: join(root, "examples/operations/manifest.json") },
});
const logins = await server.start();
const proxy = await Proxy.before(server.port, seed);
const stores = join(world.folder, "phone");
mkdirSync(stores);
const fast = { first: 20, most: 300 };

// Documents.
{
  const admin = await login(server.url, logins.ADMIN).catch((error) => error);
  report.check(/OPERATION_NOT_ALLOWED/.test(String(admin)), "a login with a document outside the manifest is refused");
}

const api = new Api(proxy.url, new FileStore(join(stores, "tokens")), 3000);
await api.login({ ...logins.EMPLOYEE, client: "telepon" });
const superior = new Api(server.url, new MemoryStore());
await superior.login(logins.SUPERIOR);
const admin = new Api(server.url, new MemoryStore());
await admin.login(logins.ADMIN);
const outside = "{ viewer { roles } }";
const refused = await once(server.url, api.accessToken(), outside).catch((error) => String(error));
report.check(/OPERATION_NOT_ALLOWED/.test(refused), "an employee's document outside the manifest is refused");
const allowed = await once(server.url, admin.accessToken(), outside);
report.check(allowed.viewer.roles.includes("ADMIN"), "an admin's is accepted");
const unknown = { name: "Unknown", kind: "Query", id: `sha256:${"0".repeat(64)}` };
const rejection = await api.send(unknown, {}).catch((error) => error);
report.check(rejection instanceof ApiError && rejection.code === "DOCUMENT_REFUSED", "an id that is not in the manifest is refused");

const { viewer } = await api.send(ViewerQuery, {});
const { plans } = await api.send(MyPlansQuery, { staffId: viewer.staff.id });
const { node: mine } = plans.edges.find(({ node }) => node.status === "APPROVED");
const { plan } = await api.send(MyPlanQuery, { id: mine.id });
const planResultId = plan.currentRevision.results[0].id;
const before = (await activities()).length;

// Offline: the user records twenty activities without a network, and the app restarts.
proxy.offline = true;
proxy.cut();
const outbox = new FileStore(join(stores, "outbox"));
let queue = new Queue(api, outbox, async () => null, fast);
await queue.open();
const wanted = new Map();
for (let number = 0; number < 20; number += 1) {
  const description = `Luring ${number} ${randomUUID()}`;
  const claimedAt = new Date(Date.now() - number * 60_000).toISOString();
  const daysAgo = number % 2 ? 10 : 1;
  wanted.set(description, { claimedAt, late: daysAgo > 7 });
  const row = {
    target: { clientKey: randomUUID() }, planResultId, ...hour(daysAgo, number), description, claimedAt, realisation: "1", measure: "berkas",
  };
  await queue.add(RecordActivitiesMutation, { planId: plan.id, rows: [row] });
}
void queue.run();
await sleep(300);
report.check(queue.waiting.length === 20, "offline, twenty activities wait in the queue");
queue.stop();
const online = Date.now();
queue = new Queue(api, outbox, async () => null, fast);
await queue.open();
report.check(queue.waiting.length === 20, "and are still there after a restart of the app");
const order = [];
queue.onDone = (entry) => order.push(entry.input.rows[0].description);

// Online, but half of the answers are lost after the server has received the request.
proxy.offline = false;
proxy.lossRate = 0.5;
proxy.maxDelay = 30;
void queue.run();
await until(() => queue.waiting.length === 0, 60_000);
const lost = proxy.lost;
proxy.lossRate = 0;
const found = new Map();
for (const activity of await activities()) {
  if (wanted.has(activity.description)) found.set(activity.description, [...(found.get(activity.description) ?? []), activity]);
}
report.check(lost >= 10, `${lost} answers were lost on the way`);
report.check(found.size === 20 && [...found.values()].every((records) => records.length === 1), "each activity is recorded once");
report.check(JSON.stringify(order) === JSON.stringify([...wanted.keys()]), "in the order in which the user recorded them");
const correct = [...found].every(([description, [activity]]) => {
  const { claimedAt, late } = wanted.get(description);
  const same = Date.parse(activity.claimedAt) === Date.parse(claimedAt);
  return same && Date.parse(activity.receivedAt) >= online - 1000 && activity.late === late;
});
report.check(correct, "the claimed time is stored beside the received one, and late activities are marked");
report.check((await activities()).length === before + 20, "and no other activity is recorded");

// Negative control: the same network, and a client that sends new keys at each try.
proxy.lossRate = 0.5;
for (let number = 0; number < 10; number += 1) {
  for (;;) {
    const row = { target: { clientKey: randomUUID() }, planResultId, ...hour(1, number), description: "Kendali" };
    try {
      await api.send(RecordActivitiesMutation, { input: { planId: plan.id, rows: [row] } });
      break;
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
    }
  }
}
proxy.lossRate = 0;
const doubled = (await activities()).filter(({ description }) => description === "Kendali").length - 10;
report.check(doubled > 0, `control: with new keys at each try, 10 activities are recorded ${doubled} times too often`);

// A conflict: somebody else changed the object first. The app reads the current version and sends its change with this
// version.
const [target] = [...found.values()][0];
const conflicts = [];
queue = new Queue(api, outbox, async ({ input }, refusals) => {
  const conflict = refusals.find(({ code }) => code === "CONFLICT");
  if (!conflict) throw new Error(JSON.stringify(refusals));
  conflicts.push(conflict.currentVersion);
  const [row] = input.rows;
  const correction = { ...row.target.correction, expectedVersion: conflict.currentVersion };
  return { ...input, rows: [{ ...row, target: { correction } }] };
}, fast);
await queue.open();
const correction = { id: target.id, expectedVersion: 1 };
const edit = { target: { correction }, planResultId, startedAt: target.startedAt, endedAt: target.endedAt };
await queue.add(RecordActivitiesMutation, { planId: plan.id, rows: [{ ...edit, description: "Ubahan pertama" }] });
await queue.add(RecordActivitiesMutation, { planId: plan.id, rows: [{ ...edit, description: "Ubahan kedua" }] });
void queue.run();
await until(() => queue.waiting.length === 0, 10_000);
const now = (await activities()).find(({ id }) => id === target.id);
report.check(conflicts.join() === "2" && now.version === 3 && now.description === "Ubahan kedua", "CONFLICT gives the version to start from");
queue.stop();

// A stream through thirty cuts and one restart of the app.
const cursors = new FileStore(join(stores, "cursor"));
const { updates } = await api.send(UpdatesQuery, { first: 1 });
const from = updates.pageInfo.endCursor;
await cursors.write(from);
const received = [];
const closed = [];
const follow = () => {
  const streams = new Streams(api, WebSocket, fast);
  streams.onClosed = (code) => closed.push(code);
  streams.onLoggedOut = () => closed.push("logged out");
  streams.follow(ReviewUpdatesSubscription, {}, {
    store: cursors,
    apply: (item) => void received.push(item),
    refetch: async () => {},
    ended: (code, message) => closed.push(`${code} ${message}`),
  });
  return streams;
};
let streams = follow();
const given = [];
const giving = (async () => {
  for (let number = 0; number < 90; number += 1) {
    const input = { planId: plan.id, about: { planResultId }, text: `Masukan ${number}`, idempotencyKey: randomUUID() };
    given.push((await superior.send(GiveFeedbackMutation, { input })).giveFeedback.feedback.id);
    await sleep(10 + random() * 60);
  }
})();
for (let cut = 0; cut < 30; cut += 1) {
  await sleep(50 + random() * 250);
  proxy.cut();
  if (cut === 15) {
    streams.close();
    streams = follow();
  }
}
await giving;
await until(() => received.length >= given.length, 20_000);
await sleep(500);
const ids = received.map(({ subject }) => subject?.id);
report.check(closed.filter((code) => code === 1006).length >= 10, `the socket was cut ${closed.length} times`);
report.check(new Set(ids).size === ids.length, `none of ${ids.length} items is repeated`);
report.check(given.every((id) => ids.includes(id)), `none of ${given.length} is missing`);
report.check(ids.filter((id) => given.includes(id)).join() === given.join(), "and they are in order");
report.check(received.every(({ subject }) => subject !== null), "each has its subject");

// The query for a phone that polls after waking returns the same items.
const woken = new MemoryStore();
await woken.write(from);
const read = [];
await wake(api, woken, (update) => void read.push(update.cursor));
report.check(read.join() === received.map(({ cursor }) => cursor).join(), "a phone that wakes reads the same");

// An expired token is renewed automatically, once for all concurrent requests.
const renewing = new FileStore(join(stores, "tokens"));
const tokens = JSON.parse(await renewing.read());
const expired = { ...tokens.tokens, accessToken: "no such token, but as long as one" };
await renewing.write(JSON.stringify({ ...tokens, tokens: expired }));
await api.open();
const answers = await Promise.all([1, 2, 3].map(() => api.send(ViewerQuery, {})));
report.check(answers.every(({ viewer: who }) => who.staff.id === viewer.staff.id), "an expired token is renewed automatically");
report.check((await renewing.read()) !== JSON.stringify(tokens), "and the new tokens are stored");

// Logout ends the socket.
await sleep(500);
closed.length = 0;
await api.logout(randomUUID());
const late = Date.now();
await until(() => closed.includes(4403), 6000);
report.check(closed.includes(4403), `the logout closed the socket with 4403 after ${Date.now() - late} ms`);
await until(() => closed.includes("logged out"), 2000);
report.check(closed.includes("logged out"), "and the app has to ask for the password");
const after = await api.send(ViewerQuery, {}).catch((error) => error);
report.check(after instanceof LoggedOut, "after the logout the client sends nothing");
streams.close();

// The device stays known. If a device does not send its token, the server returns a new one.
const known = JSON.parse(await renewing.read());
report.check(known.tokens === null && known.device !== null, "the device token survives the logout");
await api.login({ ...logins.EMPLOYEE, client: "telepon" });
const kept = JSON.parse(await renewing.read()).device.token === known.device.token;
report.check(kept, "and the next login sends it");
proxy.close();
await server.stop();
report.end();

async function activities() {
  const nodes = [];
  for (let cursor = null; ; ) {
    const page = (await api.send(MyActivitiesQuery, { planId: plan.id, after: cursor })).activities;
    nodes.push(...page.edges.map(({ node }) => node));
    if (!page.pageInfo.hasNextPage) return nodes;
    cursor = page.pageInfo.endCursor;
  }
}

async function until(holds, time) {
  for (const end = Date.now() + time; !holds(); ) {
    if (Date.now() > end) return;
    await sleep(20);
  }
}

// Checks the types of the client and compiles it, as an app does.
async function client() {
  const from = join(root, "examples/client");
  const build = join(from, "build");
  rmSync(build, { recursive: true, force: true });
  const compiled = spawnSync(process.execPath, [join(from, "node_modules/typescript/bin/tsc"), "-p", from], { encoding: "utf8" });
  report.check(compiled.status === 0, `the client compiles ${compiled.stdout}`.trim());
  if (compiled.status !== 0) report.end();
  return import(join(build, "index.js"));
}
