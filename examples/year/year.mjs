// Runs one appraisal year as apps would: an app can use the document of each step unchanged. The server is the demo, which
// starts again on each day of the year on which something happens.
//
//   KINERJA_LISTEN=127.0.0.1:8000 KINERJA_DATA_DIR=FOLDER node year.mjs target/debug/kinerja
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { correction } from "./correction.mjs";
import { dialogue } from "./dialogue.mjs";
import { feedback } from "./feedback.mjs";
import { moves } from "./moves.mjs";
import { objections } from "./objections.mjs";
import { team } from "./team.mjs";
import { training } from "./training.mjs";

const [binary] = process.argv.slice(2);
const server = `http://${process.env.KINERJA_LISTEN}`;
let running;
let logins;
let apiKey;

// Starts the demo on a day, in place of the one that runs.
async function startOn(day) {
  await stop();
  const child = spawn(binary, ["demo", "--quiet", "--staff", "80", "--clock", day], { stdio: ["ignore", "pipe", "inherit"] });
  running = child;
  let text = "";
  for await (const bytes of child.stdout) {
    text += bytes;
    if (/^apikey: .*\n/m.test(text)) break;
  }
  const lines = text.split("\n");
  logins = Object.fromEntries(
    lines.filter((line) => line.startsWith("login: ")).map((line) => {
      const [, user, password, who] = line.split(" ");
      return [who, { user, password }];
    }),
  );
  apiKey = lines.find((line) => line.startsWith("apikey: "))?.split(" ")[1];
  if (!apiKey) throw new Error(`the demo did not start on ${day}`);
}

async function stop() {
  if (!running) return;
  const ended = new Promise((resolve) => running.once("exit", resolve));
  if (running.exitCode === null && running.signalCode === null) {
    running.kill();
    await ended;
  }
  running = undefined;
}

process.on("exit", () => running?.kill());
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
await startOn("2026-01-05");

let steps = 0;
function step(text) {
  steps += 1;
  console.log(`${String(steps).padStart(2)}. ${text}`);
}

