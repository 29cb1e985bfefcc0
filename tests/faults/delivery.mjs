#!/usr/bin/env node
// Measures how fast one server delivers and how much memory a socket takes. Prints the figures; with --check yes, it
// fails if a figure exceeds its limit.
//
//   cargo build --release --bin kinerja
//   KINERJA=target/release/kinerja node tests/faults/delivery.mjs                    SQLite
//   KINERJA=target/release/kinerja node tests/faults/delivery.mjs --database own     its own PostgreSQL server
//
// One subscriber: the time from the change (`at`, set in its transaction before the commit) until the client has read
// the item. Many sockets: the memory that each adds to the server, and the time until every socket has its item,
// counted from the answer to the change or from the first item, whichever is earlier. The clients run on the same cores.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { RECORD, Report, World, hour, login, options, planOf, sleep, untilAnswered } from "./lib.mjs";
import { Postgres } from "./postgres.mjs";

const given = options({ database: "sqlite", sockets: 10_000, events: 20, singles: 200, check: "no", keep: "no" });
const postgres = given.database === "own" ? await Postgres.start() : null;
const world = new World(postgres?.url ?? given.database);
const server = await world.server({ settings: "max_connections = 100000\n[streams]\nsockets_per_person = 100000\n[connections]\naddress_percent = 0\n" });
const logins = await server.start();
const tokens = {};
for (const who of ["EMPLOYEE", "ADMIN"]) tokens[who] = await login(server.url, logins[who]);
const plan = await planOf(server.url, tokens.EMPLOYEE);

const now = () => performance.timeOrigin + performance.now();
const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.pid}/status`, "utf8"))[1]);
function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
const shown = (numbers) =>
  `p50 ${quantile(numbers, 0.5).toFixed(1)} ms, p99 ${quantile(numbers, 0.99).toFixed(1)} ms, at most ${quantile(numbers, 1).toFixed(1)} ms`;

// Subscriptions, each with a change that the server delivers to its subscribers.
const streams = {
  personal: {
    who: "EMPLOYEE",
    payload: {
      query: `subscription($plan: ID!) { planUpdates(planId: $plan) {
        cursor kind at subject { ... on Activity { id description status } } } }`,
      variables: { plan: plan.id },
    },
    async change() {
      const rows = [{ ...hour(1), target: { clientKey: randomUUID() }, description: randomUUID(), planResultId: plan.result }];
      const input = { planId: plan.id, rows, idempotencyKey: randomUUID() };
      const { recordActivities: done } = await untilAnswered(server.url, tokens.EMPLOYEE, RECORD, { input });
      if (!done.results?.[0]?.activity) throw new Error(JSON.stringify(done));
    },
  },
  public: {
    who: "ADMIN",
    payload: {
      query: `subscription { criteriaUpdates {
        cursor kind at subject { ... on CriteriaSet { id code name criteria { name } } } } }`,
    },
    async change() {
      const code = `C${randomUUID().replaceAll("-", "").slice(0, 12).toUpperCase()}`;
      const input = {
        code, nameId: code, nameEn: code, regulationCode: "PERMENPANRB-6-2022", validFrom: new Date().toISOString().slice(0, 10),
        criteria: [{ code: "A", nameId: "A", nameEn: "A" }], idempotencyKey: randomUUID(),
      };
      const document = `mutation($input: SetCriteriaInput!) { setCriteria(input: $input) {
        criteriaSet { id } errors { message path } } }`;
      const { setCriteria: done } = await untilAnswered(server.url, tokens.ADMIN, document, { input });
      if (!done.criteriaSet) throw new Error(JSON.stringify(done.errors));
    },
  },
};

// A minimal client, because it shares the cores with the server.
const buffer = Buffer.alloc(64 * 1024);
class Client {
  constructor({ who, payload }, onItem) {
    this.incomplete = null;
    this.payload = payload;
    this.onItem = onItem;
    this.ready = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    this.socket = connect({
      port: server.port, host: "127.0.0.1", noDelay: true,
      onread: { buffer, callback: (length) => (this.read(buffer.subarray(0, length)), true) },
    });
    this.ready.catch(() => {});
    this.socket.on("error", (error) => this.reject(error));
    this.socket.on("close", () => this.reject(new Error("closed")));
    this.socket.write(
      `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n",
    );
    this.upgraded = false;
    this.token = tokens[who];
  }

  read(bytes) {
    let all = this.incomplete ? Buffer.concat([this.incomplete, bytes]) : bytes;
    this.incomplete = null;
    if (!this.upgraded) {
      const end = all.indexOf("\r\n\r\n");
      if (end < 0) {
        this.incomplete = Buffer.from(all);
        return;
      }
      this.upgraded = true;
      this.send({ type: "connection_init", payload: { token: this.token } });
      all = all.subarray(end + 4);
    }
    while (all.length >= 2) {
      const short = all[1] & 127;
      const head = short === 126 ? 4 : 2;
      if (all.length < head) break;
      const length = short === 126 ? all.readUInt16BE(2) : short;
      if (all.length < head + length) break;
      this.receive(all[0] & 15, all.subarray(head, head + length));
      all = all.subarray(head + length);
    }
    if (all.length > 0) this.incomplete = Buffer.from(all);
  }

  receive(kind, text) {
    if (kind === 9) this.write(10, Buffer.alloc(0));
    if (kind !== 1) return;
    if (text.includes('"next"')) this.onItem(text);
    else if (text.includes('"connection_ack"')) {
      this.send({ type: "subscribe", id: "1", payload: this.payload });
      this.resolve();
    } else if (text.includes('"error"')) throw new Error(text.toString());
  }

  send(message) {
    this.write(1, Buffer.from(JSON.stringify(message)));
  }

  write(kind, text) {
    // A mask of zeros leaves the text unchanged.
    const head = text.length < 126 ? Buffer.from([128 | kind, 128 | text.length, 0, 0, 0, 0]) : Buffer.from([128 | kind, 128 | 126, text.length >> 8, text.length & 255, 0, 0, 0, 0]);
    this.socket.write(Buffer.concat([head, text]));
  }
}

