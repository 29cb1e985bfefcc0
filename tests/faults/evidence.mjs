#!/usr/bin/env node
// Hostile uploads of evidence, on the built server: wrong types, false sizes, names that are paths, bombs, files of
// others, HTML in a PDF, connections that are cut before the last byte, quotas. Every file must be refused or inert, no
// incomplete file may stay, and the memory of the server must stay bounded.
//
//   node tests/faults/evidence.mjs                                  60 cuts, on SQLite
//   node tests/faults/evidence.mjs --cuts 500 --database own            the long form, on its own PostgreSQL server, or postgres://…
//   node tests/faults/evidence.mjs --bucket yes                     files go into a bucket; KINERJA names a binary built with s3
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { Bucket } from "./bucket.mjs";
import { RECORD, Report, World, hour, login, once, options, planOf, sleep } from "./lib.mjs";
import { Postgres } from "./postgres.mjs";

const { cuts, database, bucket: inBucket } = options({ cuts: 60, database: "sqlite", bucket: "no" });
const MIB = 1024 * 1024;
/// Megabytes that receiving may add to the server while it is attacked: buffers of connections, and allocator slack.
const GROWTH = 60;
const report = new Report();
const postgres = database === "own" ? await Postgres.start() : null;
const world = new World(postgres?.url ?? database);
const bucket = inBucket === "yes" ? await Bucket.start() : null;
Object.assign(world.environment, bucket?.environment);
const server = await world.server({ staff: 60, settings: "evidence_person_bytes = 33554432\n" });
const logins = await server.start();
const { url } = server;
const employee = await login(url, logins.EMPLOYEE);
const superior = await login(url, logins.SUPERIOR);
const plan = await planOf(url, employee);

const CREATE = `mutation($input: CreateUploadInput!) { createUpload(input: $input) {
  uploadId url errors { code message path } } }`;
const FILES = "query($id: ID!) { node(id: $id) { ... on Activity { evidence { name mediaType hash download { url } } } } }";

const announce = async (name, size, token = employee) =>
  (await once(url, token, CREATE, { input: { purpose: "EVIDENCE", name, size, idempotencyKey: randomUUID() } })).createUpload;
