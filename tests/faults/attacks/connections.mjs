// Connections that never speak, or never end a header or a body, on a server that may open 400 files: `/livez` answers
// throughout on the port for clients and on its own, requests are answered, and the connections are closed.
import { Agent, get } from "node:http";
import { connect } from "node:net";
import { freePort, sleep } from "../lib.mjs";
import { post } from "./measure.mjs";

export const name = "connections";
const FILES = 400;
const MANY = 420;
const healthPort = await freePort();
export const setup = { files: FILES, environment: { KINERJA_HEALTH_LISTEN: `127.0.0.1:${healthPort}` } };

const KINDS = {
  silent: "",
  "half a header": "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-le",
  "half a body": "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{",
  "HTTP/2 without a request": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
};

/// Opens many connections that send these bytes and no more; `addresses` is how many loopback addresses they come from.
async function hold(port, bytes, addresses) {
  const sockets = Array.from({ length: MANY }, (_, number) => {
    const localAddress = `127.0.0.${2 + (number % addresses)}`;
    const socket = connect({ port, host: "127.0.0.1", localAddress });
    socket.over = false;
    socket.on("connect", () => bytes && socket.write(bytes));
    socket.on("error", () => {});
    socket.on("data", () => {});
    socket.on("close", () => (socket.over = true));
    return socket;
  });
  await sleep(300);
  return { open: () => sockets.filter((socket) => !socket.over).length, end: () => sockets.forEach((it) => it.destroy()) };
}

/// Milliseconds until `/livez` answers a new connection, or Infinity.
function probe(port, limit = 3_000) {
  const started = performance.now();
  return new Promise((done) => {
    const asked = get({ port, host: "127.0.0.1", path: "/livez", agent: new Agent(), timeout: limit }, (response) => {
      response.resume();
      response.on("end", () => done(response.statusCode === 200 ? performance.now() - started : Infinity));
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => done(Infinity));
    asked.on("close", () => done(Infinity));
  });
}

/// Probes again and again until `work` ends; returns the slowest answer.
async function probed(port, work) {
  let running = true;
  const slowest = (async () => {
    let worst = 0;
    while (running) {
      worst = Math.max(worst, await probe(port));
      await sleep(25);
    }
    return worst;
  })();
  const result = await work();
  running = false;
  return { result, slowest: await slowest };
}

const asks = (url) => post(url, "{ serviceConfig { limits { cost } } }", {}, { timeout: 3_000 });

export async function run({ world, server, url, report, options }) {
  const { port } = server;
  // Other programs may use the same cores, so a probe may take what it takes without an attack.
  const usual = (await probed(port, () => sleep(2_000))).slowest;
  const allowed = 100 + (usual > 50 ? usual : 0);
  for (const [what, bytes] of Object.entries(KINDS)) {
    for (const addresses of options.long === "yes" ? [1, 100] : [100]) {
      const of = `${MANY} connections from ${addresses} addresses, ${what}`;
      const attack = await probed(port, async () => {
        const held = await hold(port, bytes, addresses);
        const during = [];
        let ownSlowest = 0;
        const started = performance.now();
        // The timeout of a header and of a pause in a body is 10 s.
        while (performance.now() - started < 14_000 && held.open() > 0) {
          during.push(await asks(url));
          ownSlowest = Math.max(ownSlowest, await probe(healthPort));
          await sleep(200);
        }
        const left = held.open();
        held.end();
        return { during, left, ownSlowest };
      });
      const { during, left, ownSlowest } = attack.result;
      report.check(attack.slowest < allowed, `${of}: /livez took at most ${attack.slowest.toFixed(0)} of ${allowed.toFixed(0)} ms`);
      report.check(ownSlowest < allowed, `${of}: /livez on its own port took at most ${ownSlowest.toFixed(0)} ms`);
      report.check(left === 0, `${of}: the server closed all but ${left}`);
      const answers = during.map(({ status }) => status);
      // Bodies that pause are running requests, so others may get 503.
      const fine = answers.filter((status) => status === 200 || (status === 503 && what === "half a body")).length;
      report.check(fine === answers.length, `${of}: ${fine} of ${answers.length} requests were answered during the attack`);
      report.check((await asks(url)).status === 200, `${of}: a request was answered afterwards`);
    }
  }
  await control({ world, report });
}

async function control({ world, report }) {
  const settings = "max_connections = 0\n[connections]\nheader_ms = 0\nidle_ms = 0\naddress_percent = 0\n";
  const environment = { KINERJA_DATA_DIR: `${world.folder}/control` };
  if (world.name) environment.DATABASE_URL = "";
  const server = await world.server({ settings, environment, files: FILES, staff: 50 });
  await server.start();
  const held = await hold(server.port, "", 1);
  let took = 0;
  // It takes a moment until the server has used up its files.
  for (let tries = 0; tries < 20 && took < Infinity; tries += 1) {
    await sleep(500);
    took = await probe(server.port);
  }
  report.check(took === Infinity, "control: without limits, silent connections leave /livez unanswered");
  held.end();
  await sleep(1_000);
  const after = await probe(server.port);
  report.check(after < Infinity, "running out of files stops the server only while it lasts");
  await server.kill();
}
