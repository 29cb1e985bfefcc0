#!/usr/bin/env node
// Makes the databases of a release for `run.mjs`; `scripts/cut-release` runs it.
//
//   KINERJA=… node tests/upgrade/make.mjs FOLDER postgres://user@host/database   (makes its own database on that server)
//
// Each is the city of a demo with sixty people, a finished year and three quarters of the next one, in which people have
// also worked through the API. The journal is numbered and signed.
import { randomUUID } from "node:crypto";
import { FEEDBACK, RECORD, login, once, planOf } from "../faults/lib.mjs";
import { Stored } from "./stored.mjs";

const [folder, postgres] = process.argv.slice(2);
if (!postgres) throw new Error("node tests/upgrade/make.mjs FOLDER postgres://…");

/// The changes that people of the city make: an activity, its submission and review, feedback, an API key, a reading.
async function work(url, logins) {
  const [employee, superior, admin, auditor] = await Promise.all(
    ["EMPLOYEE", "SUPERIOR", "ADMIN", "AUDITOR"].map((who) => login(url, logins[who])),
  );
  const done = async (token, query, input) => {
    const [[name, outcome]] = Object.entries(await once(url, token, query, { input: { idempotencyKey: randomUUID(), ...input } }));
    const refused = [...outcome.errors, ...(outcome.results ?? []).flatMap(({ errors }) => errors)];
    if (refused.length > 0) throw new Error(`${name}: ${JSON.stringify(refused)}`);
    return outcome;
  };
  const plan = await planOf(url, employee);
  const row = {
    target: { clientKey: randomUUID() },
    planResultId: plan.result,
    startedAt: "2026-10-14T02:00:00Z",
    endedAt: "2026-10-14T03:00:00Z",
    description: "Menyusun rekap triwulan",
    evidence: [{ url: "https://contoh.go.id/rekap", label: "Rekap" }],
  };
  const [{ activity }] = (await done(employee, RECORD, { planId: plan.id, rows: [row] })).results;
  const verb = (name, input) => `mutation($input: ${input}!) { ${name}(input: $input) {
    results { activity { id version } errors { code message } } errors { code message } } }`;
  const [submitted] = (
    await done(employee, verb("submitActivities", "SubmitActivitiesInput"), {
      rows: [{ id: activity.id, expectedVersion: activity.version }],
    })
  ).results;
  await done(superior, verb("reviewActivities", "ReviewActivitiesInput"), {
    rows: [{ id: activity.id, expectedVersion: submitted.activity.version }],
    decision: "APPROVE",
  });
  await done(superior, FEEDBACK, { planId: plan.id, about: { planResultId: plan.result }, text: "Rekapnya lengkap." });
  const { orgUnits } = await once(url, admin, '{ orgUnits(first: 1, filter: { code: "KOTA" }) { nodes { id } } }');
  const key = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKeyId errors { code message } } }";
  await done(admin, key, { name: "Dasbor kedua", orgUnitId: orgUnits.nodes[0].id });
  // A reading that the access log keeps.
  const { evaluations } = await once(url, auditor, "{ evaluations(first: 1, filter: { status: [FINAL] }) { nodes { predicate resultReason } } }");
  if (!evaluations.nodes[0]?.predicate) throw new Error("the auditor reads no result");
}

for (const database of ["sqlite", postgres]) {
  const stored = new Stored(database);
  const server = await stored.world.server({ staff: 60, years: 2, clock: "2026-10-15" });
  await work(server.url, await server.start());
  // When the server stops, it numbers and signs the new entries.
  const code = await server.stop();
  if (code !== 0) throw new Error(`the server ended with ${code}`);
  console.log(stored.pack(folder));
  stored.world.remove();
}
