// Prepares work for a superior of a demo: many people who report to them, with plans and activities that wait for a decision.
// The demo's superiors have five or six people.
import { must, options, url } from "./harness.mjs";

const tokens = new Map();
async function post(body, token) {
  const headers = { "content-type": "application/json", "accept-language": "id", ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(new URL("/graphql", url), { method: "POST", headers, body: JSON.stringify(body) });
  const { data, errors } = await response.json();
  must(!errors, JSON.stringify(errors));
  return data;
}
/** Runs an operation as a user; each logs in once. */
export async function as(user, query, variables = {}) {
  if (!tokens.has(user)) {
    const login = "mutation ($input: LoginInput!) { login(input: $input) { accessToken errors { message } } }";
    const { login: { accessToken, errors } } = await post({ query: login, variables: { input: { user, password: options.password } } });
    must(accessToken, JSON.stringify(errors));
    tokens.set(user, accessToken);
  }
  return post({ query, variables }, tokens.get(user));
}
/** Runs a mutation and requires that it was not refused. */
export async function change(user, name, type, input, fields) {
  const data = await as(user, `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} errors { code message path } } }`, { input });
  must(data[name].errors.length === 0, `${name}: ${JSON.stringify(data[name].errors)}`);
  return data[name];
}

const PEOPLE = `query ($after: String) { staff(first: 50, after: $after) { nodes { id name
  assignment { id version leads superior { id } }
  plans(first: 3) { nodes { id version status period { year } } } } pageInfo { endCursor } } }`;

/** The day by the demo's clock. */
async function today() {
  const page = await fetch(new URL("/", url), { headers: { accept: "text/html" } });
  return /data-now="([^"]{10})/.exec(await page.text())[1];
}

/** Gives the superior `count` more people, with accounts. Returns each with their user name and plan of the year. */
export async function crewOf(superior, year, count) {
  const { viewer } = await as(superior, "{ viewer { staff { id assignment { id unit { id } } } } }");
  const boss = viewer.staff.assignment;
  const crew = [];
  for (let after = null; crew.length < count;) {
    const { staff } = await as("admin", PEOPLE, { after });
    must(staff.nodes.length > 0, "the demo has too few people");
    for (const { id, name, assignment, plans } of staff.nodes) {
      const plan = plans.nodes.find(({ status, period }) => status === "APPROVED" && period.year === year);
      const fits = plan && assignment && !assignment.leads && assignment.superior && assignment.superior.id !== boss.id;
      if (fits && crew.length < count) crew.push({ id, name, assignment, plan });
    }
    after = staff.pageInfo.endCursor;
  }
  const from = await today();
  for (const { assignment } of crew) {
    await change("admin", "assignSuperior", "AssignSuperiorInput", {
      assignmentId: assignment.id, expectedVersion: assignment.version, superiorAssignmentId: boss.id, from, reason: "Uji tinjauan massal",
    }, "assignment { id }");
  }
  return activate(crew);
}

/** Gives people accounts, and returns them with their user names. */
export async function activate(people) {
  const recipients = { staffIds: people.map(({ id }) => id) };
  const { codes } = await change("admin", "issueActivationCodes", "IssueActivationCodesInput", { recipients }, "codes { staffId code userName }");
  const users = new Map();
  for (const { staffId, code, userName } of codes) {
    await change("admin", "activateAccount", "ActivateAccountInput", { code, password: options.password }, "done");
    users.set(staffId, userName);
  }
  return people.map((one) => ({ ...one, user: users.get(one.id) }));
}

/** Each of the crew revises their plan and submits it. */
export async function submitPlans(crew) {
  for (const { user, plan } of crew) {
    const { plans } = await as(user, "query { plans(first: 3, orderBy: {createdAt: DESCENDING}) { nodes { id version } } }");
    const { version } = plans.nodes.find(({ id }) => id === plan.id);
    const revised = await change(user, "revisePlan", "RevisePlanInput", { planId: plan.id, expectedVersion: version, reason: "Penyesuaian sasaran" }, "plan { version }");
    await change(user, "submitPlan", "SubmitPlanInput", { planId: plan.id, expectedVersion: revised.plan.version }, "plan { id }");
  }
}

/** One of the crew records and submits activities, the first with a picture as evidence. */
export async function submitActivities({ user, plan }, descriptions, picture) {
  const input = { purpose: "EVIDENCE", name: "bukti.png", size: picture.length };
  const { uploadId, url: address } = await change(user, "createUpload", "CreateUploadInput", input, "uploadId url");
  const sent = await fetch(new URL(address, url), { method: "PUT", body: picture });
  must(sent.ok, `the upload: ${sent.status}`);
  const rows = descriptions.map((description, at) => ({
    description, startedAt: `2026-01-19T0${at + 1}:00:00Z`, endedAt: `2026-01-19T0${at + 1}:30:00Z`, target: { clientKey: crypto.randomUUID() },
    evidence: at === 0 ? [{ uploadId, label: "Foto kegiatan" }] : [],
  }));
  const { results } = await change(user, "recordActivities", "RecordActivitiesInput", { planId: plan.id, rows }, "results { activity { id version } errors { message } }");
  const versions = results.map(({ activity }) => ({ id: activity.id, expectedVersion: activity.version }));
  await change(user, "submitActivities", "SubmitActivitiesInput", { rows: versions }, "results { errors { message } }");
  return versions.map(({ id }) => id);
}

/** The person takes a submitted activity back, changes it and submits it again. */
export async function rewriteActivity({ user, plan }, id, description) {
  const FIELDS = "query ($id: ID!) { node(id: $id) { ... on Activity { version startedAt endedAt } } }";
  const { node } = await as(user, FIELDS, { id });
  const step = async (name, type, version) => {
    const { results } = await change(user, name, type, { rows: [{ id, expectedVersion: version }] }, "results { activity { version } errors { message } }");
    must(results[0].activity, JSON.stringify(results));
    return results[0].activity.version;
  };
  const draft = await step("withdrawActivities", "WithdrawActivitiesInput", node.version);
  const row = { description, startedAt: node.startedAt, endedAt: node.endedAt, target: { correction: { id, expectedVersion: draft } } };
  const { results } = await change(user, "recordActivities", "RecordActivitiesInput", { planId: plan.id, rows: [row] }, "results { activity { version } errors { message } }");
  must(results[0].activity, JSON.stringify(results));
  await step("submitActivities", "SubmitActivitiesInput", results[0].activity.version);
}
