// Many people of a synthetic city with sessions, written into the database directly: logging in thousands of people
// would take minutes of password hashes.
import { createHash, randomBytes, randomUUID } from "node:crypto";

const hash = (text) => createHash("sha256").update(text).digest("hex");
/// Rows of one INSERT statement; a statement is an argument of a program, whose length is limited.
const AT_ONCE = 100;

/// The global id of a kind of object (`values/src/id.rs`) and a UUID in hexadecimal digits.
export const globalId = (kind, hex) => Buffer.from(`01${kind.toString(16).padStart(2, "0")}${hex}`, "hex").toString("base64url");
/// The global id of a part of an object, such as a row of a plan.
export const partId = (kind, of, hex) => Buffer.from(`02${kind.toString(16).padStart(2, "0")}${of}${hex}`, "hex").toString("base64url");
/// The UUID in a global id, in hexadecimal digits.
export const hexOf = (id) => Buffer.from(id, "base64url").toString("hex").slice(4);
export const STAFF = 3;
export const PLAN = 11;
export const PLAN_RESULT = 13;
export const ACTIVITY = 16;

/// Gives accounts and sessions to this many people with an approved plan, and to their raters. Returns the people, each
/// with `token`, `staff`, `plan`, `revision`, `result` and `rater`; these are UUIDs in hexadecimal digits.
export async function people(world, count) {
  const hex = (column) => (world.name ? `replace(${column}::text, '-', '')` : `lower(hex(${column}))`);
  const value = (digits) => (world.name ? `'${digits}'` : `x'${digits}'`);
  const query = `SELECT ${hex("p.staff_id")}, ${hex("p.agency_id")}, ${hex("p.id")}, ${hex("p.rater_staff_id")},
    (SELECT ${hex("r.id")} FROM plan_result r WHERE r.plan_id = p.id AND r.active ORDER BY r.id LIMIT 1),
    (SELECT ${hex("v.id")} FROM plan_revision v WHERE v.plan_id = p.id AND v.status = 'APPROVED' ORDER BY v.number DESC LIMIT 1)
    FROM plan p WHERE p.status = 'APPROVED' ORDER BY p.staff_id`;
  const all = (await world.rows(query)).map(([staff, agency, plan, rater, result, revision]) => ({ staff, agency, plan, rater, result, revision }));
  const byStaff = new Map(all.map((person) => [person.staff, person]));
  // Spread over the city: each n-th person, and their rater if they have a plan themselves.
  const step = Math.max(1, Math.floor(all.length / count));
  const chosen = new Map();
  for (let at = 0; at < all.length; at += step) {
    chosen.set(all[at].staff, all[at]);
    const rater = byStaff.get(all[at].rater);
    if (rater) chosen.set(rater.staff, rater);
  }
  const known = new Map((await world.rows(`SELECT ${hex("staff_id")}, ${hex("id")} FROM account`)).map(([staff, id]) => [staff, id]));
  const now = Date.now() * 1000;
  const later = now + 86_400_000_000;
  const accounts = [];
  const sessions = [];
  const id = () => randomUUID().replaceAll("-", "");
  for (const person of chosen.values()) {
    let account = known.get(person.staff);
    if (!account) {
      account = id();
      accounts.push(`(${value(account)}, ${value(person.agency)}, ${value(person.staff)}, 'uji-${person.staff}', NULL, 0, ${now})`);
    }
    person.token = randomBytes(32).toString("base64url");
    const family = hash(randomBytes(16));
    sessions.push(
      `(${value(id())}, ${value(account)}, 0, '${hash(person.token)}', ${later}, '${family}', '${family}', ${later}, ${now}, ${now})`,
    );
  }
  await insert(world, "account (id, agency_id, staff_id, user_name, password_hash, epoch, activated_at)", accounts);
  const columns = "id, account_id, epoch, access_hash, access_expires_at, refresh_family, refresh_hash, refresh_expires_at, created_at, refreshed_at";
  await insert(world, `session (${columns})`, sessions);
  const raters = new Set([...chosen.values()].map(({ rater }) => rater));
  return [...chosen.values()].map((person) => ({ ...person, rates: raters.has(person.staff) }));
}

async function insert(world, into, rows) {
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    await world.sql(`INSERT INTO ${into} VALUES ${rows.slice(at, at + AT_ONCE).join(", ")}`);
  }
}