const put = async (address, bytes) => (await fetch(new URL(address, url), { method: "PUT", body: bytes })).status;
const memory = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.pid}/status`, "utf8"))[1]) / 1024;

// A demo on SQLite has its own folder.
const uploads = join(world.folder, world.name ? "data/uploads" : "data/demo/uploads");
const inFolder = (folder) => (existsSync(folder) ? readdirSync(folder) : []);
const parts = () => inFolder(uploads).filter((name) => name.endsWith(".part"));
/// The files that have arrived completely. With a bucket, none of them may be in the folder.
async function kept() {
  const files = inFolder(join(uploads, "evidence"));
  if (bucket === null) return files;
  report.check(files.length === 0, "no file is kept outside the bucket");
  return bucket.keys();
}
/// Waits until there is no incomplete file. A server notices a cut connection only after it has read the bytes before
/// the cut.
async function withoutParts() {
  for (let tries = 0; tries < 3000 && parts().length > 0; tries += 1) await sleep(20);
  return parts().length === 0;
}

/// Records an activity with an upload as evidence; returns the activity or the errors.
async function record(uploadId, token = employee) {
  const row = { target: { clientKey: randomUUID() }, ...hour(0), description: "Rapat", evidence: [{ uploadId }] };
  const { recordActivities } = await once(url, token, RECORD, { input: { planId: plan.id, rows: [row] } });
  return recordActivities.results[0] ?? recordActivities;
}

/// A ZIP archive of files that unpack to `size` zeros each.
function archive(names, size) {
  const packed = deflateRawSync(Buffer.alloc(size), { level: 9 });
  const files = [];
  const central = [];
  let offset = 0;
  for (const name of names) {
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(packed.length, 18);
    head.writeUInt32LE(size, 22);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    head.copy(entry, 6, 4, 30);
    entry.writeUInt32LE(offset, 42);
    files.push(head, Buffer.from(name), packed);
    central.push(entry, Buffer.from(name));
    offset += head.length + name.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, directory, end]);
}

const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), randomBytes(40)]);
const HTML = Buffer.from("<!DOCTYPE html><html><script>alert(document.domain)</script></html>");

// The control: an honest file arrives, is evidence, and comes back as it was.
{
  const { uploadId, url: address } = await announce("foto.png", PNG.length);
  report.check((await put(address, PNG)) === 204, "control: an honest file arrives");
  const { activity } = await record(uploadId);
  const { node } = await once(url, superior, FILES, { id: activity.id });
  const [file] = node.evidence;
  const answer = await fetch(new URL(file.download.url, url));
  const bytes = Buffer.from(await answer.arrayBuffer());
  report.check(PNG.equals(bytes), "control: the superior downloads the same bytes");
  report.check(file.hash === createHash("sha256").update(PNG).digest("hex"), "its hash is that of the bytes");
  report.check((await kept()).length > 0, "control: a file that has arrived is found where files are kept");
}

// Wrong types.
for (const [name, bytes] of [
  ["foto.png", HTML],
  ["catatan.txt", HTML],
  ["surat.pdf", Buffer.from("MZ\x90\0\x03\0\0\0", "latin1")],
  ["gambar.jpg", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")],
  ["surat.docx", archive(["setup.exe"], 10)],
]) {
  const { uploadId, url: address } = await announce(name, bytes.length);
  const status = await put(address, bytes);
  const { errors } = await record(uploadId);
  report.check(status === 400 && errors.length > 0, `${name} with other content is refused (${status})`);
}

// Names.
for (const name of ["../../../etc/cron.d/x.txt", "..\\x.txt", "/etc/passwd.txt", "x.html", "x.txt\0.png", "x\u202egnp.txt", ".htaccess", `${"x".repeat(300)}.png`]) {
  const { uploadId, errors } = await announce(name, 3);
  report.check(uploadId === null && errors.length > 0, `the name ${JSON.stringify(name).slice(0, 40)} is refused`);
}

// False sizes.
{
  const { url: address } = await announce("foto.png", PNG.length);
  report.check((await put(address, PNG.subarray(1))) === 400, "fewer bytes than announced are refused");
  report.check((await put(address, Buffer.concat([PNG, PNG]))) === 400, "more bytes than announced are refused");
  const endless = await new Promise((done) => {
    const socket = connect(server.port, "127.0.0.1", () => {
      socket.write(`PUT ${address} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`);
      const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
      const more = () => socket.writable && socket.write(chunk, () => setImmediate(more));
      more();
    });
    let text = "";
    socket.on("data", (bytes) => (text += bytes));
    socket.on("error", () => {});
    socket.on("close", () => done(text));
    setTimeout(() => socket.destroy(), 10_000).unref();
  });
  report.check(/^HTTP\/1\.1 400/.test(endless) || endless === "", "an endless body is cut off");
  for (const size of [0, -1, 11 * MIB]) {
    report.check((await announce("foto.png", size)).uploadId === null, `a size of ${size} is refused`);
  }
  report.check(await withoutParts(), "no incomplete file is left");
}

// Bombs: a document that unpacks to 1 GiB is a small file, which the server never unpacks.
{
  const names = ["[Content_Types].xml", "word/document.xml"];
  const bomb = archive([...names, ...Array.from({ length: 16 }, (_, at) => `word/media/${at}.bin`)], 64 * MIB);
  const before = memory();
  const { uploadId, url: address } = await announce("bom.docx", bomb.length);
  report.check((await put(address, bomb)) === 204, `a bomb of ${Math.round(bomb.length / 1024)} KiB is stored as it is`);
  const { activity } = await record(uploadId);
  const { node } = await once(url, superior, FILES, { id: activity.id });
  const answer = await fetch(new URL(node.evidence[0].download.url, url));
  report.check(Buffer.from(await answer.arrayBuffer()).equals(bomb), "and comes back as it is");
  report.check(memory() - before < GROWTH, `memory grew by ${Math.round(memory() - before)} MB`);
}

// HTML in a PDF: sent as an attachment without rights.
{
  const pdf = Buffer.concat([Buffer.from("%PDF-1.7\n"), HTML]);
  const { uploadId, url: address } = await announce("surat.pdf", pdf.length);
  await put(address, pdf);
  const { headers } = await fetch(new URL(`/evidence/${uploadId}`, url), { headers: { authorization: `Bearer ${employee}` } });
  const inert =
    headers.get("content-type") === "application/pdf" &&
    headers.get("content-disposition").startsWith("attachment;") &&
    headers.get("x-content-type-options") === "nosniff" &&
    headers.get("content-security-policy") === "default-src 'none'; sandbox";
  report.check(inert, "HTML in a PDF is inert");
}

// Files of others.
{
  const { uploadId, url: address } = await announce("rahasia.png", PNG.length, superior);
  await put(address, PNG);
  const { errors } = await record(uploadId);
  report.check(errors[0]?.code === "NOT_FOUND", "nobody uses the file of another person");
  for (const [who, token] of [["their subordinate", employee], ["nobody", null]]) {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    const { status } = await fetch(new URL(`/evidence/${uploadId}`, url), { headers });
    report.check(status === (token ? 404 : 401), `${who} gets ${status} for the file of another person`);
  }
  const own = await fetch(new URL(`/evidence/${uploadId}`, url), { headers: { authorization: `Bearer ${superior}` } });
  report.check(own.status === 200, "control: the person themself gets it");
}

// Connections that are cut at 99 %, and the same file sent again.
{
  const before = memory();
  const files = (await kept()).length;
  const bytes = Buffer.concat([PNG, randomBytes(2 * MIB)]);
  const { uploadId, url: address } = await announce("potong.png", bytes.length);
  let peak = before;
  let answered = 0;
  // The control: these checks look where incomplete files are.
  const waiting = connect(server.port, "127.0.0.1", () => {
    waiting.write(`PUT ${address} HTTP/1.1\r\nhost: x\r\ncontent-length: ${bytes.length}\r\n\r\n`);
    waiting.write(bytes.subarray(0, 100_000));
  });
  for (let tries = 0; tries < 500 && parts().length === 0; tries += 1) await sleep(20);
  report.check(parts().length === 1, "control: a file that is arriving is an incomplete file");
  waiting.destroy();
  report.check(await withoutParts(), "it is removed when the connection is cut");
  for (let cut = 0; cut < cuts; cut += 1) {
    await new Promise((done) => {
      const socket = connect(server.port, "127.0.0.1", () => {
        socket.write(`PUT ${address} HTTP/1.1\r\nhost: x\r\ncontent-length: ${bytes.length}\r\n\r\n`);
        // A new attempt is possible once the server has noticed the previous cut, so some attempts are refused at once.
        socket.write(bytes.subarray(0, Math.floor(bytes.length * 0.99)), () => socket.destroy());
      });
      socket.on("data", () => (answered += 1));
      socket.on("error", () => {});
      socket.on("close", done);
    });
    peak = Math.max(peak, memory());
  }
  report.check(await withoutParts(), `no incomplete file is left after ${cuts} cuts at 99 % (${answered} answered before)`);
  report.check((await kept()).length === files, "no file was published");
  report.check(peak - before < GROWTH, `memory grew by ${Math.round(peak - before)} MB`);
  report.check((await record(uploadId)).errors[0]?.code === "NOT_FOUND", "an incomplete file is no evidence");
  report.check((await put(address, bytes)) === 204, "the same address takes the whole file afterwards");
  report.check((await put(address, bytes)) === 204, "and the same file once more");
  report.check((await put(address, Buffer.concat([PNG, randomBytes(2 * MIB)]))) === 400, "but no other file");
}

// Quota: 32 MiB in this server.
{
  let taken = 0;
  let refused = null;
  while (refused === null && taken < 10) {
    const { url: address, errors } = await announce("besar.txt", 9 * MIB);
    if (errors.length > 0) refused = errors[0].message;
    else {
      await put(address, Buffer.alloc(9 * MIB, "a"));
      taken += 1;
    }
  }
  report.check(taken === 3 && /32 MiB/.test(refused), `the quota of 32 MiB ends after ${taken} files: ${refused}`);
  report.check((await announce("kecil.txt", 1, superior)).uploadId !== null, "control: another person has their own quota");
}

// Many uploads at once: memory stays bounded, and uploads above the limit get an error.
{
  const before = memory();
  let peak = before;
  const watching = setInterval(() => (peak = Math.max(peak, memory())), 20);
  const made = [];
  while (made.length < 15) made.push(await announce(`${made.length}.txt`, MIB, superior));
  const sent = await Promise.all(made.map(({ url: address }) => put(address, Buffer.alloc(MIB, "b"))));
  clearInterval(watching);
  report.check(sent.every((status) => status === 204), "fifteen files at once arrive");
  report.check(peak - before < GROWTH, `memory grew by ${Math.round(peak - before)} MB`);
}
report.check(await withoutParts(), "no incomplete file is left at the end");
await server.stop();
bucket?.stop();
world.remove();
report.end();
