#!/usr/bin/env node
// Checks that a lost right ends delivery in time, on every server, and that a new right starts it. While an employee
// writes all the time, a session ends, a role is granted and revoked, a superior changes, and a token expires.
//
//   node tests/faults/rights.mjs                                         one server on SQLite
//   node tests/faults/rights.mjs --database own --servers 3              three on its own PostgreSQL server
//   --database postgres://user@host/database                             a separate database on that server
//   --newConnections no                                                  only clients that connected before the change
//   --checkMs 8000                                                       servers that check too seldom: the program must fail
//
// In each round, each server makes the changes once. On all servers, the program watches sockets, event streams and
// requests from before the change, and opens new connections all the time with a token that every server has cached.
import { createHash, randomUUID } from "node:crypto";
import { INTERVAL, Follower, failures } from "./followers.mjs";
import { RECORD, Report, World, dice, hour, login, options, planOf, sleep, untilAnswered } from "./lib.mjs";
import { Postgres } from "./postgres.mjs";

const given = options({ database: "sqlite", servers: 3, rounds: 3, newConnections: "yes", checkMs: 2000, seed: Date.now() % 1e6 });
// Limits, in seconds: until a changed right takes effect, and until an expired token does.
const EFFECTIVE = 5;
const EXPIRED = 1;
/// Longest pause in the deliveries to people with unchanged rights.
const PAUSE = 2;
/// Seconds for which the program watches for deliveries after the limit.
const AFTERWARDS = 2.5;
const PASSWORD = "sandi-untuk-uji-hak";

const random = dice(given.seed);
const postgres = given.database === "own" ? await Postgres.start() : null;
const world = new World(postgres?.url ?? given.database);
console.log(JSON.stringify(given));

// A few people open many connections.
const settings = `[streams]\nsockets_per_person = 100000\nstreams_per_socket = 100000\ncheck_ms = ${given.checkMs}\n`;
const servers = [];
const several = given.database === "sqlite" ? 1 : given.servers;
for (let number = 0; number < several; number += 1) servers.push(await world.server({ settings }));
const logins = await servers[0].start();
for (const server of servers.slice(1)) await server.start();
for (const { process, port } of servers) void process.ended.then((how) => failures.push(`the server on port ${port} ended: ${how}`));
const url = () => servers[Math.floor(random() * servers.length)].url;

/// Token of the writing employee, renewed before each turn.
let writer = await login(url(), logins.EMPLOYEE);
const plan = await planOf(url(), writer);
const head = await viewer(await login(url(), logins.UNIT_HEAD), "staff { id } subordinates(first: 100) { nodes { id assignment { id leads } } }");
const { assignment } = (await viewer(writer, "staff { assignment { id superior { id } } }")).staff;

// The superior heads a section and can see its people only as their superior. The neighbour, who takes over and gives
// back, heads another section of the same department, has no role, and is superior of nobody in this section. The head
// of the department stays above both. The demo has no login for the neighbour, so the program activates an account.
const neighbour = head.subordinates.nodes.find((it) => it.assignment.leads && it.assignment.id !== assignment.superior.id);
logins.NEIGHBOUR = await activated(neighbour.id);
const pair = [
  { who: "SUPERIOR", assignment: assignment.superior.id },
  { who: "NEIGHBOUR", assignment: neighbour.assignment.id },
];

const EVENTS = { field: "events", query: "subscription { events { cursor kind } }" };
const EVENTS_ASKED = { field: "events", query: "{ events(first: 1) { edges { node { number } } } }" };
const VIEWER_ASKED = { field: "viewer", query: "{ viewer { roles } }" };
const variables = { id: plan.id, unit: plan.unit };
const PLAN = { field: "planUpdates", variables, query: "subscription($id: ID!) { planUpdates(planId: $id) { cursor kind } }" };
const UNIT = { field: "activityUpdates", variables, query: "subscription($unit: ID!) { activityUpdates(orgUnitId: $unit) { cursor kind } }" };
const PLAN_ASKED = { field: "plan", variables, query: "query($id: ID!) { plan(id: $id) { id } }" };

