// The scenario that each client runs: an employee's weeks from login to a revised plan and a lost connection, with the
// operations that the project ships. After each step, the data in the cache is compared with the server's answers.
import { randomUUID } from "node:crypto";
import { hour, sleep } from "../faults/lib.mjs";
import { contradictions, differences } from "./compare.mjs";

/// A file of `clients` opens `client`; `session` has its token and its cursor. `world` has the rest: `send`, which asks the
/// server without any client (the truth), the superior, the network that can be cut, the logins and the plan.
export async function play({ client, session, world, check }) {
  const { superior, plan, evaluations } = world;
  const truth = (operation, variables) => world.send(session.token, operation, variables);
  const key = () => randomUUID();

  // Each query that the client has read. Caches keep them all, so a later answer may damage any of them.
  const read = new Map();
  const query = async (operation, variables) => {
    read.set(JSON.stringify([operation, variables]), [operation, variables]);
    return client.query(operation, variables);
  };
  const shows = async (operation, variables, what, compare = differences) => {
    if (!client.cached) return;
    const [shown, wanted] = [await client.cached(operation, variables), await truth(operation, variables)];
    const found = shown === null ? ["nothing, although it was read"] : compare(shown, wanted);
    check(found.length === 0, `the cache shows ${what}${found.length > 0 ? `, but ${found.slice(0, 4).join("; ")}` : ""}`);
  };
  const outcome = (payload, what) => {
    const found = [...payload.errors, ...(payload.results ?? []).flatMap(({ errors }) => errors)];
    check(found.length === 0, `${what} ${JSON.stringify(found).replace("[]", "")}`.trim());
    return payload;
  };

  // Log in.
  const { login } = await client.mutate("LoginMutation", { input: world.employee });
  session.token = login.accessToken;
  check(login.errors.length === 0 && typeof session.token === "string", "logs in");
  const { viewer } = await query("ViewerQuery", {});
  check(viewer.staff.id === login.viewer.staff.id, "reads the viewer");

  // A request that the server refuses with 422.
  const refused = (error) => {
    try {
      return client.code(error);
    } catch (cause) {
      return `${cause}: ${error}`;
    }
  };
  const wrong = await client.query("MyPlanQuery", {}).catch(refused);
  check(wrong === world.refusal, `reads extensions.code of a refused query: ${show(wrong)}`);
  const stream = await new Promise((done) => {
    const handlers = { item: done, failed: (error) => done(refused(error)), ended: () => done("ended") };
    client.subscribe("ReviewUpdatesSubscription", { first: "many" }, handlers);
    setTimeout(() => done("nothing came"), 5000).unref();
  });
  check(stream === world.refusal, `reads extensions.code of a refused subscription: ${show(stream)}`);

  // Two evaluations, each with its explanation.
  for (const id of evaluations) await query("EvaluationQuery", { id });
  for (const id of evaluations) await shows("EvaluationQuery", { id }, "the explanation of the right evaluation");

  // Read, and follow the changes that others make.
  const before = new Date().toISOString();
  const { updates } = await query("UpdatesQuery", { first: 1 });
  const start = updates.pageInfo.endCursor;
  await query("MyPlansQuery", { staffId: viewer.staff.id });
  const mine = await query("MyPlanQuery", { id: plan });
  await query("MyActivitiesQuery", { planId: plan });
  await query("PlanRevisionsQuery", { id: plan });
  const items = [];
  const endings = [];
  session.cursor = start;
  const stop = client.subscribe("ReviewUpdatesSubscription", { after: start }, {
    item: ({ reviewUpdates }) => {
      session.cursor = reviewUpdates.cursor;
      items.push(reviewUpdates);
    },
    failed: (error) => endings.push(`failed: ${error?.message ?? JSON.stringify(error)}`),
    ended: () => endings.push("ended"),
  });
  const comes = async (is, what) => {
    const end = Date.now() + 5000;
    while (!items.some(is) && Date.now() < end) await sleep(10);
    check(items.some(is), `${what} comes over the stream ${endings}`.trim());
    // The cache has the item once the client's own handlers ran.
    await sleep(20);
  };

  // Record and submit an activity; the superior returns it.
  const rows = mine.plan.currentRevision.results;
  const row = () => ({ target: { clientKey: key() }, description: `Kegiatan ${key()}`, realisation: "1", measure: "berkas" });
  const record = await client.mutate("RecordActivitiesMutation", {
    input: { planId: plan, idempotencyKey: key(), rows: [{ ...row(), ...hour(1), planResultId: rows[0].id }] },
  });
  const [{ activity }] = outcome(record.recordActivities, "records an activity").results;
  await query("MyActivitiesQuery", { planId: plan });
  const submit = { idempotencyKey: key(), rows: [{ id: activity.id, expectedVersion: activity.version }] };
  const submitted = await client.mutate("SubmitActivitiesMutation", { input: submit });
  const [{ activity: sent }] = outcome(submitted.submitActivities, "submits it").results;
  await shows("MyActivitiesQuery", { planId: plan }, "the submitted activity");
  const review = { idempotencyKey: key(), decision: "RETURN", reason: "Lengkapi bukti", rows: [{ id: sent.id, expectedVersion: sent.version }] };
  outcome((await superior("ReviewActivitiesMutation", { input: review })).reviewActivities, "the superior returns it");
  await comes(({ subject }) => subject?.id === activity.id, "the returned activity");
  await shows("MyActivitiesQuery", { planId: plan }, "the returned activity after its update");

  // Revise the plan, with another text in every row.
  const revised = await client.mutate("RevisePlanMutation", {
    input: { planId: plan, expectedVersion: mine.plan.version, idempotencyKey: key(), reason: "Penyesuaian" },
  });
  const { plan: opened } = outcome(revised.revisePlan, "starts a revision");
  const mark = `(perubahan ${opened.currentRevision.number})`;
  const update = { planId: plan, expectedVersion: opened.version, idempotencyKey: key(), content: changed(opened.currentRevision, mark) };
  const updated = await client.mutate("UpdatePlanMutation", { input: update });
  const { plan: draft } = outcome(updated.updatePlan, "writes new texts into it");
  await shows("MyPlanQuery", { id: plan }, "the new texts");
  await query("MyActivitiesQuery", { planId: plan });
  await shows("MyPlanQuery", { id: plan }, "the new texts after the activities, which name the rows in force", contradictions);
  await shows("PlanRevisionsQuery", { id: plan }, "the old texts in the old revisions", contradictions);
  const submitPlan = { planId: plan, expectedVersion: draft.version, idempotencyKey: key() };
  const waiting = outcome((await client.mutate("SubmitPlanMutation", { input: submitPlan })).submitPlan, "submits the revision");
  await shows("MyPlanQuery", { id: plan }, "the submitted revision", contradictions);
  const approve = { planId: plan, expectedVersion: waiting.plan.version, idempotencyKey: key(), decision: "APPROVE" };
  outcome((await superior("ReviewPlanMutation", { input: approve })).reviewPlan, "the superior approves it");
  const after = new Date().toISOString();
  await comes(({ subject }) => subject?.id === plan && subject.planStatus === "APPROVED", "the approved plan");
  await shows("MyPlanQuery", { id: plan }, "the approved revision after its update", contradictions);
  await shows("PlanRevisionsQuery", { id: plan }, "the old texts in the old revisions after the approval", contradictions);
  await query("MyPlanQuery", { id: plan });
  await query("PlanRevisionsQuery", { id: plan });
  await query("MyActivitiesQuery", { planId: plan });
  for (const [operation, variables] of read.values()) await shows(operation, variables, `what the server answers to ${operation}`, contradictions);
  const queue = [rows[0].id, rows[0].rowKey].map((planResultId, shift) => ({ ...row(), ...hour(1, shift + 1), planResultId }));
  const queued = await client.mutate("RecordActivitiesMutation", { input: { planId: plan, idempotencyKey: key(), rows: queue } });
  outcome(queued.recordActivities, "records activities that waited in a queue, under the row's old id and its key");

  // Look at the past.
  const past = [
    ["PlanInPastQuery", { id: plan, at: before }],
    ["PlanInPastQuery", { id: plan, at: after }],
    ["EvaluationInPastQuery", { id: evaluations[0], at: before }],
    ["StaffInPastQuery", { id: viewer.staff.id, at: before }],
  ];
  const then = await query(...past[0]);
  check(!JSON.stringify(then).includes(mark), "reads the plan before its revision");
  for (const look of past.slice(1)) await query(...look);
  for (const [operation, variables] of past) await shows(operation, variables, `the state that ${operation} asked for`);
  await shows("MyPlanQuery", { id: plan }, "the present plan after a look at the past");
  await shows("PlanRevisionsQuery", { id: plan }, "the present revisions after a look at the past");

  // Cut the connection. Changes happen while it is down, and after it is back.
  const given = [];
  const feedback = async () => {
    const planResultId = (await truth("MyPlanQuery", { id: plan })).plan.currentRevision.results[0].id;
    const input = { planId: plan, about: { planResultId }, text: `Masukan ${key()}`, idempotencyKey: key() };
    given.push(outcome((await superior("GiveFeedbackMutation", { input })).giveFeedback, "the superior gives feedback").feedback.id);
  };
  await feedback();
  await comes(({ subject }) => subject?.id === given.at(-1), "feedback");
  for (let round = 0; round < 2; round += 1) {
    world.network.offline = true;
    world.network.cut();
    await feedback();
    await feedback();
    world.network.offline = false;
    await comes(({ subject }) => subject?.id === given.at(-1), `feedback that was given while the connection was cut (${round + 1})`);
  }
  await feedback();
  await comes(({ subject }) => subject?.id === given.at(-1), "feedback after it");
  const all = (await truth("UpdatesQuery", { after: start, first: 100 })).updates.edges.map(({ cursor }) => cursor);
  const got = items.map(({ cursor }) => cursor);
  check(JSON.stringify(got) === JSON.stringify(all), `each of ${all.length} updates came once, in order: ${places(got, all)}`);
  check(endings.length === 0, `the stream goes on ${endings}`.trim());

  // Reads everything again: for each query, the cache must show the server's answer.
  for (const [operation, variables] of read.values()) await client.query(operation, variables);
  for (const [operation, variables] of read.values()) await shows(operation, variables, `${operation} as the server answers it`);
  stop();
}

/// The contents of a revision as input, with `mark` behind every text.
function changed({ approach, results, behaviourExpectations }, mark) {
  const marked = (text) => `${text.replace(/ \(perubahan \d+\)$/, "")} ${mark}`;
  return {
    approach,
    behaviourExpectations,
    results: results.map(({ id, kind, title, provisional, assignedBy, serves, indicators, actionPlans }) => ({
      id, kind, title: marked(title), provisional, assignedBy, servesId: serves?.id,
      indicators: indicators.map(({ id, aspect, perspective, text, target, measure, direction, targetIsMaximum }) => ({
        id, aspect, perspective, text: marked(text), targetMin: target.min, targetMax: target.max, measure, direction, targetIsMaximum,
      })),
      actionPlans: actionPlans.map(({ id, text, target, period }) => ({ id, text: marked(text), target, periodId: period.id })),
    })),
  };
}

/// The positions of cursors in the expected order, to show which are missing or repeated.
function places(got, all) {
  return got.map((cursor) => all.indexOf(cursor)).join(" ");
}

function show(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}
