// Those who follow something on one server, and when they were told: by a socket, by an event stream, or by asking
// again and again.
import { createRequire } from "node:module";
import { join } from "node:path";
import { Lost, once, root, sleep } from "./lib.mjs";

const { WebSocket } = createRequire(join(root, "tests/conformance/package.json"))("ws");

/// Between two requests of one who asks, and two tries of one who insists.
export const EVERY = 150;
/// What somebody without the right is answered.
const REFUSALS = ["UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"];

/// What went otherwise than by telling or by refusing.
export const failures = [];

export class Follower {
  /// `how` is socket, events or requests; `what` has a `query` of these `variables` whose `field` is told. Whoever
  /// `insists` comes again where he is refused.
  constructor(server, how, token, what, insists = () => false) {
    // The times: of what was told, of the first answer, of being let in, of the end of it.
    Object.assign(this, { server, how, token, what, insists, told: [], there: null, letIn: null, over: null, left: false });
    this.begun = Date.now();
    this.leave = () => {};
    void this[how]().catch((error) => this.fail(error.cause ?? error));
  }

  fail(what) {
    if (!this.left) failures.push(`${this.how} of ${this.what.field} on port ${this.server.port}: ${what}`);
    this.end();
  }

  /// Goes away; what comes later is not looked at.
  cut() {
    this.left = true;
    this.leave();
  }

  end() {
    if (!this.left) this.over ??= Date.now();
  }

  /// Takes what was answered; whether it is worth coming again.
  heard({ data, errors }) {
    if (this.left) return false;
    const refused = REFUSALS.includes(errors?.[0].extensions?.code);
    if (refused && this.insists()) return true;
    if (refused) this.end();
    else if (errors || !data?.[this.what.field]) this.fail(JSON.stringify({ data, errors }));
    else this.told.push(Date.now());
    return false;
  }

  async socket() {
    const socket = new WebSocket(this.server.url.replace("http", "ws"), "graphql-transport-ws", { perMessageDeflate: false });
    this.leave = () => socket.terminate();
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
        this.letIn = this.there = Date.now();
        ask();
      } else if (message.type === "next") {
        this.heard(message.payload);
      } else if (message.type === "error") {
        if (this.heard({ errors: message.payload })) setTimeout(ask, EVERY);
      } else if (message.type === "ping") {
        socket.send('{"type":"pong"}');
      }
    });
    socket.on("close", (code, reason) => (code === 4403 ? this.end() : this.fail(`closed: ${code} ${reason}`)));
  }

  async events() {
    const stop = new AbortController();
    this.leave = () => stop.abort();
    const { query, variables } = this.what;
    const asked = await fetch(`${this.server.url}/stream`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.token}`, accept: "text/event-stream", "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
      signal: stop.signal,
    });
    this.there ??= Date.now();
    let again = false;
    if (asked.ok) {
      this.letIn = Date.now();
      for await (const payload of nexts(asked.body)) again = this.heard(payload);
    } else {
      again = this.heard(await asked.json());
    }
    if (!again) return this.end();
    await sleep(EVERY);
    return this.left || this.events();
  }

  async requests() {
    const { query, variables, field } = this.what;
    while (!this.left) {
      try {
        const data = await once(this.server.url, this.token, query, variables);
        // What he may not see is not there.
        if (data[field] !== null && !this.left) this.told.push(Date.now());
      } catch (error) {
        if (error instanceof Lost || !REFUSALS.some((code) => error.message.includes(code))) this.fail(error);
      }
      this.there ??= Date.now();
      await sleep(EVERY);
    }
  }
}

/// What an event stream tells.
async function* nexts(body) {
  const reading = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    const blocks = (rest + reading.decode(bytes, { stream: true })).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const data = /^event: next$/m.test(block) && /^data: (.+)$/m.exec(block);
      if (data) yield JSON.parse(data[1]);
    }
  }
}
