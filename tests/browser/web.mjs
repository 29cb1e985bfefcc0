// Tests the page for staff in a headless Chromium that can reach no other host, on a slow network.
//
//   node web.mjs URL --user U --password P --superior S
//
// The server is a demo on this machine, in the second half of a year. URL ends in /graphql; the page is at the root.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asked, check, finish, launch, must, options, url } from "./harness.mjs";
import {
  DESK, PHONE, SLOW, WAIT, consoleErrors, foreign, go, login, openPage, press, quiet, root, shows, tabTo, tooLarge, violations,
} from "./web-page.mjs";

/** Most bytes of the first view, compressed. */
const LIMITS = { Script: 80 * 1024, Stylesheet: 20 * 1024 };

let profile = mkdtempSync(join(tmpdir(), "kinerja-web-"));
let browser = await launch(profile);
const open = (how) => openPage(browser, how);

async function record(page, description, more = async () => {}) {
  await go(page, "record");
  await page.waitForSelector("#description", WAIT);
  await page.type("#description", description);
  await more();
  await press(page, "Simpan");
  await page.waitForFunction(() => location.hash === "#/activities", WAIT);
}
const mine = `query { activities(first: 20, orderBy: {startedAt: DESCENDING}, filter: {from: "2026-10-01T00:00:00Z"}) {
  nodes { id version status description clientKey evidence { kind name size } allowedActions { action allowed } staff { id } plan { id }
  startedAt endedAt } } }`;
async function stored(part) {
  const { activities } = await asked(options.user, mine);
  return activities.nodes.filter(({ description }) => description.includes(part));
}
/** Waits until the server has what the page sends. */
async function arrives(part, count) {
  const until = Date.now() + WAIT.timeout;
  for (;;) {
    const found = await stored(part);
    if (found.length === count || Date.now() > until) return found;
    await new Promise((done) => setTimeout(done, 1_000));
  }
}

await check("the first view is small", async () => {
  const over = await tooLarge(browser, root, LIMITS);
  must(over.length === 0, over.join(", "));
});
await check("control: the playground is not", async () => {
  const over = await tooLarge(browser, url, LIMITS);
  must(over.length === 2, `only ${over.join(", ")}`);
});

let page = await open();
await check("has a strict policy and is an app that can be installed", async () => {
  const policy = page.opened.headers()["content-security-policy"];
  must(policy.startsWith("default-src 'none'") && !policy.includes("unsafe"), policy);
  const manifest = await (await fetch(new URL("/web/app.webmanifest", url))).json();
  must(manifest.start_url === "/" && manifest.display === "standalone" && manifest.icons.length >= 2, JSON.stringify(manifest));
  for (const { src } of manifest.icons) must((await fetch(new URL(src, url))).ok, src);
});

await check("before a login the page says that this is a demo, and where the API is", async () => {
  await page.waitForSelector("#is-demo", WAIT);
  const said = await page.$eval("#is-demo", (node) => node.textContent);
  must(said.includes("demo"), said);
  const api = await page.$eval("#api", ({ href }) => href);
  must(api === url, api);
});

await check("a wrong password is a sentence", async () => {
  await page.waitForSelector("#user", WAIT);
  await page.type("#user", options.user);
  await page.type("#password", "not the password");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[role=alert]", WAIT);
  const sentence = await page.$eval("[role=alert]", (node) => node.textContent);
  must(sentence.length > 10 && !/[A-Z]_[A-Z]/.test(sentence), sentence);
  await page.reload();
});

await check("logs in and records an activity by keyboard alone", async () => {
  await page.waitForSelector("#user", WAIT);
  await tabTo(page, "#user");
  await page.keyboard.type(options.user);
  await tabTo(page, "#password");
  await page.keyboard.type(options.password);
  await page.keyboard.press("Enter");
  await page.waitForSelector('main a[href="#/record"]', WAIT);
  await tabTo(page, 'main a[href="#/record"]');
  await page.keyboard.press("Enter");
  await page.waitForSelector("#description", WAIT);
  await tabTo(page, "main button.main");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "alert", WAIT);
  // The errors are links to their fields.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  must(await page.evaluate(() => document.activeElement?.id === "description"), "the error does not lead to its field");
  await page.keyboard.type("Dicatat dengan papan tik");
  await page.waitForFunction(() => document.querySelectorAll("#result option").length > 1, WAIT);
  await tabTo(page, "#result");
  await page.keyboard.press("ArrowDown");
  await tabTo(page, "main button.main");
  await page.keyboard.press("Enter");
  await shows(page, "Dicatat dengan papan tik", "[data-activity]");
  must((await stored("papan tik")).length === 1, "the server does not have it");
});

