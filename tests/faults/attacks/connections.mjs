// Opens connections that send nothing, or never finish a header or a body, on a server that may open 400 files.
// `/livez` must always answer, on the port for clients and on its separate port. Other requests must be answered, and
// the connections must be closed in time.
import { readdirSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { World, freePort, sleep } from "../lib.mjs";
import { Prober, probe } from "../probe.mjs";

export const name = "connections";
const FILES = 400;
const MANY = 420;
const healthPort = await freePort();
/// The timeouts in milliseconds; those of the short form are shorter than the defaults.
const timeouts = (long) => (long ? { header: 10_000, idle: 75_000, body: 10_000 } : { header: 2_000, idle: 6_000, body: 2_000 });
const settings = ({ header, idle, body }) => `[connections]\nheader_ms = ${header}\nidle_ms = ${idle}\nbody_ms = ${body}\n`;
export const setup = ({ long }) => ({
  files: FILES,
  staff: 50,
  settings: settings(timeouts(long === "yes")),
  environment: { KINERJA_HEALTH_LISTEN: `127.0.0.1:${healthPort}` },
});
/// Maximum delay of a timeout, in milliseconds, because the machine may be busy.
const LATE = 3_000;

const HALF = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-le";
const BODY = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{";
const LIVE = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";

/// The bytes that the connections of an attack send, and the timeout that ends them.
const KINDS = [
  { what: "silent", bytes: "", by: "header" },
  { what: "half a header", bytes: HALF, by: "header" },
  { what: "a header byte by byte", bytes: HALF, every: 200, by: "header" },
  { what: "half a body", bytes: BODY, by: "body" },
  { what: "HTTP/2 without a request", bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", by: "header" },
];

/// Opens a connection from an address of this machine and sends `bytes`. With `every`, sends another byte at that
/// interval in milliseconds; with `then`, sends that text after an answer. `opened` is the time of the opening, or of the
/// last answer; `closed` is the time of the end.
function open(port, { bytes, every, then }, address) {
  const socket = connect({ port, host: "127.0.0.1", localAddress: address });
  const connection = { socket, opened: null, closed: null };
  connection.settled = new Promise((done) => {
    socket.on("connect", () => {
      connection.opened = performance.now();
      if (every) connection.drip = setInterval(() => socket.write("x"), every);
      if (bytes) socket.write(bytes);
      done();
    });
    socket.on("close", () => {
      connection.closed = performance.now();
      clearInterval(connection.drip);
      done();
    });
  });
  socket.on("error", () => {});
  socket.on("data", () => {
    // The answer to the first request; the timeout of the next header starts now.
    if (then) socket.write(then);
    connection.opened = performance.now();
  });
  return connection;
}

/// Opens many connections from this many loopback addresses, and waits until each has connected or failed.
async function hold(port, kind, addresses) {
  const all = Array.from({ length: MANY }, (_, number) => open(port, kind, `127.0.0.${2 + (number % addresses)}`));
  await Promise.all(all.map(({ settled }) => settled));
  return {
    reached: all.filter(({ opened }) => opened !== null).length,
    open: () => all.filter(({ closed }) => closed === null).length,
    end: () => all.forEach(({ socket }) => socket.destroy()),
  };
}

/// Sends a request on a new connection and returns its status, or 0.
function asks(port) {
  const body = JSON.stringify({ query: "{ serviceConfig { limits { cost } } }" });
  const headers = { "content-type": "application/json", "content-length": body.length };
  return new Promise((done) => {
    const options = { port, host: "127.0.0.1", path: "/graphql", method: "POST", headers, agent: false, timeout: 5_000 };
    const asked = request(options, (response) => {
      response.resume();
      response.on("end", () => done(response.statusCode));
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => done(0));
    asked.end(body);
  });
}

export async function run({ world, server, report, options }) {
  const { port } = server;
  const limits = timeouts(options.long === "yes");
  for (const kind of KINDS) {
    for (const addresses of options.long === "yes" ? [1, 100] : [100]) {
      const of = `${MANY} connections from ${addresses} addresses, ${kind.what}`;
      const prober = new Prober([port, healthPort]);
      const held = await hold(port, kind, addresses);
      const started = performance.now();
      const during = [];
      while (performance.now() - started < limits[kind.by] + LATE && held.open() > 0) {
        during.push(await asks(port));
        await sleep(100);
      }
      const left = held.open();
      held.end();
      const probes = await prober.end();
      report.check(held.reached === MANY, `${of}: ${held.reached} were opened`);
      for (const [at, where] of ["the port for clients", "its own port"].entries()) {
        const { sent, answered, slowest } = probes[at];
        report.check(answered === sent, `${of}: /livez on ${where} answered ${answered} of ${sent}, in ${slowest.toFixed(0)} ms at most`);
      }
      report.check(left === 0, `${of}: the server closed all but ${left}`);
      // Bodies that pause belong to running requests, so others may get 503.
      const fine = during.filter((status) => status === 200 || (status === 503 && kind.by === "body")).length;
      const others = during.filter((status) => status !== 200);
      report.check(
        fine === during.length,
        `${of}: ${fine} of ${during.length} requests were answered during the attack${others.length > 0 ? `; not with 200: ${others}` : ""}`,
      );
      report.check((await asks(port)) === 200, `${of}: a request was answered afterwards`);
    }
  }
  await each({ port, limits, report });
  await control(new World("sqlite"), report);
}

/// Each timeout ends a lone connection at its time, not earlier and not much later.
async function each({ port, limits, report }) {
  const cases = [
    ["a silent connection", { bytes: "" }, limits.header],
    ["half a header", { bytes: HALF }, limits.header],
    ["a header byte by byte", { bytes: HALF, every: 200 }, limits.header],
    ["an idle connection after a request", { bytes: LIVE }, limits.idle],
    ["half a header after a request", { bytes: LIVE, then: HALF }, limits.header],
  ];
  const all = cases.map(([what, kind, limit]) => ({ what, limit, connection: open(port, kind, "127.0.0.2") }));
  const longest = Math.max(...cases.map(([, , limit]) => limit)) + LATE;
  const started = performance.now();
  while (performance.now() - started < longest && all.some(({ connection }) => connection.closed === null)) await sleep(20);
  for (const { what, limit, connection } of all) {
    const after = connection.closed - connection.opened;
    // Whole milliseconds are counted, and the server's clock starts a moment later.
    const inTime = connection.closed !== null && after >= limit - 20 && after <= limit + LATE;
    report.check(inTime, `${what}: closed after ${connection.closed === null ? "never" : after.toFixed(0)} of ${limit} ms`);
    connection.socket.destroy();
  }
}

/// Without limits, silent connections use up the files of the server.
async function control(world, report) {
  try {
    const endless = "max_connections = 0\n[connections]\nheader_ms = 0\nidle_ms = 0\naddress_percent = 0\n";
    const server = await world.server({ settings: endless, files: FILES, staff: 50 });
    await server.start();
    const held = await hold(server.port, KINDS[0], 1);
    const files = () => readdirSync(`/proc/${server.process.pid}/fd`).length;
    for (let tries = 0; tries < 200 && files() < FILES; tries += 1) await sleep(50);
    const took = await probe(server.port);
    report.check(took === Infinity, `control: without limits, silent connections use ${files()} files and leave /livez unanswered`);
    held.end();
    let after = Infinity;
    for (let tries = 0; tries < 20 && after === Infinity; tries += 1) after = await probe(server.port, 500);
    report.check(after < Infinity, "running out of files stops the server only while it lasts");
    await server.kill();
  } finally {
    world.remove();
  }
}
