#!/usr/bin/env node
// Checks graphql-transport-ws with raw frames and with the public client: node ws-probe.mjs ws://HOST:PORT/graphql
// [--quick] [--strict]. The login is KIT_USER and KIT_PASSWORD. --quick omits the two slow rules.
import { createClient } from "graphql-ws";
import { BREAK, Kind, parse, print, visit } from "graphql";
import { once } from "node:events";
import { connect } from "node:net";
import WebSocket from "ws";
import { args, login, Report, sleep, streamConfig } from "./lib/util.mjs";

const PROTOCOL = "graphql-transport-ws";
const { pos, opt } = args();
const url = pos[0]?.replace(/^http/, "ws");
if (!url) {
  console.error("usage: ws-probe.mjs URL");
  process.exit(2);
}
const cfg = await streamConfig(opt, url);
const R = new Report("ws probe", opt);

// One socket, with all messages that it received.
class Socket {
  constructor(protocols = [PROTOCOL], options = {}) {
    this.messages = [];
    this.closed = null;
    this.ws = new WebSocket(url, protocols, { headers: cfg.handshake, handshakeTimeout: 5000, ...options });
    this.ready = new Promise((done) => {
      this.ws.on("open", () => done(true));
      this.ws.on("unexpected-response", (_, response) => {
        this.status = response.statusCode;
        done(false);
      });
      this.ws.on("error", (error) => {
        this.error ??= error.message;
        done(false);
      });
    });
    this.ws.on("message", (data) => this.messages.push(JSON.parse(data.toString())));
    this.ws.on("close", (code, reason) => (this.closed = { code, reason: reason.toString() }));
  }
  static async open() {
    const socket = new Socket();
    if (!(await socket.ready)) throw new Error(`no handshake: ${socket.status ?? socket.error}`);
    return socket;
  }
  static async init(payload = cfg.goodInit) {
    const socket = await Socket.open();
    socket.send({ type: "connection_init", payload });
    if (!(await socket.until((m) => m.type === "connection_ack")))
      throw new Error(`no ack: ${JSON.stringify(socket.closed)}`);
    return socket;
  }
  send(message) {
    const raw = typeof message === "string" || Buffer.isBuffer(message);
    this.ws.send(raw ? message : JSON.stringify(message));
  }
  subscribe(id, query, extra = {}) {
    this.send(subscribe(id, query, extra));
  }
  async until(wanted, ms = 3000) {
    for (const start = performance.now(); performance.now() - start < ms; await sleep(5)) {
      const found = this.messages.find(wanted);
      if (found || this.closed) return found ?? null;
    }
    return null;
  }
  async closeCode(ms = 3000) {
    for (const start = performance.now(); !this.closed && performance.now() - start < ms; ) await sleep(5);
    return this.closed?.code ?? null;
  }
  of(id) {
    return this.messages.filter((message) => message.id === id);
  }
  types(id) {
    return this.of(id)
      .map((message) => message.type)
      .join();
  }
  count(id) {
    return this.messages.filter((m) => m.type === "next" && (id === undefined || m.id === id)).length;
  }
  end() {
    this.ws.terminate();
  }
}

const subscribe = (id, query, extra = {}) => ({ id, type: "subscribe", payload: { query, ...extra } });

// Checks a rule on a new socket, and terminates the socket afterwards.
const rule = (level, name, check, start = Socket.init) =>
  R.check(level, name, async () => {
    const socket = await start();
    try {
      return await check(socket);
    } finally {
      socket.end();
    }
  });

// Checks that an action makes the server close the socket with one of these codes.
const closes = (level, name, codes, act, start = Socket.init) =>
  rule(
    level,
    name,
    async (socket) => {
      act(socket);
      const code = await socket.closeCode();
      return [codes].flat().includes(code) || `closed with ${code ?? "nothing: it stayed open"}`;
    },
    start,
  );

// Adds a required variable to an operation, used in @include on the first leaf field.
function withVariable(query) {
  const document = parse(query, { noLocation: true });
  const operation = document.definitions.find((it) => it.kind === Kind.OPERATION_DEFINITION);
  const donor = parse("query($kit: Boolean!) { a @include(if: $kit) }").definitions[0];
  operation.variableDefinitions = [...(operation.variableDefinitions ?? []), ...donor.variableDefinitions];
  visit(operation, {
    Field(node) {
      if (node.selectionSet) return undefined;
      node.directives = [...(node.directives ?? []), ...donor.selectionSet.selections[0].directives];
      return BREAK;
    },
  });
  return print(document);
}

