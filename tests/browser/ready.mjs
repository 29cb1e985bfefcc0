// Each ready operation runs at one press, with the login of its group.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { TEXTS } from "../../scripts/playground/src/texts.js";
import { asked, check, enter, must, openAlone, options, press, typeInto, url } from "./harness.mjs";

const folder = join(import.meta.dirname, "../../scripts/playground/operations");
const operations = readdirSync(folder)
  .sort()
  .map((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    const [, group, ...words] = file.replace(".graphql", "").split("-");
    const [, kind, operationName] = /^(query|mutation|subscription) (\w+)/m.exec(text);
    const [, english] = text.split("\n");
    return { name: words.join("-"), group, kind, operationName, english };
  });
const logins = { employee: "EMPLOYEE", superior: "SUPERIOR", reporting: "REPORTING" };
// Few people have a gap and a training, so a key sees no figures about them.
const loginOf = ({ group, operationName }) => (operationName === "DevelopmentOutcome" ? "MAYOR" : logins[group]);

const VARIABLES = '.graphiql-editor-tool[aria-label="Variables"]';

/** The errors in an answer, of the request and of payloads at any depth. */
export function faults(value) {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "errors" && Array.isArray(inner) ? inner : faults(inner),
  );
}

export async function choose(page, { name, operationName }) {
  await page.select("#operations", name);
  await page.waitForFunction(
    (text) => document.querySelector(".graphiql-query-editor .view-lines")?.textContent.includes(text),
    {},
    operationName,
  );
}

/** Presses the button once and returns the answer to this operation. */
export async function answerOf(page, operationName, button = ".graphiql-execute-button") {
  const sent = page.waitForResponse(
    (response) =>
      new URL(response.url()).pathname === "/graphql" &&
      JSON.parse(response.request().postData() ?? "{}").operationName === operationName,
    { timeout: 15_000 },
  );
  const [response] = await Promise.all([sent, press(page, button)]);
  return response.json();
}

// The answer to an operation; null if the page says this sentence instead.
async function answerUnless(page, operation, sentence) {
  await choose(page, operation);
  const stop = new AbortController();
  const refused = page.waitForFunction((text) => document.querySelector("#reason").textContent === text, { signal: stop.signal }, sentence);
  return Promise.any([answerOf(page, operation.operationName), refused.then(() => null)]).finally(() => stop.abort());
}

async function ranAtOnePress(page, { operationName, kind }) {
  if (kind === "subscription") {
    await press(page, ".graphiql-execute-button");
    await page.waitForSelector("#stop-stream", { timeout: 15_000 });
    await press(page, "#stop-stream");
    await page.waitForSelector("#stop-stream", { hidden: true });
    return;
  }
  const answer = await answerOf(page, operationName);
  must(answer.data && faults(answer).length === 0, `${operationName}: ${JSON.stringify(answer).slice(0, 400)}`);
  await page.waitForFunction(() => /^\d[\d.,]* ms · .+ · HTTP 200$/.test(document.querySelector("#took").textContent));
}

const OWNED = ["Plan", "Activity", "Evaluation", "Training", "Correction"];

/** Whose the objects in an answer are, as this user sees them. */
async function ownersOf(user, data) {
  const ids = new Set();
  const walk = (value) => {
    if (value === null || typeof value !== "object") return;
    if (typeof value.id === "string") ids.add(value.id);
    // The marks of an activity name activities of others.
    Object.entries(value).forEach(([name, inner]) => name !== "marks" && walk(inner));
  };
  walk(data);
  const parts = OWNED.map((type) => `... on ${type} { staff { id } }`).join(" ");
  const { nodes } = await asked(user, `query ($ids: [ID!]!) { nodes(ids: $ids) { ${parts} } }`, { ids: [...ids].slice(0, 50) });
  return nodes.flatMap((node) => node?.staff?.id ?? []);
}

