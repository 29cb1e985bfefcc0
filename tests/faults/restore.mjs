#!/usr/bin/env node
// The restore drill: a server with clients, a backup while it runs, further changes, the loss of the disk, and a
// restore of the last backup with the documented commands. Afterwards, clients with newer cursors must get
// CURSOR_UNKNOWN, even when the restored journal has more entries than before, and nothing may be signed until an
// operator declares the loss.
//
//   node tests/faults/restore.mjs --database sqlite
//   node tests/faults/restore.mjs --database postgres://user@host/database   (creates a separate database on that server)
import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { RECORD, Report, World, binary, hour, login, once, options, planOf, sleep, untilAnswered } from "./lib.mjs";

const { database } = options({ database: "sqlite" });
const run = promisify(execFile);
const report = new Report();
const world = new World(database);
const [signing, witness, backup] = ["signing", "witness", "backup"].map((name) => join(world.folder, name));
mkdirSync(witness);
// The key and the witness are on other disks than the database.
const environment = { KINERJA_JOURNAL_KEY: join(signing, "key"), KINERJA_JOURNAL_WITNESS: witness, KINERJA_UPLOADS_DIR: join(world.folder, "data/uploads") };
const server = await world.server({ staff: 60, environment });
const data = join(world.folder, "data");
const settings = {
  ...server.environment,
  KINERJA_UPLOADS_DIR: join(data, "uploads"),
  DATABASE_URL: world.environment.DATABASE_URL ?? `sqlite:${join(data, "demo/kinerja.db")}`,
};

/// Runs a command as an operator does, and returns its exit code and output.
async function kinerja(...given) {
  try {
    const { stdout, stderr } = await run(binary, given, { env: settings, cwd: world.folder });
    return { code: 0, said: stdout + stderr };
  } catch ({ code, stdout, stderr }) {
    return { code, said: `${stdout}${stderr}` };
  }
}

let count = 0;
/// Records activities, each of which is an entry.
async function change(token, plan, times) {
  for (let time = 0; time < times; time += 1) {
    count += 1;
    const rows = [{ target: { clientKey: randomUUID() }, planResultId: plan.result, ...hour(2, count), description: `uji ${count}` }];
    const { recordActivities } = await once(server.url, token, RECORD, { input: { planId: plan.id, rows } });
    if (recordActivities.errors.length > 0) throw new Error(JSON.stringify(recordActivities.errors));
  }
}

