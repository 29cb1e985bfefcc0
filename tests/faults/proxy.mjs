// A network that fails: TCP between a client and a server, cut, delayed, or losing answers on the way back.
import { connect, createServer } from "node:net";
import { dice } from "./lib.mjs";

export class Proxy {
  /// How it is: nobody gets through.
  offline = false;
  /// Which part of the answers is lost after the server has got the request.
  loses = 0;
  /// Up to how many milliseconds an answer is delayed.
  delays = 0;
  /// How many answers were lost, and connections cut.
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
      // What came before the end is still to be delivered.
      client.end();
      this.pairs.delete(pair);
    });
    client.on("data", (bytes) => server.write(bytes));
    server.on("data", (bytes) => {
      if (this.random() < this.loses) {
        this.lost += 1;
        return end();
      }
      const wait = this.delays * this.random();
      if (wait < 1) client.write(bytes);
      else {
        // In order: nothing else is read until this has gone on.
        server.pause();
        setTimeout(() => {
          client.write(bytes);
          server.resume();
        }, wait);
      }
    });
  }

  /// Cuts what is open.
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