const figures = { singles: {}, sockets: {} };
for (const [name, stream] of Object.entries(streams)) {
  const latencies = [];
  let [received, wake] = [0, () => {}];
  const client = new Client(stream, (text) => {
    const arrived = now();
    const { at } = Object.values(JSON.parse(text).payload.data)[0];
    // `at` has microseconds; Date.parse reads only the milliseconds.
    latencies.push(arrived - Date.parse(at) - Number(at.slice(23, 26)) / 1000);
    received += 1;
    wake();
  });
  await client.ready;
  await sleep(300);
  for (let event = 0; event < given.singles; event += 1) {
    const delivered = new Promise((resolve) => (wake = resolve));
    await stream.change();
    if (received <= event) await delivered;
    await sleep(20);
  }
  client.socket.destroy();
  figures.singles[name] = latencies.slice(Math.min(10, given.singles >> 2));
  console.log(`one subscriber (${name}), ${received} changes: ${shown(figures.singles[name])}`);
}

for (const [name, stream] of Object.entries(streams)) {
  // Restarted, so that only the sockets make its memory grow.
  await server.stop();
  await server.start();
  const warming = new Client(stream, () => {});
  await warming.ready;
  for (let event = 0; event < 10; event += 1) await stream.change();
  warming.socket.destroy();
  await sleep(3000);
  const before = resident();
  let count = 0;
  let [first, arrivals, finish] = [0, [], () => {}];
  const item = () => {
    const arrived = now();
    first ||= arrived;
    arrivals.push(arrived);
    if (arrivals.length === given.sockets) finish();
  };
  const clients = [];
  const opening = now();
  while (clients.length < given.sockets) {
    const some = Array.from({ length: Math.min(100, given.sockets - clients.length) }, () => new Client(stream, item));
    clients.push(...some);
    await Promise.all(some.map(({ ready }) => ready));
    count += some.length;
  }
  const opened = (now() - opening) / 1000;
  await sleep(5000);
  const idle = resident();
  const p99s = [];
  const all = [];
  for (let event = 0; event < given.events; event += 1) {
    [first, arrivals] = [0, []];
    const allArrived = new Promise((resolve) => (finish = resolve));
    await stream.change();
    const changedAt = Math.min(now(), first || Infinity);
    await Promise.race([allArrived, sleep(60_000)]);
    if (arrivals.length !== given.sockets) throw new Error(`${arrivals.length} of ${given.sockets} sockets have the item`);
    const latencies = arrivals.map((arrived) => arrived - changedAt);
    p99s.push(quantile(latencies, 0.99));
    all.push(...latencies);
    await sleep(300);
  }
  await sleep(5000);
  const after = resident();
  const each = (kib) => ((kib - before) / given.sockets).toFixed(1);
  console.log(
    `${count} sockets (${name}) opened in ${opened.toFixed(1)} s; resident ${before} KiB before, ${idle} idle: ` +
      `${each(idle)} KiB each; ${each(after)} KiB each after ${given.events} items`,
  );
  console.log(`one change to all of them, ${given.events} times: ${shown(all)}; the p99 of a change: median ${quantile(p99s, 0.5).toFixed(0)} ms, worst ${Math.max(...p99s).toFixed(0)} ms`);
  figures.sockets[name] = { each: Number(each(idle)), after: Number(each(after)), p99: Math.max(...p99s) };
  for (const { socket } of clients) socket.destroy();
}
if (given.keep === "yes") console.log(readFileSync(server.log, "utf8").slice(-4000));
const report = new Report();
if (given.check === "yes") {
  for (const [name, latencies] of Object.entries(figures.singles)) {
    report.check(quantile(latencies, 0.99) < 50, `one subscriber (${name}): p99 under 50 ms`);
  }
  for (const [name, { each, after, p99 }] of Object.entries(figures.sockets)) {
    report.check(Math.max(each, after) <= 24, `memory of a socket (${name}): at most 24 KiB`);
    report.check(p99 < 1000, `one change to all (${name}): p99 under 1 s`);
  }
}
report.end();
