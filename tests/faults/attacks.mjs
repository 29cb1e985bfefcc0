#!/usr/bin/env node
// Attacks a server on loopback and checks that it stays within its limits. Each attack is a file in `attacks/`.
//
//   node tests/faults/attacks.mjs                                        all attacks, short form, on SQLite
//   node tests/faults/attacks.mjs --only logins                          one attack, or several: --only logins,passwords
//   node tests/faults/attacks.mjs --database postgres://user@host/db     a separate database on that server
//   node tests/faults/attacks.mjs --database own                         its own PostgreSQL server
//   node tests/faults/attacks.mjs --long yes                             the long form
//
// To add an attack, add a file to `attacks/`. It exports
//
//   name its name in the report: the name of the file without `.mjs` setup optional: { staff, settings, environment,
//   files } of the server, as `World.server` takes them, or a
//            function of the options that returns it
//   run      async ({ world, server, logins, url, report, options }): attacks the started `server` at `url`. `logins`
//            has the accounts of the demo by role, `options.long` is "yes" in the long form, and `world.server(...)`
//            makes further servers on the same database.
//
// Each attack has its own database and server. It checks with `report.check(holds, what)`, and has a negative control:
// a check that starts with "control:" and shows that the measurement would notice the fault, for example on a server
// with a setting that lifts the limit. An attack is bounded in requests and time, leaves no process behind, and takes
// under a minute in its short form. `attacks/measure.mjs` is shared by the attacks: it floods, and watches a process.
import { readdirSync } from "node:fs";
import { Report, World, options } from "./lib.mjs";
import { Postgres } from "./postgres.mjs";

const given = options({ database: "sqlite", only: "all", long: "no", seed: Date.now() % 1e6 });
console.log(JSON.stringify(given));

const folder = new URL("attacks/", import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith(".mjs") && file !== "measure.mjs").sort();
const attacks = await Promise.all(files.map((file) => import(new URL(file, folder))));
const wanted = given.only === "all" ? attacks.map(({ name }) => name) : given.only.split(",");
for (const name of wanted) {
  if (!attacks.some((attack) => attack.name === name)) {
    throw new Error(`there is no attack ${name}: ${attacks.map((attack) => attack.name)}`);
  }
}

const report = new Report();
const postgres = given.database === "own" ? await Postgres.start() : null;
for (const attack of attacks.filter(({ name }) => wanted.includes(name))) {
  console.log(`-- ${attack.name}`);
  const world = new World(postgres?.url ?? given.database);
  try {
    const server = await world.server(typeof attack.setup === "function" ? attack.setup(given) : (attack.setup ?? {}));
    const logins = await server.start();
    await attack.run({ world, server, logins, url: server.url, report, options: given });
    const { exitCode, signalCode } = server.process;
    report.check(exitCode === null && signalCode === null, `${attack.name}: the server is still running`);
  } catch (error) {
    report.check(false, `${attack.name}: ${error.stack}`);
  } finally {
    world.remove();
  }
}
report.end();