// The handshake.
await rule("MUST", "W01 the handshake chooses graphql-transport-ws", (s) => s.ws.protocol === PROTOCOL, Socket.open);
await R.check("MUST", "W02 an unknown subprotocol is refused", async () => {
  const socket = new Socket(["nope-ws"]);
  const code = (await socket.ready) ? await socket.closeCode(1500) : null;
  socket.end();
  return socket.status >= 400 || [4406, 1002].includes(code) || `accepted, close ${code}`;
});
await R.check("INFO", "W03 the legacy subprotocol is not offered", async () => {
  const socket = new Socket(["graphql-ws"]);
  const ready = await socket.ready;
  socket.end();
  return !ready || "accepted";
});
await R.check("MUST", "W04 a client that lists the legacy subprotocol first gets the chosen one", async () => {
  const socket = new Socket(["graphql-ws", PROTOCOL]);
  if (!(await socket.ready)) return true;
  socket.send({ type: "connection_init", payload: cfg.goodInit });
  await socket.until((m) => m.type === "connection_ack");
  socket.subscribe("1", cfg.one);
  const first = await socket.until((m) => m.id === "1");
  socket.end();
  return (socket.ws.protocol === PROTOCOL && first?.type === "next") || `${socket.ws.protocol}: ${first?.type}`;
});

// Initialisation, and messages that violate the protocol.
await rule("MUST", "W05 connection_init gets connection_ack", () => true);
await closes("MUST", "W06 a second connection_init closes 4429", 4429, (s) =>
  s.send({ type: "connection_init", payload: cfg.goodInit }),
);
await closes("MUST", "W07 subscribe before the ack closes 4401", 4401, (s) => s.subscribe("1", cfg.one), Socket.open);
for (const [number, name, message] of [
  ["W08", "no JSON", "{nope"],
  ["W09", "a JSON list", "[]"],
  ["W10", "no type", { id: "1" }],
  ["W11", "an unknown type", { type: "bogus" }],
  ["W12", "subscribe without an id", { type: "subscribe", payload: { query: cfg.one } }],
  ["W13", "an id that is a number", { ...subscribe("1", cfg.one), id: 1 }],
  ["W14", "an empty id", subscribe("", cfg.one)],
  ["W15", "subscribe without a payload", { id: "1", type: "subscribe" }],
  ["W16", "a payload without a query", { id: "1", type: "subscribe", payload: {} }],
  ["W17", "a message that only servers send", { id: "1", type: "next", payload: {} }],
])
  await closes("MUST", `${number} ${name} closes 4400`, 4400, (s) => s.send(message));
await closes("MUST", "W18 an id in use closes 4409", 4409, (s) => {
  s.subscribe("d", cfg.endless);
  s.subscribe("d", cfg.endless);
});
for (const [name, payload] of [
  ["a bad token", cfg.badInit],
  ["no token", undefined],
])
  await closes(
    "MUST",
    `W19 connection_init with ${name} closes 4403`,
    4403,
    (s) => s.send({ type: "connection_init", payload }),
    Socket.open,
  );
await closes(
  "MUST",
  "W20 connection_init with a payload of another type closes 4400",
  4400,
  (s) => s.send({ type: "connection_init", payload: "x" }),
  Socket.open,
);
for (const [number, name, start] of [
  ["W21", "ping gets pong", Socket.init],
  ["W22", "ping before connection_init gets pong", Socket.open],
])
  await rule(
    "MUST",
    `${number} ${name}`,
    async (s) => {
      s.send({ type: "ping" });
      return !!(await s.until((m) => m.type === "pong")) || "no pong";
    },
    start,
  );
await rule("MUST", "W23 an unsolicited pong and complete of an unknown id are ignored", async (s) => {
  s.send({ type: "pong" });
  s.send({ id: "zzz", type: "complete" });
  s.subscribe("1", cfg.one);
  return !!(await s.until((m) => m.id === "1" && m.type === "next")) || JSON.stringify(s.closed);
});

