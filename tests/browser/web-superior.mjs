// Tests the superior's area of the page for staff in a headless Chromium, on a slow network.
//
//   node web-superior.mjs URL --user U --password P --superior S
//
// The server is a demo on this machine on 20 January 2026: the previous year still needs its ratings, and plans and
// activities wait for a review.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { activate, as, change, crewOf, rewriteActivity, submitActivities, submitPlans } from "./crew.mjs";
import { browser, check, finish, must, options } from "./harness.mjs";
import { DESK, PHONE, SLOW, WAIT, consoleErrors, foreign, go, login, openPage, press, shows, tabTo, violations } from "./web-page.mjs";

const PICTURE = readFileSync(join(import.meta.dirname, "../../web/static/icon-512.png"));
const superior = options.superior;

// Work for one superior: thirty more people with a plan each, three of them with activities.
const crew = await crewOf(superior, 2026, 30);
const written = [];
for (const one of crew.slice(0, 3)) {
  written.push(await submitActivities(one, [`Kunjungan ${one.name}`, `Rekap data ${one.name}`, `Rapat ${one.name}`], PICTURE));
}
await submitPlans(crew);
// A person of the superior's own unit with an account: the stream of the unit delivers their changes.
const { viewer: { subordinates } } = await as(superior, `{ viewer { subordinates(first: 50) { nodes { id name plans(first: 3) { nodes { id status period { year } } } } } } }`);
const ofUnit = subordinates.nodes.filter(({ id }) => !crew.some((one) => one.id === id))
  .map(({ plans, ...one }) => ({ ...one, plan: plans.nodes.find(({ status, period }) => status === "APPROVED" && period.year === 2026) }));
const [near] = await activate([ofUnit.find(({ plan }) => plan)]);

/** A page of a person of their own, so that several can be logged in. */
async function enter(user, how = {}) {
  const context = await browser.createBrowserContext();
  const page = await openPage(context, how);
  await login(page, user);
  return page;
}
const requested = (page) => page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => /Team-.*\.js$/.test(name)).length);
const until = (page, test, ...values) => page.waitForFunction(test, WAIT, ...values);
const count = (page, selector) => page.$$eval(selector, (found) => found.length);
const choose = (page, place, row, value) => page.$eval(`[data-${place}="${row}"] input[value="${value}"]`, (input) => input.click());
/** Presses all "more" of a list. */
async function all(page, selector) {
  for (;;) {
    const before = await count(page, selector);
    if (!(await page.$("[data-more]"))) return before;
    await page.$eval("[data-more]", (button) => button.click());
    await until(page, (what, least) => document.querySelectorAll(what).length > least || !document.querySelector("[data-more]"), selector, before);
  }
}
const planOf = async (id) => (await as(superior, "query ($id: ID!) { plan(id: $id) { decisionNote currentRevision { status } } }", { id })).plan;
const activityOf = async (id) =>
  (await as(superior, "query ($id: ID!) { node(id: $id) { ... on Activity { status version description } } }", { id })).node;
const evaluationOf = async (id) => (await as(superior, `query ($id: ID!) { evaluation(id: $id) { version status predicate deliveredAt resultRating } }`, { id })).evaluation;
const waiting = async (kind) => (await as(superior, "query ($kinds: [WorklistKind!]) { viewer { worklist(first: 100, kinds: $kinds) { totalCount nodes { staff { id } subject { ... on Evaluation { id version } } } } } }", { kinds: [kind] })).viewer.worklist;

await check("people without subordinates do not see the area, and download nothing of it", async () => {
  const page = await enter(options.user);
  await until(page, () => document.querySelectorAll("nav a").length === 5 && document.querySelector(".who"));
  await go(page, "team/plans");
  await shows(page, "Selamat datang", "h1");
  must((await requested(page)) === 0, "the area was loaded");
  await page.browserContext().close();
});

