// Shared by the tests of the page for staff: a page on a slow network, its screens, the accessibility check, the size
// of the first view.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { must, options, url } from "./harness.mjs";

export const root = new URL("/", url).href;
const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
/** A phone in a district with a weak network. */
export const SLOW = { download: (1_440_000 / 8) | 0, upload: (675_000 / 8) | 0, latency: 400 };
export const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true };
export const DESK = { width: 1280, height: 900 };
export const WAIT = { timeout: 30_000 };
/** Requests to other hosts, and errors in the console, of all pages. */
export const foreign = [];
export const consoleErrors = [];

/** Opens the page, on a slow network or on none. */
export async function openPage(browser, { network = SLOW, address = root, language = "id", viewport = PHONE, before = null } = {}) {
  const page = await browser.newPage();
  await page.setViewport(viewport);
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (!["data:", "blob:"].includes(protocol) && `${origin}/` !== root) foreign.push(request.url());
  });
  // Operations without an answer, not counting the stream.
  await page.evaluateOnNewDocument(() => {
    const send = globalThis.fetch;
    globalThis.unanswered = 0;
    globalThis.fetch = async (address, how) => {
      const counts = String(address?.url ?? address).endsWith("/graphql") ? 1 : 0;
      globalThis.unanswered += counts;
      try {
        return await send(address, how);
      } finally {
        globalThis.unanswered -= counts;
      }
    };
  });
  page.on("console", (message) => {
    // Without a network the browser reports each failed request.
    if (message.type() === "error" && !/ERR_INTERNET_DISCONNECTED|net::ERR_/.test(message.text())) consoleErrors.push(message.text());
  });
  page.on("pageerror", (error) => consoleErrors.push(String(error)));
  await page.evaluateOnNewDocument((chosen) => {
    if (!localStorage.getItem("kinerja.language")) localStorage.setItem("kinerja.language", chosen);
  }, language);
  if (before) await page.evaluateOnNewDocument(before);
  if (network) await page.emulateNetworkConditions(network);
  else await page.setOfflineMode(true);
  page.opened = await page.goto(address, { waitUntil: "load" });
  return page;
}

/** Waits for an element with a text. */
export const shows = (page, text, selector = "main") => page.waitForFunction(
  (part, where) => [...document.querySelectorAll(where)].some((one) => one.textContent.includes(part)), WAIT, text, selector,
).catch(async () => {
  const seen = await page.$eval("main", (node) => node.innerText.slice(0, 300)).catch(() => "no page");
  throw new Error(`"${text}" does not appear in ${selector}; the page shows: ${seen}`);
});
export async function go(page, path) {
  await page.evaluate((to) => (location.hash = `#/${to}`), path);
  // The skeleton is gone when a screen has its data.
  await page.waitForFunction(() => document.querySelector("main h1") && !document.querySelector("main .wait"), WAIT);
}
export async function login(page, user = options.user) {
  await page.waitForSelector("#user", WAIT);
  await page.type("#user", user);
  await page.type("#password", options.password);
  await page.keyboard.press("Enter");
  await page.waitForSelector("nav", WAIT);
}
export async function press(page, text, selector = "main button, main a") {
  const handle = await page.waitForFunction((part, where) =>
    [...document.querySelectorAll(where)].find((one) => one.textContent.trim().startsWith(part)), WAIT, text, selector);
  await handle.asElement().evaluate((node) => node.scrollIntoView({ block: "center" }));
  await handle.asElement().evaluate((node) => node.click());
}
/** Waits until no operation has been open for a second, including those that load data in advance and show nothing. */
export async function quiet(page) {
  const end = Date.now() + WAIT.timeout;
  for (let calm = 0; calm < 5;) {
    const open = await page.evaluate(() => globalThis.unanswered);
    calm = open === 0 ? calm + 1 : 0;
    must(Date.now() < end, `${open} operations have no answer`);
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** The violations of WCAG 2.2 A and AA and of good practice that axe-core finds. */
export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}

/** The parts of the first view that are larger than their limit, by the bytes that are sent before anyone presses anything. */
export async function tooLarge(browser, address, limits) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const session = await page.createCDPSession();
  const types = new Map();
  const sums = Object.fromEntries(Object.keys(limits).map((type) => [type, 0]));
  session.on("Network.responseReceived", ({ requestId, type }) => types.set(requestId, type));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (types.get(requestId) in sums) sums[types.get(requestId)] += encodedDataLength;
  });
  await session.send("Network.enable");
  await page.goto(address, { waitUntil: "networkidle0", timeout: 90_000 });
  await context.close();
  must(Object.values(sums).every((sum) => sum > 0), `nothing was measured: ${JSON.stringify(sums)}`);
  return Object.entries(limits).filter(([type, most]) => sums[type] > most).map(([type]) => `${type}: ${sums[type]}`);
}

/** Moves the focus with the Tab key alone, until it is on the element. */
export async function tabTo(page, selector, most = 60) {
  for (let presses = 0; presses < most; presses += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the Tab key does not reach ${selector}`);
}