/// A client that follows the journal as an event stream, until it has this many items. Returns its cursors, or the error.
async function follow(token, after, items) {
  const query = "subscription($after: String, $first: Int) { events(after: $after, first: $first) { cursor number } }";
  const response = await fetch(`${server.url}/stream`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, accept: "text/event-stream", "content-type": "application/json" },
    body: JSON.stringify({ query, variables: { after, first: items } }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  const payloads = [...text.matchAll(/^data: (\{.+)$/gm)].map(([, json]) => JSON.parse(json));
  const error = payloads.find(({ errors }) => errors)?.errors[0].extensions.code;
  return { error, items: payloads.map(({ data }) => data?.events).filter(Boolean) };
}

/// The entries that a client that polls gets after a cursor: their numbers, the last cursor, or the error.
async function poll(token, after) {
  const query = `query($after: String) { events(first: 100, after: $after) {
    edges { cursor node { number } } pageInfo { endCursor } } }`;
  try {
    const { events } = await untilAnswered(server.url, token, query, { after });
    return { numbers: events.edges.map(({ node }) => node.number), cursors: events.edges.map(({ cursor }) => cursor), end: events.pageInfo.endCursor };
  } catch (error) {
    return { error: /[A-Z]+_[A-Z]+/.exec(error.message)?.[0] ?? error.message };
  }
}

/// The end of the journal, once all entries have their numbers.
async function end(token, from, more) {
  for (let after = from, found = 0; ; ) {
    const page = await poll(token, after);
    if (page.error) throw new Error(page.error);
    found += page.numbers.length;
    after = page.end;
    if (found >= more) return after;
  }
}

/// The size of the last signed checkpoint in a folder of the key.
function signed(folder) {
  const [origin, size] = readFileSync(join(folder, "checkpoints/latest"), "utf8").split("\n");
  return { origin, size: Number(size) };
}

const logins = await server.start();
let employee = await login(server.url, logins.EMPLOYEE);
let auditor = await login(server.url, logins.AUDITOR);
const plan = await planOf(server.url, employee);

// The last page of the generated history.
let start = null;
for (let page = await poll(auditor, null); ; page = await poll(auditor, start)) {
  start = page.end;
  if (page.numbers.length < 100) break;
}
await change(employee, plan, 3);
const before = await follow(auditor, start, 3);
report.check(before.items.length === 3, "a client follows the journal");

// A file of evidence, which the backup must contain and compare.
const photo = Buffer.concat([Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), randomBytes(200_000)]);
const UPLOAD = "mutation($input: CreateUploadInput!) { createUpload(input: $input) { uploadId url errors { code } } }";
const { createUpload } = await once(server.url, employee, UPLOAD, { input: { purpose: "EVIDENCE", name: "foto.png", size: photo.length, idempotencyKey: randomUUID() } });
const sent = await fetch(new URL(createUpload.url, server.url), { method: "PUT", body: photo });
const used = { target: { clientKey: randomUUID() }, planResultId: plan.result, ...hour(3, 0), description: "uji bukti", evidence: [{ uploadId: createUpload.uploadId }] };
const { recordActivities: withFile } = await once(server.url, employee, RECORD, { input: { planId: plan.id, rows: [used] } });
report.check(sent.status === 204 && withFile.errors.length === 0, "an activity has a file as evidence");
const kept = join(data, "uploads/evidence");
const download = async (token) => {
  try {
    const answer = await fetch(new URL(`/evidence/${createUpload.uploadId}`, server.url), { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  } catch (error) {
    return { cut: error.message };
  }
};
report.check(photo.equals((await download(employee)).bytes ?? Buffer.of()), "control: its person downloads the same bytes");
const [stored] = readdirSync(kept);
const flipped = Buffer.from(photo);
flipped[100_000] ^= 1;
for (const [what, finding, spoil] of [
  ["changed", "was changed", () => writeFileSync(join(kept, stored), flipped)],
  ["removed", "is missing", () => rmSync(join(kept, stored))],
]) {
  spoil();
  const bad = join(world.folder, `backup-${what}`);
  const found = await kinerja("backup", bad);
  report.check(found.code === 1 && found.said.includes(`the file of evidence ${stored.slice(0, 36)} ${finding}`) && existsSync(join(bad, "manifest.json")), `a backup with a ${what} file of evidence: ${found.said.trim().split("\n").slice(1).join("; ")}`);
  const got = await download(employee);
  report.check(got.cut !== undefined || got.status === 404, `its download never ends well: ${got.cut ?? got.status}`);
  const refused = await kinerja("restore", bad, "--replace");
  report.check(refused.code === 1 && refused.said.includes("findings"), "such a backup is not restored without --accept-findings");
}
writeFileSync(join(kept, stored), photo);

const [written] = await Promise.all([kinerja("backup", backup), change(employee, plan, 3)]);
report.check(written.code === 0, `a backup while the server runs and changes are made: ${written.said.trim()}`);
const manifest = JSON.parse(readFileSync(join(backup, "manifest.json"), "utf8"));
report.check(!JSON.stringify(readdirSync(backup)).includes("\"key\""), "the backup contains no private key");
const again = await kinerja("backup", backup);
report.check(again.code === 1 && again.said.includes("exists"), "a backup never overwrites another one");

// All later changes are lost. The server signs it when it stops.
await change(employee, plan, 5);
const seen = await end(auditor, before.items.at(-1).cursor, 9);
await server.stop();
const last = signed(signing);
await server.start();
await change(employee, plan, 2);
const newer = await end(auditor, seen, 2);
await server.kill();

// The disk is lost.
const lose = async () => {
  rmSync(data, { recursive: true, force: true });
  if (world.name) await recreate();
};
async function recreate() {
  const psql = (text) => run("psql", ["-q", "-v", "ON_ERROR_STOP=1", world.adminUrl, "-c", text]);
  await psql(`DROP DATABASE ${world.name} WITH (FORCE)`);
  await psql(`CREATE DATABASE ${world.name}`);
}
await lose();

// Damaged backups are refused, and nothing of them is stored.
async function damaged(what, damage) {
  const copy = join(world.folder, "damaged");
  cpSync(backup, copy, { recursive: true });
  damage(copy);
  const refused = await kinerja("restore", copy);
  rmSync(copy, { recursive: true });
  const file = join(data, "demo/kinerja.db");
  const [[tables]] = world.name ? await world.rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") : [[existsSync(file) ? "1" : "0"]];
  report.check(refused.code === 1 && tables === "0", `a backup ${what} is refused: ${refused.said.trim().split("\n").at(-1)}`);
}
const main = manifest.files.find(({ path }) => /^(database|kinerja)\./.test(path)).path;
const edit = (folder, change) => {
  const file = join(folder, "manifest.json");
  const text = JSON.parse(readFileSync(file, "utf8"));
  change(text);
  writeFileSync(file, JSON.stringify(text));
};
await damaged("with one changed byte", (folder) => {
  const bytes = readFileSync(join(folder, main));
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(join(folder, main), bytes);
});
await damaged("that is cut short", (folder) => writeFileSync(join(folder, main), readFileSync(join(folder, main)).subarray(0, -100)));
await damaged("without its database", (folder) => rmSync(join(folder, main)));
await damaged("with another root", (folder) => edit(folder, ({ journal }) => (journal.root = `${"A".repeat(43)}=`)));
await damaged("with fewer entries", (folder) => edit(folder, ({ journal }) => (journal.entries -= 1)));
await damaged("of a newer version", (folder) => edit(folder, (text) => (text.schema = "m29991231_000001_future")));

const restored = await kinerja("restore", backup);
const lost = last.size - manifest.journal.entries;
report.check(restored.code === 0 && restored.said.includes(`the last ${lost} of them are lost`), `the last backup comes back: ${restored.said.trim()}`);
const twice = await kinerja("restore", backup);
report.check(twice.code === 1 && /not empty|exists/.test(twice.said), `a second restore is refused: ${twice.said.trim()}`);
const replaced = await kinerja("restore", backup, "--replace");
report.check(replaced.code === 0 && replaced.said.includes("previous database"), "with --replace it puts the database aside");

await server.start();
const old = await poll(auditor, start);
report.check(old.error !== undefined, `sessions of before have ended: ${old.error}`);
employee = await login(server.url, logins.EMPLOYEE);
auditor = await login(server.url, logins.AUDITOR);
const unknown = async (when) => {
  const [stream, query] = [await follow(auditor, newer, 1), await poll(auditor, newer)];
  report.check(stream.error === "CURSOR_UNKNOWN" && query.error === "CURSOR_UNKNOWN", `a newer cursor is unknown ${when}: ${stream.error}, ${query.error}`);
};
await unknown("after the restore");
const known = await follow(auditor, before.items[0].cursor, 2);
const same = JSON.stringify(known.items) === JSON.stringify(before.items.slice(1));
report.check(same, "a cursor from before the backup goes on where it was");
report.check(photo.equals((await download(employee)).bytes ?? Buffer.of()), "the file of evidence is back");
const from = await end(auditor, before.items[0].cursor, 2);
await change(employee, plan, 20);
await end(auditor, from, 20);
await unknown("once the journal has outgrown it");
// The control: the same position of the restored journal by its number, as a cursor without a mark would name it.
const number = Number(/^j(\d+)/.exec(Buffer.from(newer, "base64url").toString())[1]);
const page = await poll(auditor, from);
const at = page.numbers.indexOf(number);
report.check(at > 0, `control: entry ${number} exists again; by its number alone the client would miss ${at + 1} entries before it`);
const byNumber = await poll(auditor, Buffer.from(`j${number}`).toString("base64url"));
report.check(byNumber.error === "CURSOR_UNKNOWN", `a cursor without a mark: ${byNumber.error}`);

// The journal was larger before: nothing may be signed, although it now has more entries than were signed.
await server.stop();
report.check(signed(signing).size === last.size, `nothing is signed: the last checkpoint still has ${last.size} entries`);
const log = readFileSync(server.log, "utf8");
report.check(/shrank|was rewritten|does not extend/.test(log), "the log says why");
const differs = await kinerja("audit", "verify", "--language", "en");
const ofLoss = join(world.folder, "kept/checkpoint-2026-11-27");
mkdirSync(join(world.folder, "kept"));
cpSync(join(signing, "checkpoints/latest"), ofLoss);
report.check(differs.code === 1, `audit verify notices the loss: ${differs.said.trim().split("\n").at(-2)}`);
const blank = await kinerja("audit", "declare-loss", "--reason", " ");
report.check(blank.code === 1, `a loss needs a reason: ${blank.said.trim()}`);
const declared = await kinerja("audit", "declare-loss", "--reason", "The disk failed");
report.check(declared.code === 0 && declared.said.includes("journal-2"), `an operator declares the loss: ${declared.said.trim()}`);
const range = `the entries ${manifest.journal.entries + 1} to ${last.size} `;
report.check(declared.said.includes(range), `it names the lost entries: ${range}`);
const named = await kinerja("audit", "verify", "--language", "en", "--checkpoints", join(world.folder, "kept"));
report.check(named.code === 1 && named.said.includes(`the loss of ${range}was declared`), "an audit with a checkpoint of a lost entry names the declared loss");
const nothing = await kinerja("audit", "declare-loss", "--reason", "again");
report.check(nothing.code === 1 && nothing.said.includes("nothing is lost"), "without a loss nothing can be declared");

await server.start();
auditor = await login(server.url, logins.AUDITOR);
employee = await login(server.url, logins.EMPLOYEE);
await unknown("after the declaration");
await change(employee, plan, 2);
const keys = await (await fetch(server.url.replace("/graphql", "/journal/key"))).text();
report.check(keys.trim().split("\n").length === 2, "the server publishes the new key and the lost one");
const checkpoint = await (await fetch(server.url.replace("/graphql", "/journal/checkpoint"))).text();
report.check(checkpoint.startsWith("kinerja.local/journal-2\n"), "it serves checkpoints of the new origin");
await server.stop();
const current = signed(join(signing, "origin-2"));
report.check(current.origin.endsWith("journal-2"), `it signs ${current.size} entries of the new origin`);
const passes = await kinerja("audit", "verify", "--language", "en");
report.check(passes.code === 0 && passes.said.endsWith("0 findings\n"), `audit verify passes: ${passes.said.trim().split("\n")[0]}`);

// The key and the checkpoints are lost too. Only the backup and the witness are left.
await lose();
rmSync(signing, { recursive: true });
const bare = await kinerja("restore", backup);
report.check(bare.code === 0 && bare.said.includes("key that signs the journal is missing"), "without the key, the restore says so");
// It prints its address before it opens the key.
await server.start().catch(() => {});
const code = await Promise.race([server.process.ended, sleep(20_000)]);
const said = readFileSync(server.log, "utf8").slice(-1000);
report.check(code === 1 && said.includes("declare-loss") && !existsSync(join(signing, "key")), "the server creates no second key under the same name");
const third = await kinerja("audit", "declare-loss", "--reason", "The machine burned");
report.check(third.code === 0 && third.said.includes("journal-3"), `the witness knows which origins there were: ${third.said.trim().split("\n")[1]}`);
await server.start();
await server.stop();
const proven = await kinerja("audit", "verify", "--language", "en");
report.check(proven.code === 0, `audit verify passes: ${proven.said.trim().split("\n")[0]}`);

if (world.name) {
  const aside = /previous database is (\w+)/.exec(replaced.said)[1];
  await run("psql", ["-q", world.adminUrl, "-c", `DROP DATABASE ${aside}`]);
}
world.remove();
report.end();