// The reading of each minute runs only when the test wants it, so that everything else comes by a stream.
const page = await enter(superior, {
  before: () => {
    const interval = globalThis.setInterval;
    globalThis.minutes = [];
    globalThis.setInterval = (run, time, ...rest) => (time === 60_000 ? globalThis.minutes.push(run) : interval(run, time, ...rest));
  },
});
await check("control: a superior sees it, with the number of tasks, and loads it when they open it", async () => {
  await page.waitForSelector("[data-team]", WAIT);
  must((await requested(page)) === 0, "loaded too early");
  await go(page, "team");
  await page.waitForSelector(".kinds .number", WAIT);
  must((await requested(page)) === 1, "not loaded");
});

await check("shows the whole worklist by kind and by deadline", async () => {
  const { totalCount } = await waiting("REVIEW_PLAN");
  must(totalCount >= 32, `only ${totalCount} plans`);
  await shows(page, String(totalCount), '.kinds a[href="#/team/plans"] .number');
  must((await count(page, "section li.task")) <= 50, "the list is not paged");
  await shows(page, "ditampilkan", "main");
  const shown = await all(page, "section li.task");
  const { viewer } = await as(superior, "{ viewer { staff { id } worklist(first: 100) { totalCount } } }");
  must(shown > 90 && shown <= viewer.worklist.totalCount, `${shown} of ${viewer.worklist.totalCount}`);
  const days = await page.$$eval("section h3[id^=day-]", (found) => found.map(({ id }) => id.slice(4)).filter(Boolean));
  must(days.length > 1 && days.join() === days.toSorted().join(), days.join());
});

const returned = crew[4].plan.id;
await check("reviews thirty plans at once, one returned with a reason", async () => {
  await go(page, "team/plans");
  await page.waitForSelector("[data-plan]", WAIT);
  const shown = await all(page, "[data-plan]");
  must(shown >= 30, `${shown} plans`);
  await page.$eval(`[data-plan="${returned}"] summary`, (summary) => summary.click());
  await shows(page, "Penyesuaian sasaran", `[data-plan="${returned}"]`);
  await choose(page, "plan", returned, "RETURN");
  await page.$eval("[data-all]", (button) => button.click());
  await until(page, (number) => document.querySelector("[data-chosen]").dataset.chosen === String(number), shown);
  await page.$eval("[data-send]", (button) => button.click());
  // Without a reason nothing is sent, and the focus is where it is missing.
  await until(page, (id) => document.activeElement?.id === `reason-${id}`, returned);
  must((await planOf(crew[0].plan.id)).currentRevision.status === "SUBMITTED", "control: it was sent without a reason");
  await page.keyboard.type("Target belum terukur");
  await page.$eval("[data-send]", (button) => button.click());
  await page.waitForSelector("dialog[open]", WAIT);
  await press(page, "Kirim", "dialog[open] button");
  await until(page, (number) => document.querySelector("[data-sent]")?.dataset.sent === String(number), shown);
  for (const { plan } of crew) {
    const { decisionNote, currentRevision: { status } } = await planOf(plan.id);
    const good = plan.id === returned ? status === "RETURNED" && decisionNote === "Target belum terukur" : status === "APPROVED";
    must(good, `${plan.id}: ${status} ${decisionNote}`);
  }
  await shows(page, "Tidak ada SKP yang menunggu");
});

await check("shows a picture as evidence beside its activity; control: one that fails becomes a file", async () => {
  await go(page, `team/activities/${crew[0].id}`);
  const [first] = written[0];
  const picture = `[data-activity="${first}"] .pictures img`;
  await page.waitForSelector(picture, WAIT);
  await page.$eval(picture, (image) => image.scrollIntoView());
  await until(page, (selector) => document.querySelector(selector)?.naturalWidth === 512, picture);
  await page.$eval(picture, (image) => (image.src = "/web/nothing.png"));
  await shows(page, "Gambar tidak dapat ditampilkan", `[data-activity="${first}"]`);
  await page.waitForSelector(`[data-activity="${first}"] a[download]`, WAIT);
});