/// The loss of one right. `ends` names the thing that the server must end: the connection, the stream, or nothing
/// (undefined), so that only deliveries stop.
class Loss {
  constructor({ topic, tokens, streams, asked, ends, limit = EFFECTIVE }, retries) {
    // Separate tokens: a new connection makes the server authenticate its token uncached.
    const [before, requests, later] = tokens;
    Object.assign(this, { topic, token: later, asked, streams, ends, limit, newConnections: [] });
    this.before = [...connected(before, streams, retries), ...asking(requests, asked)];
    losses.push(this);
  }

  allDelivered() {
    return until(() => this.before.every(({ delivered }) => delivered.length > 0));
  }

  /// Takes the right away, and watches for a while after the limit.
  async watch(end, since) {
    await this.allDelivered();
    await sleep(random() * 1000);
    // Every server caches the token of the new connections just before the loss, so the entry is far from its max age.
    await Promise.all(servers.map((server) => untilAnswered(server.url, this.token, this.asked.query, this.asked.variables)));
    const open = () => this.newConnections.push(...connected(this.token, [this.streams.at(-1)]));
    const opening = given.newConnections === "yes" ? setInterval(open, INTERVAL) : null;
    if (opening) open();
    await until(() => this.newConnections.slice(0, 2 * servers.length).every(({ delivered }) => delivered.length > 0));
    await end();
    this.since = since ?? Date.now();
    await sleep(this.since + (this.limit + AFTERWARDS) * 1000 - Date.now());
    clearInterval(opening);
    for (const follower of this.all()) follower.stop();
  }

  all() {
    return [...this.before, ...this.newConnections];
  }

  /// Followers with a delivery later than `limit` seconds after the loss.
  deliveredAfter(followers, limit) {
    return followers.filter(({ delivered }) => delivered.at(-1) > this.since + limit * 1000);
  }

  /// Followers that still had a delivery, or an open connection or stream, later than `limit` seconds after the loss.
  late(followers, limit) {
    const latest = this.since + limit * 1000;
    const open = followers.filter(({ how, acceptedAt, delivered, endedAt }) => {
      const began = this.ends === "connection" ? acceptedAt !== null : this.ends === "stream" && delivered.length > 0;
      return began && how !== "requests" && (endedAt ?? Infinity) > latest;
    });
    return [...new Set([...this.deliveredAfter(followers, limit), ...open])];
  }
}

// The measurements of the program: lost rights, new rights, and people with unchanged rights.
const losses = [];
const gains = [];
const steady = [];
let changes = 0;
let writing = true;
const written = write();
const began = Date.now();
for (let round = 0; round < given.rounds; round += 1) {
  for (const [number, server] of servers.entries()) {
    writer = await login(url(), logins.EMPLOYEE);
    const others = await unchanged();
    await Promise.all([session(server, (round + number) % 2 === 0), role(server), superiors(server)]);
    // Runs alone: the limit of one second is for the server, not for a machine that also opens connections for other
    // losses.
    await expiry();
    const end = Date.now();
    steady.push(...others.map((follower) => ({ follower, end })));
    for (const follower of others) follower.stop();
    console.log(`round ${round + 1}, changes by server ${number + 1}: ${((end - began) / 1000).toFixed(0)} s, ${changes} other changes`);
  }
}
writing = false;
await written;

/// Ends sessions, by logout or from another session.
async function session(through, byItself) {
  const client = randomUUID();
  const tokens = await sessions("AUDITOR", { client });
  const other = await login(url(), logins.AUDITOR);
  const alive = (await viewer(other, "sessions { id client }")).sessions;
  const ids = alive.filter((it) => it.client === client).map(({ id }) => id);
  const end = () =>
    Promise.all(
      byItself
        ? tokens.map((token) => act(through, token, "logout", {}, "done"))
        : ids.map((sessionId) => act(through, other, "revokeSession", { sessionId }, "done")),
    );
  const loss = new Loss({ topic: "a session ended", tokens, streams: [EVENTS], asked: VIEWER_ASKED, ends: "connection" });
  await loss.watch(end);
}

