// An unreliable network: a TCP proxy that cuts connections and delays or drops the answers of the server.
import { connect, createServer } from "node:net";
import { dice } from "./lib.mjs";

export class Proxy {
  /// Whether new connections are refused.
  offline = false;
  /// Share of the answers that are dropped; the server has already received the request.
  lossRate = 0;
  /// Longest delay of an answer, in milliseconds.
  maxDelay = 0;
  /// Number of dropped answers and of cut connections.
  lost = 0;
  cuts = 0;

  static async before(port, seed = 1) {
    const proxy = new Proxy();
    proxy.pairs = new Set();
    proxy.random = dice(seed);
    proxy.server = createServer((client) => proxy.join(client, port));
    await new Promise((done) => proxy.server.listen(0, "127.0.0.1", done));
    proxy.port = proxy.server.address().port;
    proxy.url = `http://127.0.0.1:${proxy.port}/graphql`;
    return proxy;
  }

  join(client, port) {
    client.on("error", () => {});
    if (this.offline) return client.destroy();
    const server = connect(port, "127.0.0.1");
    const pair = { client, server };
    this.pairs.add(pair);
    const end = () => {
      this.pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    server.on("error", end);
    client.on("close", end);
    server.on("close", () => {
      // Delivers the data that was received before the end.
      client.end();
      this.pairs.delete(pair);
    });
    client.on("data", (bytes) => server.write(bytes));
    server.on("data", (bytes) => {
      if (this.random() < this.lossRate) {
        this.lost += 1;
        return end();
      }
      const wait = this.maxDelay * this.random();
      if (wait < 1) client.write(bytes);
      else {
        // Keeps the order: the next bytes are read after these were sent.
        server.pause();
        setTimeout(() => {
          client.write(bytes);
          server.resume();
        }, wait);
      }
    });
  }

  /// Cuts all open connections.
  cut() {
    this.cuts += this.pairs.size;
    for (const { client, server } of [...this.pairs]) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  close() {
    this.cut();
    this.server.close();
  }
}
