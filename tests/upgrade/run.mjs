#!/usr/bin/env node
// Upgrades the database of each release to this version, as an operator does: migrate, audit, recalculate, serve.
//
//   KINERJA=… node tests/upgrade/run.mjs --database sqlite
//   KINERJA=… node tests/upgrade/run.mjs --database postgres://user@host/database   (makes its own databases on that server)
//
// Afterwards it has the same tables, indexes and constraints as a new database, the journal has no findings, and each
// result is the same to the last digit. The same checks must fail on a tampered row, and on a database from which a
// migration left something out.
import { readdirSync } from "node:fs";
import { Report, login, once, options } from "../faults/lib.mjs";
import { Stored, releases } from "./stored.mjs";

const { database } = options({ database: "sqlite" });
const report = new Report();

const FINAL = `SELECT count(*), min(p.year), max(p.year) FROM evaluation e JOIN period p ON p.id = e.period_id
  WHERE e.finalised_at IS NOT NULL AND e.status NOT IN ('OPEN', 'SELF_REPORTED', 'RATED_DRAFT')`;

/// The differences between the tables of two databases, without the texts that both have.
function difference(one, other) {
  const lacks = (from, of) => of.filter((line) => !from.includes(line));
  return [...lacks(one, other).map((line) => `+ ${line}`), ...lacks(other, one).map((line) => `- ${line}`)];
}

/// Runs the recalculation of each year; returns the number of results, or null if one differs.
function recalculated(stored, first, last) {
  let count = 0;
  for (let year = first; year <= last; year += 1) {
    const { code, said } = stored.kinerja("recalculate", "--year", String(year));
    const [, results] = /^\d+: (\d+) final evaluations/m.exec(said) ?? [];
    if (code !== 0 || !said.includes("\n0 differences\n")) return null;
    count += Number(results);
  }
  return count;
}

const audited = (stored) => {
  const { code, said } = stored.kinerja("audit", "verify", "--language", "en");
  return code === 0 && /^0 findings$/m.test(said) && / [1-9]\d* of them proven by [1-9]/.test(said) ? "" : said.slice(-1000);
};

const fresh = new Stored(database);
fresh.kinerja("migrate");
const wanted = fresh.schema();
/// The migrations in the order in which they ran.
const migrations = async (stored) =>
  (await stored.rows(`SELECT version FROM seaql_migrations ORDER BY ${stored.url ? "ctid" : "rowid"}`)).flat();
const newest = await migrations(fresh);
report.check(wanted.length > 50, `a new database has ${wanted.length} parts of its schema to compare`);

const names = readdirSync(releases, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
report.check(names.length > 0, `there are databases of ${names.join(", ")}`);
for (const release of names) {
  const stored = new Stored(database);
  stored.unpack(release);
  const before = stored.schema();
  const known = await migrations(stored);
  const pending = newest.filter((name) => !known.includes(name));
  const atEnd = known.length > 0 && known.every((name, at) => name === newest[at]);
  report.check(atEnd, `${release}: its ${known.length} migrations come first, in the same order`);
  const migrated = stored.kinerja("migrate");
  report.check(migrated.code === 0, `${release}: the ${pending.length} new migrations run: ${migrated.said.trim()}`);
  const differs = difference(wanted, stored.schema());
  report.check(differs.length === 0, `${release}: the tables are those of a new database: ${differs.slice(0, 5).join("; ")}`);
  const findings = audited(stored);
  report.check(findings === "", `${release}: the journal and all rows agree: ${findings}`);
  const [[count, first, last]] = (await stored.rows(FINAL)).map((row) => row.map(Number));
  const again = recalculated(stored, first, last);
  report.check(count > 0 && again === count, `${release}: ${again} of ${count} results, recalculated, are the same`);

  const server = await stored.world.server({ clock: "2026-10-16" });
  const employee = await login(server.url, (await server.start()).EMPLOYEE);
  const query = "{ evaluations(first: 1, filter: { status: [FINAL] }) { nodes { predicate explanationNodes { label } } } }";
  const { evaluations } = await once(server.url, employee, query);
  report.check(evaluations.nodes[0]?.explanationNodes.length > 0, `${release}: people log in and read their results`);
  report.check((await server.stop()) === 0, `${release}: the server stops`);

  await controls(release, pending, before, [first, last]);
  stored.world.remove();
}
fresh.world.remove();
report.end();

/// Each check fails on a database for which it should.
async function controls(release, pending, before, years) {
  const tampered = new Stored(database);
  tampered.unpack(release);
  tampered.kinerja("migrate");
  await tampered.sql(`UPDATE evaluation SET predicate = CASE predicate WHEN 'GOOD' THEN 'POOR' ELSE 'GOOD' END
    WHERE id = (SELECT id FROM evaluation WHERE finalised_at IS NOT NULL LIMIT 1)`);
  report.check(audited(tampered) !== "", `${release}: control: the audit finds a changed row`);
  report.check(recalculated(tampered, ...years) === null, `${release}: control: recalculation finds a changed result`);
  tampered.world.remove();

  const lacking = new Stored(database);
  lacking.unpack(release);
  await lacking.sql("DROP INDEX login_link_once");
  // Migrations that only seem to have run.
  for (const name of pending) await lacking.sql(`INSERT INTO seaql_migrations (version, applied_at) VALUES ('${name}', 0)`);
  lacking.kinerja("migrate");
  const found = difference(wanted, lacking.schema());
  const others = found.filter((line) => !line.includes("login_link_once"));
  report.check(others.length < found.length, `${release}: control: a lost index is noticed`);
  report.check(pending.length === 0 || others.length > 0, `${release}: control: ${pending.length} migrations left out are noticed`);
  lacking.world.remove();
  report.check(difference(before, before.slice(1)).length === 1, `${release}: control: a lost table is noticed`);
}