/// Grants a role to a person without one, and revokes it.
async function role(through) {
  const admin = await login(url(), logins.ADMIN);
  const tokens = await sessions("UNIT_HEAD");
  let retrying = true;
  const loss = new Loss({ topic: "a role revoked", tokens, streams: [EVENTS], asked: EVENTS_ASKED, ends: "stream" }, () => retrying);
  await until(() => loss.before.every(({ answeredAt }) => answeredAt !== null));
  const input = { staffId: head.staff.id, role: "AUDITOR", orgUnitId: plan.unit };
  const asked = Date.now();
  const { roleGrant } = await act(through, admin, "grantRole", input, "roleGrant { id }");
  gains.push({ topic: "a role granted", asked, since: Date.now(), followers: loss.before });
  await loss.allDelivered();
  retrying = false;
  await loss.watch(() => act(through, admin, "revokeRole", { roleGrantId: roleGrant.id }, "roleGrant { id }"));
}

/// Gives the employee another superior: one person loses the right that the other gains. The next call reverses this.
async function superiors(through) {
  const [old, next] = pair;
  pair.reverse();
  const admin = await login(url(), logins.ADMIN);
  const [tokens, nexts] = [await sessions(old.who), await sessions(next.who)];
  const loss = new Loss({ topic: "a superior replaced", tokens, streams: [UNIT, PLAN], asked: PLAN_ASKED });
  const followers = [...connected(nexts[0], [UNIT]), ...asking(nexts[1], PLAN_ASKED)];
  await until(() => followers.every(({ answeredAt }) => answeredAt !== null));
  await loss.watch(async () => {
    const { version } = (await viewer(writer, "staff { assignment { version } }")).staff.assignment;
    const input = {
      assignmentId: assignment.id, expectedVersion: version, superiorAssignmentId: next.assignment,
      from: new Date().toISOString().slice(0, 10), reason: "Pergantian atasan",
    };
    const asked = Date.now();
    await act(through, admin, "assignSuperior", input, "assignment { id }");
    gains.push({ topic: "a superior assigned", asked, since: Date.now(), followers });
  });
  for (const follower of followers) follower.stop();
}

/// Lets tokens expire.
async function expiry() {
  const tokens = await sessions("PERFORMANCE_TEAM");
  const since = Date.now() + 5000;
  const hashes = tokens.map((token) => `'${createHash("sha256").update(token).digest("hex")}'`);
  await world.sql(`UPDATE session SET access_expires_at = ${since}000 WHERE access_hash IN (${hashes})`);
  const what = { topic: "a token expired", tokens, streams: [EVENTS], asked: VIEWER_ASKED, ends: "connection", limit: EXPIRED };
  await new Loss(what).watch(() => sleep(since - Date.now()), since);
}

/// Followers with unchanged rights: the writing employee, and another session of the auditor.
async function unchanged() {
  const token = await login(url(), logins.AUDITOR);
  const followers = [...connected(token, [EVENTS]), ...connected(writer, [PLAN])];
  await until(() => followers.every(({ delivered }) => delivered.length > 0));
  return followers;
}

/// Follows each of these streams on each server, by a socket and by an event stream.
function connected(token, streams, retries) {
  const each = servers.flatMap((server) => streams.map((what) => [server, what]));
  return each.flatMap(([server, what]) => ["socket", "events"].map((how) => new Follower(server, how, token, what, retries)));
}

/// Sends repeated requests to each server.
function asking(token, what) {
  return servers.map((server) => new Follower(server, "requests", token, what));
}

/// Logs a person in three times.
async function sessions(who, more = {}) {
  const tokens = [];
  while (tokens.length < 3) tokens.push(await login(url(), { ...logins[who], ...more }));
  return tokens;
}

