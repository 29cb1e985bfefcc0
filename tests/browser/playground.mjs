// Tests the playground in a headless Chromium that can reach no other host.
//
//   node playground.mjs URL --user U --password P --superior S
//
// The server is a demo on this machine, in the second half of a year.
import { createServer } from "node:http";
import { browser, check, finish, must, open, options, url } from "./harness.mjs";
import { phone } from "./phone.mjs";
import { readyOperations } from "./ready.mjs";
import { sharing } from "./sharing.mjs";
import { streams } from "./streams.mjs";

const { page, response, foreign, consoleErrors } = await open(url).catch(async (error) => {
  console.log(`FAIL  opens: ${error.message}\n0 passed, 1 failed`);
  await browser.close();
  process.exit(1);
});

await check("loads the editor", () => page.waitForSelector(".graphiql-query-editor .view-line", { timeout: 30_000 }));

await check("logs in with the helper", async () => {
  await page.type('input[name="user"]', options.user);
  await page.type('input[name="password"]', options.password);
  await page.click("#login button[type=submit]");
  await page.waitForSelector("#who", { timeout: 15_000 });
  must((await page.$eval("#who", (node) => node.textContent)).includes(options.user), "the bar does not show the user name");
});

// Waits for an answer without errors that contains a text.
async function answered(text) {
  const wanted = (part) => {
    const answer = document.querySelector(".result-window")?.textContent ?? "";
    return answer.includes(part) && !answer.includes('"errors"');
  };
  await page.waitForFunction(wanted, { timeout: 20_000 }, text).catch(async (error) => {
    const shown = await page.$$eval(".graphiql-query-editor .view-lines, .result-window .view-lines", (nodes) =>
      nodes.map((node) => node.textContent.slice(0, 200)),
    );
    throw new Error(`${error.message}: ${shown.join(" => ")}`);
  });
}

await check("runs a query typed by hand and shows its result", async () => {
  await page.click('button[aria-label="New tab"]');
  await page.waitForFunction(() => document.querySelectorAll('[role="tab"]').length === 2);
  await page.click(".graphiql-query-editor .view-lines");
  await page.keyboard.down("Control");
  await page.keyboard.press("a");
  await page.keyboard.up("Control");
  // The editor closes the braces itself and suggests fields from the schema.
  await page.keyboard.type("query Typed { viewer { roles");
  await page.waitForSelector(".suggest-widget.visible .monaco-list-row", { timeout: 10_000 });
  await page.keyboard.press("Escape");
  await page.waitForSelector(".suggest-widget.visible", { hidden: true });
  // The tab has the operation's name once GraphiQL has read the typed text.
  await page.waitForFunction(() => document.querySelectorAll('[role="tab"]')[1].textContent.includes("Typed"));
  await page.click(".graphiql-execute-button");
  await answered('"roles"');
});

await check("opens a ready operation in its own tab and runs it", async () => {
  const option = await page.$eval("#operations optgroup option", (node) => node.value);
  await page.select("#operations", option);
  await page.waitForFunction(() => document.querySelector(".graphiql-query-editor")?.textContent.includes("MyPlans"));
  must((await page.$$('[role="tab"]')).length === 3, "the other tabs were closed");
  await page.click(".graphiql-execute-button");
  await answered('"plans"');
});

await check("switches to English", async () => {
  await page.select('select[aria-label="Bahasa"]', "en");
  must((await page.$eval("#who", (node) => node.textContent)).startsWith("Logged in as"), "the bar is not in English");
});

await check("runs its workers from its own files", async () => {
  const workers = page.workers().map((worker) => worker.url());
  must(workers.some((address) => address.includes("/graphql/assets/graphql.worker-")), workers.join(", ") || "none runs");
});

await check("shows the documentation of a type", async () => {
  await page.click('button[aria-label="Show Documentation Explorer"]');
  await page.waitForFunction(
    () => document.querySelector(".graphiql-doc-explorer")?.textContent.includes("Query"),
    { timeout: 20_000 },
  );
  const link = await page.waitForSelector(".graphiql-doc-explorer-type-name", { timeout: 10_000 });
  await link.click();
  const description = await page.waitForSelector(".graphiql-doc-explorer-content .graphiql-markdown-description", {
    timeout: 10_000,
  });
  must((await description.evaluate((node) => node.textContent.trim())).length > 5, "the type has no description");
});

