// Clients that follow something on one server, by a socket, an event stream or repeated requests, and record when
// answers arrived.
import { createRequire } from "node:module";
import { join } from "node:path";
import { NoAnswer, once, root, sleep } from "./lib.mjs";

const { WebSocket } = createRequire(join(root, "tests/conformance/package.json"))("ws");

/// Milliseconds between two requests, and between two tries after a refusal.
export const INTERVAL = 150;
/// Error codes that a client without the right gets.
const REFUSALS = ["UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"];

/// Unexpected errors: everything that is neither a delivery nor one of these codes.
export const failures = [];

export class Follower {
  /// `how` is socket, events or requests; `what` has a `query`, its `variables` and the `field` that is followed.
  /// `retries` says whether to try again after a refusal.
  constructor(server, how, token, what, retries = () => false) {
    Object.assign(this, { server, how, token, what, retries, stopped: false });
    // Times: of each delivery, of the first answer, of the accepted connection, of its end.
    Object.assign(this, { delivered: [], answeredAt: null, acceptedAt: null, endedAt: null });
    this.startedAt = Date.now();
    this.disconnect = () => {};
    void this[how]().catch((error) => this.fail(error.cause ?? error));
  }

  fail(what) {
    if (!this.stopped) failures.push(`${this.how} of ${this.what.field} on port ${this.server.port}: ${what}`);
    this.end();
  }

  /// Disconnects and ignores everything that arrives later.
  stop() {
    this.stopped = true;
    this.disconnect();
  }

  end() {
    if (!this.stopped) this.endedAt ??= Date.now();
  }

  /// Records an answer. Returns whether to try again.
  receive({ data, errors }) {
    if (this.stopped) return false;
    const refused = REFUSALS.includes(errors?.[0].extensions?.code);
    if (refused && this.retries()) return true;
    if (refused) this.end();
    else if (errors || !data?.[this.what.field]) this.fail(JSON.stringify({ data, errors }));
    else this.delivered.push(Date.now());
    return false;
  }

  async socket() {
    const socket = new WebSocket(this.server.url.replace("http", "ws"), "graphql-transport-ws", { perMessageDeflate: false });
    this.disconnect = () => socket.terminate();
    const { query, variables } = this.what;
    let asked = 0;
    const ask = () => {
      if (socket.readyState !== WebSocket.OPEN) return;
      asked += 1;
      socket.send(JSON.stringify({ type: "subscribe", id: String(asked), payload: { query, variables } }));
    };
    socket.on("error", (error) => this.fail(error));
    socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init", payload: { token: this.token } })));
    socket.on("message", (text) => {
      const message = JSON.parse(text);
      if (message.type === "connection_ack") {
        this.acceptedAt = this.answeredAt = Date.now();
        ask();
      } else if (message.type === "next") {
        this.receive(message.payload);
      } else if (message.type === "error") {
        if (this.receive({ errors: message.payload })) setTimeout(ask, INTERVAL);
      } else if (message.type === "ping") {
        socket.send('{"type":"pong"}');
      }
    });
    socket.on("close", (code, reason) => (code === 4403 ? this.end() : this.fail(`closed: ${code} ${reason}`)));
  }

  async events() {
    const stop = new AbortController();
    this.disconnect = () => stop.abort();
    const { query, variables } = this.what;
    const asked = await fetch(`${this.server.url}/stream`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.token}`, accept: "text/event-stream", "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
      signal: stop.signal,
    });
    this.answeredAt ??= Date.now();
    let again = false;
    if (asked.ok) {
      this.acceptedAt = Date.now();
      for await (const payload of payloads(asked.body)) again = this.receive(payload);
    } else {
      again = this.receive(await asked.json());
    }
    if (!again) return this.end();
    await sleep(INTERVAL);
    return this.stopped || this.events();
  }

  async requests() {
    const { query, variables, field } = this.what;
    while (!this.stopped) {
      try {
        const data = await once(this.server.url, this.token, query, variables);
        // The field is null for a client that cannot see the object.
        if (data[field] !== null && !this.stopped) this.delivered.push(Date.now());
      } catch (error) {
        if (error instanceof NoAnswer || !REFUSALS.some((code) => error.message.includes(code))) this.fail(error);
      }
      this.answeredAt ??= Date.now();
      await sleep(INTERVAL);
    }
  }
}

/// The payloads of an event stream.
async function* payloads(body) {
  const decoder = new TextDecoder();
  let incomplete = "";
  for await (const bytes of body) {
    const blocks = (incomplete + decoder.decode(bytes, { stream: true })).split("\n\n");
    incomplete = blocks.pop();
    for (const block of blocks) {
      const data = /^event: next$/m.test(block) && /^data: (.+)$/m.exec(block);
      if (data) yield JSON.parse(data[1]);
    }
  }
}