async function until(holds, seconds = 10) {
  const end = Date.now() + seconds * 1000;
  while (!holds() && Date.now() < end) await sleep(10);
}

// The results.
const report = new Report();
const NAMES = { socket: "sockets", events: "event streams", requests: "repeated requests" };
const seconds = (milliseconds) => (milliseconds === Infinity ? "never" : `${(milliseconds / 1000).toFixed(2)} s`);
const slowest = (times) => times.reduce((most, time) => Math.max(most, time), 0);

for (const topic of [...new Set(losses.map((loss) => loss.topic))].sort()) {
  const these = losses.filter((loss) => loss.topic === topic);
  const [{ limit, ends }] = these;
  for (const how of ["socket", "events", "requests"]) {
    const [before, late, at0, control] = [[], [], [], []];
    for (const loss of these) {
      const of = loss.before.filter((follower) => follower.how === how);
      before.push(...of.map((follower) => ({ follower, since: loss.since })));
      late.push(...loss.late(of, limit));
      at0.push(...loss.late(of, 0));
      control.push(...loss.deliveredAfter(of, -1));
    }
    const last = slowest(before.map(({ follower, since }) => (follower.delivered.at(-1) ?? since) - since));
    const ended = before.map(({ follower, since }) => (follower.endedAt ?? Infinity) - since);
    const [word, closed] = [how === "requests" ? "answer" : "delivery", ends && how !== "requests"];
    const name = `${topic}, ${NAMES[how]}`;
    const end = closed ? `, last connection ended after ${seconds(slowest(ended))}` : "";
    report.check(late.length === 0, `${name} (${before.length}): last ${word} after ${seconds(last)}${end}`);
    for (const { server } of late.slice(0, 3)) console.log(`       too late on server ${servers.indexOf(server) + 1}`);
    if (closed && limit === EXPIRED) {
      report.check(ended.every((time) => time >= 0), `${name}: none ended early, the first after ${seconds(Math.min(...ended))}`);
    }
    const found = `last ${word} at most a second before the loss: ${control.length} of ${before.length}; late with a limit of 0 s: ${at0.length}`;
    report.check(before.length > 0 && control.length === before.length, `control: ${name}: ${found}`);
  }
  if (given.newConnections === "yes") checkNewConnections(topic, these, limit);
}

function checkNewConnections(topic, these, limit) {
  const [after, late, control] = [[], [], []];
  let [last, lastOpened] = [0, 0];
  for (const loss of these) {
    late.push(...loss.late(loss.newConnections, limit));
    control.push(...loss.deliveredAfter(loss.newConnections, -1));
    const opened = loss.newConnections.filter(({ startedAt }) => startedAt > loss.since);
    after.push(...opened);
    last = Math.max(last, ...loss.newConnections.map(({ delivered }) => (delivered.at(-1) ?? 0) - loss.since));
    const successful = opened.filter(({ delivered }) => delivered.length > 0);
    lastOpened = Math.max(lastOpened, ...successful.map(({ startedAt }) => startedAt - loss.since));
  }
  const successful = after.filter(({ delivered }) => delivered.length > 0).length;
  const opened = `${successful} of ${after.length} opened after the loss got a delivery${successful > 0 ? `, opened at most ${seconds(lastOpened)} after it` : ""}`;
  report.check(late.length === 0 && after.length > 0, `${topic}, new connections: last delivery after ${seconds(last)}; ${opened}`);
  for (const { server, how } of late.slice(0, 3)) console.log(`       too late by ${how} on server ${servers.indexOf(server) + 1}`);
  const ways = new Set(control.map(({ server, how }) => `${server.port} ${how}`)).size;
  report.check(ways === 2 * servers.length, `control: ${topic}, new connections: last delivery at most a second before the loss: ${control.length}, on ${ways} pairs of server and transport`);
}

