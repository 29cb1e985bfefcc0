// Looks up people by NIP: the time of the answer must not show whether a person exists whom the caller can't see.
import { dice, login } from "../lib.mjs";
import { post } from "./measure.mjs";

export const name = "lookups";
export const setup = { staff: 500, settings: "cost_per_minute = 0\n" };

const LOOKUP = "query($nip: String!) { staffMember(by: { nip: $nip }) { id } }";
const STAFF = "{ staff(first: 60) { edges { node { nip } } } }";
/// The medians may differ by this share.
const APART = 0.05;

const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];

export async function run({ world, logins, url, report, options }) {
  const employee = await login(url, logins.EMPLOYEE);
  const admin = await login(url, logins.ADMIN);
  const nips = (await post(url, STAFF, {}, { token: admin })).data.staff.edges.map(({ node }) => node.nip).filter(Boolean);
  const own = (await post(url, "{ viewer { staff { nip } } }", {}, { token: employee })).data.viewer.staff.nip;
  const hidden = [];
  for (const nip of nips) {
    const { data } = await post(url, LOOKUP, { nip }, { token: employee });
    if (data.staffMember === null) hidden.push(nip);
  }
  // NIPs of the same form that belong to no one.
  const taken = new Set(nips);
  const absent = hidden.map((nip) => `${nip.slice(0, -3)}998`).filter((nip) => !taken.has(nip));
  const kinds = {
    unseen: (number) => [LOOKUP, hidden[number % hidden.length]],
    absent: (number) => [LOOKUP, absent[number % absent.length]],
    unknown: (number) => [LOOKUP, `bukan NIP ${number}`],
    control: () => [LOOKUP, own],
  };
  const times = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  const random = dice(options.seed);
  const rounds = options.long === "yes" ? 1500 : 300;
  for (let number = -50; number < rounds; number += 1) {
    // In a random order, so that no kind always follows the same one.
    const order = Object.entries(kinds).map((entry) => [random(), entry]).sort(([a], [b]) => a - b);
    for (const [, [kind, make]] of order) {
      const [query, nip] = make(number + 50);
      const { data, milliseconds } = await post(url, query, { nip }, { token: employee });
      if ((data.staffMember !== null) !== (kind === "control")) throw new Error(`${kind}: ${JSON.stringify(data)}`);
      if (number >= 0) times[kind].push(milliseconds);
    }
  }
  const medians = Object.fromEntries(Object.entries(times).map(([kind, all]) => [kind, median(all)]));
  const said = Object.entries(medians).map(([kind, time]) => `${kind} ${time.toFixed(3)} ms`).join(", ");
  const compared = [medians.unseen, medians.absent, medians.unknown];
  const apart = Math.max(...compared) / Math.min(...compared) - 1;
  report.check(apart <= APART, `medians of ${rounds} lookups on ${world.name ? "PostgreSQL" : "SQLite"}: ${said}: ${(apart * 100).toFixed(1)} % apart`);
  // The server answers at once for a visible person, so these times must differ.
  const differs = Math.abs(medians.control / medians.absent - 1);
  report.check(differs > APART, `control: the caller is ${(differs * 100).toFixed(0)} % apart`);
}
