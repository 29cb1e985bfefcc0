// The browser and the counting of checks, for all files of this test.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import puppeteer from "puppeteer-core";

export const { values: options, positionals: [url] } = parseArgs({
  allowPositionals: true,
  options: {
    user: { type: "string" },
    password: { type: "string" },
    superior: { type: "string" },
  },
});

/** Starts a browser with the data of a profile. */
export const launch = (userDataDir) => puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  userDataDir,
  args: [
    // The first language is that of the browser.
    "--accept-lang=id", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    // Blocks every other host, also for workers. Intercepting a page's requests would stall those of its workers.
    `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${new URL(url).hostname}, EXCLUDE 127.0.0.1`,
  ],
});

const profile = mkdtempSync(join(tmpdir(), "kinerja-browser-"));
export const browser = await launch(profile);

let passed = 0;
let failed = 0;
export async function check(name, body) {
  try {
    await body();
    passed += 1;
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}: ${error.message}`);
  }
}
export function must(condition, message) {
  if (!condition) throw new Error(message);
}

/** Closes the browser, prints the count and ends the program. */
export async function finish() {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

/** Opens a page and records the requests of the page and its workers to other hosts, and the errors in the console. */
export async function open(address, ready, viewport = { width: 1400, height: 900 }, context = browser) {
  const page = await context.newPage();
  await page.setViewport(viewport);
  const foreign = [];
  const consoleErrors = [];
  const watch = (session) => {
    session.on("Network.requestWillBeSent", ({ request }) => {
      const target = new URL(request.url);
      if (!["data:", "blob:"].includes(target.protocol) && target.host !== new URL(address).host) foreign.push(request.url);
    });
    return session.send("Network.enable");
  };
  await watch(await page.createCDPSession());
  // A worker may have ended before it can be watched.
  page.on("workercreated", (worker) => watch(worker.client).catch(() => {}));
  page.on("console", (message) => {
    if (message.type() === "error") consoleErrors.push(message.text());
  });
  page.on("pageerror", (error) => consoleErrors.push(String(error)));
  const response = await page.goto(address, { waitUntil: "load" });
  await ready?.(page);
  return { page, response, foreign, consoleErrors };
}

/** A tab with its own storage, as another person would have. */
export async function openAlone(address, viewport, isEditor = true) {
  const context = await browser.createBrowserContext();
  await context.overridePermissions(new URL(url).origin, ["clipboard-read", "clipboard-sanitized-write"]);
  const loaded = (page) => page.waitForSelector(".graphiql-query-editor .view-line", { timeout: 30_000 });
  const opened = await open(address, isEditor ? loaded : undefined, viewport, context);
  return { ...opened, close: () => context.close() };
}

/** Sends an operation directly to the server, as this user. */
export async function asked(user, query, variables = {}) {
  const post = async (body, token) => {
    const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
    const response = await fetch(new URL("/graphql", url), { method: "POST", headers, body: JSON.stringify(body) });
    const { data, errors } = await response.json();
    must(!errors, JSON.stringify(errors));
    return data;
  };
  const login = "mutation ($input: LoginInput!) { login(input: $input) { accessToken } }";
  const { login: logged } = await post({ query: login, variables: { input: { user, password: options.password } } });
  return post({ query, variables }, logged.accessToken);
}

/** Replaces the text of an editor as a person would. */
export async function typeInto(page, editor, text) {
  await page.click(`${editor} .view-lines`);
  await page.keyboard.down("Control");
  await page.keyboard.press("a");
  await page.keyboard.up("Control");
  await page.keyboard.press("Backspace");
  // Pasted, so that the editor closes no braces itself.
  await page.evaluate((value) => navigator.clipboard.writeText(value), text);
  await page.keyboard.down("Control");
  await page.keyboard.press("v");
  await page.keyboard.up("Control");
}

/** Presses a button with the mouse, which scrolls to it first. */
export const press = (page, selector) => page.locator(selector).click();

/** Logs in with a button of the demo, unless this login is in use: a second one would end the session under a running request. */
export async function enter(page, who) {
  if (await page.$(`[data-who="${who}"][aria-pressed="true"]`)) return;
  await press(page, `[data-who="${who}"]`);
  await page.waitForSelector(`[data-who="${who}"][aria-pressed="true"]`);
}
