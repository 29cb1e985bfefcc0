// Shared helpers: argument parser, configuration with login, recorder of results.
import { readFileSync } from "node:fs";
export function args(argv = process.argv.slice(2)) {
  const pos = [],
    opt = {};
  for (let i = 0; i < argv.length; i++) {
    const a = argv[i];
    if (a.startsWith("--")) {
      const [k, v] = a.slice(2).split("=");
      opt[k] = v ?? (argv[i + 1] && !argv[i + 1].startsWith("--") ? argv[++i] : true);
    } else pos.push(a);
  }
  return { pos, opt };
}
// The documents and headers that the probes send. Only these lines depend on the schema.
export function config(opt) {
  return {
    headers: opt.token ? { authorization: `Bearer ${opt.token}` } : {},
    query: "{ __typename }",
    mutation: "mutation { logout(input: {}) { done } }",
    upload: "mutation($f: Upload!) { up(file: $f) }",
  };
}
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
// The URLs for GraphQL over HTTP and for event streams; `url` may be any of the server's URLs.
export const graphqlUrl = (url, cfg) => {
  const http = url.replace(/^ws/, "http");
  return http.endsWith(cfg.ssePath) ? http.slice(0, -cfg.ssePath.length) : http;
};
export const streamUrl = (url, cfg) => graphqlUrl(url, cfg) + cfg.ssePath;
// Logs in and returns the token. KIT_USER and KIT_PASSWORD replace the variables `user` and `password`.
export async function login(cfg, url) {
  const given = { user: process.env.KIT_USER, password: process.env.KIT_PASSWORD };
  const variables = JSON.parse(JSON.stringify(cfg.login.variables), (key, value) => given[key] ?? value);
  const response = await fetch(graphqlUrl(url, cfg), {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query: cfg.login.query, variables }),
    signal: AbortSignal.timeout(15000),
  });
  const answer = await response.json();
  const token = cfg.login.tokenPath.split(".").reduce((at, key) => at?.[key], answer.data);
  if (typeof token !== "string") throw new Error(`no token: ${response.status} ${JSON.stringify(answer)}`);
  return token;
}
// The configuration of the stream probes, with KIT_USER's token. A socket sends the token in its first message, so its
// handshake has none.
export async function streamConfig(opt, url) {
  const file = opt.config ?? new URL("../kit.config.json", import.meta.url);
  const cfg = JSON.parse(readFileSync(file, "utf8"));
  const token = await login(cfg, url);
  return {
    ...cfg,
    handshake: cfg.headers,
    headers: { ...cfg.headers, authorization: `Bearer ${token}` },
    goodInit: { ...cfg.goodInit, token },
  };
}
// Levels: MUST fails the run; SHOULD fails it only under --strict; INFO never does.
export class Report {
  constructor(title, opt = {}) {
    this.title = title;
    this.opt = opt;
    this.rows = [];
  }
  add(level, name, ok, note = "") {
    this.rows.push({ level, name, ok, note });
    const mark = ok ? "ok  " : level === "MUST" ? "FAIL" : level === "SHOULD" ? "warn" : "info";
    console.log(`${mark} ${level.padEnd(6)} ${name}${note ? "  -- " + String(note).slice(0, 220) : ""}`);
  }
  async check(level, name, fn) {
    try {
      const r = await fn();
      if (r === true || r === undefined) this.add(level, name, true);
      else if (r && typeof r === "object") this.add(level, name, r.ok, r.note);
      else this.add(level, name, false, r);
    } catch (e) {
      this.add(level, name, false, e?.message ?? e);
    }
  }
  done() {
    const bad = this.rows.filter((r) => !r.ok && (r.level === "MUST" || (this.opt.strict && r.level === "SHOULD")));
    const warn = this.rows.filter((r) => !r.ok && r.level === "SHOULD").length;
    const must = this.rows.filter((r) => !r.ok && r.level === "MUST").length;
    console.log(
      `\n${this.title}: ${this.rows.filter((r) => r.ok).length}/${this.rows.length} ok, ${must} MUST failed, ${warn} SHOULD failed`,
    );
    // Without --strict, a failed SHOULD counts neither as passed nor as failed.
    const ok = this.rows.filter((r) => r.ok).length;
    console.log(`${ok} passed, ${bad.length} failed`);
    process.exitCode = bad.length || ok === 0 ? 1 : 0;
  }
}