async function send(token, query, variables, language = "id") {
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
  headers["accept-language"] = language;
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await fetch(`${server}/graphql`, {
    method: "POST",
    headers,
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

// JSON with sorted keys, because the order of keys in a response is not significant.
function canonical(value) {
  return JSON.stringify(value, (_, part) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

// Sends a mutation twice with the same key, as a phone does if the response was lost, and checks that it runs once.
async function mutate(token, name, selection, input) {
  const type = `${name[0].toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} errors { code message path } } }`;
  const keyed = { ...input, idempotencyKey: randomUUID() };
  const once = (await send(token, query, { input: keyed }))[name];
  if (once.errors.length > 0) {
    throw Object.assign(new Error(`${name}: ${JSON.stringify(once.errors)}`), { code: once.errors[0].code });
  }
  const twice = (await send(token, query, { input: keyed }))[name];
  // The URL of an upload is returned only once.
  if ("url" in twice) twice.url = once.url;
  if (canonical(once) !== canonical(twice)) throw new Error(`${name} ran twice`);
  return once;
}

// Sends a mutation that must be refused; returns its first error.
async function refused(token, name, input, fields = "") {
  const type = `${name[0].toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { errors { code message ${fields} } } }`;
  const [error] = (await send(token, query, { input }))[name].errors;
  if (!error) throw new Error(`${name} is not refused`);
  return error;
}

async function login(who) {
  return loginWith(logins[who]);
}

async function loginWith(input) {
  const query = "mutation ($input: LoginInput!) { login(input: $input) { accessToken errors { message } } }";
  const { login: payload } = await send(null, query, { input });
  if (!payload.accessToken) throw new Error(payload.errors[0].message);
  return payload.accessToken;
}

const employee = await login("EMPLOYEE");
const superior = await login("SUPERIOR");
const head = await login("UNIT_HEAD");
const admin = await login("ADMIN");
step("employee, superior, unit head and admin are logged in");

// Imports a list, first as a dry run. Returns the number of changes.
async function importList(text) {
  const bytes = Buffer.from(text);
  const run = async (dryRun) => {
    const file = await mutate(admin, "createUpload", "uploadId url", { name: "unit.csv", size: bytes.length });
    const sent = await fetch(new URL(file.url, server), { method: "PUT", body: bytes });
    if (sent.status !== 204) throw new Error(`the upload returned status ${sent.status}`);
    const started = await mutate(admin, "importOrganisation", "importRun { id }", { uploadId: file.uploadId, dryRun });
    const query = `query ($id: ID!) { node(id: $id) { ... on ImportRun { status finishedAt
      changes { created updated unchanged refused } rows(onlyProblems: true, first: 5) { nodes { problems { column message } } } } } }`;
    for (;;) {
      const { node } = await send(admin, query, { id: started.importRun.id });
      if (node.finishedAt) return node;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const checked = await run(true);
  if (checked.status !== "READY") throw new Error(JSON.stringify(checked));
  const applied = await run(false);
  if (applied.status !== "APPLIED") throw new Error(JSON.stringify(applied));
  return applied.changes;
}

const { orgUnits: units } = await send(admin, "{ orgUnits(first: 1) { edges { node { code } } } }");
const list = `kode;nama;jenis;kode_induk\nCONTOH-BARU;Subbagian Contoh;SUBBAG;${units.edges[0].node.code}\n`;
const first = await importList(list);
const second = await importList(list);
if (first.created !== 1 || second.created + second.updated !== 0 || second.unchanged !== 1) {
  throw new Error(`imported ${JSON.stringify(first)}, then ${JSON.stringify(second)}`);
}
step("the admin imports a unit: a dry run, the import, and a second import, which changes nothing");

const { criteria } = await send(null, "{ criteria { id code name } }");
step(`the criteria, read without a login: ${criteria.map(({ name }) => name).join(", ")}`);

const set = await mutate(admin, "setCriteria", "criteriaSet { validFrom criteria { code } }", {
  code: "BERAKHLAK",
  nameId: "Nilai dasar BerAKHLAK",
  nameEn: "The core values BerAKHLAK",
  regulationCode: "PERMENPANRB-6-2022",
  validFrom: "2030-01-01",
  criteria: criteria.map(({ code, name }) => ({ code, nameId: name, nameEn: name, behaviours: [`Panduan ${name}`] })),
});
step(`from ${set.criteriaSet.validFrom} on ${set.criteriaSet.criteria.length} criteria are published`);

const opened = await mutate(admin, "openPeriod", "period { year parts { part } }", { year: 2030, cycle: "MONTHLY" });
step(`the admin opens ${opened.period.year} in ${opened.period.parts.length} parts`);

const { periods } = await send(
  employee,
  "{ periods(filter: { year: 2026 }) { edges { node { id part } } } }",
);
const [year, ...parts] = periods.edges.map(({ node }) => node);
// The employee's phone follows the updates from the end of the journal on, which this program reads again after each
// start on another day, because a cursor that is months old has expired.
const news = [];
let phone;
async function follow() {
  const { updates } = await send(employee, "{ updates(first: 1) { pageInfo { endCursor } } }");
  const stopped = new AbortController();
  const response = await fetch(`${server}/graphql/stream`, {
    method: "POST",
    signal: stopped.signal,
    headers: {
      authorization: `Bearer ${employee}`,
      "content-type": "application/json",
      accept: "text/event-stream",
    },
    body: JSON.stringify({
      query: "subscription ($after: String) { reviewUpdates(after: $after) { cursor kind } }",
      variables: { after: updates.pageInfo.endCursor },
    }),
  });
  const read = async () => {
    let text = "";
    for await (const bytes of response.body) {
      text += Buffer.from(bytes).toString();
      const blocks = text.split("\n\n");
      text = blocks.pop();
      for (const block of blocks) {
        const data = block.split("\n").find((line) => line.startsWith("data: {"));
        if (data) news.push(JSON.parse(data.slice(6)).data.reviewUpdates);
      }
    }
  };
  const reading = read().catch((error) => {
    if (error.name !== "AbortError") throw error;
  });
  phone = { stopped, reading, from: news.length };
}

// Waits until the last update is of this kind, then lets the phone go offline.
async function offlineAfter(kind) {
  const last = () => news.slice(phone.from).at(-1)?.kind;
  for (let tries = 0; last() !== kind && tries < 200; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  phone.stopped.abort();
  await phone.reading;
  if (last() !== kind) throw new Error(`the phone's last update is ${last()}, not ${kind}`);
}
await follow();

const { viewer } = await send(employee, "{ viewer { staff { id name assignment { id unit { id name } } } } }");
step(`${viewer.staff.name} works at ${viewer.staff.assignment.unit.name}`);

const planFields = "plan { id version status currentRevision { results { id title indicators { id } } } }";
let { plan } = await mutate(employee, "createPlan", planFields, {
  assignmentId: viewer.staff.assignment.id,
  periodId: year.id,
});
const { plan: servable } = await send(
  employee,
  "query ($id: ID!) { plan(id: $id) { servableResults { nodes { id title } } } }",
  { id: plan.id },
);
const served = servable.servableResults.nodes[0];
step(`the plan is started; it can contribute to "${served.title}"`);

({ plan } = await mutate(employee, "updatePlan", planFields, {
  planId: plan.id,
  expectedVersion: plan.version,
  content: {
    results: [
      {
        kind: "MAIN",
        title: "Layanan administrasi guru yang tertib",
        servesId: served.id,
        indicators: [{ aspect: "QUANTITY", text: "Berkas selesai", targetMin: "40", measure: "berkas" }],
        actionPlans: [{ periodId: parts[0].id, text: "Menata berkas triwulan I" }],
      },
    ],
    behaviourExpectations: [{ criterionId: criteria[0].id, text: "Ramah di loket" }],
  },
}));
({ plan } = await mutate(employee, "submitPlan", planFields, { planId: plan.id, expectedVersion: plan.version }));
step(`the plan is ${plan.status}`);
const { viewer: waiting } = await send(superior, "{ viewer { worklist { totalCount nodes { kind deadline } } } }");
if (waiting.worklist.totalCount === 0) throw new Error("the superior has no pending tasks");
step(`${waiting.worklist.totalCount} tasks are pending for the superior`);
({ plan } = await mutate(superior, "reviewPlan", planFields, {
  planId: plan.id,
  expectedVersion: plan.version,
  decision: "APPROVE",
}));
step(`the plan is ${plan.status}`);
const row = plan.currentRevision.results[0];

// The photo of an activity: announce it, send its bytes, and name the upload as evidence.
const photo = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const upload = await mutate(employee, "createUpload", "uploadId url", {
  purpose: "EVIDENCE",
  name: "berkas-kenaikan-pangkat.png",
  size: photo.length,
});
const sent = await fetch(new URL(upload.url, server), { method: "PUT", body: photo });
if (sent.status !== 204) throw new Error(`PUT: ${sent.status}`);

const rows = "results { row activity { id version status } errors { code message } }";
const recorded = await mutate(employee, "recordActivities", rows, {
  planId: plan.id,
  rows: [
    {
      target: { clientKey: randomUUID() },
      planResultId: row.id,
      startedAt: "2026-01-02T01:00:00Z",
      endedAt: "2026-01-02T03:30:00Z",
      description: "Menata berkas kenaikan pangkat",
      realisation: "4",
      measure: "berkas",
      evidence: [
        { uploadId: upload.uploadId, label: "Foto berkas" },
        { url: "https://contoh.invalid/bukti/1", label: "Folder" },
      ],
    },
  ],
});
const { activity } = recorded.results[0];
if (!activity) throw new Error(JSON.stringify(recorded.results[0].errors));
await mutate(employee, "submitActivities", rows, { rows: [{ id: activity.id, expectedVersion: activity.version }] });
const reviewed = await mutate(superior, "reviewActivities", rows, {
  rows: [{ id: activity.id, expectedVersion: activity.version + 1 }],
  decision: "APPROVE",
});
step(`an activity with evidence is ${reviewed.results[0].activity.status}`);
const { node: proven } = await send(
  superior,
  "query($id: ID!) { node(id: $id) { ... on Activity { evidence { name download { url } } marks { kind sentence } } } }",
  { id: activity.id },
);
const downloaded = await fetch(new URL(proven.evidence[0].download.url, server));
if (!photo.equals(Buffer.from(await downloaded.arrayBuffer()))) throw new Error("the superior gets another file");
step(`the superior downloaded ${proven.evidence[0].name}; a mark says: ${proven.marks.map((mark) => mark.sentence).join(" ")}`);
await mutate(superior, "giveFeedback", "feedback { id }", {
  planId: plan.id,
  about: { planResultId: row.id },
  text: "Rapi dan tepat waktu.",
});
step("the superior gave feedback on the result row");
await offlineAfter("FEEDBACK_GIVEN");

const moved = await moves({ send, mutate, step, login: loginWith, admin, head, acting: superior, year });
await moved.begin();
const thirty = await team({ send, mutate, step, login: loginWith, importList, admin, superior, head, year });
await thirty.begin();
const heard = await feedback({ send, mutate, step, superior, members: thirty.members });
await heard.give();
const talked = await dialogue({ send, mutate, step, employee, superior, head, plan });
await talked.hold();
const trained = await training({ send, mutate, step, server, employee, admin, plan, row, criterion: criteria[0] });

await correction({ send, mutate, refused, step, employee, superior, admin });

const { plan: evaluated } = await send(
  employee,
  "query ($id: ID!) { plan(id: $id) { evaluations { id kind version period { id part } } } }",
  { id: plan.id },
);
const fields = "evaluation { id version status predicate predicateLabel }";
async function move(token, verb, evaluation, more = {}) {
  const input = { evaluationId: evaluation.id, expectedVersion: evaluation.version, ...more };
  return (await mutate(token, verb, fields, input)).evaluation;
}
// Takes one step with several evaluations in one request: one outcome for each row.
async function moveAll(token, verb, rows) {
  const results = "results { row evaluation { id version status predicate predicateLabel } errors { code message path } }";
  const input = rows.map(([evaluation, more]) => ({ evaluationId: evaluation.id, expectedVersion: evaluation.version, ...more }));
  const outcomes = (await mutate(token, verb, results, { rows: input })).results;
  const faults = outcomes.filter(({ errors }) => errors.length > 0);
  if (faults.length > 0) throw new Error(`${verb}: ${JSON.stringify(faults)}`);
  return outcomes.map(({ evaluation }) => evaluation);
}
const annualId = evaluated.evaluations.find(({ kind }) => kind === "ANNUAL").id;
async function read(id) {
  const { evaluation } = await send(employee, `query ($id: ID!) { evaluation(id: $id) { id version status } }`, { id });
  return evaluation;
}
const ends = ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"];
for (const part of evaluated.evaluations.filter(({ kind }) => kind === "PERIODIC")) {
  const next = { evaluationId: part.id, expectedVersion: part.version };
  // The third quarter has begun when the colleague is transferred.
  if ([2, 4].includes(part.period.part)) {
    const error = await refused(employee, "reportRealisation", { ...next, realisations: [] }, "... on TooEarlyError { opensOn }");
    if (error.code !== "TOO_EARLY") throw new Error(JSON.stringify(error));
    step(`quarter ${part.period.part} before its first day: ${error.code} until ${error.opensOn}`);
  }
  await startOn(ends[part.period.part - 1]);
  await follow();
  if (part.period.part === 2) await heard.release();
  if (part.period.part === 1) await trained.record(part.id);
  if (part.period.part === 1) await talked.complete();
  const realisations = [{ planResultId: row.id, indicatorId: row.indicators[0].id, value: "10", text: "Sesuai rencana" }];
  let evaluation = await move(employee, "reportRealisation", part, { realisations });
  // A superior rates all their people in one request; each row has its own ratings and reasons.
  [evaluation] = await moveAll(superior, "rateEvaluations", [
    [evaluation, { resultRating: "AS_EXPECTED", behaviourRating: "AS_EXPECTED" }],
  ]);
  [evaluation] = await moveAll(superior, "finaliseEvaluations", [
    [evaluation, { missingUnitPredicateReason: "Capaian unit ditetapkan pada akhir tahun" }],
  ]);
  step(`quarter ${part.period.part}: ${evaluation.status}, ${evaluation.predicateLabel}`);
  if (part.period.part === 1) await trained.recognised(part.id);
  await moved.rate(part.period.part);
  await thirty.quarter(part.period.part, part.period.id);
  await offlineAfter("EVALUATION_FINALISED");
  if (part.period.part === 2) {
    await moved.leave();
    await startOn("2026-07-01");
    await moved.appoint();
    await moved.transfer();
  }
  if (part.period.part === 3) await moved.reinstate();
}

await follow();
await mutate(head, "setOrgUnitPredicate", "orgUnitPredicate { predicateLabel }", {
  orgUnitId: viewer.staff.assignment.unit.id,
  periodId: year.id,
  predicate: "GOOD",
});
step("the head set the predicate of the unit");
let annual = await read(annualId);
annual = await move(employee, "reportRealisation", annual, {
  realisations: [{ planResultId: row.id, value: "44", text: "Melampaui target 40 berkas" }],
});
annual = await move(superior, "rateEvaluation", annual, {
  resultRating: "ABOVE",
  behaviourRating: "ABOVE",
  resultReason: "44 dari 40 berkas, semua tepat waktu",
  behaviourReason: "Menjadi rujukan rekan dalam melayani",
});
annual = await move(superior, "finaliseEvaluation", annual);
annual = await move(superior, "deliverEvaluation", annual);
await offlineAfter("EVALUATION_DELIVERED");
await thirty.deliver();
await startOn("2027-01-04");
await follow();
const objecting = await objections({ send, mutate, step, superior, head, members: thirty.members, year });
await objecting.file();
annual = await move(employee, "acknowledgeEvaluation", annual);
const deliveredResult = annual.predicateLabel;
annual = await move(head, "reopenEvaluation", annual, { reason: "Realisasi 44 berkas sudah memuat berkas tahun lalu" });
await offlineAfter("EVALUATION_REOPENED");
step(`the superior's superior finds a mistake in the delivered result (${deliveredResult}): ${annual.status}`);
await startOn("2027-01-06");
await follow();
await objecting.decide();
annual = await move(superior, "rateEvaluation", annual, {
  resultRating: "ABOVE",
  behaviourRating: "ABOVE",
  resultReason: "42 dari 40 berkas, semua tepat waktu",
  behaviourReason: "Menjadi rujukan rekan dalam melayani",
});
annual = await move(superior, "finaliseEvaluation", annual);
annual = await move(superior, "deliverEvaluation", annual);
const { evaluation: window } = await send(
  employee,
  "query ($id: ID!) { evaluation(id: $id) { objectionUntil reopenings { reason } } }",
  { id: annual.id },
);
if (window.reopenings.length !== 1) throw new Error(JSON.stringify(window));
step(`the mended result is delivered; the objection period ends on ${window.objectionUntil}`);
annual = await move(employee, "acknowledgeEvaluation", annual);
annual = await move(employee, "signEvaluation", annual);
[annual] = await moveAll(superior, "signEvaluations", [[annual, {}]]);
annual = await move(head, "signEvaluation", annual);
const early = await refused(
  superior,
  "closeEvaluation",
  { evaluationId: annual.id, expectedVersion: annual.version },
  "... on TooEarlyError { opensOn }",
);
step(`signed by all three, it still can't be closed: ${early.code} until ${early.opensOn}`);
await offlineAfter("EVALUATION_SIGNED");
await startOn("2027-01-15");
await follow();
await objecting.late();
await startOn(early.opensOn);
await follow();
for (let tries = 0; annual.status !== "CLOSED" && tries < 200; tries += 1) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  annual = await read(annual.id);
}
if (annual.status !== "CLOSED") throw new Error(`the year is ${annual.status}`);
step(`on ${early.opensOn} the server closes the year: ${annual.status}`);
await thirty.end();
await mutate(superior, "makeRecommendation", "recommendation { kindLabel }", {
  evaluationId: annual.id,
  kind: "PROMOTION",
  text: "Layak dipertimbangkan untuk promosi.",
});
const { recommendation: coaching } = await mutate(superior, "makeRecommendation", "recommendation { id version kindLabel }", {
  evaluationId: annual.id,
  kind: "COACHING",
  text: "Menyiapkan diri memimpin tim pelayanan.",
});
const { recommendation: followed } = await mutate(superior, "followUpRecommendation", "recommendation { statusLabel followUp { note } }", {
  recommendationId: coaching.id,
  expectedVersion: coaching.version,
  outcome: "FOLLOWED_UP",
  note: "Bimbingan dijadwalkan setiap bulan.",
});
step(`${coaching.kindLabel}: ${followed.statusLabel}, ${followed.followUp.note}`);

await offlineAfter("RECOMMENDATION_FOLLOWED_UP");
const expected = [
  "PLAN_REVIEWED",
  "ACTIVITY_REVIEWED",
  "EVALUATION_FINALISED",
  "EVALUATION_REOPENED",
  "RECOMMENDATION_MADE",
  "RECOMMENDATION_FOLLOWED_UP",
];
const missed = expected.filter(
  (kind) => !news.some((update) => update.kind === kind),
);
if (missed.length > 0) throw new Error(`the phone missed ${missed}`);
if (new Set(news.map(({ cursor }) => cursor)).size !== news.length) throw new Error("the phone received an update twice");
step(`the employee's phone received ${news.length} updates, each once`);

for (const language of ["id", "en"]) {
  const { evaluation } = await send(
    employee,
    `query ($id: ID!) { evaluation(id: $id) {
       predicateLabel explanationText recommendations { kindLabel } regulation { code version } } }`,
    { id: annual.id },
    language,
  );
  step(`final predicate: ${evaluation.predicateLabel}; recommended: ${evaluation.recommendations.map(({ kindLabel }) => kindLabel).join(", ")}`);
  console.log(evaluation.explanationText.trimEnd().replace(/^/gm, "      "));
}
const { verifyRecalculation: verified } = await send(
  employee,
  "query ($id: ID!) { verifyRecalculation(evaluationId: $id) { matches stored computed regulation { code version } } }",
  { id: annual.id },
);
if (!verified.matches) throw new Error(JSON.stringify(verified));
step(`recalculated with ${verified.regulation.code} version ${verified.regulation.version}: ${verified.computed}`);

const { orgUnits } = await send(apiKey, "{ orgUnits(first: 1, filter: { kind: AGENCY }) { edges { node { id } } } }");
const figures = `query ($unit: ID!, $period: ID!) { reports {
  predicateDistribution(orgUnitId: $unit, periodId: $period, depth: 0) {
    rows { staff veryGood notRated hidden { reason message } } } } }`;
const ofYear = { unit: orgUnits.edges[0].node.id, period: year.id };
const [city] = (await send(admin, figures, ofYear)).reports.predicateDistribution.rows;
step(`an admin counts ${city.veryGood} very good and ${city.notRated} not rated of ${city.staff}`);
if (city.veryGood !== 2) throw new Error("the figures do not show the result");
const [shown] = (await send(apiKey, figures, ofYear)).reports.predicateDistribution.rows;
step(`a reporting tool sees no result of one person: ${shown.hidden?.message}`);
if (shown.veryGood !== null || shown.hidden?.reason !== "PERIOD_OPEN") throw new Error(JSON.stringify(shown));
await stop();
console.log("1 passed, 0 failed");