for (const topic of [...new Set(gains.map((gain) => gain.topic))].sort()) {
  const these = gains.filter((gain) => gain.topic === topic);
  for (const how of ["socket", "events", "requests"]) {
    const of = these.flatMap((gain) => gain.followers.filter((it) => it.how === how).map((follower) => ({ ...gain, follower })));
    const last = slowest(of.map(({ follower: { delivered }, since }) => (delivered[0] ?? Infinity) - since));
    report.check(last <= EFFECTIVE * 1000, `${topic}, ${NAMES[how]} (${of.length}): first delivery after at most ${seconds(last)}`);
    const refused = of.filter(({ follower: { answeredAt, delivered }, asked }) => answeredAt !== null && answeredAt <= asked && !(delivered[0] < asked));
    report.check(of.length > 0 && refused.length === of.length, `control: ${topic}, ${NAMES[how]}: ${refused.length} of ${of.length} connected before and got no delivery until then`);
  }
}

const pause = ({ acceptedAt, delivered }, end) => slowest([...delivered, end].map((time, at) => time - (delivered[at - 1] ?? acceptedAt ?? 0)));
const pauses = steady.map(({ follower, end }) => pause(follower, end));
report.check(pauses.every((time) => time <= PAUSE * 1000), `${pauses.length} followers with unchanged rights: longest pause ${seconds(slowest(pauses))}`);
const lost = losses.flatMap((loss) => loss.before.map((follower) => pause(follower, loss.since + (loss.limit + AFTERWARDS) * 1000)));
const noticed = lost.filter((time) => time > PAUSE * 1000).length;
report.check(noticed === lost.length, `control: ${noticed} of ${lost.length} followers that lost a right had a longer pause`);
for (const failure of failures.slice(0, 5)) console.log(failure);
report.check(failures.length === 0, `unexpected errors: ${failures.length}`);
report.end();

/// Runs a mutation; fails on errors.
async function act({ url: at }, token, name, input, selected) {
  const type = `${name[0].toUpperCase()}${name.slice(1)}Input`;
  const document = `mutation($input: ${type}!) { ${name}(input: $input) { ${selected} errors { code message path } } }`;
  const payload = (await untilAnswered(at, token, document, { input: { ...input, idempotencyKey: randomUUID() } }))[name];
  if (payload.errors.length > 0) throw new Error(`${name}: ${JSON.stringify(payload.errors)}`);
  return payload;
}

async function viewer(token, selected) {
  return (await untilAnswered(url(), token, `{ viewer { ${selected} } }`)).viewer;
}

/// Activates an account for a person.
async function activated(staffId) {
  const admin = await login(url(), logins.ADMIN);
  const { codes } = await act(servers[0], admin, "issueActivationCodes", { recipients: { staffIds: [staffId] } }, "codes { code userName }");
  await act(servers[0], null, "activateAccount", { code: codes[0].code, password: PASSWORD }, "done");
  return { user: codes[0].userName, password: PASSWORD };
}

/// Makes changes all the time, so that there is always something to deliver. It corrects one activity again and again
/// instead of recording new ones: a change of superior notifies the new superior of each undecided activity, and with
/// many of them the writer would have to wait.
async function write() {
  const row = { ...hour(1 + random() * 30), planResultId: plan.result };
  let last = null;
  while (writing) {
    const target = last ? { correction: { id: last.id, expectedVersion: last.version } } : { clientKey: randomUUID() };
    const input = { planId: plan.id, rows: [{ ...row, target, description: randomUUID() }], idempotencyKey: randomUUID() };
    const { recordActivities: done } = await untilAnswered(url, () => writer, RECORD, { input }, (error) => failures.push(`a change: ${error}`));
    const [{ activity, errors }] = done.results ?? [{ errors: done.errors }];
    // A change of superior also changes the activity's version.
    if (!activity && errors[0].code !== "CONFLICT") throw new Error(JSON.stringify(done));
    last = activity;
    changes += activity ? 1 : 0;
    await sleep(50 + random() * 50);
  }
}
