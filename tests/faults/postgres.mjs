// A PostgreSQL of the programme's own, which it can kill.
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./lib.mjs";

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
    // Root can't run PostgreSQL.
    postgres.before = root ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
    if (root) {
      const id = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
      chownSync(postgres.data, id("-u"), id("-g"));
    }
    postgres.port = await freePort();
    postgres.run("initdb", "-D", postgres.data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8");
    postgres.begin();
    process.once("exit", () => postgres.remove());
    postgres.url = `postgres://postgres@127.0.0.1:${postgres.port}/postgres`;
    return postgres;
  }

  run(program, ...given) {
    const [command, ...rest] = [...this.before, join(this.programs, program), ...given];
    execFileSync(command, rest, { stdio: "ignore" });
  }

  begin() {
    const settings = `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${this.data} -c max_connections=300`;
    this.run("pg_ctl", "-D", this.data, "-l", join(this.data, "log"), "-w", "-t", "120", "-o", settings, "start");
  }

  /// All its processes end at once, as in a crash; then it recovers from its log.
  crash() {
    this.run("pg_ctl", "-D", this.data, "-m", "immediate", "-w", "stop");
    this.begin();
  }

  remove() {
    try {
      this.run("pg_ctl", "-D", this.data, "-m", "immediate", "-w", "stop");
    } catch {
      // It is not running.
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
