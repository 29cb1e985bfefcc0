// Import files that are small and need much, and announced uploads without end. The server must refuse or read each
// file within its memory budget, end every run, and keep answering.
import { deflateRawSync } from "node:zlib";
import { login, once, sleep } from "../lib.mjs";
import { flood, post, watched } from "./measure.mjs";

export const name = "imports";

/// Megabytes that an import may add to the server: the budget below, the buffers of readers, and allocator slack.
const GROWTH = 60;
export const setup = { staff: 60, settings: "import_memory_bytes = 8388608\n" };

const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const CREATE = `mutation($input: CreateUploadInput!) { createUpload(input: $input) { uploadId url errors { code message } } }`;
const IMPORT = `mutation($input: ImportOrganisationInput!) { importOrganisation(input: $input) {
  importRun { id } errors { code message } } }`;
const RUN = `query($id: ID!) { node(id: $id) { ... on ImportRun { status failure finishedAt total } } }`;

const table = Array.from({ length: 256 }, (_, number) => {
  let value = number;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});
const crc32 = (bytes) => {
  let value = 0xffffffff;
  for (const byte of bytes) value = table[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
};

/// A zip archive of texts by name.
function zip(parts) {
  const files = [];
  const directory = [];
  let offset = 0;
  for (const [part, text] of Object.entries(parts)) {
    const [content, file] = [Buffer.from(text), Buffer.from(part)];
    const packed = deflateRawSync(content, { level: 9 });
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(8, 4);
    about.writeUInt32LE(crc32(content), 10);
    about.writeUInt32LE(packed.length, 14);
    about.writeUInt32LE(content.length, 18);
    about.writeUInt16LE(file.length, 22);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), about, entry, file);
    const local = [Buffer.from("PK\x03\x04", "latin1"), about, file, packed];
    files.push(...local);
    offset += local.reduce((sum, { length }) => sum + length, 0);
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Object.keys(parts).length, 8);
  end.writeUInt16LE(Object.keys(parts).length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, entries, end]);
}

/// A workbook with one sheet of superiors.
function workbook(rows, { strings = "<sst/>", styles = "<styleSheet/>" } = {}) {
  const relation = (id, kind, target) => `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`;
  return zip({
    "_rels/.rels": `<Relationships>${relation("r1", "officeDocument", "xl/workbook.xml")}</Relationships>`,
    "xl/workbook.xml": `<workbook xmlns:r="${OFFICE}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships>${relation("r1", "worksheet", "worksheets/sheet1.xml")}${relation(
      "r2",
      "sharedStrings",
      "sharedStrings.xml",
    )}${relation("r3", "styles", "styles.xml")}</Relationships>`,
    "xl/sharedStrings.xml": strings,
    "xl/styles.xml": styles,
    "xl/worksheets/sheet1.xml":
      '<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>pegawai</v></c><c r="B1" t="str"><v>atasan</v></c></row>' +
      `${rows}</sheetData></worksheet>`,
  });
}

const texts = () => workbook("", { strings: `<sst>${`<si><t>${"y".repeat(1000)}</t></si>`.repeat(60_000)}</sst>` });

/// The files, each with the status in which its run must end.
function files(long) {
  const times = long ? 10 : 1;
  return [
    ["a cell in the last corner", "READY", workbook('<row r="1048576"><c r="XFD1048576" t="str"><v> </v></c></row>')],
    [
      "a count that is not true",
      "READY",
      workbook("", { strings: '<sst uniqueCount="4000000000"><si><t>a</t></si></sst>' }),
    ],
    [
      "one long format in many styles",
      "READY",
      workbook("", {
        styles: `<styleSheet><numFmts><numFmt numFmtId="200" formatCode="${"0".repeat(500_000)}"/></numFmts><cellXfs>${'<xf numFmtId="200"/>'.repeat(60_000)}</cellXfs></styleSheet>`,
      }),
    ],
    ["texts above the budget", "REFUSED", texts()],
    ["deep elements", "REFUSED", workbook("<a>".repeat(1_000_000))],
    ["many small rows", "REFUSED", workbook('<row><c><v>1</v></c></row>'.repeat(150_000 * times))],
    ["many CSV rows", "REFUSED", Buffer.from(`pegawai;atasan\n${"1\n".repeat(2_000_000 * times)}`)],
    ["an open quotation mark", "REFUSED", Buffer.from(`pegawai;atasan\n"${"x".repeat(30_000_000)}`)],
    ["zeros", "REFUSED", Buffer.alloc(30_000_000)],
    ["a NUL in a cell", "REFUSED", Buffer.from("pegawai;atasan\n1\0;2\n")],
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
  const token = await login(url, logins.ADMIN);
  for (const [what, status, bytes] of files(options.long === "yes")) {
    let ended;
    const { before, peak } = await watched(server.process.pid, async () => {
      ended = await dryRun(url, token, bytes).catch((error) => ({ status: String(error) }));
    });
    const growth = peak.megabytes - before.megabytes;
    report.check(ended.status === status, `${what} (${bytes.length} bytes): ${ended.status} ${ended.failure ?? ""}`);
    report.check(growth <= GROWTH, `${what}: the server grew by ${growth} MB`);
  }

  const announced = await flood(300, 50, (number) =>
    post(url, CREATE, { input: { name: `${number}.csv`, size: 67_108_864 } }, { token }),
  );
  const open = announced.filter(({ data }) => data?.createUpload?.uploadId).length;
  report.check(open > 0 && open <= 5, `${open} of 300 uploads of 64 MiB were announced`);

  // A second server on the same database, without the small budget: the measurement must notice what it takes.
  const generous = await world.server({ ...setup, settings: "import_memory_bytes = 4294967296\n" });
  await generous.start();
  const other = await login(generous.url, logins.ADMIN);
  await world.sql("UPDATE upload SET expires_at = 1 WHERE received_at IS NULL");
  const { before, peak } = await watched(generous.process.pid, () => dryRun(generous.url, other, texts()));
  const growth = peak.megabytes - before.megabytes;
  report.check(growth > GROWTH, `control: without the budget the server grows by ${growth} MB`);
  await generous.stop();
}
