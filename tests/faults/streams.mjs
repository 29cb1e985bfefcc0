#!/usr/bin/env node
// Subscribers lose their connection again and again while writers write and servers are killed. Each subscriber must
// receive every item that it may see, once, in order, and nothing else.
//
//   node tests/faults/streams.mjs                                        one server on SQLite, a short run
//   node tests/faults/streams.mjs --database own --servers 3 --subscribers 200 --events 100000 --reconnects 500 \
//     --kills 20 --crashes 3 --batch 50                                  its own PostgreSQL server, which crashes too
//   --database postgres://user@host/database                             a separate database on that server
//
// With several servers, the one that is numbering entries is killed once: the others must deliver within five seconds.
// Each server is restarted gracefully once (SIGTERM): it must close its sockets with the cursor to resume after, and end
// within 30 s.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  FEEDBACK, RECORD, Report, World, all, dice, hour, login, options, planOf, root, sleep, untilAnswered,
} from "./lib.mjs";
import { Postgres, holderOf } from "./postgres.mjs";

const given = options({
  database: "sqlite", servers: 1, subscribers: 20, events: 500, reconnects: 20, writers: 8, kills: 2, crashes: 0,
  batch: 5, restarts: 1, seed: Date.now() % 1e6, keep: "no",
});
const { WebSocket } = createRequire(join(root, "tests/conformance/package.json"))("ws");
const random = dice(given.seed);
const postgres = given.database === "own" ? await Postgres.start() : null;
const world = new World(postgres?.url ?? given.database);
console.log(JSON.stringify(given));

// A few people open many sockets. Tokens expire during a long run, so they log in again.
const settings = "[streams]\nsockets_per_person = 100000\n";
const servers = [];
for (let number = 0; number < given.servers; number += 1) servers.push(await world.server({ settings }));
const logins = await servers[0].start();
for (const server of servers.slice(1)) await server.start();
const anyone = () => servers[Math.floor(random() * servers.length)];
const url = () => anyone().url;

const tokens = {};
async function renew() {
  for (const who of Object.keys(logins)) tokens[who] = await login(url, logins[who]);
}
await renew();
const renewing = setInterval(() => void renew(), 8 * 60_000);
const plans = {};
for (const who of ["EMPLOYEE", "SUPERIOR", "UNIT_HEAD"]) plans[who] = await planOf(url, tokens[who]);
const unit = plans.EMPLOYEE.unit;
const visibleToSuperior = [];
for (const who of Object.keys(plans)) {
  const { plan } = await untilAnswered(url, tokens.SUPERIOR, "query($id: ID!) { plan(id: $id) { id orgUnit { id } } }", plans[who]);
  if (plan && plan.orgUnit.id === unit) visibleToSuperior.push(plan.id);
}
const page = await untilAnswered(url, tokens.AUDITOR, "{ updates(first: 1) { pageInfo { endCursor } } }");
const start = page.updates.pageInfo.endCursor;

// Subscriptions: who follows which field, and which changes must arrive (`expects`).
const SUBJECT = "cursor kind subject { ... on Plan { id } ... on Activity { id } ... on Evaluation { id } ... on Feedback { id } }";
const kinds = [
  {
    who: "AUDITOR", field: "events", query: "subscription($after: String) { events(after: $after) { cursor kind subjectId } }",
    key: (item) => `${item.kind} ${item.subjectId}`, expects: () => true,
  },
  {
    who: "EMPLOYEE", field: "reviewUpdates", query: `subscription($after: String) { reviewUpdates(after: $after) { ${SUBJECT} } }`,
    expects: ({ kind, plan }) => kind === "FEEDBACK_GIVEN" && plan === plans.EMPLOYEE.id,
  },
  {
    who: "EMPLOYEE", field: "planUpdates", variables: { plan: plans.EMPLOYEE.id },
    query: `subscription($plan: ID!, $after: String) { planUpdates(planId: $plan, after: $after) { ${SUBJECT} } }`,
    expects: ({ plan }) => plan === plans.EMPLOYEE.id,
  },
  {
    who: "SUPERIOR", field: "activityUpdates", variables: { unit },
    query: `subscription($unit: ID!, $after: String) { activityUpdates(orgUnitId: $unit, after: $after) { ${SUBJECT} } }`,
    expects: ({ kind, plan }) => kind === "ACTIVITY_RECORDED" && visibleToSuperior.includes(plan),
  },
  {
    who: "SUPERIOR", field: "planUpdates", variables: { plan: plans.SUPERIOR.id },
    query: `subscription($plan: ID!, $after: String) { planUpdates(planId: $plan, after: $after) { ${SUBJECT} } }`,
    expects: ({ plan }) => plan === plans.SUPERIOR.id,
  },
  {
    who: "PERFORMANCE_TEAM", field: "reviewUpdates", query: `subscription($after: String) { reviewUpdates(after: $after) { ${SUBJECT} } }`,
    expects: () => false,
  },
];

