// Shared by the attacks: many requests at once, and their cost for the attacked process.
import { readFileSync } from "node:fs";
import { Agent, request as send } from "node:http";
import { sleep } from "../lib.mjs";

/// Calls `work(number)` for each number below `count`, at most `parallel` at once, and returns the results in order.
export async function flood(count, parallel, work) {
  const results = new Array(count);
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const number = next;
      next += 1;
      results[number] = await work(number);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, count) }, worker));
  return results;
}

// Not `fetch`, because an attack decides how many connections it opens at once.
const shared = new Agent({ keepAlive: true, maxSockets: Infinity });

/// Sends one document and returns `{ status, headers, data, code, cost, retryAfterSeconds, milliseconds }` for every
/// answer. `cost` is what `extensions.cost` says. `code` is the code of the first error, in `errors` or in a payload;
/// NO_ANSWER if the connection failed.
export function post(url, query, variables, { token, headers = {}, timeout = 60_000, agent = shared } = {}) {
  const started = performance.now();
  const body = JSON.stringify({ query, variables });
  const all = { "content-type": "application/json", accept: "application/graphql-response+json", ...headers };
  if (token) all.authorization = `Bearer ${token}`;
  return new Promise((done) => {
    const failed = (error) => done({ status: 0, code: "NO_ANSWER", error, milliseconds: performance.now() - started });
    const asked = send(url, { method: "POST", headers: all, agent, timeout }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => (text += part));
      response.on("error", failed);
      response.on("end", () => {
        let answer = {};
        try {
          answer = JSON.parse(text);
        } catch {
          // A body that is not JSON has no code.
        }
        const error = answer.errors?.[0]?.extensions ?? Object.values(answer.data ?? {})[0]?.errors?.[0];
        done({
          status: response.statusCode,
          headers: response.headers,
          data: answer.data,
          code: error?.code ?? null,
          cost: answer.extensions?.cost ?? null,
          retryAfterSeconds: error?.retryAfterSeconds ?? null,
          milliseconds: performance.now() - started,
        });
      });
    });
    asked.on("timeout", () => asked.destroy(new Error("timeout")));
    asked.on("error", failed);
    asked.end(body);
  });
}

/// Threads, resident memory in MB and used CPU seconds of a process.
export function usage(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const number = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)[1]);
  // Fields 14 and 15 of stat are user and system time, in ticks of 10 ms; the name before them may contain spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return {
    threads: number("Threads"),
    megabytes: Math.round(number("VmRSS") / 1024),
    cpu: (Number(fields[11]) + Number(fields[12])) / 100,
  };
}

/// Runs `work` and returns its result with the highest number of threads and megabytes of the process during it.
export async function watched(pid, work) {
  const before = usage(pid);
  const peak = { threads: before.threads, megabytes: before.megabytes };
  let running = true;
  const watching = (async () => {
    while (running) {
      const now = usage(pid);
      peak.threads = Math.max(peak.threads, now.threads);
      peak.megabytes = Math.max(peak.megabytes, now.megabytes);
      await sleep(20);
    }
  })();
  try {
    const result = await work();
    return { result, before, peak, after: usage(pid) };
  } finally {
    running = false;
    await watching;
  }
}

/// Waits until the process uses at most this many megabytes; returns the seconds, or null after `limit` seconds.
export async function shrinks(pid, megabytes, limit) {
  const started = performance.now();
  while (performance.now() - started < limit * 1000) {
    if (usage(pid).megabytes <= megabytes) return (performance.now() - started) / 1000;
    await sleep(100);
  }
  return null;
}

/// Counts answers by their code; OK without one.
export function tally(answers) {
  const counts = {};
  for (const { code } of answers) counts[code ?? "OK"] = (counts[code ?? "OK"] ?? 0) + 1;
  return counts;
}
