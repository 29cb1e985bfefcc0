//! Import files: no bytes make the readers panic, take long, or end in an internal error. The first byte chooses the
//! form: a file as it is, or one part of an otherwise correct workbook.

use crate::city::City;
use domain::actor::Actor;
use kinerja::http::settings::AppSettings;
use service::{Error, identity, import::check, testing::city::Person};
use std::{
    io::{Cursor, Write},
    sync::Arc,
    time::{Duration, Instant},
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

pub const WORDS: &[&str] = &[
    "<row r=\"",
    "<c r=\"XFD1048576\" t=\"s\">",
    "<c t=\"inlineStr\"><is><t>",
    "</t></is></c>",
    "<v>",
    "</v></c>",
    "</row>",
    "&#x1F600;",
    "&lt;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?xml version=\"1.0\"?>",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "&b;",
    "_x000D_",
    "_xD800_",
    "<si>",
    "</si>",
    "<rPh>",
    "<xf numFmtId=\"14\"/>",
    "formatCode=\"yyyy\"",
    "xml:space=\"preserve\"",
    "date1904=\"1\"",
    "../",
    "nip",
    "nama",
    "jabatan",
    "unit",
    "pegawai",
    "atasan",
    "kode;nama;jenis;kode_induk",
    "197001011990011001",
    ";",
    ",",
    "\t",
    "\"",
    "\n",
    "\r\n",
    "\u{feff}",
    "\0",
    "sep=;\n",
    "PK\u{1}\u{2}",
    "PK\u{3}\u{4}",
    "PK\u{5}\u{6}",
    "PK\u{6}\u{6}",
    "1e308",
    "-1",
    "45658.5",
    "NaN",
];

const LONGEST: Duration = Duration::from_secs(10);
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The parts of a correct workbook.
fn parts() -> [(&'static str, String); 6] {
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let sheet = "<worksheet><sheetData><row r=\"1\"><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row>\
        <row r=\"2\"><c t=\"inlineStr\"><is><t>197001011990011001</t></is></c><c s=\"1\"><v>45658</v></c></row>\
        </sheetData></worksheet>";
    let styles = "<styleSheet><numFmts><numFmt numFmtId=\"200\" formatCode=\"dd/mm\"/></numFmts>\
        <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"200\"/></cellXfs></styleSheet>";
    let related = relation("r1", "worksheet", "worksheets/sheet1.xml")
        + &relation("r2", "sharedStrings", "sharedStrings.xml")
        + &relation("r3", "styles", "styles.xml");
    let book = "<sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets>";
    [
        ("xl/worksheets/sheet1.xml", sheet.to_owned()),
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>pegawai</t></si><si><r><t>ata</t></r><r><t>san</t></r></si></sst>".to_owned(),
        ),
        ("xl/styles.xml", styles.to_owned()),
        ("xl/workbook.xml", format!("<workbook xmlns:r=\"{OFFICE}\">{book}</workbook>")),
        ("xl/_rels/workbook.xml.rels", format!("<Relationships>{related}</Relationships>")),
        (
            "_rels/.rels",
            format!("<Relationships>{}</Relationships>", relation("r1", "officeDocument", "xl/workbook.xml")),
        ),
    ]
}

/// A workbook with this content in place of one of its parts.
fn workbook(place: usize, content: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (at, (name, text)) in parts().into_iter().enumerate() {
        archive.start_file(name, stored).expect("a part");
        archive.write_all(if at == place { content } else { text.as_bytes() }).expect("a part");
    }
    archive.finish().expect("an archive").into_inner()
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> =
        (0_u8..).zip(parts()).map(|(at, (_, text))| [&[at], text.as_bytes()].concat()).collect();
    seeds.push([&[6], &workbook(9, b"")[2..]].concat());
    seeds.push([&[7][..], b"197001011990011001;197001011990011002\n\"a;b\";\"c\"\"d\"\n"].concat());
    seeds.push([&[8][..], b"kode,nama,jenis,kode_induk\n1.02,Dinas Contoh,DINAS,1\n"].concat());
    seeds.push(
        [&[8][..], "\u{feff}sep=;\nnip;nama;jabatan\n197001011990011001;Contoh;Guru\n".as_bytes()].concat(),
    );
    seeds
}

pub struct Target {
    city: City,
    actor: Arc<Actor>,
}

impl Target {
    pub fn new() -> Self {
        let city = City::found(&AppSettings::default(), Person::Admin);
        let actor =
            city.runtime.block_on(identity::authenticate(&city.env, &city.token)).expect("a session").actor;
        Self { city, actor }
    }

    pub fn try_input(&self, input: &[u8]) -> String {
        let (form, rest) = input.split_first().unwrap_or((&8, input));
        let bytes = match usize::from(form % 9) {
            place @ 0..6 => workbook(place, rest),
            6 => [b"PK", rest].concat(),
            7 => [b"pegawai;atasan\n", rest].concat(),
            _ => rest.to_vec(),
        };
        let path = self.city.db.folder.path().join("input");
        std::fs::write(&path, bytes).expect("a file");
        let begun = Instant::now();
        let progress = Arc::new(|_, _| {});
        let checked =
            self.city.runtime.block_on(check(&self.city.env, &self.actor, &[path.into()], progress));
        assert!(begun.elapsed() < LONGEST, "{:?}", begun.elapsed());
        match checked {
            Ok(report) => {
                let keys = |row: &service::import::ReportRow| {
                    let keys: Vec<_> =
                        row.findings.iter().map(|finding| finding.refusal.message.key()).collect();
                    format!("{:?} {:?} {keys:?}", row.sheet, row.action)
                };
                format!("{} {:?}", form % 9, report.rows.iter().take(3).map(keys).collect::<Vec<_>>())
            }
            Err(Error::Internal(cause)) => panic!("{cause:?}"),
            Err(error) => format!("{} {:?}", form % 9, error.message().key()),
        }
    }
}