await check("shows the criteria with their behaviours", async () => {
  await go(page, "criteria");
  await page.waitForFunction(() => document.querySelectorAll("main ol > li").length === 7, WAIT);
  must((await page.$$("main ol ul li")).length >= 7, "no behaviours");
});

await check("shows my plan with its rows and targets", async () => {
  await go(page, "plan");
  await page.waitForFunction(() => document.querySelectorAll("main ol > li h3").length > 0, WAIT);
  await shows(page, "Target:");
});

await check("records an activity with a photo as evidence", async () => {
  const [before] = [await stored("dengan foto")];
  must(before.length === 0, "control: it is not there before");
  await record(page, "Rapat dengan foto", async () => {
    const input = await page.$("#file");
    await input.uploadFile(join(import.meta.dirname, "../../web/static/icon-512.png"));
    await page.waitForFunction(() => document.querySelectorAll("fieldset .lines li").length === 1, WAIT);
  });
  const [activity] = await arrives("dengan foto", 1);
  must(activity?.evidence[0]?.kind === "FILE" && activity.evidence[0].size > 1_000, JSON.stringify(activity));
  await shows(page, "icon-512.png", "[data-activity] a[download]");
  const href = await page.$eval("[data-activity] a[download]", (node) => node.href);
  const file = await fetch(href);
  must(file.ok && /image\/png/.test(file.headers.get("content-type")), `${file.status}`);
});

await check("what is recorded without a network survives two kills of the browser, and arrives once", async () => {
  await page.setOfflineMode(true);
  for (const number of [1, 2, 3]) await record(page, `Tanpa jaringan ${number}`);
  await page.waitForSelector('[data-outbox="3"]', WAIT);
  browser.process().kill("SIGKILL");
  browser = await launch(profile);
  page = await open({ network: null });
  // The page opens without a network, with the person and the data that they read before.
  await page.waitForSelector("nav", WAIT);
  await go(page, "plan");
  await shows(page, "Tidak tersambung");
  await go(page, "activities");
  await page.waitForSelector('[data-outbox="3"]', WAIT);
  await record(page, "Tanpa jaringan 4");
  await page.waitForSelector('[data-outbox="4"]', WAIT);
  must((await stored("Tanpa jaringan")).length === 0, "control: the server has something already");
  browser.process().kill("SIGKILL");
  browser = await launch(profile);
  page = await open();
  await go(page, "activities");
  const found = await arrives("Tanpa jaringan", 4);
  must(found.length === 4 && new Set(found.map(({ description }) => description)).size === 4, JSON.stringify(found));
  await page.waitForFunction(() => !document.querySelector("[data-outbox]"), WAIT);
});

await check("a conflict is shown with both texts, and nothing is overwritten without a choice", async () => {
  const [activity] = await stored("papan tik");
  const change = `mutation ($input: RecordActivitiesInput!) { recordActivities(input: $input) { results { activity { version } errors { message } } errors { message } } }`;
  await go(page, `record/correct/${activity.id}`);
  await page.waitForFunction(() => document.querySelector("#description")?.value.includes("papan tik"), WAIT);
  await page.setOfflineMode(true);
  await page.type("#description", " dan telepon");
  await press(page, "Simpan");
  await page.waitForSelector('[data-entry="waiting"]', WAIT);
  const row = { description: "Diubah di perangkat lain", startedAt: activity.startedAt, endedAt: activity.endedAt, target: { correction: { id: activity.id, expectedVersion: activity.version } } };
  await asked(options.user, change, { input: { planId: activity.plan.id, rows: [row] } });
  await page.setOfflineMode(false);
  await page.emulateNetworkConditions(SLOW);
  await page.waitForSelector('[data-entry="conflict"]', WAIT);
  await shows(page, "dan telepon", "[data-entry]");
  await shows(page, "Diubah di perangkat lain", "[data-entry]");
  must((await stored("Diubah di perangkat lain")).length === 1, "the stored text was overwritten");
  await press(page, "Pakai tulisan saya");
  const found = await arrives("dan telepon", 1);
  must(found.length === 1 && (await stored("Diubah di perangkat lain")).length === 0, "the choice had no effect");
});

