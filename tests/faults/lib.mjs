// Shared by the fault test programs: servers that can be killed, separate databases, plain requests.
import { execFile, spawn, spawnSync } from "node:child_process";
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const root = fileURLToPath(new URL("../..", import.meta.url));
// Absolute, because a server may run in another folder.
export const binary = resolve(process.env.KINERJA ?? join(root, "target/debug/kinerja"));

const run = promisify(execFile);
export const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/// Reads options written `--name value`; the type of a default is the type of its option.
export function options(defaults) {
  const given = { ...defaults };
  for (let at = 2; at < process.argv.length; at += 2) {
    const name = process.argv[at].replace(/^--/, "");
    if (!(name in defaults)) throw new Error(`there is no option ${process.argv[at]}: ${Object.keys(defaults)}`);
    const value = process.argv[at + 1];
    given[name] = typeof defaults[name] === "number" ? Number(value) : value;
  }
  return given;
}

/// Returns a random number generator (mulberry32); the same seed gives the same numbers.
export function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/// The environment of one run: a temporary folder and, if `database` is a PostgreSQL URL, a new database on that server:
/// an empty one, or a copy of the database `template`.
export class World {
  constructor(database, template = "template1") {
    this.folder = mkdtempSync(join(tmpdir(), "kinerja-faults-"));
    this.servers = [];
    this.environment = {};
    if (database !== "sqlite") {
      this.adminUrl = database;
      this.name = `faults_${process.pid}_${Date.now()}`;
      psql(database, `CREATE DATABASE ${this.name} TEMPLATE ${template}`);
      this.environment.DATABASE_URL = database.replace(/[^/]*$/, this.name);
    }
    process.once("SIGINT", () => process.exit(130));
    process.once("SIGTERM", () => process.exit(143));
    process.once("exit", () => this.remove());
  }

  /// Creates a server, but does not start it. `settings` is the text of its configuration file, `files` the maximum
  /// number of files that it may open, `clock` the day on which the clock of a new city starts, or `now`.
  async server({ staff = 200, years = 1, settings = "", environment = {}, files = null, clock = "now" } = {}) {
    const server = new Server(this, await freePort(), { staff, years, settings, environment, files, clock });
    this.servers.push(server);
    return server;
  }

  /// Runs a statement directly on the database, without the servers. Does not block this program.
  async sql(statement) {
    if (this.name) await run("psql", ["-q", "-v", "ON_ERROR_STOP=1", this.environment.DATABASE_URL, "-c", statement]);
    else await run("python3", ["-c", SQLITE, join(this.folder, "data/demo/kinerja.db"), statement]);
  }

  /// Runs a query on the database directly and returns its rows, each a list of texts.
  async rows(query) {
    const most = { maxBuffer: 1 << 28 };
    if (this.name) {
      const read = await run("psql", ["-v", "ON_ERROR_STOP=1", "-At", this.environment.DATABASE_URL, "-c", query], most);
      return read.stdout.split("\n").filter((line) => line !== "").map((line) => line.split("|"));
    }
    const read = await run("python3", ["-c", SQLITE_ROWS, join(this.folder, "data/demo/kinerja.db"), query], most);
    return JSON.parse(read.stdout);
  }

  remove() {
    for (const server of this.servers) server.process?.kill("SIGKILL");
    if (this.name) {
      // FORCE, because connections of killed servers stay open for a moment.
      try {
        psql(this.adminUrl, `DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
      } catch {
        // The PostgreSQL server has already stopped.
      }
      this.name = null;
    }
    if (existsSync(this.folder)) rmSync(this.folder, { recursive: true, force: true });
  }
}

const SQLITE = `import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=30) as database: database.execute(sys.argv[2])`;
const SQLITE_ROWS = `import sqlite3, sys, json
rows = sqlite3.connect(sys.argv[1], timeout=30).execute(sys.argv[2])
print(json.dumps([[str(value) for value in row] for row in rows]))`;

function psql(url, statement) {
  const ran = spawnSync("psql", ["-q", url, "-c", statement], { encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`psql: ${ran.error ?? ran.stderr}`);
}

export class Server {
  constructor(world, port, { staff, years, settings, environment, files, clock }) {
    Object.assign(this, { world, port, staff, files, kills: 0, process: null });
    this.url = `http://127.0.0.1:${port}/graphql`;
    this.log = join(world.folder, `${port}.log`);
    const file = join(world.folder, `${port}.toml`);
    writeFileSync(file, settings);
    this.arguments = ["--config", file, "demo", "--quiet", "--staff", String(staff), "--years", String(years)];
    this.arguments.push("--clock", clock);
    this.environment = {
      ...process.env,
      KINERJA_LISTEN: `127.0.0.1:${port}`,
      KINERJA_DATA_DIR: join(world.folder, "data"),
      KINERJA_LOG: "warn,sqlx::postgres::notice=error",
      ...world.environment,
      ...environment,
    };
  }

  /// Starts or restarts the server, waits until it answers, and returns the logins by role.
  async start() {
    // prlimit replaces itself by the server, so the process is the same.
    const limited = this.files ? ["prlimit", `--nofile=${this.files}`] : [];
    const [program, ...rest] = [...limited, binary, ...this.arguments];
    const child = spawn(program, rest, { env: this.environment, stdio: ["ignore", "pipe", "pipe"] });
    this.process = child;
    const log = child.stderr.pipe(createWriteStream(this.log, { flags: "a" }));
    const written = new Promise((done) => log.once("close", done));
    let output = "";
    child.stdout.on("data", (text) => {
      output += text;
    });
    const exit = new Promise((done) => child.once("exit", (code, signal) => done(signal ?? code)));
    // The last lines of the log may arrive after the exit.
    const ended = Promise.all([exit, written]).then(([code]) => code);
    child.ended = ended;
    // Generating people takes time, so a large city has more.
    for (let tries = 0; tries < 6000 + this.staff; tries += 1) {
      if (output.includes("\napikey: ")) {
        const lines = output.split("\n").filter((line) => line.startsWith("login: "));
        return Object.fromEntries(
          lines.map((line) => {
            const [, user, password, who] = line.split(" ");
            return [who, { user, password }];
          }),
        );
      }
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`the server ended (${await ended}): ${readFileSync(this.log, "utf8").slice(-2000)}`);
      }
      await sleep(20);
    }
    throw new Error("the server did not start in time");
  }

