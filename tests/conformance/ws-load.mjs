#!/usr/bin/env node
// Opens many sockets with one idle subscription each: node ws-load.mjs ws://HOST:PORT/graphql [--n 2000]
// [--pid SERVER]. With the process id of a server on this machine, it prints the memory per socket. The server must
// allow one person that many sockets: [streams] sockets_per_person.
import { readFileSync } from "node:fs";
import WebSocket from "ws";
import { args, sleep, streamConfig } from "./lib/util.mjs";

const { pos, opt } = args();
const url = pos[0]?.replace(/^http/, "ws");
if (!url) {
  console.error("usage: ws-load.mjs URL");
  process.exit(2);
}
const cfg = await streamConfig(opt, url);
const wanted = Number(opt.n ?? 2000);
const query = opt.sub ?? cfg.idle;
const resident = () =>
  opt.pid ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${opt.pid}/status`, "utf8"))[1]) : 0;

const before = resident();
const start = performance.now();
let [open, failed] = [0, 0];
for (let number = 0; number < wanted; number += 1) {
  const ws = new WebSocket(url, ["graphql-transport-ws"], { perMessageDeflate: false, headers: cfg.handshake });
  ws.on("open", () => ws.send(JSON.stringify({ type: "connection_init", payload: cfg.goodInit })));
  ws.on("message", (data) => {
    if (JSON.parse(data).type !== "connection_ack") return;
    open += 1;
    ws.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query } }));
  });
  ws.on("error", () => (failed += 1));
  ws.on("close", () => (failed += 1));
  if (number % 100 === 99) await sleep(20);
}
while (open + failed < wanted && performance.now() - start < 60000) await sleep(20);
const openedInMs = Math.round(performance.now() - start);
await sleep(2000);
const after = resident();
const memory = opt.pid
  ? { beforeKiB: before, afterKiB: after, eachKiB: Number(((after - before) / open).toFixed(1)) }
  : {};
console.log(JSON.stringify({ sockets: open, failed, openedInMs, ...memory }));
process.exit(failed > 0 ? 1 : 0);