await check("submits drafts, and shows what the rater does without a reload", async () => {
  await go(page, "activities");
  await shows(page, "dan telepon", "[data-activity]");
  await press(page, "Ajukan");
  await shows(page, "kegiatan diajukan");
  const [activity] = await stored("dengan foto");
  must(activity.status === "SUBMITTED", activity.status);
  const review = `mutation ($input: ReviewActivitiesInput!) { reviewActivities(input: $input) { results { errors { message } } errors { message } } }`;
  const input = { decision: "RETURN", reason: "Lengkapi tujuan rapat", rows: [{ id: activity.id, expectedVersion: activity.version }] };
  const { reviewActivities } = await asked(options.superior, review, { input });
  must(reviewActivities.errors.length === 0 && reviewActivities.results[0].errors.length === 0, JSON.stringify(reviewActivities));
  await shows(page, "Lengkapi tujuan rapat", "[data-activity]");
});

await check("shows new feedback about me without a reload", async () => {
  await go(page, "feedback");
  const { plans } = await asked(options.user, `query { plans(first: 5, orderBy: {createdAt: DESCENDING}, filter: {status: [APPROVED]}) { nodes { id staff { id } currentRevision { results { id } } } } }`);
  const [plan] = plans.nodes;
  const input = { planId: plan.id, about: { planResultId: plan.currentRevision.results[0].id }, text: "Data sekolah sudah rapi, lanjutkan." };
  const give = `mutation ($input: GiveFeedbackInput!) { giveFeedback(input: $input) { feedback { id } errors { message } } }`;
  const { giveFeedback } = await asked(options.superior, give, { input });
  must(giveFeedback.errors.length === 0, JSON.stringify(giveFeedback.errors));
  await shows(page, "Data sekolah sudah rapi", "blockquote");
});

await check("the stream goes on after its cursor: news that came meanwhile appear once", async () => {
  await go(page, "");
  const before = await page.$eval("[data-news]", (node) => Number(node.dataset.news));
  must(before >= 2, `${before} news`);
  await page.setOfflineMode(true);
  const [activity] = await stored("Tanpa jaringan 1");
  const review = `mutation ($input: ReviewActivitiesInput!) { reviewActivities(input: $input) { results { errors { message } } errors { message } } }`;
  await asked(options.superior, review, { input: { decision: "APPROVE", rows: [{ id: activity.id, expectedVersion: activity.version }] } });
  await page.setOfflineMode(false);
  await page.emulateNetworkConditions(SLOW);
  await page.reload();
  const more = (count) => page.waitForFunction((wanted) => Number(document.querySelector("[data-news]")?.dataset.news) === wanted, WAIT, count);
  await more(before + 1);
  await page.reload();
  await more(before + 1);
});

/** The path of the latest year that has a predicate, on the screen of results. */
const finalYear = () => [...document.querySelectorAll("a.annual")]
  .find((link) => link.closest("li").querySelector(".badge"))?.getAttribute("href").slice(2);
await check("explains my result, and says what would lift it", async () => {
  await go(page, "results");
  const href = await page.waitForFunction(finalYear, WAIT);
  await go(page, await href.jsonValue());
  await page.waitForSelector("ol.tree li", WAIT);
  await page.waitForSelector("[data-lift]", WAIT);
  await shows(page, "PERMENPANRB");
});

await check("files an objection", async () => {
  await press(page, "Ajukan keberatan");
  await page.waitForSelector("#text-0", WAIT);
  await press(page, "Ajukan keberatan", "form button.main");
  await page.waitForSelector('#text-0[aria-invalid="true"]', WAIT);
  await page.waitForFunction(() => document.querySelectorAll("#about-0 optgroup option").length > 7, WAIT);
  await page.type("#text-0", "Pendampingan di dua sekolah belum dihitung.");
  await press(page, "Ajukan keberatan", "form button.main");
  await shows(page, "Pendampingan di dua sekolah", "[aria-labelledby=objection]");
});