  async kill() {
    this.kills += 1;
    this.process.kill("SIGKILL");
    await this.process.ended;
  }

  async stop() {
    this.process.kill("SIGTERM");
    return this.process.ended;
  }
}

/// A request got no answer, so it is unknown whether the server executed it.
export class NoAnswer extends Error {}

/// Sends a document once. Throws `NoAnswer` on network failures and on errors of the server itself.
export async function once(url, token, query, variables) {
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
  if (token) headers.authorization = `Bearer ${token}`;
  let answer;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(30_000),
    });
    answer = await response.json();
  } catch (error) {
    throw new NoAnswer(String(error));
  }
  const code = answer.errors?.[0]?.extensions?.code;
  if (["INTERNAL_SERVER_ERROR", "IN_PROGRESS", "OVERLOADED", "TIMEOUT"].includes(code)) throw new NoAnswer(code);
  if (answer.errors) throw new Error(JSON.stringify(answer.errors[0]));
  return answer.data;
}

/// Sends a document again and again until there is an answer. `url` and `token` may be functions: they are called
/// before each try.
export async function untilAnswered(url, token, query, variables, onRetry = () => {}) {
  for (let tries = 0; tries < 2000; tries += 1) {
    try {
      const [at, by] = [url, token].map((it) => (typeof it === "function" ? it() : it));
      return await once(at, by, query, variables);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      onRetry(error);
      await sleep(20 + Math.random() * 80);
    }
  }
  throw new Error("no answer");
}

export async function login(url, who) {
  const document = "mutation($input: LoginInput!) { login(input: $input) { accessToken refreshToken errors { message } } }";
  const { login: session } = await untilAnswered(url, null, document, { input: who });
  if (!session.accessToken) throw new Error(session.errors[0].message);
  return session.accessToken;
}

/// Returns the approved plan of the logged-in person for the current year.
export async function planOf(url, token) {
  const me = await untilAnswered(url, token, "{ viewer { staff { id name } } }");
  const { plans } = await untilAnswered(
    url,
    token,
    `query($staff: ID!) { plans(first: 10, filter: { staffId: $staff, status: [APPROVED] }) {
       edges { node { id orgUnit { id } currentRevision { results { id } } } } } }`,
    { staff: me.viewer.staff.id },
  );
  const [found] = plans.edges;
  if (!found) throw new Error(`${me.viewer.staff.name} has no approved plan`);
  const { id, orgUnit, currentRevision } = found.node;
  return { id, unit: orgUnit.id, result: currentRevision.results[0].id, staff: me.viewer.staff.id };
}

export const RECORD = `mutation($input: RecordActivitiesInput!) { recordActivities(input: $input) {
  results { activity { id version } errors { code message path } } errors { code message } } }`;
export const FEEDBACK = `mutation($input: GiveFeedbackInput!) { giveFeedback(input: $input) {
  feedback { id } errors { code message } } }`;

/// Reads all pages of a connection.
export async function all(url, token, query, variables, field) {
  const nodes = [];
  for (let after = variables.after ?? null; ; ) {
    const page = (await untilAnswered(url, token, query, { ...variables, after }))[field];
    nodes.push(...page.edges.map(({ node }) => node));
    after = page.pageInfo.endCursor ?? after;
    if (!page.pageInfo.hasNextPage) return nodes;
  }
}

/// Start and end of an activity: half an hour on one of the last days, in UTC. `shift` is in seconds.
export function hour(daysAgo, shift = 0) {
  const end = Date.now() - daysAgo * 86_400_000 - 3_600_000 - shift * 1000;
  return { startedAt: new Date(end - 1_800_000).toISOString(), endedAt: new Date(end).toISOString() };
}

/// Prints and counts checks.
export class Report {
  passed = 0;
  failed = 0;

  check(holds, what) {
    if (holds) this.passed += 1;
    else this.failed += 1;
    console.log(`${holds ? "ok    " : "FAILED"} ${what}`);
  }

  end() {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    process.exit(this.failed > 0 ? 1 : 0);
  }
}