// The lock of the sequencer: `LOCK` in `service/src/journal/sequencer.rs`.
const SEQUENCER = 0x006b_696e_6572_6a61n;
let done = false;
let faultsDone = false;
let unanswered = 0;
// Acknowledged changes: the id of each object, with the id of its plan.
const acknowledged = new Map();
const failures = [];
const closes = { resume: 0, otherwise: [] };
const stops = [];
// Processes that were stopped gracefully. A busy client may read the close frame only after the process has ended.
const stopped = new WeakSet();
let takeover = null;

class Subscriber {
  constructor(number, remembers = true) {
    this.remembers = remembers;
    this.kind = kinds[number % kinds.length];
    this.after = remembers ? start : null;
    this.received = [];
    this.connections = 0;
    this.random = dice(given.seed + number);
    this.connect();
  }

  connect() {
    if (done) return;
    this.connections += 1;
    const { url, process } = anyone();
    const socket = new WebSocket(url.replace("http", "ws"), "graphql-transport-ws", { perMessageDeflate: false });
    this.socket = socket;
    const { kind } = this;
    let acknowledged = false;
    socket.on("error", () => {});
    socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init", payload: { token: tokens[kind.who] } })));
    socket.on("message", (text) => {
      // Ignores messages that arrive after the cut: a real cut would have lost them.
      if (this.socket !== socket) return;
      const message = JSON.parse(text);
      if (message.type === "connection_ack") {
        acknowledged = true;
        const payload = { query: kind.query, variables: { ...kind.variables, after: this.after } };
        socket.send(JSON.stringify({ type: "subscribe", id: "1", payload }));
      } else if (message.type === "ping") {
        socket.send('{"type":"pong"}');
      } else if (message.type === "next") {
        const item = message.payload.data?.[kind.field];
        const code = message.payload.errors?.[0].extensions?.code;
        if (code === "INTERNAL_SERVER_ERROR") {
          // The item could not be read completely, because the database crashed for example. It is sent again.
          this.cut();
        } else if (!item || code) failures.push(`${kind.field}: ${text}`);
        else {
          this.received.push((kind.key ?? ((it) => `${it.kind} ${it.subject?.id}`))(item));
          if (this.remembers) this.after = item.cursor;
        }
      } else if (message.type === "error") {
        const code = message.payload[0].extensions?.code;
        if (!["SUBSCRIPTION_LAGGED", "INTERNAL_SERVER_ERROR", "UNAUTHENTICATED"].includes(code)) failures.push(`${kind.field}: ${text}`);
        socket.terminate();
      } else if (message.type === "complete") {
        failures.push(`${kind.field} completed`);
      }
    });
    socket.on("close", (code, reason) => {
      if (this.socket !== socket) return;
      if (stopped.has(process) && acknowledged) {
        countClose(code, reason);
      }
      this.socket = null;
      setTimeout(() => this.connect(), 10 + this.random() * 100);
    });
  }

  cut() {
    const { socket } = this;
    if (!socket) return;
    this.socket = null;
    socket.terminate();
    setTimeout(() => this.connect(), this.random() * 20);
  }
}

const subscribers = Array.from({ length: given.subscribers }, (_, number) => new Subscriber(number));
// Negative control: a subscriber that reconnects without a cursor.
const careless = new Subscriber(0, false);
const began = Date.now();
const writing = Promise.all(Array.from({ length: given.writers }, (_, number) => write(number)));
let written = false;
void writing.then(() => {
  written = true;
});

const progress = setInterval(() => {
  const received = subscribers.reduce((sum, it) => sum + it.received.length, 0);
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  console.log(`after ${seconds} s: ${acknowledged.size} changes, ${unanswered} requests without an answer, ${received} items received`);
}, 15_000);