// Changes the stored login of the tab as if time had passed, and reloads the page.
const stored = () => page.evaluate(() => JSON.parse(sessionStorage.getItem("kinerja.session")));
async function returnWith(change) {
  const before = await stored();
  await page.evaluate((login) => sessionStorage.setItem("kinerja.session", JSON.stringify(login)), { ...before, ...change });
  await page.reload({ waitUntil: "load" });
  await page.waitForSelector(".graphiql-execute-button");
  return before;
}
const replaced = (token) =>
  page.waitForFunction(
    (old) => JSON.parse(sessionStorage.getItem("kinerja.session") ?? "{}").accessToken !== old,
    { timeout: 10_000 },
    token,
  );

await check("renews a login that is about to end", async () => {
  const { accessToken, refreshToken } = await returnWith({ expiresAt: new Date().toISOString() });
  await replaced(accessToken);
  must((await stored())?.refreshToken !== refreshToken, "the refresh token is the old one");
  must(await page.$("#who"), "no one is logged in");
});

// Runs an operation that needs a login: only such an operation fails when the token is invalid.
async function runAgain() {
  await page.waitForFunction(() => document.querySelector(".graphiql-query-editor")?.textContent.includes("MyPlans"));
  await page.click(".graphiql-execute-button");
}

await check("renews a login with a refused token", async () => {
  await returnWith({ accessToken: "refused" });
  await runAgain();
  await replaced("refused");
  must(await stored(), "no one is logged in");
});

await check("shows that a login has ended", async () => {
  const login = await returnWith({ accessToken: "refused", refreshToken: "refused" });
  await runAgain();
  await page.waitForSelector("#login [role=alert]:not(:empty)");
  await page.evaluate((old) => sessionStorage.setItem("kinerja.session", JSON.stringify(old)), login);
  await page.reload({ waitUntil: "load" });
  await page.waitForSelector("#who");
});

await check("logs out", async () => {
  await page.click("#who button");
  await page.waitForSelector("#login");
  must((await page.evaluate(() => sessionStorage.getItem("kinerja.session"))) === null, "the token is still stored");
});

await check("takes an API key", async () => {
  const [key] = await page.evaluate(() => JSON.parse(document.body.dataset.demo).flatMap((login) => login.key ?? []));
  await page.click("#other");
  await page.type('input[name="key"]', key);
  await page.click("#login button[type=submit]");
  await page.waitForSelector("#who");
  await page.select("#operations", "units");
  await page.waitForFunction(() => document.querySelector(".graphiql-query-editor").textContent.includes("orgUnits"));
  await page.click(".graphiql-execute-button");
  await answered('"orgUnits"');
});

await check("sends no request to another host", () => must(foreign.length === 0, foreign.join(", ")));
// Chromium logs each answer with an error status, so also the three that the two checks with refused tokens ask for.
await check("violates no policy and logs no error", () => {
  const refusals = consoleErrors.filter((error) => error.includes("responded with a status of 401"));
  must(refusals.length === 3 && consoleErrors.length === 3, consoleErrors.join(" | "));
});

await check("is served with a policy that allows only its own files", () => {
  const policy = response.headers()["content-security-policy"] ?? "";
  for (const part of ["default-src 'none'", "script-src 'self';", "connect-src 'self';"]) {
    must(policy.includes(part), policy || "there is none");
  }
});

// Negative controls: the program must detect bad pages.
async function control(body, headers, ready) {
  const server = createServer(({ url: path }, answer) => {
    answer.writeHead(200, { "Content-Type": path === "/worker.js" ? "text/javascript" : "text/html", ...headers });
    answer.end(path === "/worker.js" ? "fetch('https://cdn.invalid/data').catch(() => postMessage(1))" : body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const opened = await open(`http://127.0.0.1:${server.address().port}/`, ready).finally(() => server.close());
  await opened.page.close();
  return opened;
}

await check("control: notices a page that loads from elsewhere", async () => {
  const result = await control('<script src="https://cdn.invalid/react.js"></script>', {});
  must(result.foreign.length === 1, "the request went unnoticed");
  must(result.consoleErrors.length > 0, "the request was not blocked");
});
await check("control: notices a worker that loads from elsewhere", async () => {
  const body = "<script>new Worker('/worker.js').onmessage = () => document.title = 'refused'</script>";
  const result = await control(body, {}, (page) => page.waitForFunction(() => document.title === "refused"));
  must(result.foreign.length === 1, "the request went unnoticed");
});
await check("control: notices a violated policy", async () => {
  const result = await control("<script>1</script>", { "Content-Security-Policy": "default-src 'none'" });
  must(result.consoleErrors.some((text) => text.includes("Content Security Policy")), "the violation went unnoticed");
});

await page.close();
await readyOperations();
await streams();
await sharing();
await phone();
await finish();
