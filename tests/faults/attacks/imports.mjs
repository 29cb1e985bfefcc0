// Sends small import files that need much memory or time, and announces uploads without end. The server must refuse or
// read each file within its memory budget, end every run, keep answering, and return the memory.
import { World, login, once, sleep } from "../lib.mjs";
import { part, workbook } from "../workbook.mjs";
import { flood, post, shrinks, usage, watched } from "./measure.mjs";

export const name = "imports";

/// Megabytes that an import may add to the server: the budget below, the buffers of readers, and allocator slack.
const GROWTH = 60;
export const setup = { staff: 60, settings: "import_memory_bytes = 8388608\n" };

const CREATE = `mutation($input: CreateUploadInput!) { createUpload(input: $input) { uploadId url errors { code message } } }`;
const IMPORT = `mutation($input: ImportOrganisationInput!) { importOrganisation(input: $input) {
  importRun { id } errors { code message } } }`;
const RUN = `query($id: ID!) { node(id: $id) { ... on ImportRun { status failure finishedAt total } } }`;

const MIB = 1024 * 1024;
const UPLOAD_BYTES = 64 * MIB;

const cell = (place) => `<row r="${place.replace(/\D/g, "")}"><c r="${place}" t="str"><v> </v></c></row>`;
/// A workbook of shared texts that unpack to this many times 6 MB.
const texts = (times) => workbook("", { strings: part(`<si><t>${"y".repeat(1000)}</t></si>`.repeat(6000), times) });
const csv = (rows) => Buffer.from(`pegawai;atasan\n${rows}`);

/// The files: the status in which the run must end, what its refusal says, and the file.
function files(long) {
  const style = `<styleSheet><numFmts><numFmt numFmtId="200" formatCode="${"0".repeat(500_000)}"/></numFmts>
    <cellXfs>${'<xf numFmtId="200"/>'.repeat(60_000)}</cellXfs></styleSheet>`;
  // 60 MB: in the short form fewer and longer rows, because a build without optimisation reads slowly.
  const row = long ? "1\n" : `${"1".repeat(559)}\n`;
  const rows = Math.floor((60 * MIB) / row.length);
  const shared = [
    ["a space in the last corner", "READY", null, workbook(cell("XFD1048576"))],
    ["a space one column before it", "READY", null, workbook(cell("XFC1048576"))],
    ["a space one column beyond it", "READY", null, workbook(cell("XFE1048577"))],
    ["a count that is not true", "READY", null, workbook("", { strings: part('<sst uniqueCount="4000000000"><si><t>a</t></si></sst>') })],
    ["one long format in many styles", "READY", null, workbook("", { styles: part(style) })],
    ["texts that unpack to 30 MB", "REFUSED", /\d+ MiB.* 8 MiB/, texts(5)],
    ["deep elements", "REFUSED", /sheet1\.xml/, workbook("<a>".repeat(100_000))],
    ["many parts", "REFUSED", /zip/, workbook("", { further: long ? 1_000_000 : 100_000 })],
    ["many small rows", "REFUSED", /150000 .*100000/, workbook("<row><c><v>1</v></c></row>".repeat(150_000))],
    ["60 MB of CSV rows with one cell", "REFUSED", new RegExp(`${rows} .*100000`), csv(row.repeat(rows))],
    ["an open quotation mark", "REFUSED", /1048576/, csv(`"${"x".repeat(5_000_000)}`)],
    ["zeros", "REFUSED", /1048576/, Buffer.alloc(5_000_000)],
    ["a NUL in a cell", "REFUSED", null, csv("1\0;2\n")],
  ];
  if (!long) return shared;
  const empty = part("<row><c><v></v></c></row>".repeat(40_000), 700);
  return [
    ...shared,
    ["rows that unpack to 700 MB", "REFUSED", /512/, workbook("", { sheet: empty })],
    ["texts that unpack to 600 MB", "REFUSED", /512/, texts(100)],
  ];
}

/// Uploads a file and waits for the end of its dry run.
async function dryRun(url, token, bytes) {
  const created = (await once(url, token, CREATE, { input: { name: "berkas", size: bytes.length } })).createUpload;
  if (!created.url) throw new Error(JSON.stringify(created.errors));
  const sent = await fetch(new URL(created.url, url), { method: "PUT", body: bytes });
  if (sent.status !== 204) throw new Error(`PUT: ${sent.status}`);
  const input = { uploadId: created.uploadId, dryRun: true };
  const { importRun, errors } = (await once(url, token, IMPORT, { input })).importOrganisation;
  if (!importRun) throw new Error(JSON.stringify(errors));
  for (let tries = 0; tries < 1200; tries += 1) {
    const { node } = await once(url, token, RUN, { id: importRun.id });
    if (node.finishedAt) return node;
    await sleep(50);
  }
  return { status: "NOT ENDED" };
}

export async function run({ world, server, logins, url, report, options }) {
  const { pid } = server.process;
  const token = await login(url, logins.ADMIN);
  const begun = usage(pid).megabytes;
  for (const [what, status, says, bytes] of files(options.long === "yes")) {
    const { result, before, peak } = await watched(pid, () => dryRun(url, token, bytes));
    const said = says === null || says.test(result.failure ?? "");
    report.check(result.status === status && said, `${what} (${bytes.length} bytes): ${result.status} ${result.failure ?? ""}`);
    const growth = peak.megabytes - before.megabytes;
    report.check(growth <= GROWTH, `${what}: the server grew by ${growth} MB`);
  }
  const seconds = await shrinks(pid, begun + GROWTH, 60);
  report.check(seconds !== null, `memory returns to within ${GROWTH} MB of ${begun}: ${usage(pid).megabytes} MB`);
  await quota({ world, url, token, report });
  await control(new World(world.adminUrl ?? "sqlite"), report);
}

/// Announces many uploads at once; returns those that were announced, and the refusals.
async function announce(url, token, count) {
  const answers = await flood(count, 30, (number) =>
    post(url, CREATE, { input: { name: `${number}.csv`, size: UPLOAD_BYTES } }, { token }));
  const payloads = answers.map(({ data }) => data?.createUpload);
  const refusals = payloads.flatMap((payload) => payload?.errors ?? []);
  return { open: payloads.filter((payload) => payload?.uploadId).length, refusals };
}

async function quota({ world, url, token, report }) {
  const { open, refusals } = await announce(url, token, 300);
  report.check(open > 0 && open <= 5, `${open} of 300 uploads of 64 MiB were announced`);
  const numbered = refusals.filter(({ message }) => /\d+.*5/.test(message)).length;
  report.check(numbered === 300 - open, `the other ${refusals.length} were refused with numbers: ${refusals[0]?.message}`);
  await world.sql("UPDATE upload SET expires_at = 1 WHERE received_at IS NULL");
  const { open: later } = await announce(url, token, 5);
  report.check(later === 5, `control: ${later} of 5 are announced once these have expired`);
}

/// Control: on a server with a budget of 4 GiB, the measurement must notice the memory of an import.
async function control(world, report) {
  try {
    const generous = await world.server({ ...setup, settings: "import_memory_bytes = 4294967296\n" });
    const logins = await generous.start();
    const token = await login(generous.url, logins.ADMIN);
    const { before, peak } = await watched(generous.process.pid, () => dryRun(generous.url, token, texts(15)));
    const growth = peak.megabytes - before.megabytes;
    report.check(growth > GROWTH, `control: without the budget, texts that unpack to 90 MB add ${growth} MB`);
    await generous.stop();
  } finally {
    world.remove();
  }
}
