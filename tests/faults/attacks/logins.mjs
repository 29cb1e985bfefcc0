// Guesses passwords: in parallel, by every transport, through forged headers and on several servers. Also a rival who
// guesses in order to lock someone out.
import { createRequire } from "node:module";
import { join } from "node:path";
import { World, login, root } from "../lib.mjs";
import { flood, post, tally } from "./measure.mjs";

export const name = "logins";

const LOGIN = "mutation($input: LoginInput!) { login(input: $input) { accessToken deviceToken errors { code } } }";
const CHANGE = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) { done errors { code } } }";
const WRONG = "sandi yang pasti salah";
/// Failed logins that an account may have from one address block, and from all others together.
const FAILURES = 5;
const ELSEWHERE = 20;

const { WebSocket } = createRequire(join(root, "tests/conformance/package.json"))("ws");

export async function run({ world, server, logins, url, report, options }) {
  const urls = [url];
  if (world.name) {
    // Servers that share a database share the limits.
    const second = await world.server();
    await second.start();
    urls.push(second.url);
  }
  const { user, password } = logins.EMPLOYEE;
  const token = await login(url, logins.EMPLOYEE);
  const guesses = options.long === "yes" ? 3000 : 600;
  const forged = (number) => ({ "x-forwarded-for": `10.0.${number % 256}.1`, forwarded: `for=10.1.${number % 256}.1` });
  const answers = await flood(guesses, guesses, (number) =>
    post(urls[number % urls.length], LOGIN, { input: { user: spelled(user, number), password: WRONG } }, { headers: forged(number) }));
  const counts = tally(answers);
  report.check(counts.BAD_USER_INPUT === FAILURES, `${guesses} parallel guesses on ${urls.length} servers: ${JSON.stringify(counts)}`);
  const limited = answers.filter(({ code }) => code === "RATE_LIMITED");
  const waits = limited.map(({ retryAfterSeconds }) => retryAfterSeconds);
  report.check(limited.length > 0 && waits.every((wait) => wait >= 1 && wait <= 900), `RATE_LIMITED for ${Math.min(...waits)} to ${Math.max(...waits)} s`);
  const changes = await flood(20, 20, () =>
    post(url, CHANGE, { input: { currentPassword: WRONG, newPassword: "sandi baru untuk uji" } }, { token }));
  const changed = tally(changes);
  report.check(changed.BAD_USER_INPUT === FAILURES, `changePassword counts on the device of its session: ${JSON.stringify(changed)}`);
  report.check((await post(url, LOGIN, { input: { user, password } })).code === "RATE_LIMITED", "then the right password is refused too");

  // Other ways to put many guesses into one request, or to send them past the limit.
  const other = logins.SUPERIOR.user;
  const aliases = Array.from({ length: 20 }, (_, number) =>
    `a${number}: login(input: { user: "${other}", password: "${WRONG}${number}" }) { errors { code } }`);
  const aliased = await post(url, `mutation { ${aliases.join(" ")} }`, {});
  report.check(aliased.data === undefined && aliased.code !== null, `20 aliases are refused: ${aliased.code}`);
  const guess = encodeURIComponent(`mutation { ${aliases[0]} }`);
  const gotten = await fetch(`${url}?query=${guess}`, { headers: { accept: "application/graphql-response+json" } });
  report.check(gotten.status === 405, `a mutation by GET is refused: ${gotten.status}`);
  const batch = [1, 2].map(() => ({ query: `mutation { ${aliases[0]} }` }));
  const batched = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(batch) });
  report.check([400, 422].includes(batched.status), `a batch is refused: ${batched.status}`);
  const socket = await bySocket(url, token, `mutation { ${aliases[0]} }`);
  report.check(socket.code === "OPERATION_NOT_ALLOWED", `a mutation on a socket is refused: ${socket.code}`);

  await rival(new World(world.adminUrl ?? "sqlite"), report);
}

/// A rival guesses from all addresses that the limits allow. The owner must still be able to log in.
async function rival(world, report) {
  try {
    const server = await world.server({ environment: { KINERJA_TRUSTED_PROXIES: '["127.0.0.0/8"]' } });
    const logins = await server.start();
    const by = (address) => ({ headers: { "x-forwarded-for": address } });
    const send = (input, address) => post(server.url, LOGIN, { input }, by(address));
    const { user, password } = logins.EMPLOYEE;
    const home = "203.0.113.7";
    const { deviceToken } = (await send({ user, password }, home)).data.login;

    const near = await flood(40, 40, (number) => send({ user, password: WRONG }, `203.0.113.${number}`));
    const far = await flood(200, 200, (number) => send({ user, password: WRONG }, `2001:db8:${number.toString(16)}::1`));
    report.check(tally(near).BAD_USER_INPUT === FAILURES, `a rival in the same block: ${JSON.stringify(tally(near))}`);
    report.check(tally(far).BAD_USER_INPUT === ELSEWHERE, `and in 200 others: ${JSON.stringify(tally(far))}`);
    const kept = await send({ user, password, deviceToken }, home);
    report.check(kept.data?.login?.deviceToken === deviceToken, "the owner's device logs in from there");
    const moved = await send({ user, password, deviceToken }, "2001:db8:ffff::1");
    report.check(moved.data?.login?.deviceToken === deviceToken, "and from elsewhere");
    report.check((await send({ user, password }, "198.51.100.1")).code === "RATE_LIMITED", "an unknown device waits");
    const borrowed = (await send(logins.SUPERIOR, "198.51.100.2")).data.login.deviceToken;
    const foreign = await send({ user, password: WRONG, deviceToken: borrowed }, "198.51.100.2");
    report.check(foreign.code === "RATE_LIMITED", "a device token of another account is worth nothing");

    // Guesses that share no limit are all verified, so without the limit the counts above would have been higher.
    const free = await flood(40, 10, (number) => send({ user: `nobody${number}`, password: WRONG }, `192.0.${number}.1`));
    report.check(tally(free).BAD_USER_INPUT === 40, `control: guesses for 40 accounts from 40 blocks: ${JSON.stringify(tally(free))}`);
    await server.stop();
  } finally {
    world.remove();
  }
}

/// The same user name in different spellings.
function spelled(user, number) {
  return [user, user.toUpperCase(), ` ${user}`, `${user[0]} ${user.slice(1)}`][number % 4];
}

/// Sends an operation on a socket and returns the code of its error.
function bySocket(url, token, query) {
  return new Promise((done, failed) => {
    const socket = new WebSocket(url.replace("http", "ws"), "graphql-transport-ws");
    const send = (message) => socket.send(JSON.stringify(message));
    socket.on("open", () => send({ type: "connection_init", payload: { token } }));
    socket.on("error", failed);
    socket.on("close", (code) => done({ code: String(code) }));
    socket.on("message", (data) => {
      const { type, payload } = JSON.parse(data);
      if (type === "connection_ack") send({ id: "1", type: "subscribe", payload: { query } });
      if (type !== "error" && type !== "next") return;
      done({ code: (payload.errors ?? payload)[0]?.extensions?.code ?? type });
      socket.close();
    });
  });
}
