#!/usr/bin/env node
// Whoever loses a right stops being told things in time, on every server, and whoever gains one is told: a session
// is ended, a role granted and revoked, a superior changed, a token runs out, while somebody writes all the time.
//
//   node tests/faults/rights.mjs                                         one server on SQLite
//   node tests/faults/rights.mjs --database own --servers 3              three on a PostgreSQL of its own
//   --database postgres://user@host/database                             a database beside that one
//   --newcomers no                                                       only those who are connected before
//   --look 8000                                                          servers that look too seldom: it must fail
//
// In each round, each server makes the changes once, and all of them are watched: sockets, event streams and requests
// from before, and newcomers who come again and again with a token that each server has just got to know.
import { createHash, randomUUID } from "node:crypto";
import { EVERY, Follower, failures } from "./followers.mjs";
import { RECORD, Report, World, dice, hour, login, options, planOf, sleep, untilAnswered } from "./lib.mjs";
import { Postgres } from "./postgres.mjs";

const given = options({ database: "sqlite", servers: 3, rounds: 3, newcomers: "yes", look: 2000, seed: Date.now() % 1e6 });
// What is promised, in seconds.
const FELT = 5;
const EXPIRED = 1;
/// Nobody else may notice: the longest pause.
const PAUSE = 2;
/// For so long after the promise it is watched whether anything is told.
const AFTERWARDS = 2.5;
const PASSWORD = "sandi-untuk-uji-hak";

const random = dice(given.seed);
const postgres = given.database === "own" ? await Postgres.start() : null;
const world = new World(postgres?.url ?? given.database);
console.log(JSON.stringify(given));

// Many connections of few people.
const settings = `[streams]\nsockets_per_person = 100000\nstreams_per_socket = 100000\ncheck_ms = ${given.look}\n`;
const servers = [];
const several = given.database === "sqlite" ? 1 : given.servers;
for (let number = 0; number < several; number += 1) servers.push(await world.server({ settings }));
const logins = await servers[0].start();
for (const server of servers.slice(1)) await server.start();
for (const { process, port } of servers) void process.gone.then((how) => failures.push(`the server on port ${port} ended: ${how}`));
const url = () => servers[Math.floor(random() * servers.length)].url;

/// Who writes; his token is renewed in each turn.
let writer = await login(url(), logins.EMPLOYEE);
const plan = await planOf(url(), writer);
const head = await viewer(await login(url(), logins.UNIT_HEAD), "staff { id } subordinates { id assignment { id leads } }");
const { assignment } = (await viewer(writer, "staff { assignment { id superior { id } } }")).staff;

// The superior heads a section and sees its people by nothing but being their superior. Who takes his place, and gives
// it back, heads another section of the same department, is over nobody here and has no role. That the head of the
// department is above both does not change. The demo has no login for him: he gets one as a person does.
const neighbour = head.subordinates.find((it) => it.assignment.leads && it.assignment.id !== assignment.superior.id);
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

/// Somebody who is going to lose a right. `ends` tells whether his connections are ended then, or his streams, or
/// whether these only have nothing more for him.
class Loss {
  constructor({ topic, tokens, streams, asked, ends, limit = FELT }, insists) {
    // Each has a token of his own: who connects makes a server look at his anew.
    const [before, requests, newcomers] = tokens;
    Object.assign(this, { topic, token: newcomers, asked, streams, ends, limit, newcomers: [] });
    this.before = [...connected(before, streams, insists), ...asking(requests, asked)];
    losses.push(this);
  }

  told() {
    return until(() => this.before.every(({ told }) => told.length > 0));
  }

  /// Takes the right away, and watches until it must have been felt for a while.
  async watch(end, since) {
    await this.told();
    await sleep(random() * 1000);
    // What a server knows of the newcomers' token is new when the end comes: it goes on knowing it for long.
    await Promise.all(servers.map((server) => untilAnswered(server.url, this.token, this.asked.query, this.asked.variables)));
    const come = () => this.newcomers.push(...connected(this.token, [this.streams.at(-1)]));
    const coming = given.newcomers === "yes" ? setInterval(come, EVERY) : null;
    if (coming) come();
    await until(() => this.newcomers.slice(0, 2 * servers.length).every(({ told }) => told.length > 0));
    await end();
    this.since = since ?? Date.now();
    await sleep(this.since + (this.limit + AFTERWARDS) * 1000 - Date.now());
    clearInterval(coming);
    for (const follower of this.all()) follower.cut();
  }

  all() {
    return [...this.before, ...this.newcomers];
  }

  /// Of these, who was told anything later than so many seconds after the end.
  toldAfter(followers, limit) {
    return followers.filter(({ told }) => told.at(-1) > this.since + limit * 1000);
  }

