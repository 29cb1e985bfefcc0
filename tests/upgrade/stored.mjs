// The database of a release, as the files in `releases/VERSION`, and the commands of a binary on it.
//
//   sqlite/kinerja.db.br, postgres/kinerja.sql.br    the database, packed with Brotli
//   …/journal/                                       the key of its journal and the last signed checkpoint
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { World, binary, root } from "../faults/lib.mjs";

export const releases = join(root, "releases");
const JOURNAL = ["key", "key.pub", "checkpoints/latest"];

/// Runs a program to its end and returns its exit code and output.
function ran(program, given, settings = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, given, { encoding: "utf8", maxBuffer: 1 << 28, ...settings });
  if (error) throw error;
  return { code: status, out: stdout, said: `${stdout}${stderr}` };
}

function must({ code, out, said }, what) {
  if (code !== 0) throw new Error(`${what}: ${said.slice(-2000)}`);
  return out;
}

/// A world with a database at the place where `kinerja demo` looks for it: an empty one on PostgreSQL, none on SQLite.
export class Stored {
  constructor(database) {
    this.world = new World(database);
    this.kind = this.world.name ? "postgres" : "sqlite";
    // `kinerja demo` has a folder of its own for SQLite.
    this.data = join(this.world.folder, this.world.name ? "data" : "data/demo");
    this.file = join(this.data, "kinerja.db");
    mkdirSync(this.data, { recursive: true });
    this.environment = { ...process.env, ...this.world.environment, KINERJA_DATA_DIR: this.data, KINERJA_LOG: "warn" };
  }

  get url() {
    return this.world.environment.DATABASE_URL;
  }

  /// Writes the database and its journal's key and last checkpoint into a folder. It is the key of a synthetic city.
  /// With it, a test can continue the journal.
  pack(folder) {
    const here = join(folder, this.kind);
    rmSync(here, { recursive: true, force: true });
    mkdirSync(here, { recursive: true });
    let content;
    if (this.url) {
      content = must(ran("pg_dump", ["--no-owner", "--no-privileges", this.url]), "pg_dump");
    } else {
      // A copy without the space that deleted rows leave, and without a write-ahead log.
      const copy = join(this.world.folder, "packed.db");
      must(ran("python3", ["-c", "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('VACUUM INTO ?', (sys.argv[2],))", this.file, copy]), "VACUUM");
      content = readFileSync(copy);
    }
    const name = this.url ? "kinerja.sql.br" : "kinerja.db.br";
    writeFileSync(join(here, name), brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } }));
    for (const file of JOURNAL) cpSync(join(this.data, "journal", file), join(here, "journal", file));
    return here;
  }

  /// Reads the database of a release into this one.
  unpack(release) {
    const here = join(releases, release, this.kind);
    if (this.url) {
      const text = brotliDecompressSync(readFileSync(join(here, "kinerja.sql.br")));
      must(ran("psql", ["-q", "-v", "ON_ERROR_STOP=1", this.url], { input: text }), "psql");
    } else {
      writeFileSync(this.file, brotliDecompressSync(readFileSync(join(here, "kinerja.db.br"))));
    }
    cpSync(join(here, "journal"), join(this.data, "journal"), { recursive: true });
  }

  /// Runs a command as an operator does.
  kinerja(...given) {
    return ran(binary, given, { env: this.environment, cwd: this.world.folder });
  }

  /// All tables, columns, indexes and constraints, one a line or statement.
  schema() {
    if (this.url) {
      const dump = must(ran("pg_dump", ["--schema-only", "--no-owner", "--no-privileges", this.url]), "pg_dump");
      // Newer versions of pg_dump write a random key into each dump.
      return dump.split("\n").filter((line) => line !== "" && !/^(--|\\(un)?restrict )/.test(line));
    }
    const query = "SELECT coalesce(sql, name) FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name";
    const rows = "import sqlite3, sys, json; print(json.dumps([row[0] for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2])]))";
    return JSON.parse(must(ran("python3", ["-c", rows, this.file, query]), "the schema"));
  }

  sql(statement) {
    return this.world.sql(statement);
  }

  rows(query) {
    return this.world.rows(query);
  }
}