// Spreads the cuts over the events, so that both end together.
const cutting = (async () => {
  const total = given.reconnects * given.subscribers;
  let cuts = 0;
  while (cuts < total) {
    const share = written ? 1 : acknowledged.size / given.events;
    const due = Math.ceil(total * Math.min(1, share));
    if (cuts < due) careless.cut();
    for (let now = 0; cuts < due && now < given.subscribers; now += 1, cuts += 1) subscribers[cuts % given.subscribers].cut();
    await sleep(written ? 60 : 20);
  }
})();
const killing = (async () => {
  const several = given.servers > 1 && given.database !== "sqlite";
  const faults = [
    ...Array(given.kills).fill("server"), ...Array(given.crashes).fill("postgres"),
    ...Array(given.restarts).fill("restart"), ...(several ? ["sequencer"] : []),
  ].sort(() => random() - 0.5);
  for (const [at, fault] of faults.entries()) {
    while (acknowledged.size < ((at + 1) * given.events) / (faults.length + 1)) await sleep(20);
    if (fault === "server") {
      const server = anyone();
      await server.kill();
      await sleep(random() * 500);
      await server.start();
    } else if (fault === "restart") {
      for (const server of servers) await restart(server);
    } else if (fault === "sequencer") {
      takeover = await killSequencer();
    } else {
      postgres.crash();
    }
  }
  faultsDone = true;
})();
// Stops a server as an operator does, and starts it again. A subscriber's socket may not be open at that moment, so the
// program opens three extra sockets. Each must close with 1001 and the cursor to resume after.
async function restart(server) {
  const witnesses = await Promise.all([1, 2, 3].map(() => openWitness(server)));
  const begun = Date.now();
  stopped.add(server.process);
  const code = await server.stop();
  stops.push({ code, seconds: (Date.now() - begun) / 1000 });
  for (const { closed } of witnesses) {
    const { code: closeCode, reason } = await closed;
    countClose(closeCode, reason);
  }
  await server.start();
}

function countClose(code, reason) {
  if (code === 1001 && String(reason).startsWith("resume")) closes.resume += 1;
  else closes.otherwise.push(`${code} ${reason}`);
}

// Opens a socket with a subscription. Resolves when the server has acknowledged it. `closed` is the promise of the close
// frame, inside an object, so that awaiting the opening does not await the close.
async function openWitness(server) {
  for (let tries = 0; tries < 200; tries += 1) {
    const opened = await new Promise((resolve) => {
      const socket = new WebSocket(server.url.replace("http", "ws"), "graphql-transport-ws", { perMessageDeflate: false });
      const closed = new Promise((done) => socket.on("close", (code, reason) => done({ code, reason })));
      socket.on("error", () => resolve(null));
      socket.on("close", () => resolve(null));
      socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init", payload: { token: tokens.AUDITOR } })));
      socket.on("message", (text) => {
        const { type } = JSON.parse(text);
        if (type === "ping") socket.send('{"type":"pong"}');
        if (type !== "connection_ack") return;
        socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: { query: "subscription { events { cursor } }" } }));
        resolve({ closed });
      });
    });
    if (opened) return opened;
    await sleep(50);
  }
  throw new Error("no socket could be opened at a running server");
}

// Kills the server that holds the lock of the sequencer. Returns the milliseconds until all others deliver a later
// change, or null if no server holds the lock.
async function killSequencer() {
  let killed = null;
  const watching = servers.map((server) => {
    const socket = new WebSocket(server.url.replace("http", "ws"), "graphql-transport-ws");
    socket.on("error", () => {});
    socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init", payload: { token: tokens.AUDITOR } })));
    const delivered = new Promise((resolve) => {
      socket.on("message", (text) => {
        const { type, payload } = JSON.parse(text);
        if (type === "connection_ack") {
          socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: { query: "subscription { events { at } }" } }));
        } else if (type === "next" && killed !== null && Date.parse(payload.data?.events?.at) > killed) {
          resolve(Date.now() - killed);
        }
      });
    });
    return { server, socket, delivered };
  });
  await sleep(500);
  // The server releases the lock after each batch, so another server may have it when its process is looked up.
  let server;
  for (let tries = 0; !server && tries < 50; tries += 1) {
    const holder = await holderOf(world.environment.DATABASE_URL, SEQUENCER, servers.map(({ process }) => process.pid));
    server = servers.find(({ process }) => process.pid === holder);
  }
  let waited = null;
  if (server) {
    killed = Date.now();
    await server.kill();
    const others = watching.filter((it) => it.server !== server).map(({ delivered }) => delivered);
    waited = await Promise.race([Promise.all(others).then((each) => Math.max(...each)), sleep(30_000).then(() => Infinity)]);
    await server.start();
  }
  for (const { socket } of watching) socket.terminate();
  return waited;
}

await Promise.all([writing, cutting, killing]);
const wrote = Date.now() - began;

// The expected items: the journal by number, and the answers that the writers got.
await sleep(3000);
const query = `query($after: String) { events(first: 100, after: $after) {
  edges { node { number kind subjectId } } pageInfo { hasNextPage endCursor } } }`;
const journal = await all(url, tokens.AUDITOR, query, { after: start }, "events");
const report = new Report();
const gaps = journal.filter(({ number }, at) => at > 0 && number !== journal[at - 1].number + 1).length;
const entries = journal.map((entry) => ({ ...entry, plan: acknowledged.get(entry.subjectId) }));
const counts = new Map();
for (const { subjectId } of entries) counts.set(subjectId, (counts.get(subjectId) ?? 0) + 1);
const unjournalled = [...acknowledged.keys()].filter((id) => counts.get(id) !== 1).length;
report.check(
  gaps === 0 && unjournalled === 0,
  `the journal: ${journal.length} entries, ${gaps} gaps, ${unjournalled} changes without exactly one entry`,
);

