// On a phone the panes are tabs.
import { check, enter, must, openAlone, press, url } from "./harness.mjs";
import { answerOf, choose, faults } from "./ready.mjs";

// The narrowest phone in use, and a usual one.
const WIDTH = 360;
const USUAL = 390;
const PANES = {
  query: ".graphiql-query-editor",
  variables: '.graphiql-editor-tool[aria-label="Variables"]',
  result: ".graphiql-response",
  docs: ".graphiql-plugin",
};

// The width of an element that a person sees; 0 if it is hidden or outside of the screen.
const widthOf = (page, selector) =>
  page.$eval(selector, (node) => {
    const { left, right, width, height } = node.getBoundingClientRect();
    const seen = node.checkVisibility({ opacityProperty: true }) && height > 50;
    return seen && left >= 0 && right <= innerWidth ? width : 0;
  });

export async function phone() {
  const { page, consoleErrors, close } = await openAlone(url, {
    width: WIDTH, height: 640, isMobile: true, hasTouch: true, deviceScaleFactor: 2,
  });
  await check("on a phone every login, every tab and one button to run are on the screen", async () => {
    for (const width of [WIDTH, USUAL]) {
      await page.setViewport({ width, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
      const places = await page.$$eval("#demo button, .panes button, .graphiql-execute-button", (nodes) =>
        nodes
          .filter((node) => node.checkVisibility())
          .map((node) => ({ is: node.id || node.dataset.who || node.className, ...node.getBoundingClientRect().toJSON() })),
      );
      const cut = places.filter(({ left, right, height }) => left < 0 || right > width || height < 24);
      must(cut.length === 0, `${width} px: ${JSON.stringify(cut)}`);
      const names = places.map(({ is }) => is);
      const expected = "EMPLOYEE,SUPERIOR,UNIT_HEAD,PERFORMANCE_TEAM,ADMIN,AUDITOR,MAYOR,REPORTING,pane-query,pane-variables,pane-result,pane-docs,run";
      must(names.join() === expected, `${width} px: ${names}`);
    }
    await page.setViewport({ width: WIDTH, height: 640, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
  });

  const selected = () => page.$eval('.panes [aria-selected="true"]', (node) => node.id.replace("pane-", ""));

  await check("on a phone one pane at a time fills the width", async () => {
    await enter(page, "SUPERIOR");
    for (const name of Object.keys(PANES)) {
      await press(page, `#pane-${name}`);
      await page.waitForFunction((id) => document.querySelector(id).ariaSelected === "true", {}, `#pane-${name}`);
      for (const [other, selector] of Object.entries(PANES)) {
        const width = await widthOf(page, selector);
        must(other === name ? width >= WIDTH - 80 : width === 0, `${name}: ${other} is ${width} px wide`);
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      must(wide <= WIDTH, `${name}: the page is ${wide} px wide`);
    }
  });

  await check("on a phone a ready operation runs at one press and shows its result", async () => {
    await choose(page, { name: "worklist", operationName: "Worklist" });
    must((await selected()) === "query", "the operation is not shown");
    const answer = await answerOf(page, "Worklist", "#run");
    must(faults(answer).length === 0, JSON.stringify(answer));
    await page.waitForFunction(() => document.querySelector(".result-window .view-lines")?.textContent.includes("worklist"));
    must((await selected()) === "result", "the result is not shown");
    const lines = await page.$eval(".result-window .view-lines", (node) => node.getBoundingClientRect().width);
    must(lines > 250, `the result has ${lines} px for its lines`);
  });

  await check("the arrow keys change the pane", async () => {
    await page.focus("#pane-result");
    for (const [key, pane] of [["ArrowRight", "docs"], ["ArrowRight", "query"], ["End", "docs"], ["Home", "query"]]) {
      await page.keyboard.press(key);
      await page.waitForFunction((id) => document.activeElement.id === id, {}, `pane-${pane}`);
      must((await selected()) === pane, `${key} shows ${await selected()}`);
    }
  });

  await check("every control has a name", async () => {
    const tree = await page.accessibility.snapshot({ interestingOnly: false });
    const nameless = [];
    const walk = (node) => {
      if (["button", "combobox", "tab", "checkbox", "textbox"].includes(node.role) && !node.name) nameless.push(node.role);
      (node.children ?? []).forEach(walk);
    };
    walk(tree);
    must(nameless.length === 0, nameless.join());
  });

  await check("control: without the tabs the result pane is too narrow", async () => {
    await page.evaluate(() => delete document.querySelector(".page").dataset.pane);
    const width = await widthOf(page, PANES.result);
    must(width < WIDTH - 80, `it is ${width} px wide`);
  });

  await check("a phone logs no error", () => must(consoleErrors.length === 0, consoleErrors.join(" | ")));
  await close();
}