// Subscriptions.
for (const [number, query, items] of [
  ["W24", cfg.one, 1],
  ["W25", cfg.finite, cfg.finiteCount],
])
  await rule("MUST", `${number} a subscription of ${items} gives ${items} next, then complete`, async (s) => {
    s.subscribe("1", query);
    await s.until((m) => m.type === "complete", 5000);
    return s.types("1") === "next,".repeat(items) + "complete" || s.types("1");
  });
for (const [number, name, query] of [
  ["W26", "a syntax error", "{"],
  ["W27", "a validation error", "subscription { nope__ }"],
])
  await rule("MUST", `${number} ${name} gives one "error" with a list, the socket stays`, async (s) => {
    s.subscribe("e", query);
    await s.until((m) => m.id === "e");
    await sleep(150);
    return (s.types("e") === "error" && Array.isArray(s.of("e")[0].payload) && !s.closed) || s.types("e");
  });
await rule("MUST", 'W28 a missing variable gives "error"', async (s) => {
  s.subscribe("e", withVariable(cfg.one), { variables: {} });
  await s.until((m) => m.id === "e");
  await sleep(150);
  return s.types("e") === "error" || s.types("e");
});
await rule("MUST", "W29 nothing follows the client's complete", async (s) => {
  s.subscribe("1", cfg.endless);
  await s.until((m) => m.type === "next");
  s.send({ id: "1", type: "complete" });
  await sleep(200);
  const before = s.count();
  await sleep(250);
  return s.count() === before || `${s.count() - before} late`;
});
await rule("INFO", "W30 the client's complete is not echoed", async (s) => {
  s.subscribe("1", cfg.endless);
  await s.until((m) => m.type === "next");
  s.send({ id: "1", type: "complete" });
  await sleep(200);
  return !s.messages.some((m) => m.type === "complete") || "echoed";
});
await rule("MUST", "W31 an id can be used again after its end", async (s) => {
  s.subscribe("1", cfg.one);
  await s.until((m) => m.type === "complete");
  s.messages.length = 0;
  s.subscribe("1", cfg.one);
  return !!(await s.until((m) => m.type === "next")) || JSON.stringify(s.closed);
});
await rule("MUST", "W32 two busy subscriptions share a socket fairly", async (s) => {
  s.subscribe("a", cfg.endless);
  s.subscribe("b", cfg.endless);
  await sleep(1200);
  const [a, b] = [s.count("a"), s.count("b")];
  return { ok: a > 5 && b > 5 && Math.min(a, b) / Math.max(a, b) > 0.5, note: `${a}:${b}` };
});

// Limits.
await rule("MUST", "W33 some of 200 subscriptions on one socket are refused", async (s) => {
  for (let number = 0; number < 200; number += 1) s.subscribe(`n${number}`, cfg.slow);
  await sleep(1500);
  const refused = s.messages.filter((m) => m.type === "error").length;
  return { ok: refused > 0 || s.closed !== null, note: `${refused} refused` };
});
await closes("MUST", "W34 a message of 4 MiB closes 1009", [1009, 1006], (s) =>
  s.subscribe("1", `${cfg.one}#${"x".repeat(4 << 20)}`),
);
await closes("MUST", "W35 a binary frame closes 4400", [4400, 1003], (s) =>
  s.send(Buffer.from(JSON.stringify(subscribe("1", cfg.one)))),
);
await R.check("MUST", "W36 a foreign Origin is refused", async () => {
  const socket = new Socket([PROTOCOL], { origin: "https://evil.example" });
  const ready = await socket.ready;
  socket.end();
  return !ready || "accepted";
});

