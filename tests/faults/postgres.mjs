// A PostgreSQL server that belongs to a test program, which can crash it.
import { execFile, execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./lib.mjs";

const run = promisify(execFile);

/// Waits until one of these processes holds an advisory lock and returns its id, or null if none takes it soon.
export async function holderOf(url, lock, processes) {
  const [high, low] = [lock >> 32n, lock & 0xffff_ffffn];
  const text = `DO $$ DECLARE found integer; BEGIN
    FOR tries IN 1..20000 LOOP
      SELECT pid INTO found FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND classid = ${high} AND objid = ${low} LIMIT 1;
      IF found IS NOT NULL THEN RAISE NOTICE 'holder %', found; EXIT; END IF;
    END LOOP; END $$;`;
  const asked = await run("psql", [url, "-c", text]);
  const pid = /holder (\d+)/.exec(asked.stderr)?.[1];
  if (!pid) return null;
  const query = `SELECT client_port FROM pg_stat_activity WHERE pid = ${pid}`;
  const port = Number((await run("psql", [url, "-At", "-c", query])).stdout);
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const row = readFileSync("/proc/net/tcp", "utf8").split("\n").find((line) => line.trim().split(/\s+/)[1]?.endsWith(`:${hex}`));
  const inode = row?.trim().split(/\s+/)[9];
  return processes.find((process) => descriptors(process).includes(`socket:[${inode}]`)) ?? null;
}

function descriptors(process) {
  const folder = `/proc/${process}/fd`;
  try {
    return readdirSync(folder).map((name) => {
      try {
        return readlinkSync(join(folder, name));
      } catch {
        return "";
      }
    });
  } catch {
    return [];
  }
}

export class Postgres {
  static async start() {
    const postgres = new Postgres();
    const versions = readdirSync("/usr/lib/postgresql").map(Number).sort((a, b) => a - b);
    postgres.programs = `/usr/lib/postgresql/${versions.at(-1)}/bin`;
    postgres.folder = mkdtempSync(join(tmpdir(), "kinerja-pg-"));
    chmodSync(postgres.folder, 0o755);
    postgres.data = join(postgres.folder, "data");
    mkdirSync(postgres.data);
    const root = process.getuid() === 0;
    // PostgreSQL refuses to run as root.
    postgres.prefix = root ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
    if (root) {
      const id = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
      chownSync(postgres.data, id("-u"), id("-g"));
    }
    postgres.port = await freePort();
    postgres.run("initdb", "-D", postgres.data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8");
    postgres.launch();
    process.once("exit", () => postgres.remove());
    postgres.url = `postgres://postgres@127.0.0.1:${postgres.port}/postgres`;
    return postgres;
  }

  run(program, ...given) {
    const [command, ...rest] = [...this.prefix, join(this.programs, program), ...given];
    execFileSync(command, rest, { stdio: "ignore" });
  }

  /// Starts the server with these additional settings, such as `{ fsync: "off" }`.
  launch(further = {}) {
    const all = { listen_addresses: "127.0.0.1", unix_socket_directories: this.data, max_connections: 300, ...further };
    const settings = `-p ${this.port} ${Object.entries(all).map(([name, value]) => `-c ${name}=${value}`).join(" ")}`;
    this.run("pg_ctl", "-D", this.data, "-l", join(this.data, "log"), "-w", "-t", "120", "-o", settings, "start");
  }

  /// Ends all its processes at once, as in a crash, and starts it again: it recovers from its write-ahead log.
  crash() {
    this.run("pg_ctl", "-D", this.data, "-m", "immediate", "-w", "stop");
    this.launch();
  }

  /// Stops it gracefully and starts it with these additional settings.
  restart(further) {
    this.run("pg_ctl", "-D", this.data, "-m", "fast", "-w", "stop");
    this.launch(further);
  }

  remove() {
    try {
      this.run("pg_ctl", "-D", this.data, "-m", "immediate", "-w", "stop");
    } catch {
      // The server is not running.
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