await check("reviews activities at once; one that has changed is refused at its row, and the others are stored", async () => {
  await go(page, "team");
  await go(page, `team/activities/${crew[1].id}`);
  await until(page, () => document.querySelectorAll("[data-activity]").length >= 3);
  const [kept, changed, other] = written[1];
  // The page must not receive the change.
  const session = await page.createCDPSession();
  await session.send("Network.enable");
  await session.send("Network.setBlockedURLs", { urls: ["*/graphql/stream*"] });
  await page.setOfflineMode(true);
  await rewriteActivity(crew[1], changed, "Rekap data yang diubah");
  await page.setOfflineMode(false);
  await page.emulateNetworkConditions(SLOW);
  must((await page.$eval(`[data-activity="${changed}"]`, (node) => node.textContent)).includes(`Rekap data ${crew[1].name}`), "control: the page knows already");
  await page.$eval("[data-all]", (button) => button.click());
  await choose(page, "activity", other, "RETURN");
  await page.waitForSelector(`#reason-${other}`, WAIT);
  await page.type(`#reason-${other}`, "Lampirkan notulen");
  await page.$eval("[data-send]", (button) => button.click());
  await page.waitForSelector(`[data-refused="${changed}"]`, WAIT);
  // Both texts, and no decision on either.
  await shows(page, `Rekap data ${crew[1].name}`, `[data-activity="${changed}"]`);
  await shows(page, "Rekap data yang diubah", `[data-activity="${changed}"]`);
  const now = await activityOf(changed);
  must(now.status === "SUBMITTED" && now.description === "Rekap data yang diubah", JSON.stringify(now));
  must((await activityOf(kept)).status === "APPROVED" && (await activityOf(other)).status === "RETURNED", "the others were not stored");
  await session.send("Network.setBlockedURLs", { urls: [] });
  await session.detach();
  await choose(page, "activity", changed, "APPROVE");
  await page.$eval("[data-send]", (button) => button.click());
  await shows(page, "Tidak ada kegiatan yang menunggu");
  must((await activityOf(changed)).status === "APPROVED", "the second decision");
});

await check("reviews by keyboard alone", async () => {
  const [first] = written[2];
  await go(page, `team/activities/${crew[2].id}`);
  await page.waitForSelector(`[data-activity="${first}"]`, WAIT);
  await tabTo(page, `[data-activity="${first}"] input[type=radio]`);
  // The focus of a radio group is on the chosen radio, "later". The arrow key moves it to the first one.
  await page.keyboard.press("ArrowRight");
  await until(page, (id) => document.querySelector(`[data-activity="${id}"] input[value=APPROVE]`).checked, first);
  await tabTo(page, "[data-send]");
  await page.keyboard.press("Enter");
  await until(page, () => document.activeElement?.querySelector("[data-sent='1']"));
  must((await activityOf(first)).status === "APPROVED", "not approved");
});

await check("what was chosen stays while other screens are read, and without a network nothing is lost and nothing is sent", async () => {
  const [, second] = written[2];
  const reasonOf = () => page.$eval(`#reason-${second}`, (node) => node.value).catch(() => null);
  await choose(page, "activity", second, "RETURN");
  await page.waitForSelector(`#reason-${second}`, WAIT);
  await page.type(`#reason-${second}`, "Tambahkan data");
  await go(page, "team/people");
  must((await reasonOf()) === null, "control: the row is still shown");
  await go(page, `team/activities/${crew[2].id}`);
  await page.waitForSelector(`#reason-${second}`, WAIT);
  must((await reasonOf()) === "Tambahkan data", "the reason is gone");
  await page.setOfflineMode(true);
  await page.$eval("[data-send]", (button) => button.click());
  await shows(page, "Server belum menjawab");
  must((await reasonOf()) === "Tambahkan data" && (await activityOf(second)).status === "SUBMITTED", "lost, or sent");
  // The area opens again without a network, with the data that was read before.
  await page.reload({ waitUntil: "load" });
  await page.waitForSelector(`[data-activity="${second}"]`, WAIT);
  await shows(page, "Tidak tersambung");
  await page.setOfflineMode(false);
  await page.emulateNetworkConditions(SLOW);
  await page.reload({ waitUntil: "load" });
  await page.waitForSelector(`[data-activity="${second}"]`, WAIT);
});

