#!/usr/bin/env node
// Public GraphQL clients against the built server, each as its documentation and docs/MOBILE.md say.
//
//   node tests/foreign-clients/run.mjs [--only NAME] [--database postgres://…]
//
// KINERJA names the binary, PYTHON the Python with gql. The program makes its own database
// on the named PostgreSQL server.
import { join } from "node:path";
import { WebSocket } from "ws";
import { Proxy } from "../faults/proxy.mjs";
import { Report, World, options } from "../faults/lib.mjs";
import { send } from "./clients/plain.mjs";
import { compile, text } from "./documents.mjs";
import { documented } from "./documented.mjs";
import { play } from "./scenario.mjs";

process.env.NODE_ENV ??= "production";
// Browsers and Node from 22 on have a WebSocket of their own.
globalThis.WebSocket = WebSocket;
const { only, database } = options({ only: "", database: "sqlite" });
const report = new Report();
const started = Date.now();
const files = ["apollo", "apollo-multipart", "urql", "relay", "graphql-ws", "graphql-sse", "python-gql"];
const clients = [];
for (const file of files.filter((name) => name.includes(only))) {
  clients.push(await import(`./clients/${file}.mjs`));
}

documented(report);
const world = new World(database);
const manifests = join(world.folder, "documents");
const artifacts = await compile(manifests);
const artifact = (operation) => artifacts.get(operation);
// All clients are the same person, so together they would exceed that person's budget of cost.
const environment = { KINERJA_TRUSTED_DOCUMENTS: manifests, KINERJA_COST_PER_MINUTE: "0" };
const server = await world.server({ staff: 300, years: 2, environment });
const logins = await server.start();
console.log(`the server is ready after ${Math.round((Date.now() - started) / 1000)} s`);

const plain = (token, operation, variables) => send(server.url, token, text(operation), variables);
const employee = await token(logins.EMPLOYEE);
const superior = await token(logins.SUPERIOR);
const { viewer } = await plain(employee, "ViewerQuery", {});
const { plans } = await plain(employee, "MyPlansQuery", { staffId: viewer.staff.id });
const plan = plans.edges.find(({ node }) => node.status === "APPROVED").node.id;
const evaluations = await explained(plans.edges.map(({ node }) => node.id));
report.check(evaluations.length === 2, "the demo has two evaluations with different explanations");
const outside = await send(server.url, employee, "{ viewer { roles } }").catch(([error]) => error.extensions.code);
report.check(outside === "OPERATION_NOT_ALLOWED", `the server takes trusted documents alone: ${outside}`);
const refused = await plain(employee, "MyPlanQuery", {}).catch(([error]) => error.extensions.code);

for (const client of clients) {
  console.log(`\n${client.name}`);
  const begun = Date.now();
  // Each client has a proxy of its own.
  const network = await Proxy.before(server.port);
  const session = { token: null, cursor: null };
  const check = (holds, what) => report.check(holds, `${client.name} ${what}`);
  // Short waits, because each client is cut on purpose.
  const wait = () => new Promise((done) => setTimeout(done, 20 + Math.random() * 30));
  let opened;
  try {
    opened = await client.open({ url: network.url, session, wait, text, artifact });
    await play({
      client: opened, session, check,
      world: {
        plan, evaluations, network, refusal: refused, employee: logins.EMPLOYEE,
        send: plain, superior: (operation, variables) => plain(superior, operation, variables),
      },
    });
  } catch (error) {
    check(false, `plays the scenario to its end: ${error?.stack ?? JSON.stringify(error)}`);
  }
  await opened?.close();
  network.close();
  console.log(`${client.name}: ${Date.now() - begun} ms`);
}
await server.stop();
report.end();

async function token(input) {
  return (await plain(null, "LoginMutation", { input })).login.accessToken;
}

/// Two evaluations of these plans whose explanations differ, so that a cache that mixes them shows it.
async function explained(ids) {
  const found = [];
  for (const id of ids) {
    const { plan } = await plain(employee, "MyPlanQuery", { id });
    for (const { id: evaluation } of plan.evaluations) {
      const { evaluation: { explanationNodes } } = await plain(employee, "EvaluationQuery", { id: evaluation });
      if (explanationNodes.length > 0) found.push([evaluation, JSON.stringify(explanationNodes)]);
    }
  }
  const second = found.find(([, nodes]) => nodes !== found[0]?.[1]);
  return [found[0], second].filter(Boolean).map(([id]) => id);
}