// Cut connections.
await R.check("MUST", "W37 after a cut the public client reconnects and subscribes again", async () => {
  class WithHeaders extends WebSocket {
    constructor(address, protocols) {
      super(address, protocols, { headers: cfg.handshake });
    }
  }
  let [connections, items, after, fault] = [0, 0, 0, null];
  const client = createClient({
    url,
    webSocketImpl: WithHeaders,
    connectionParams: cfg.goodInit,
    retryAttempts: 3,
    retryWait: () => sleep(100),
    shouldRetry: () => true,
    on: { connected: () => (connections += 1) },
  });
  const stop = client.subscribe(
    { query: cfg.endless },
    {
      next: (result) => {
        fault ??= result.errors;
        items += 1;
        if (items === 3) client.terminate();
        if (connections > 1) after += 1;
      },
      error: (error) => (fault ??= error.message ?? error.reason ?? error),
      complete: () => {},
    },
  );
  const end = performance.now() + 5000;
  while (!fault && after < 5 && performance.now() < end) await sleep(10);
  stop();
  await client.dispose();
  return (!fault && connections === 2 && after >= 5) || JSON.stringify({ fault, connections, items, after });
});
await R.check("MUST", "W38 a socket works after twenty others were cut", async () => {
  const sockets = [];
  for (let number = 0; number < 20; number += 1) {
    const socket = await Socket.init();
    socket.subscribe("1", cfg.endless);
    sockets.push(socket);
  }
  await sleep(100);
  for (const socket of sockets) socket.end();
  const socket = await Socket.init();
  socket.subscribe("1", cfg.one);
  const next = await socket.until((m) => m.type === "next");
  socket.end();
  return !!next || "no answer";
});
for (const [name, query] of [
  ["query", cfg.query],
  ["mutation", cfg.mutation],
])
  await rule("MUST", `W39 a ${name} gets one "error" (OPERATION_NOT_ALLOWED), the socket stays`, async (s) => {
    s.subscribe("q", query);
    await s.until((m) => m.id === "q");
    await sleep(150);
    const [types, code] = [s.types("q"), s.of("q")[0]?.payload?.[0]?.extensions?.code];
    s.messages.length = 0;
    s.subscribe("q", cfg.one);
    const next = await s.until((m) => m.id === "q" && m.type === "next");
    return (types === "error" && code === "OPERATION_NOT_ALLOWED" && !!next) || `${types} ${code}`;
  });
await rule("MUST", "W42 a ping with a token gets pong, the socket stays", async (s) => {
  s.send({ type: "ping", payload: { token: await login(cfg, url) } });
  const pong = await s.until((m) => m.type === "pong");
  s.subscribe("1", cfg.one);
  const next = await s.until((m) => m.id === "1");
  return (!!pong && next?.type === "next") || JSON.stringify({ pong, next, closed: s.closed });
});

await R.check("MUST", "W43 connection_init takes a cursor; a stream's own later one counts", async () => {
  const cursors = async (after, query) => {
    const socket = await Socket.init({ ...cfg.goodInit, after });
    socket.subscribe("1", query);
    await socket.until((m) => m.type === "complete" || m.type === "error", 5000);
    socket.end();
    return socket.of("1").map((m) => m.payload?.extensions?.cursor ?? m.payload?.[0]?.extensions?.code ?? m.type);
  };
  const [first, second] = await cursors("start", cfg.finite);
  const [later] = await cursors(first, cfg.finite);
  const [beyond] = await cursors(Buffer.from("j999999999999").toString("base64url"), cfg.finite);
  return (second && later === second && beyond === "CURSOR_UNKNOWN") || JSON.stringify({ first, second, later, beyond });
});
await R.check("MUST", "W44 the handshake spells Sec-WebSocket-Protocol as the client does", async () => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    "GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
      `Sec-WebSocket-Protocol: ${PROTOCOL}\r\n\r\n`,
  );
  const [answer] = await once(socket, "data");
  socket.destroy();
  return /\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n/.test(answer.toString()) || answer.toString();
});

// Time.
if (!opt.quick) {
  await rule(
    "MUST",
    `W40 without connection_init the server closes 4408 within ${cfg.initTimeoutMs} ms`,
    async (s) => {
      const start = performance.now();
      const code = await s.closeCode(cfg.initTimeoutMs);
      return { ok: code === 4408, note: `${code} after ${Math.round(performance.now() - start)} ms` };
    },
    Socket.open,
  );
  await rule("MUST", `W41 an idle socket is pinged within ${cfg.idlePingMs} ms`, async (s) => {
    let pinged = false;
    s.ws.on("ping", () => (pinged = true));
    for (const start = performance.now(); performance.now() - start < cfg.idlePingMs; await sleep(50)) {
      if (pinged || s.messages.some((m) => m.type === "ping")) return true;
      if (s.closed) break;
    }
    return `none, close ${s.closed?.code ?? "none"}`;
  });
}
R.done();
setTimeout(() => process.exit(), 200);