await check("speaks English too, and keeps what was chosen", async () => {
  const [, second] = written[2];
  await choose(page, "activity", second, "RETURN");
  await press(page, "English", "header button");
  await shows(page, "Review activities", "h1");
  await press(page, "Indonesia", "header button");
  await shows(page, "Tinjau kegiatan", "h1");
  await page.waitForSelector(`[data-activity="${second}"] input[value=RETURN]`, WAIT);
  must(await page.$eval(`[data-activity="${second}"] input[value=RETURN]`, (input) => input.checked), "the choice is gone");
});

await check("shows what a subordinate submits without a reload, by the stream of the unit", async () => {
  await go(page, "team/activities");
  await page.waitForSelector("#who", WAIT);
  await all(page, "[data-activity]");
  const [id] = await submitActivities(near, ["Baru diajukan"], PICTURE);
  must(!(await page.$(`[data-activity="${id}"]`)), "control: it is there already");
  await until(page, (wanted) => {
    document.querySelector("[data-more]")?.click();
    return document.querySelector(`[data-activity="${wanted}"]`);
  }, id);
});

await check("shows a plan that was submitted meanwhile at the next reading", async () => {
  await go(page, "team/plans");
  await shows(page, "Tidak ada SKP yang menunggu");
  await submitPlans([crew[5]]);
  must(!(await page.$("[data-plan]")), "control: it is there already");
  await page.evaluate(() => globalThis.minutes.at(-1)());
  await page.waitForSelector(`[data-plan="${crew[5].plan.id}"]`, WAIT);
});

// Those of the crew can log in; of the superior's own people only one can.
const toRate = (await waiting("RATE_EVALUATION")).nodes;
const rated = toRate.filter(({ staff }) => crew.some(({ id }) => id === staff.id)).map(({ subject }) => subject);
const { viewer: { staff: employee } } = await as(options.user, "{ viewer { staff { id } } }");
const [onPaper] = toRate.filter(({ staff }) => staff.id !== employee.id && staff.id !== near.id && !crew.some(({ id }) => id === staff.id)).map(({ subject }) => subject);
await check("rates, sees the predicate that follows, makes it final and delivers it, by keyboard alone", async () => {
  const { id } = rated[0];
  await go(page, "team/ratings");
  await page.waitForSelector("[data-rate]", WAIT);
  await tabTo(page, `a[href="#/team/rate/${id}"]`, 90);
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-coverage]", WAIT);
  await page.waitForSelector("[data-save]", WAIT);
  await tabTo(page, 'input[name="result"]');
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await tabTo(page, 'input[name="behaviour"]');
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await until(page, () => document.querySelector("[data-preview]").dataset.preview === "GOOD");
  // Control: another rating gives another predicate.
  await page.keyboard.press("ArrowLeft");
  await until(page, () => !["", "GOOD"].includes(document.querySelector("[data-preview]").dataset.preview));
  await page.keyboard.press("ArrowRight");
  await tabTo(page, "[data-save]");
  await page.keyboard.press("Enter");
  // The employee reported nothing, so the server asks for a reason; the chosen ratings are still there.
  await page.waitForSelector('[data-said="false"]', WAIT);
  await page.waitForSelector('#unrated[aria-invalid="true"]', WAIT);
  must(await page.$eval('input[name="result"][value="AS_EXPECTED"]', (input) => input.checked), "the choice is gone");
  await tabTo(page, "#unrated");
  await page.keyboard.type("Hasil terlihat dari bagian tahun");
  await tabTo(page, "[data-save]");
  await page.keyboard.press("Enter");
  await page.waitForSelector('[data-said="true"]', WAIT);
  must((await evaluationOf(id)).status === "RATED_DRAFT", "no draft");
  await page.waitForSelector("[data-finalise]:not(:disabled)", WAIT);
  await tabTo(page, "[data-finalise]");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open]", WAIT);
  await tabTo(page, "dialog[open] button.main");
  await page.keyboard.press("Enter");
  await shows(page, "Baik", "[data-said=true]");
  const final = await evaluationOf(id);
  must(final.status === "FINAL" && final.predicate === "GOOD", JSON.stringify(final));
  await go(page, "team/ratings");
  await page.waitForSelector("[data-step=DELIVER_EVALUATION]", WAIT);
  await tabTo(page, `#pick-DELIVER_EVALUATION-${id}`);
  await page.keyboard.press("Space");
  await tabTo(page, "[data-step=DELIVER_EVALUATION] [data-run]");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open]", WAIT);
  await tabTo(page, "dialog[open] button.main");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-step=DELIVER_EVALUATION] [data-sent='1']", WAIT);
  must((await evaluationOf(id)).deliveredAt, "not delivered");
});