  /// The same, and whose connection was not ended by then.
  late(followers, limit) {
    const latest = this.since + limit * 1000;
    const open = followers.filter(({ how, letIn, told, over }) => {
      const began = this.ends === "connection" ? letIn !== null : this.ends === "stream" && told.length > 0;
      return began && how !== "requests" && (over ?? Infinity) > latest;
    });
    return [...new Set([...this.toldAfter(followers, limit), ...open])];
  }
}

// What was watched: of each loss, and of each gain.
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
    await Promise.all([session(server, (round + number) % 2 === 0), role(server), superiors(server), expiry()]);
    const end = Date.now();
    steady.push(...others.map((follower) => ({ follower, end })));
    for (const follower of others) follower.cut();
    console.log(`round ${round + 1}, changes by server ${number + 1}: ${((end - began) / 1000).toFixed(0)} s, ${changes} other changes`);
  }
}
writing = false;
await written;

/// Ends sessions, by logging out or from another one.
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

/// Grants a role to somebody who has none, and revokes it.
async function role(through) {
  const admin = await login(url(), logins.ADMIN);
  const tokens = await sessions("UNIT_HEAD");
  let insists = true;
  const loss = new Loss({ topic: "a role revoked", tokens, streams: [EVENTS], asked: EVENTS_ASKED, ends: "stream" }, () => insists);
  await until(() => loss.before.every(({ there }) => there !== null));
  const input = { staffId: head.staff.id, role: "AUDITOR", orgUnitId: plan.unit };
  const asked = Date.now();
  const { roleGrant } = await act(through, admin, "grantRole", input, "roleGrant { id }");
  gains.push({ topic: "a role granted", asked, since: Date.now(), followers: loss.before });
  await loss.told();
  insists = false;
  await loss.watch(() => act(through, admin, "revokeRole", { roleGrantId: roleGrant.id }, "roleGrant { id }"));
}

/// Gives the employee another superior: one loses what the other gains. The next time it is the other way round.
async function superiors(through) {
  const [old, next] = pair;
  pair.reverse();
  const admin = await login(url(), logins.ADMIN);
  const [tokens, nexts] = [await sessions(old.who), await sessions(next.who)];
  const loss = new Loss({ topic: "a superior replaced", tokens, streams: [UNIT, PLAN], asked: PLAN_ASKED });
  const followers = [...connected(nexts[0], [UNIT]), ...asking(nexts[1], PLAN_ASKED)];
  await until(() => followers.every(({ there }) => there !== null));
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
  for (const follower of followers) follower.cut();
}

/// Lets tokens run out.
async function expiry() {
  const tokens = await sessions("PERFORMANCE_TEAM");
  const since = Date.now() + 5000;
  const hashes = tokens.map((token) => `'${createHash("sha256").update(token).digest("hex")}'`);
  await world.sql(`UPDATE session SET access_expires_at = ${since}000 WHERE access_hash IN (${hashes})`);
  const what = { topic: "a token expired", tokens, streams: [EVENTS], asked: VIEWER_ASKED, ends: "connection", limit: EXPIRED };
  await new Loss(what).watch(() => sleep(since - Date.now()), since);
}

/// Those whose rights nobody changes: who writes, and another session of the one whose session is ended.
async function unchanged() {
  const token = await login(url(), logins.AUDITOR);
  const followers = [...connected(token, [EVENTS]), ...connected(writer, [PLAN])];
  await until(() => followers.every(({ told }) => told.length > 0));
  return followers;
}

/// Somebody on each server, by a socket and an event stream for each of what he follows.
function connected(token, streams, insists) {
  const each = servers.flatMap((server) => streams.map((what) => [server, what]));
  return each.flatMap(([server, what]) => ["socket", "events"].map((how) => new Follower(server, how, token, what, insists)));
}

/// Somebody who asks each server.
function asking(token, what) {
  return servers.map((server) => new Follower(server, "requests", token, what));
}

/// Sessions of somebody.
async function sessions(who, more = {}) {
  const tokens = [];
  while (tokens.length < 3) tokens.push(await login(url(), { ...logins[who], ...more }));
  return tokens;
}

async function until(holds, seconds = 10) {
  const end = Date.now() + seconds * 1000;
  while (!holds() && Date.now() < end) await sleep(10);
}

// The outcome.
const report = new Report();
const seconds = (milliseconds) => (milliseconds === Infinity ? "ever" : `${(milliseconds / 1000).toFixed(2)} s`);
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
      control.push(...loss.toldAfter(of, -1));
    }
    const last = slowest(before.map(({ follower, since }) => (follower.told.at(-1) ?? since) - since));
    const over = before.map(({ follower, since }) => (follower.over ?? Infinity) - since);
    const [word, closed] = [how === "requests" ? "answered" : "told", ends && how !== "requests"];
    const what = `${topic}: ${how} ${word} for ${seconds(last)}${closed ? `, ended after ${seconds(slowest(over))}` : ""}`;
    report.check(late.length === 0, `${what}, of ${before.length}`);
    for (const { server } of late.slice(0, 3)) console.log(`       too late on server ${servers.indexOf(server) + 1}`);
    if (closed && limit === EXPIRED) {
      report.check(over.every((time) => time >= 0), `${topic}: ${how} ended not before, but ${seconds(Math.min(...over))} after at the earliest`);
    }
    const found = `${control.length} of ${before.length} ${word} in the last second before; by a limit of 0 s, ${at0.length} are late`;
    report.check(before.length > 0 && control.length === before.length, `control: ${topic}: ${how}: ${found}`);
  }
  if (given.newcomers === "yes") newcomers(topic, these, limit);
}

