// Workbooks as an attacker writes them: archives with parts of any content and any size.
import { constants, crc32, deflateRawSync } from "node:zlib";

const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A part that unpacks to `text`, repeated `times` times. The pieces are packed once, so large parts take no time.
export function part(text, times = 1) {
  const content = Buffer.from(text);
  const piece = deflateRawSync(content, { level: 9, finishFlush: times > 1 ? constants.Z_FULL_FLUSH : constants.Z_FINISH });
  // The last bytes are an empty final block.
  const packed = times > 1 ? Buffer.concat([...Array(times).fill(piece), Buffer.from([3, 0])]) : piece;
  let sum = 0;
  for (let number = 0; number < times; number += 1) sum = crc32(content, sum);
  return { packed, bytes: content.length * times, sum };
}

/// An archive of parts by name; `further` entries of the directory all refer to the first part.
export function archive(parts, further = 0) {
  const local = [];
  const directory = [];
  let offset = 0;
  for (const [name, { packed, bytes, sum }] of parts) {
    const file = Buffer.from(name);
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(8, 4);
    about.writeUInt32LE(sum, 10);
    about.writeUInt32LE(packed.length, 14);
    about.writeUInt32LE(bytes, 18);
    about.writeUInt16LE(file.length, 22);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), about, entry, file]));
    const header = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), about, file, packed]);
    local.push(header);
    offset += header.length;
  }
  const entries = Buffer.concat([...directory, copies(directory[0], further)]);
  return Buffer.concat([...local, entries, end(directory.length + further, entries.length, offset)]);
}

/// An entry of the directory, repeated under names of the same length.
function copies(entry, count) {
  const all = Buffer.alloc(entry.length * count);
  for (let number = 0; number < count; number += 1) {
    entry.copy(all, number * entry.length);
    all.write(number.toString(36).padStart(7, "0").slice(-7), (number + 1) * entry.length - 7);
  }
  return all;
}

/// The end of an archive, in the form for any number of entries (ZIP64).
function end(count, bytes, offset) {
  const long = Buffer.alloc(56);
  long.write("PK\x06\x06", "latin1");
  long.writeBigUInt64LE(44n, 4);
  long.writeUInt16LE(45, 12);
  long.writeUInt16LE(45, 14);
  for (const [at, value] of [[24, count], [32, count], [40, bytes], [48, offset]]) long.writeBigUInt64LE(BigInt(value), at);
  const locator = Buffer.alloc(20);
  locator.write("PK\x06\x07", "latin1");
  locator.writeBigUInt64LE(BigInt(offset + bytes), 8);
  locator.writeUInt32LE(1, 16);
  const short = Buffer.alloc(22);
  short.write("PK\x05\x06", "latin1");
  for (const at of [8, 10]) short.writeUInt16LE(Math.min(count, 0xffff), at);
  short.writeUInt32LE(Math.min(bytes, 0xffffffff), 12);
  short.writeUInt32LE(offset, 16);
  return count > 0xffff ? Buffer.concat([long, locator, short]) : short;
}

/// A workbook with one sheet of superiors. `rows` is the text of its rows; the others are parts.
export function workbook(rows, { strings = part("<sst/>"), styles = part("<styleSheet/>"), sheet, further = 0 } = {}) {
  const relation = (id, kind, target) => `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`;
  const relations = [
    relation("r1", "worksheet", "worksheets/sheet1.xml"),
    relation("r2", "sharedStrings", "sharedStrings.xml"),
    relation("r3", "styles", "styles.xml"),
  ];
  const cells = '<row r="1"><c r="A1" t="str"><v>pegawai</v></c><c r="B1" t="str"><v>atasan</v></c></row>';
  return archive(
    [
      ["_rels/.rels", part(`<Relationships>${relation("r1", "officeDocument", "xl/workbook.xml")}</Relationships>`)],
      [
        "xl/workbook.xml",
        part(`<workbook xmlns:r="${OFFICE}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>`),
      ],
      ["xl/_rels/workbook.xml.rels", part(`<Relationships>${relations.join("")}</Relationships>`)],
      ["xl/sharedStrings.xml", strings],
      ["xl/styles.xml", styles],
      ["xl/worksheets/sheet1.xml", sheet ?? part(`<worksheet><sheetData>${cells}${rows}</sheetData></worksheet>`)],
    ],
    further,
  );
}