const draft = (id, version, rating = "AS_EXPECTED") => change(superior, "rateEvaluation", "RateEvaluationInput", {
  evaluationId: id, expectedVersion: version, resultRating: rating, behaviourRating: "AS_EXPECTED", unratedReportReason: "Tidak melapor",
  ...(rating !== "AS_EXPECTED" && { resultReason: "Melebihi target" }),
}, "evaluation { version }");

await check("a rating that was changed elsewhere is shown as a conflict, and nothing is overwritten", async () => {
  const { id, version } = rated[1];
  await go(page, `team/rate/${id}`);
  await page.waitForSelector("[data-save]", WAIT);
  await page.$eval('input[name="result"][value="BELOW"]', (input) => input.click());
  await page.waitForSelector("#result-reason", WAIT);
  await page.type("#result-reason", "Data belum lengkap");
  must(!(await page.$("[data-conflict]")), "control: there is no conflict yet");
  await draft(id, version, "ABOVE");
  // The page gets the change by the stream.
  await page.waitForSelector("[data-conflict]", WAIT);
  await shows(page, "Di atas", "[data-conflict]");
  must((await page.$eval("#result-reason", (node) => node.value)) === "Data belum lengkap", "the text is gone");
  await page.$eval("[data-save]", (button) => button.click());
  await page.waitForSelector('[data-said="false"]', WAIT);
  must((await evaluationOf(id)).resultRating === "ABOVE", "overwritten");
  await press(page, "Pertahankan", "[data-conflict] button");
  await until(page, () => !document.querySelector("[data-conflict]"));
  await page.type("#unrated", "Tidak melapor");
  await page.waitForSelector("[data-save]:not(:disabled)", WAIT);
  await page.$eval("[data-save]", (button) => button.click());
  await page.waitForSelector('[data-said="true"]', WAIT);
  must((await evaluationOf(id)).resultRating === "BELOW", "the choice had no effect");
});

await check("what is too early is the server's sentence with its day", async () => {
  const { evaluations } = await as(superior, "{ evaluations(first: 100, filter: {ratedByMe: true, kind: ANNUAL, status: [OPEN]}) { nodes { id period { year } } } }");
  const { id } = evaluations.nodes.find(({ period }) => period.year === 2026);
  await go(page, `team/rate/${id}`);
  await shows(page, "2026-12-21");
  must(!(await page.$("[data-save]")), "there is a form");
});

