// A request as a curl command and as a link; the first page; who sees the logins of a demo.
import { execFileSync } from "node:child_process";
import { request as httpRequest } from "node:http";
import { check, enter, must, openAlone, press, typeInto, url } from "./harness.mjs";
import { answerOf, choose, faults } from "./ready.mjs";

const tokenOf = (page) => page.evaluate(() => JSON.parse(sessionStorage.getItem("kinerja.session")).accessToken);

async function copied(page, button) {
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await press(page, button);
  await page.waitForFunction(() => document.querySelector("#copied").textContent !== "");
  return page.evaluate(async () => {
    for (;;) {
      const text = await navigator.clipboard.readText();
      if (text) return text;
    }
  });
}

const run = (command, environment = {}) =>
  JSON.parse(execFileSync("bash", ["-c", command], { env: { PATH: process.env.PATH, ...environment }, encoding: "utf8" }));

const page = (headers) =>
  new Promise((done, refused) => {
    const asked = httpRequest(url, { headers: { accept: "text/html", ...headers } }, async (response) => {
      done(Buffer.concat(await response.toArray()).toString());
    });
    asked.on("error", refused).end();
  });

export async function sharing() {
  const one = await openAlone(url);
  await enter(one.page, "SUPERIOR");
  await choose(one.page, { name: "feedback", operationName: "GiveFeedback" });
  await one.page.waitForFunction(() => document.querySelector(".graphiql-editor-tool").textContent.includes("rapi"));
  const token = await tokenOf(one.page);

  await check("a copied curl command runs and has a placeholder for the token", async () => {
    const command = await copied(one.page, "#copy-curl");
    must(command.includes("Bearer $TOKEN") && !command.includes(token), command);
    const answer = run(command, { TOKEN: token });
    must(answer.data?.giveFeedback?.feedback && faults(answer).length === 0, JSON.stringify(answer));
    const without = run(command);
    must(faults(without).length > 0, "control: the command runs without a token");
  });

  await check("a curl command has the token only if the person chooses that", async () => {
    await press(one.page, "#with-token");
    const command = await copied(one.page, "#copy-curl");
    must(command.includes(token), command);
    must(faults(run(command)).length === 0, "the command does not run");
  });

  await check("a copied link opens the request and does not run it", async () => {
    const link = await copied(one.page, "#copy-link");
    must(link.startsWith(`${url}?query=`) && !link.includes(token), link);
    const other = await openAlone("about:blank", undefined, false);
    const sent = [];
    other.page.on("request", (request) => sent.push(request.postData() ?? ""));
    await other.page.goto(link, { waitUntil: "load" });
    await other.page.waitForFunction(
      () =>
        document.querySelector(".graphiql-query-editor .view-lines")?.textContent.includes("GiveFeedback") &&
        document.querySelector(".graphiql-editor-tool").textContent.includes("rapi"),
    );
    // The page sends its own request, for the schema, last.
    await other.page.waitForFunction(() => document.querySelector('[role="tab"]').textContent.includes("GiveFeedback"));
    await enter(other.page, "SUPERIOR");
    must(sent.some((body) => body.includes("IntrospectionQuery")), "control: no request is recorded");
    must(!sent.some((body) => body.includes("GiveFeedback")), "the request ran by itself");
    must(new URL(other.page.url()).search === "", "the address still has the request");
    const answer = await answerOf(other.page, "GiveFeedback");
    must(faults(answer).length === 0, JSON.stringify(answer));
    await other.close();
  });

  await check("a link carries no password and no token, wherever they stand", async () => {
    const document = `mutation Login($user: String!, $word: String!) {
      a: login(input: { user: $user, password: $word }) { accessToken }
      b: login(input: { user: "u", password: "in the text" }) { accessToken }
      c: refreshSession(input: { refreshToken: "plain" }) { accessToken }
      d: activateAccount(input: { user: "u", code: "once-only", password: "other" }) { accessToken }
    } # knr_in-a-comment`;
    const variables = { user: "budi", word: "in a variable", note: "knk_in-a-variable", input: { newPassword: "third" } };
    await typeInto(one.page, ".graphiql-query-editor", document);
    await typeInto(one.page, '.graphiql-editor-tool[aria-label="Variables"]', JSON.stringify(variables));
    const link = decodeURIComponent((await copied(one.page, "#copy-link")).replaceAll("+", " "));
    must(link.includes("budi") && link.includes('user: "u"') && link.includes("accessToken"), `control: the link has no request: ${link}`);
    const secrets = ["in the text", "plain", "once-only", "other", "in-a-comment", "in a variable", "in-a-variable", "third"];
    for (const secret of secrets) must(!link.includes(secret), `${secret}: ${link}`);
  });

  await check("sharing logs no error", () => must(one.consoleErrors.length === 0, one.consoleErrors.join(" | ")));
  await one.close();

  await check("clients that are no browsers read at the root what this is, in both languages", async () => {
    const root = new URL("/", url);
    for (const [language, words] of [["en", "GraphQL API for the performance appraisal"], ["id", "API GraphQL untuk penilaian"]]) {
      const response = await fetch(root, { headers: { accept: "*/*", "accept-language": language } });
      const text = await response.text();
      must(response.status === 200 && text.includes(words) && text.includes("/graphql"), text);
      must(text.includes("demo") && /plain/.test(response.headers.get("content-type")), text);
    }
  });

  await check("only a browser on this machine sees the logins of the demo", async () => {
    const shown = (html) => html.includes("bukittinggi-2026") || html.includes("knk_");
    must(shown(await page({})), "control: the page shows no logins");
    for (const headers of [
      { host: "rebinding.example" },
      { "x-forwarded-for": "127.0.0.1" },
      { forwarded: "for=127.0.0.1" },
      { via: "1.1 proxy" },
      { origin: "https://other.example" },
    ]) {
      must(!shown(await page(headers)), JSON.stringify(headers));
    }
  });
}
