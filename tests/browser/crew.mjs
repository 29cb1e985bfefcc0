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
  const { viewer: { today } } = { viewer: { today: (await (await fetch(new URL("/", url), { headers: { accept: "text/html" } })).text()).match(/data-now="([^"]*)"/)[1].slice(0, 10) } };
  for (const { assignment } of crew) {
    await change("admin", "assignSuperior", "AssignSuperiorInput", {
      assignmentId: assignment.id, expectedVersion: assignment.version, superiorAssignmentId: boss.id, from: today, reason: "Uji tinjauan massal",
    }, "assignment { id }");
  }
  const { codes } = await change("admin", "issueActivationCodes", "IssueActivationCodesInput", { recipients: { staffIds: crew.map(({ id }) => id) } }, "codes { staffId code userName }");
  for (const { staffId, code, userName } of codes) {
    await change("admin", "activateAccount", "ActivateAccountInput", { code, password: options.password }, "done");
    crew.find(({ id }) => id === staffId).user = userName;
  }
  return crew;
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