await check("makes many ratings final and delivers them at once; one without an account asks for the day on paper", async () => {
  const many = [...rated.slice(2, 7), onPaper];
  for (const { id, version } of many) await draft(id, version);
  await go(page, "team/ratings");
  const pick = async (step, evaluations) => {
    for (const { id } of evaluations) {
      await page.waitForSelector(`#pick-${step}-${id}`, WAIT);
      await page.$eval(`#pick-${step}-${id}`, (box) => box.click());
    }
    await page.$eval(`[data-step=${step}] [data-run]`, (button) => button.click());
    await page.waitForSelector("dialog[open]", WAIT);
  };
  const sent = (step, number) => until(page, (where, wanted) => document.querySelector(`[data-step=${where}] [data-sent]`)?.dataset.sent === wanted, step, number);
  await pick("FINALISE_EVALUATION", many);
  must((await evaluationOf(many[0].id)).status === "RATED_DRAFT", "control: final without the question");
  await press(page, "Tetapkan", "dialog[open] button.main");
  await sent("FINALISE_EVALUATION", "6");
  await pick("DELIVER_EVALUATION", many);
  await press(page, "Serahkan", "dialog[open] button.main");
  await sent("DELIVER_EVALUATION", "5");
  await page.waitForSelector(`[data-refused="${onPaper.id}"]`, WAIT);
  for (const { id } of many) must(Boolean((await evaluationOf(id)).deliveredAt) === (id !== onPaper.id), "the wrong ones were delivered");
  await page.$eval(`#paper-${onPaper.id}`, (input) => {
    input.value = "2026-01-20";
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await pick("DELIVER_EVALUATION", [onPaper]);
  await press(page, "Serahkan", "dialog[open] button.main");
  await sent("DELIVER_EVALUATION", "1");
  must((await evaluationOf(onPaper.id)).deliveredAt, "not delivered");
});

await check("gives feedback on the work as a whole, and the employee replies once", async () => {
  await go(page, `team/person/${employee.id}`);
  await page.waitForSelector("[data-feedback]", WAIT);
  await page.$eval("[data-feedback] summary", (summary) => summary.click());
  await page.type("[data-feedback] textarea", "Kerja yang rapi sepanjang tahun.");
  await press(page, "Kirim umpan balik");
  await shows(page, "Kerja yang rapi", "[data-feedback] li");
  const theirs = await enter(options.user);
  await go(theirs, "feedback");
  await shows(theirs, "Kerja yang rapi", "blockquote");
  await shows(theirs, "keseluruhan", "li.card");
  await theirs.waitForSelector("[data-reply]", WAIT);
  await theirs.$eval("[data-reply]", (button) => button.click());
  await theirs.waitForSelector("form textarea", WAIT);
  must((await violations(theirs)).length === 0, "axe-core finds something");
  await press(theirs, "Kirim balasan", "form button.main");
  await theirs.waitForSelector('form [aria-invalid="true"]', WAIT);
  await theirs.type("form textarea", "Terima kasih, saya lanjutkan.");
  await press(theirs, "Kirim balasan", "form button.main");
  await shows(theirs, "Terima kasih", "[data-replied]");
  must(!(await theirs.$("[data-reply]")), "a second reply is offered");
  await theirs.browserContext().close();
  await go(page, "team");
  await go(page, `team/person/${employee.id}`);
  await shows(page, "Terima kasih", "[data-feedback] .reply");
});

/** All screens of the area, with their data. */
async function eachScreen(visit) {
  const { id } = rated[1];
  for (const path of ["team", "team/plans", "team/activities", "team/ratings", `team/rate/${id}`, "team/people", `team/person/${crew[0].id}`]) {
    await go(page, path);
    await until(page, () => !document.querySelector(".wait"));
    // Scrolls to the end, where the bar of decisions has its own place and covers nothing.
    await page.evaluate(() => {
      document.querySelectorAll("main details").forEach((one) => (one.open = true));
      scrollTo(0, document.documentElement.scrollHeight);
    });
    await visit(path);
  }
}
await check("axe-core finds nothing on any screen, on phone and desk, light and dark", async () => {
  // Plans for the screen of plans.
  await submitPlans(crew.slice(6, 8));
  await page.emulateNetworkConditions(null);
  const found = [];
  for (const [viewport, scheme] of [[PHONE, "light"], [DESK, "dark"]]) {
    await page.setViewport(viewport);
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await eachScreen(async (path) => found.push(...(await violations(page)).map((one) => `${path} ${scheme} ${one}`)));
  }
  must(found.length === 0, found.join("\n"));
});
await check("control: axe-core finds a choice without a name", async () => {
  await go(page, "team/plans");
  await page.waitForSelector("[data-plan] input", WAIT);
  await page.$eval("[data-plan] label", (label) => label.replaceWith(label.querySelector("input")));
  const found = await violations(page);
  must(found.some((one) => one.startsWith("label")), found.join("; "));
});
await check("nothing is wider than a small phone", async () => {
  await page.setViewport({ width: 320, height: 640 });
  await eachScreen(async (path) => {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    must(over <= 0, `${path} is ${over} px too wide`);
  });
});

await check("asked no other host, and logged no error", () => {
  // Ignores the picture that the test made fail.
  const errors = consoleErrors.filter((one) => !one.includes("404"));
  must(foreign.length + errors.length === 0, [...foreign, ...errors].join(" | "));
});
await finish();
