// Measures the CPU time of one unit of cost for each document. The weights of `@cost` in the schema are based on these
// figures.
//
//   node tests/faults/weights.mjs [--database sqlite|postgres://…] [--staff 4000] [--times 30]
import { readFileSync } from "node:fs";
import { World, login, once, options } from "./lib.mjs";

const { database, staff, times } = options({ database: "sqlite", staff: 4000, times: 30 });
const world = new World(database);
const server = await world.server({ staff, environment: { KINERJA_COST_PER_MINUTE: "0" } });
const logins = await server.start();
const admin = await login(server.url, logins.ADMIN);
const head = await login(server.url, logins.UNIT_HEAD ?? logins.SUPERIOR ?? logins.EMPLOYEE);

const { orgUnits, periods } = await once(
  server.url,
  admin,
  "{ orgUnits(first: 1) { edges { node { id } } } periods(first: 20) { edges { node { id part } } } }",
);
const unit = orgUnits.edges[0].node.id;
const period = periods.edges.find(({ node }) => node.part === 0)?.node.id ?? periods.edges[0].node.id;
const figures = (name, fields) => [
  `reports.${name}`,
  `query($unit: ID!, $period: ID!) { reports { ${name}(orgUnitId: $unit, periodId: $period) { ${fields} } } }`,
  { unit, period },
];
const simulated = {
  input: {
    results: { rows: [{ label: "A", kind: "MAIN", indicators: [
      { label: "B", targetMin: "10", realisation: "9", measure: "dokumen", direction: "HIGHER_IS_BETTER" }] }] },
    behaviour: { rating: "AS_EXPECTED" },
  },
};
const documents = [
  ["nothing", "{ __typename }"],
  ["viewer", "{ viewer { roles } }"],
  ...["evaluations", "plans", "staff", "activities"].map((list) => [`${list}.totalCount`, `{ ${list}(first: 0) { totalCount } }`]),
  ["50 people with plans", "{ staff(first: 50) { edges { node { name plans(first: 5) { edges { node { status } } } } } } }"],
  ["30 plans with rows", `{ plans(first: 30) { edges { node { id status currentRevision { results { title
      indicators { text target { min } } actionPlans { text } } } } } } }`],
  ["20 evaluations with explanation", "{ evaluations(first: 20) { edges { node { id explanationText } } } }"],
  ["worklist", "{ viewer { worklist(first: 20) { nodes { kind } } } }", {}, head],
  ["simulateEvaluation", `query($input: SimulateEvaluationInput!) { simulateEvaluation(input: $input) { result { explanationText } } }`, simulated],
  figures("predicateDistribution", "rows { staff }"),
  figures("planCompletion", "rows { staff }"),
  figures("evaluationCompletion", "rows { staff }"),
  figures("developmentOutcome", "staff indicators { text }"),
];

// CPU time of a process in milliseconds: user and system time in ticks of 10 ms.
const spent = () => {
  const fields = readFileSync(`/proc/${server.process.pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

console.log("ms of CPU | cost | µs a unit | document");
for (const [name, query, variables = {}, token = admin] of documents) {
  const ask = async () => {
    const response = await fetch(server.url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  };
  const first = await ask();
  if (first.errors) {
    console.log(`refused: ${name}: ${first.errors[0].message}`);
    continue;
  }
  await ask();
  const before = spent();
  for (let time = 0; time < times; time += 1) await ask();
  const milliseconds = (spent() - before) / times;
  const cost = first.extensions.cost.requested;
  console.log(`${milliseconds.toFixed(2)} | ${cost} | ${((milliseconds * 1000) / Math.max(cost, 5)).toFixed(0)} | ${name}`);
}
await server.stop();
