#!/usr/bin/env node
// Resident memory of a server: idle, in bursts of the kinds that take most, and a minute after each.
//
//   node tests/faults/memory.mjs --staff 4000                      on SQLite; needs a release build to mean anything
//   node tests/faults/memory.mjs --staff 4000 --database own       on its own PostgreSQL server
import { randomBytes } from "node:crypto";
import { flood, post, tally, usage, watched } from "./attacks/measure.mjs";
import { Report, World, login, once, options, sleep } from "./lib.mjs";
import { Postgres } from "./postgres.mjs";
import { part, workbook } from "./workbook.mjs";

const given = options({ database: "sqlite", staff: 4000, wait: 60 });
/// The goals, in megabytes: idle, and what may remain of a burst.
const [IDLE, REMAINS] = [100, 100];

const ACTIVATE = "mutation($input: ActivateAccountInput!) { activateAccount(input: $input) { done errors { code } } }";
const NESTED = `{ staff(first: 50) { edges { node { id name assignment { unit { id name } position { name } }
  plans(first: 3) { edges { node { id status } } } evaluations(first: 12) { edges { node { id status predicate } } } } } } }`;
const CREATE = "mutation($input: CreateUploadInput!) { createUpload(input: $input) { uploadId url errors { message } } }";
const IMPORT = "mutation($input: ImportOrganisationInput!) { importOrganisation(input: $input) { importRun { id } errors { message } } }";

const report = new Report();
const postgres = given.database === "own" ? await Postgres.start() : null;
const world = new World(postgres?.url ?? given.database);
const server = await world.server({
  staff: given.staff, settings: "cost_per_minute = 0\n", environment: { KINERJA_TRUSTED_PROXIES: "127.0.0.1" },
});
const logins = await server.start();
const { pid } = server.process;
await sleep(15_000);
const idle = usage(pid).megabytes;
report.check(idle < IDLE, `idle: ${idle} MB, on ${world.name ? "PostgreSQL" : "SQLite"}, ${given.staff} people`);
const admin = await login(server.url, logins.ADMIN);

const bursts = {
  "2,500 activations at once": () =>
    flood(2500, 2500, (number) =>
      post(server.url, ACTIVATE, { input: { code: randomBytes(10).toString("hex"), password: "sandi untuk uji serangan" } }, {
        headers: { "x-forwarded-for": `10.${number >> 8}.${number % 256}.1` },
      })),
  "a workbook whose texts unpack to 600 MB": async () => {
    const bytes = workbook("", { strings: part(`<si><t>${"y".repeat(1000)}</t></si>`.repeat(6000), 100) });
    const { createUpload } = await once(server.url, admin, CREATE, { input: { name: "berkas", size: bytes.length } });
    await fetch(new URL(createUpload.url, server.url), { method: "PUT", body: bytes });
    const { importOrganisation } = await once(server.url, admin, IMPORT, { input: { uploadId: createUpload.uploadId, dryRun: true } });
    const { id } = importOrganisation.importRun;
    for (;;) {
      const { node } = await once(server.url, admin, "query($id: ID!) { node(id: $id) { ... on ImportRun { status finishedAt } } }", { id });
      if (node.finishedAt) return [{ code: node.status }];
      await sleep(50);
    }
  },
  "2,000 nested reads, 200 at once": () => flood(2000, 200, () => post(server.url, NESTED, {}, { token: admin })),
};
for (const [what, burst] of Object.entries(bursts)) {
  const { result, peak } = await watched(pid, burst);
  await sleep(given.wait * 1000);
  const after = usage(pid).megabytes;
  report.check(after <= idle + REMAINS, `${what}: ${JSON.stringify(tally(result))}, at most ${peak.megabytes} MB, ${given.wait} s later ${after} MB`);
}
await server.stop();
world.remove();
report.end();
