// Drives the playground in a headless Chromium with every other host cut off.
//
//   node playground.mjs URL --user U --password P [--screenshot FILE]
import { createServer } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import puppeteer from "puppeteer-core";

const { values: options, positionals: [url] } = parseArgs({
  allowPositionals: true,
  options: { user: { type: "string" }, password: { type: "string" }, screenshot: { type: "string" } },
});

const profile = mkdtempSync(join(tmpdir(), "kinerja-browser-"));
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  userDataDir: profile,
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    // Workers ask past the page's interception; for them no other name resolves.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
  ],
});

let passed = 0;
let failed = 0;
async function check(name, body) {
  try {
    await body();
    passed += 1;
    console.log(`ok    ${name}`);
  } catch (fault) {
    failed += 1;
    console.log(`FAIL  ${name}: ${fault.message}`);
  }
}
function must(condition, message) {
  if (!condition) throw new Error(message);
}

// A page that notes what it asks of other hosts, and what the browser complains of.
async function open(address) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 900 });
  const foreign = [];
  const complaints = [];
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const target = new URL(request.url());
    if (["data:", "blob:"].includes(target.protocol) || target.host === new URL(address).host) return request.continue();
    foreign.push(request.url());
    return request.abort();
  });
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(address, { waitUntil: "load" });
  return { page, foreign, complaints };
}

const { page, foreign, complaints } = await open(url);

await check("loads the editor", () => page.waitForSelector(".graphiql-query-editor .view-line", { timeout: 30_000 }));

await check("logs in with the helper", async () => {
  await page.type('input[name="user"]', options.user);
  await page.type('input[name="password"]', options.password);
  await page.click("#login button");
  await page.waitForSelector("#who", { timeout: 15_000 });
  must((await page.$eval("#who", (node) => node.textContent)).includes(options.user), "the name is not shown");
});

// Waits for an answer without errors that holds a text.
const answered = (text) =>
  page.waitForFunction(
    (wanted) => {
      const answer = document.querySelector(".result-window")?.textContent ?? "";
      return answer.includes(wanted) && !answer.includes('"errors"');
    },
    { timeout: 20_000 },
    text,
  );

await check("runs a query typed by hand and shows its result", async () => {
  await page.click('button[aria-label="New tab"]');
  await page.waitForFunction(() => document.querySelectorAll('[role="tab"]').length === 2);
  await page.click(".graphiql-query-editor .view-lines");
  await page.keyboard.down("Control");
  await page.keyboard.press("a");
  await page.keyboard.up("Control");
  // The editor closes the braces by itself, and suggests what it knows from the schema.
  await page.keyboard.type("{ viewer { roles");
  await page.waitForSelector(".suggest-widget.visible .monaco-list-row", { timeout: 10_000 });
  await page.keyboard.press("Escape");
  await page.waitForSelector(".suggest-widget.visible", { hidden: true });
  await page.click(".graphiql-execute-button");
  await answered('"roles"');
});

await check("opens a ready operation in a tab of its own and runs it", async () => {
  const option = await page.$eval("#operations optgroup option", (node) => node.value);
  await page.select("#operations", option);
  await page.waitForFunction(() => document.querySelector(".graphiql-query-editor")?.textContent.includes("MyPlans"));
  must((await page.$$('[role="tab"]')).length === 3, "the other tabs are gone");
  await page.click(".graphiql-execute-button");
  await answered('"plans"');
});

await check("speaks English when told to", async () => {
  await page.select('select[aria-label="Bahasa"]', "en");
  must((await page.$eval("#who", (node) => node.textContent)).startsWith("Logged in as"), "the bar is not in English");
});

await check("runs its workers, from files of its own", async () => {
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

if (options.screenshot) await page.screenshot({ path: options.screenshot });

await check("logs out", async () => {
  await page.click("#who button");
  await page.waitForSelector("#login");
  must((await page.evaluate(() => sessionStorage.getItem("kinerja.session"))) === null, "the token is still kept");
});

await check("asks no other host for anything", () => must(foreign.length === 0, foreign.join(", ")));
await check("breaks no policy and logs no error", () => must(complaints.length === 0, complaints.join(" | ")));

// The negative control: a page that loads from another host must be seen doing so.
await check("would notice a page that loads from elsewhere", async () => {
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end('<script src="https://cdn.invalid/react.js"></script>');
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const control = await open(`http://127.0.0.1:${server.address().port}/`);
  server.close();
  must(control.foreign.length === 1, "the request went unnoticed");
});

await browser.close();
rmSync(profile, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
