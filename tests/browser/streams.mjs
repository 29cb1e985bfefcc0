// The items of a stream are shown as a list.
import { Exchanges, KEPT_ITEMS } from "../../scripts/playground/src/exchanges.js";
import { asked, check, enter, must, openAlone, options, press, url } from "./harness.mjs";
import { choose } from "./ready.mjs";

async function giveFeedback(text) {
  const plans = `{ viewer { staff { plans(first: 50) {
    nodes { id status effectiveRevision { results { id } } }
  } } } }`;
  const { viewer } = await asked(options.user, plans);
  const plan = viewer.staff.plans.nodes.find(({ status }) => status === "APPROVED");
  const input = { planId: plan.id, about: { planResultId: plan.effectiveRevision.results[0].id }, text };
  const give = "mutation ($input: GiveFeedbackInput!) { giveFeedback(input: $input) { errors { message } } }";
  const { giveFeedback: given } = await asked(options.superior, give, { input });
  must(given.errors.length === 0, JSON.stringify(given.errors));
}

export async function streams() {
  const { page, consoleErrors, close } = await openAlone(url);
  const texts = () => page.$$eval("#stream li", (nodes) => nodes.map((node) => node.textContent));

  await check("the items of a stream pile up as a list, newest first, with their time", async () => {
    await enter(page, "EMPLOYEE");
    await choose(page, { name: "follow", operationName: "FollowMyUpdates" });
    await press(page, ".graphiql-execute-button");
    await page.waitForSelector("#stop-stream");
    for (const [count, text] of [[1, "first item"], [2, "second item"]]) {
      await giveFeedback(text);
      await page.waitForFunction((wanted) => document.querySelectorAll("#stream li").length === wanted, {}, count);
    }
    const [above, below] = await texts();
    must(above.includes("second item") && below.includes("first item"), `${above} / ${below}`);
    const times = await page.$$eval("#stream li time", (nodes) => nodes.map(({ dateTime }) => Date.parse(dateTime)));
    must(times.length === 2 && times[0] >= times[1], times.join());
    const waits = await page.$$eval(".graphiql-spinner", (nodes) => nodes.some((node) => node.checkVisibility()));
    must(!waits, "the page still waits for a result");
    must((await page.$eval("#stream [role=status]", (node) => node.textContent)).includes("2"), "no count");
  });

  await check("a button stops the stream at once and keeps its items", async () => {
    // The connection ends, although no item arrives.
    const ended = new Promise((done) => {
      page.on("requestfailed", (request) => request.url().endsWith("/graphql/stream") && done());
    });
    await press(page, "#stop-stream");
    await ended;
    await page.waitForSelector("#stop-stream", { hidden: true });
    await giveFeedback("after the end");
    must((await texts()).length === 2, "an item arrived after the end");
  });

  await check("a stream without items says how one arrives, and in a demo for whom", async () => {
    for (const [who, words] of [["EMPLOYEE", "Butir datang saat"], ["AUDITOR", "masuk sebagai pegawai"]]) {
      await enter(page, who);
      await press(page, ".graphiql-execute-button");
      const text = await page.waitForSelector("#waiting").then((node) => node.evaluate(({ textContent }) => textContent));
      must(text.includes(words) && text.includes("Di demo") === (who !== "EMPLOYEE"), text);
      await press(page, "#stop-stream");
      await page.waitForSelector("#stop-stream", { hidden: true });
    }
  });

  await check("a list of items is bounded and counts what it dropped", () => {
    const exchanges = new Exchanges();
    exchanges.stream("tab");
    for (let item = 0; item < KEPT_ITEMS + 5; item += 1) exchanges.item("tab", item);
    const { items, dropped } = exchanges.of("tab");
    must(items.length === KEPT_ITEMS && dropped === 5, `${items.length} are kept, ${dropped} dropped`);
    must(items[0].content === KEPT_ITEMS + 4 && items.at(-1).content === 5, "the oldest were kept");
  });

  await check("a stream logs no error", () => must(consoleErrors.length === 0, consoleErrors.join(" | ")));
  await close();
}