function newcomers(topic, these, limit) {
  const [after, late, control] = [[], [], []];
  let [last, letIn] = [0, 0];
  for (const loss of these) {
    late.push(...loss.late(loss.newcomers, limit));
    control.push(...loss.toldAfter(loss.newcomers, -1));
    const begun = loss.newcomers.filter((follower) => follower.begun > loss.since);
    after.push(...begun);
    last = Math.max(last, ...loss.newcomers.map(({ told }) => (told.at(-1) ?? 0) - loss.since));
    letIn = Math.max(letIn, ...begun.filter(({ told }) => told.length > 0).map((it) => it.begun - loss.since));
  }
  const told = after.filter((follower) => follower.told.length > 0).length;
  const what = `${topic}: newcomers told for ${seconds(last)}; ${told} of ${after.length} that came afterwards, for ${seconds(letIn)}`;
  report.check(late.length === 0 && after.length > 0, what);
  for (const { server, how } of late.slice(0, 3)) console.log(`       too late by ${how} on server ${servers.indexOf(server) + 1}`);
  const ways = new Set(control.map(({ server, how }) => `${server.port} ${how}`)).size;
  report.check(ways === 2 * servers.length, `control: ${topic}: ${control.length} newcomers told in the last second before, or later, in ${ways} ways`);
}

for (const topic of [...new Set(gains.map((gain) => gain.topic))].sort()) {
  const these = gains.filter((gain) => gain.topic === topic);
  for (const how of ["socket", "events", "requests"]) {
    const of = these.flatMap((gain) => gain.followers.filter((it) => it.how === how).map((follower) => ({ ...gain, follower })));
    const most = slowest(of.map(({ follower: { told }, since }) => (told[0] ?? Infinity) - since));
    report.check(most <= FELT * 1000, `${topic}: ${how} after ${seconds(most)}, of ${of.length}`);
    const out = of.filter(({ follower: { there, told }, asked }) => there !== null && there <= asked && !(told[0] < asked));
    report.check(of.length > 0 && out.length === of.length, `control: ${topic}: ${how}: ${out.length} of ${of.length} there before, and told nothing`);
  }
}

const pause = ({ letIn, told }, end) => slowest([...told, end].map((time, at) => time - (told[at - 1] ?? letIn ?? 0)));
const pauses = steady.map(({ follower, end }) => pause(follower, end));
report.check(pauses.every((time) => time <= PAUSE * 1000), `those whose rights stayed: a pause of at most ${seconds(slowest(pauses))}, of ${pauses.length}`);
const lost = losses.flatMap((loss) => loss.before.map((follower) => pause(follower, loss.since + (loss.limit + AFTERWARDS) * 1000)));
const noticed = lost.filter((time) => time > PAUSE * 1000).length;
report.check(noticed === lost.length, `control: ${noticed} of ${lost.length} who lost a right paused for longer`);
for (const failure of failures.slice(0, 5)) console.log(failure);
report.check(failures.length === 0, `failures of streams ${failures.length}`);
report.end();

/// Makes a change.
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

/// Gives somebody a login.
async function activated(staffId) {
  const admin = await login(url(), logins.ADMIN);
  const { codes } = await act(servers[0], admin, "issueActivationCodes", { staffIds: [staffId] }, "codes { code userName }");
  await act(servers[0], null, "activateAccount", { code: codes[0].code, password: PASSWORD }, "done");
  return { user: codes[0].userName, password: PASSWORD };
}

/// There is always something to be told. It corrects an activity again and again: another superior is told of each that
/// is undecided, and many would make the writer himself wait.
async function write() {
  const row = { ...hour(1 + random() * 30), planResultId: plan.result };
  let last = null;
  while (writing) {
    const which = last ? { id: last.id, expectedVersion: last.version } : { clientKey: randomUUID() };
    const input = { planId: plan.id, rows: [{ ...row, ...which, description: randomUUID() }], idempotencyKey: randomUUID() };
    const { recordActivities: done } = await untilAnswered(url, () => writer, RECORD, { input }, (error) => failures.push(`a change: ${error}`));
    const [{ activity, errors }] = done.results ?? [{ errors: done.errors }];
    // Another superior is another version.
    if (!activity && errors[0].code !== "CONFLICT") throw new Error(JSON.stringify(done));
    last = activity;
    changes += activity ? 1 : 0;
    await sleep(50 + random() * 50);
  }
}