export async function readyOperations() {
  const { page, foreign, consoleErrors, close } = await openAlone(url);

  await check("no two ready operations have one name or one title", async () => {
    const shown = await page.$$eval("#operations option:not([disabled])", (nodes) =>
      nodes.map((node) => [node.value, node.textContent]),
    );
    must(shown.length === operations.length, `${shown.length} are offered, ${operations.length} exist`);
    for (const part of [0, 1]) {
      must(new Set(shown.map((one) => one[part])).size === shown.length, JSON.stringify(shown));
    }
  });

  await check("a ready operation without a login says in words what is missing, and sends nothing", async () => {
    for (const operation of operations.filter(({ group }) => group !== "public")) {
      await choose(page, operation);
      await press(page, ".graphiql-execute-button");
      await page.waitForFunction(() => document.querySelector("#reason").textContent.startsWith("Masuk dahulu"));
      await page.waitForFunction(() => document.querySelector(".result-window").textContent.includes("notSent"));
    }
  });

  await check("offers the logins of the demo as buttons", async () => {
    const offered = await page.$$eval("#demo button", (nodes) => nodes.map((node) => node.dataset.who));
    must(offered.join() === "EMPLOYEE,SUPERIOR,UNIT_HEAD,PERFORMANCE_TEAM,ADMIN,AUDITOR,MAYOR,REPORTING", offered.join());
    for (const who of offered) await enter(page, who);
    must((await page.$eval("#who", (node) => node.textContent)).includes("API"), "no one is logged in with the key");
  });

  for (const operation of operations) {
    await check(`runs at one press: ${operation.operationName}`, async () => {
      const who = loginOf(operation);
      if (who) await enter(page, who);
      else await press(page, "#who button");
      await choose(page, operation);
      await ranAtOnePress(page, operation);
    });
  }

  const called = (name) => operations.find(({ operationName }) => operationName === name);
  await check("a login without subordinates, and a key without a person, see what is missing", async () => {
    for (const [who, name, words] of [
      ["EMPLOYEE", "ApprovePlan", "Tidak ada SKP bawahan"],
      ["EMPLOYEE", "GiveFeedback", "Anda tidak punya bawahan"],
      ["EMPLOYEE", "Distribution", "Angka suatu unit hanya untuk"],
      ["MAYOR", "MyQuarterResult", "Anda belum punya hasil triwulan"],
      ["MAYOR", "GiveFeedbackInConfidence", "Tidak ada rekan kerja"],
      ["EMPLOYEE", "RequestCorrection", "Permintaan perbaikan jabatan Anda masih"],
      ["REPORTING", "MyPlans", "Masuk dahulu sebagai pegawai"],
      ["REPORTING", "Worklist", "Masuk dahulu sebagai atasan"],
    ]) {
      await enter(page, who);
      await choose(page, called(name));
      await press(page, ".graphiql-execute-button");
      const said = page.waitForFunction((text) => document.querySelector("#reason").textContent.startsWith(text), {}, words);
      await said.catch(() => must(false, `${name} does not say to ${who}: ${words}`));
    }
  });

  await check("\"my\" means the person who is logged in, also for those who see everybody", async () => {
    const mine = operations.filter(({ kind, english }) => kind === "query" && /\b(my|me)\b/i.test(english));
    must(mine.length > 8, `${mine.length} operations`);
    let objects = 0;
    for (const [who, user] of [["AUDITOR", "auditor"], ["PERFORMANCE_TEAM", "tim"], ["EMPLOYEE", options.user]]) {
      const { viewer } = await asked(user, "{ viewer { staff { id } } }");
      await enter(page, who);
      for (const operation of mine.filter(({ group }) => group === "employee")) {
        await choose(page, operation);
        const answer = await answerOf(page, operation.operationName);
        for (const owner of await ownersOf(user, answer.data)) {
          objects += 1;
          must(owner === viewer.staff.id, `${who} sees an object of somebody else in ${operation.operationName}`);
        }
      }
    }
    must(objects > 20, `control: ${objects} objects are compared`);
    const all = await asked("auditor", "{ plans(first: 50) { nodes { id } } }");
    must(new Set(await ownersOf("auditor", all)).size > 5, "control: objects of others are not noticed");
  });

  await check("the sentence of a report names every login of the demo that can run it", async () => {
    const { noReport, needsReporter, personas } = TEXTS.id;
    for (const [who, persona] of Object.entries(personas)) {
      await enter(page, who);
      const runs = (await answerUnless(page, called("Distribution"), noReport)) !== null;
      for (const sentence of [noReport, needsReporter]) {
        must(sentence.split("(di demo:")[1].includes(persona) === runs, `${persona}, who ${runs ? "can" : "cannot"}: ${sentence}`);
      }
    }
  });

  await check("the reporting tool reads what followed a gap, or why that is hidden", async () => {
    await enter(page, "REPORTING");
    const answer = await answerUnless(page, called("DevelopmentOutcome"), TEXTS.id.outcomeHidden);
    must(answer === null || answer.data.reports.developmentOutcome.people !== null, JSON.stringify(answer));
  });

  await check("what a person types while variables are looked up stays", async () => {
    await enter(page, "SUPERIOR");
    // The look-up gets its answer only after the person has typed.
    await page.evaluate(() => {
      const send = globalThis.fetch;
      const typed = new Promise((resolve) => (globalThis.typed = resolve));
      globalThis.asked = 0;
      globalThis.answered = 0;
      globalThis.fetch = async (...request) => {
        globalThis.asked += 1;
        await typed;
        return send(...request).finally(() => (globalThis.answered += 1));
      };
    });
    await choose(page, called("ApprovePlan"));
    await page.waitForFunction(() => globalThis.asked > 0);
    await typeInto(page, VARIABLES, '{ "plan": "AAAA", "version": 98 }');
    await page.evaluate(() => globalThis.typed());
    await page.waitForFunction(() => globalThis.answered === globalThis.asked);
    const answer = await answerOf(page, "ApprovePlan");
    must(faults(answer).length > 0, `other variables were sent: ${JSON.stringify(answer)}`);
    must((await page.$eval(VARIABLES, (node) => node.textContent)).includes("98"), "the typed text is gone");
  });

  await check("control: typed variables are sent as they are, and errors of an answer are noticed", async () => {
    await enter(page, "SUPERIOR");
    await choose(page, called("ApprovePlan"));
    await typeInto(page, VARIABLES, '{ "plan": "AAAA", "version": 99 }');
    await page.waitForFunction((editor) => document.querySelector(editor).textContent.includes("99"), {}, VARIABLES);
    const answer = await answerOf(page, "ApprovePlan");
    must(faults(answer).length > 0, `no error is noticed in ${JSON.stringify(answer)}`);
  });

  await check("the ready operations log no error and send nothing elsewhere", () => {
    must(consoleErrors.length === 0 && foreign.length === 0, [...consoleErrors, ...foreign].join(" | "));
  });
  await close();
}
