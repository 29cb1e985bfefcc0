// Thousands of activations at once: password hashes must not take the machine's memory and threads, must not keep logins
// waiting, and the memory must come back.
import { randomBytes } from "node:crypto";
import { World, login, sleep } from "../lib.mjs";
import { flood, post, shrinks, tally, usage, watched } from "./measure.mjs";

export const name = "passwords";
// All requests come from this machine; a header gives each flood its own client addresses.
export const setup = { environment: { KINERJA_TRUSTED_PROXIES: "127.0.0.1" } };

const ACTIVATE = "mutation($input: ActivateAccountInput!) { activateAccount(input: $input) { done errors { code } } }";
const LOGIN = "mutation($input: LoginInput!) { login(input: $input) { accessToken errors { code } } }";
const ISSUE = `mutation($input: IssueActivationCodesInput!) {
  issueActivationCodes(input: $input) { codes { code } errors { code } } }`;
const STAFF = "{ staff(first: 60) { edges { node { id } } } }";
const PASSWORD = "sandi untuk uji serangan";
/// Connections that a flood opens. The server allows 10,000; above that it closes waiting ones, whose requests then get
/// no answer. The attack on connections shows that.
const CONNECTIONS = 9_000;
/// Megabytes by which the process may grow in a flood: 19 for the hash on each core, and the memory of the requests.
const GROWTH = 200;
/// Megabytes of the growth that may remain after a minute.
const REMAINS = 100;
/// Threads that a flood may add: one for each core, and those of the pool for files and of SQLite's connections.
const THREADS = 40;

export async function run({ world, server, logins, url, report, options }) {
  const { pid } = server.process;
  const calls = options.long === "yes" ? 10_000 : 2500;
  const begun = usage(pid).megabytes;
  const admin = await login(url, logins.ADMIN);
  const staff = (await post(url, STAFF, {}, { token: admin })).data.staff.edges.map(({ node }) => node.id);
  const issued = await post(url, ISSUE, { input: { recipients: { staffIds: staff.slice(0, 50) } } }, { token: admin });
  const codes = issued.data.issueActivationCodes.codes.map(({ code }) => code);

  // Measures the effect on others: an employee logs in all the time.
  const logged = [];
  let flooding = true;
  const others = (async () => {
    while (flooding) {
      logged.push(await post(url, LOGIN, { input: logins.EMPLOYEE }, from(9999)));
      await sleep(50);
    }
  })();
  const floods = {
    "real codes": (number) => [codes[number % codes.length], from(number % 200)],
    "unknown codes from one block": () => [unknown(), from(0)],
    "unknown codes from everywhere": (number) => [unknown(), from(number)],
  };
  for (const [what, call] of Object.entries(floods)) {
    const { result, before, peak, after } = await watched(pid, () =>
      flood(calls, CONNECTIONS, (number) => {
        const [code, headers] = call(number);
        return post(url, ACTIVATE, { input: { code, password: PASSWORD } }, headers);
      }));
    const counts = tally(result);
    const grown = peak.megabytes - before.megabytes;
    const cpu = (after.cpu - before.cpu) * 1000 / calls;
    const note = `${JSON.stringify(counts)}, ${cpu.toFixed(1)} ms of CPU each`;
    const lost = result.find(({ code }) => code === "NO_ANSWER")?.error ?? "";
    report.check(!counts.NO_ANSWER && !counts.INTERNAL_SERVER_ERROR,
      `${calls} activations with ${what} are answered: ${note} ${lost}`);
    report.check(grown <= GROWTH, `memory grows by ${grown} MB, at most ${GROWTH}`);
    report.check(peak.threads <= before.threads + THREADS, `threads: ${before.threads}, then ${peak.threads}`);
    if (what === "real codes") {
      report.check(counts.OK > 0 && counts.OK <= codes.length, `${counts.OK} of ${codes.length} codes worked, each once`);
    }
    if (what === "unknown codes from one block") {
      report.check(counts.BAD_USER_INPUT <= 20, "at most 20 of a block are looked up in a minute");
    }
  }
  flooding = false;
  await others;
  const slowest = Math.round(Math.max(...logged.map(({ milliseconds }) => milliseconds)));
  report.check(logged.every(({ code }) => code === null), `logins of others: ${JSON.stringify(tally(logged))}, ${slowest} ms at most`);
  const seconds = await shrinks(pid, begun + REMAINS, 60);
  report.check(seconds !== null, `memory returns to within ${REMAINS} MB of ${begun}: ${usage(pid).megabytes} MB`);
  await control(new World(world.adminUrl ?? "sqlite"), report);
}

/// Controls: with an endless queue the measurements notice all hashes, and with a short one they notice refused logins.
async function control(world, report) {
  const calls = 300;
  const guesses = (url) => flood(calls, calls, (number) =>
    post(url, LOGIN, { input: { user: `nobody${number}`, password: PASSWORD } }, from(number)));
  try {
    const endless = await world.server({ ...setup, settings: "logins_waiting = 100000\n" });
    await endless.start();
    const { result, before, after } = await watched(endless.process.pid, () => guesses(endless.url));
    const each = (after.cpu - before.cpu) * 1000 / calls;
    const counts = tally(result);
    report.check(counts.BAD_USER_INPUT === calls, `control: an endless queue lets all in: ${JSON.stringify(counts)}`);
    report.check(each > 10, `control: each hash shows as ${each.toFixed(1)} ms of CPU`);
    await endless.stop();

    const short = await world.server({ ...setup, settings: "logins_waiting = 1\n" });
    const logins = await short.start();
    const refused = (await guesses(short.url)).filter(({ code }) => code === "OVERLOADED");
    const told = refused.every(({ status, headers }) => status === 503 && headers["retry-after"] === "1");
    report.check(refused.length > 0 && told, `a full queue is OVERLOADED, 503 with Retry-After: ${refused.length} of ${calls}`);
    report.check((await login(short.url, logins.EMPLOYEE)).length > 0, "and logins work afterwards");
    await short.stop();
  } finally {
    world.remove();
  }
}

const unknown = () => randomBytes(10).toString("hex");

/// Headers of a proxy in front, for a client in the address block with this number.
function from(number) {
  return { headers: { "x-forwarded-for": `10.${(number >> 8) % 256}.${number % 256}.1` } };
}