/** All screens of the person, with their data. */
async function eachScreen(visit) {
  await go(page, "results");
  const annual = await page.waitForFunction(finalYear, WAIT);
  const result = await annual.jsonValue();
  for (const path of ["", "criteria", "plan", "activities", "record", "feedback", "results", result, result.replace("result", "objection")]) {
    await go(page, path);
    await page.waitForFunction(() => !document.querySelector(".wait"), WAIT);
    await visit(path);
  }
}
await check("axe-core finds nothing on any screen, on phone and desk, light and dark", async () => {
  await page.emulateNetworkConditions(null);
  const found = [];
  for (const [viewport, scheme] of [[PHONE, "light"], [DESK, "dark"]]) {
    await page.setViewport(viewport);
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await eachScreen(async (path) => found.push(...(await violations(page)).map((one) => `${path} ${scheme} ${one}`)));
  }
  must(found.length === 0, found.join("\n"));
});
await check("control: axe-core finds a field without a label and a pale text", async () => {
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
  await go(page, "record");
  await page.waitForSelector("#description", WAIT);
  await page.evaluate(() => {
    document.querySelector('label[for="description"]').remove();
    document.querySelector("main h1").style.color = "#c0c8d0";
  });
  const found = await violations(page);
  must(found.some((one) => one.startsWith("label")) && found.some((one) => one.startsWith("color-contrast")), found.join("; "));
  await page.reload();
});
await check("nothing is wider than a small phone", async () => {
  await page.setViewport({ width: 320, height: 640 });
  await eachScreen(async (path) => {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    must(over <= 0, `${path} is ${over} px too wide`);
  });
  await page.setViewport(PHONE);
});
await check("speaks English too, also in what the server says", async () => {
  await go(page, "plan");
  await press(page, "English", "header button");
  await shows(page, "My plan", "h1");
  await shows(page, "Approved");
  must((await page.$eval("html", (node) => node.lang)) === "en", "the language of the document");
  await press(page, "Indonesia", "header button");
});

await check("a log-out leaves nothing of the person on the device", async () => {
  const kept = () => page.evaluate(async () => {
    const left = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise((done) => (indexedDB.open(name).onsuccess = (event) => done(event.target.result)));
      const keys = await new Promise((done) => (database.transaction("keep").objectStore("keep").getAllKeys().onsuccess = (event) => done(event.target.result)));
      left.push(...keys);
      database.close();
    }
    return left;
  });
  must((await kept()).length > 5, "control: nothing was kept before");
  // Waits until nothing is being read, so that no answer arrives for an ended session.
  await page.waitForFunction(() => !document.querySelector(".reading, .wait"), WAIT);
  await quiet(page);
  await press(page, "Keluar", "header button");
  await press(page, "Keluar dan hapus", "dialog button");
  await page.waitForSelector("#user", WAIT);
  const left = await kept();
  must(left.join() === "device", left.join(", "));
  const found = await violations(page);
  must(found.length === 0, found.join("; "));
});

await check("what is needed to record is there without a network, right after a login", async () => {
  await login(page);
  // The page reads ahead while the person reads the first screen; the activities come after the plan with its rows.
  await page.waitForFunction(async () => {
    const database = await new Promise((done) => (indexedDB.open("kinerja-readings").onsuccess = (event) => done(event.target.result)));
    const keys = await new Promise((done) => (database.transaction("keep").objectStore("keep").getAllKeys().onsuccess = (event) => done(event.target.result)));
    database.close();
    return keys.some((key) => key.includes(" ActivitiesQuery "));
  }, WAIT);
  await page.setOfflineMode(true);
  await go(page, "record");
  await page.waitForFunction(() => document.querySelectorAll("#result option").length > 1, WAIT);
});

await check("asked no other host, and logged no error", () => must(foreign.length + consoleErrors.length === 0, [...foreign, ...consoleErrors].join(" | ")));

await browser.close();
rmSync(profile, { recursive: true, force: true });
await finish();
