// Makes the pictures of README.md and docs/WEB.md, in docs/images, from a new demo.
//
//   kinerja demo --quiet
//   node tests/browser/pictures.mjs http://127.0.0.1:8000/graphql --user pegawai --password P --superior kepala
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { asked, browser, check, enter, finish, must, openAlone, options, url } from "./harness.mjs";
import { answerOf, choose } from "./ready.mjs";
import { PHONE, SLOW, WAIT, go, login, openPage, press } from "./web-page.mjs";

const image = (name) => join(import.meta.dirname, "../../docs/images", `${name}.png`);
const GAP = 20;
const CARD = { width: 375, height: 760 };

/** A screen of the page for staff on a phone, as a data URL. */
const shot = async (page) => `data:image/png;base64,${await page.screenshot({ encoding: "base64" })}`;

await check("the playground with a result of a quarter", async () => {
  const { page, close } = await openAlone(url);
  await page.select('select[aria-label="Bahasa"]', "en");
  await enter(page, "EMPLOYEE");
  await choose(page, { name: "quarter", operationName: "MyQuarterResult" });
  await answerOf(page, "MyQuarterResult");
  await page.waitForFunction(() => document.querySelector(".result-window").textContent.includes("explanationNodes"));
  await page.screenshot({ path: image("playground") });
  await close();
});

await check("the page for staff on a phone: tasks, an activity that is not sent yet, a result", async () => {
  const context = await browser.createBrowserContext();
  const page = await openPage(context, { network: { ...SLOW, latency: 0 }, viewport: { ...PHONE, ...CARD, deviceScaleFactor: 1 } });
  await login(page);
  await page.waitForFunction(() => document.querySelector(".who") && !document.querySelector("main .wait"), WAIT);
  const screens = [await shot(page)];
  await go(page, "record");
  await page.waitForSelector("#description", WAIT);
  await page.type("#description", "Mendampingi SDN 04 menyusun perencanaan berbasis data");
  await page.setOfflineMode(true);
  await press(page, "Simpan");
  await page.waitForSelector('[data-outbox="1"]', WAIT);
  await page.evaluate(() => scrollTo(0, 0));
  screens.push(await shot(page));
  await page.setOfflineMode(false);
  const { evaluations } = await asked(
    options.user,
    "{ evaluations(first: 5, filter: { kind: PERIODIC, status: [FINAL] }) { nodes { id period { part } } } }",
  );
  const newest = evaluations.nodes.sort((one, other) => other.period.part - one.period.part)[0];
  must(newest, "no final result of a quarter");
  await go(page, `result/${newest.id}`);
  screens.push(await shot(page));
  const cards = screens.map((source) => `<img src="${source}">`).join("");
  const style = `body { margin: 0; padding: ${GAP}px; display: flex; gap: ${GAP}px; background: #dfe6ef }
    img { border-radius: 18px; box-shadow: 0 1px 6px #0003 }`;
  const sheet = await context.newPage();
  await sheet.setViewport({ width: 3 * CARD.width + 4 * GAP, height: CARD.height + 2 * GAP });
  await sheet.setContent(`<style>${style}</style>${cards}`);
  await sheet.screenshot({ path: image("web") });
  await context.close();
});

await check("the rating of one person", async () => {
  const { evaluations } = await asked(
    options.superior,
    "{ evaluations(first: 1, filter: { ratedByMe: true, status: [SELF_REPORTED, RATED_DRAFT] }) { nodes { id } } }",
  );
  const [one] = evaluations.nodes;
  must(one, `${options.superior} has nobody to rate`);
  const context = await browser.createBrowserContext();
  const page = await openPage(context, { viewport: { width: 1280, height: 1000, deviceScaleFactor: 0.75 } });
  await login(page, options.superior);
  await go(page, `team/rate/${one.id}`);
  await page.waitForFunction(() => /^[1-9]\d* kegiatan dihitung/m.test(document.querySelector("main").innerText), WAIT);
  await page.screenshot({ path: image("web-superior") });
  await context.close();
});

await check("the pictures are not empty", () => {
  for (const name of ["playground", "web", "web-superior"]) {
    const { length } = readFileSync(image(name));
    must(length > 40_000, `${name}: ${length} bytes`);
  }
});
await finish();