let [missed, repeated, disordered, unauthorized, received] = [0, 0, 0, 0, 0];
const deadline = Date.now() + 60_000 + given.events * 5;
for (const subscriber of subscribers) {
  const expected = entries.filter(subscriber.kind.expects).map(({ kind, subjectId }) => `${kind} ${subjectId}`);
  while (subscriber.received.length < expected.length && Date.now() < deadline) await sleep(50);
  subscriber.expected = expected;
}
await sleep(500);
for (const { expected, received: items, kind } of subscribers) {
  const [positions, got] = [new Map(expected.map((key, at) => [key, at])), new Set()];
  let last = -1;
  for (const key of items) {
    const at = positions.get(key);
    if (got.has(key)) repeated += 1;
    else if (at === undefined) {
      unauthorized += 1;
      if (unauthorized < 5) console.log(`${kind.field} delivered to ${kind.who} without authorization: ${key}`);
    } else if (at < last) disordered += 1;
    got.add(key);
    last = Math.max(last, at ?? last);
  }
  missed += expected.filter((key) => !got.has(key)).length;
  received += items.length;
}
done = true;
clearInterval(renewing);
clearInterval(progress);
const reconnects = subscribers.reduce((sum, { connections }) => sum + connections - 1, 0);
const kills = servers.reduce((sum, server) => sum + server.kills, 0);
console.log(
  `${given.subscribers} subscribers, ${entries.length} entries, ${received} items received, ${reconnects} reconnects, ` +
    `${kills} kills of ${given.servers} servers, ${given.crashes} crashes of PostgreSQL, ${(wrote / 1000).toFixed(0)} s of writing`,
);
for (const failure of failures.slice(0, 5)) console.log(failure);
report.check(received > 0 && reconnects >= given.reconnects * given.subscribers, "items were received, and connections cut");
report.check(missed === 0, `missed ${missed}`);
report.check(repeated === 0, `repeated ${repeated}`);
report.check(disordered === 0, `out of order ${disordered}`);
report.check(unauthorized === 0, `unauthorized ${unauthorized}`);
const forgotten = entries.length - new Set(careless.received).size;
report.check(forgotten > 0, `control: a subscriber without a cursor misses ${forgotten} items`);
if (stops.length > 0) {
  const slowest = Math.max(...stops.map(({ seconds }) => seconds));
  report.check(stops.every(({ code, seconds }) => code === 0 && seconds < 30), `${stops.length} servers stopped gracefully, the slowest in ${slowest.toFixed(1)} s`);
  report.check(
    closes.resume >= 3 * stops.length && closes.otherwise.length === 0,
    `sockets closed with a cursor to resume after: ${closes.resume}, otherwise: ${closes.otherwise.length} ${closes.otherwise.slice(0, 3)}`,
  );
}
if (given.servers > 1) report.check(takeover !== null && takeover < 5000, `after the kill of the sequencer, the others delivered within ${takeover} ms`);
report.check(failures.length === 0, `unexpected errors: ${failures.length}`);
if (given.keep === "yes") console.log(readFileSync(servers[0].log, "utf8").slice(-6000));
report.end();

async function write(number) {
  const who = ["EMPLOYEE", "SUPERIOR", "UNIT_HEAD"][number % 3];
  const feedback = number % 4 === 1;
  // Without new entries no server holds the lock of the sequencer.
  while (acknowledged.size < given.events || !faultsDone) {
    const plan = feedback ? plans.EMPLOYEE : plans[who];
    // Spread over a month, so that few activities overlap.
    const day = 1 + random() * 30;
    const rows = Array.from({ length: given.batch }, (_, row) => ({
      ...hour(day, row), target: { clientKey: randomUUID() }, description: randomUUID(), planResultId: plan.result,
    }));
    const input = feedback ? { planId: plan.id, about: { planResultId: plan.result }, text: randomUUID() } : { planId: plan.id, rows };
    input.idempotencyKey = randomUUID();
    const document = feedback ? FEEDBACK : RECORD;
    const token = () => tokens[feedback ? "SUPERIOR" : who];
    const [payload] = Object.values(await untilAnswered(url, token, document, { input }, () => {
      unanswered += 1;
    }));
    const errors = [...payload.errors, ...(payload.results ?? []).flatMap((row) => row.errors)];
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    for (const { id } of payload.results?.map(({ activity }) => activity) ?? [payload.feedback]) acknowledged.set(id, plan.id);
  }
}
