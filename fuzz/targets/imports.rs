//! Import files: no bytes make the readers panic, take long, or end in an internal error. The first byte chooses the
//! form: a file as it is, or one part of an otherwise correct workbook.

#![no_main]

use fuzz::{City, block_on, choice};
use kinerja::http::app::AppSettings;
use libfuzzer_sys::fuzz_target;
use service::{Error, identity, import::check, testing::city::Person};
use std::{
    io::{Cursor, Write},
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const LONGEST: Duration = Duration::from_secs(10);
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const SHEET: &str = "xl/worksheets/sheet1.xml";

/// The parts of a correct workbook, and where an input may stand instead.
fn parts() -> [(&'static str, String); 6] {
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let sheet = "<worksheet><sheetData><row r=\"1\"><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row>\
        <row r=\"2\"><c t=\"inlineStr\"><is><t>197001011990011001</t></is></c><c s=\"1\"><v>45658</v></c></row>\
        </sheetData></worksheet>";
    let related = relation("r1", "worksheet", "worksheets/sheet1.xml")
        + &relation("r2", "sharedStrings", "sharedStrings.xml")
        + &relation("r3", "styles", "styles.xml");
    let book = "<sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets>";
    [
        (SHEET, sheet.to_owned()),
        ("xl/sharedStrings.xml", "<sst><si><t>pegawai</t></si><si><t>atasan</t></si></sst>".to_owned()),
        (
            "xl/styles.xml",
            "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
                .to_owned(),
        ),
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

struct Importer {
    city: City,
    actor: Arc<domain::actor::Actor>,
}

static IMPORTER: LazyLock<Importer> = LazyLock::new(|| {
    block_on(async {
        let city = City::found(&AppSettings::default()).await;
        let token = city.token(Person::Admin).await;
        let actor = identity::authenticate(&city.env, &token).await.expect("a session").actor;
        Importer { city, actor }
    })
});

fuzz_target!(|data: &[u8]| {
    let (form, rest) = choice(data);
    let bytes = match usize::from(form % 10) {
        place @ 0..6 => workbook(place, rest),
        6 => [b"PK", rest].concat(),
        7 => [b"pegawai;atasan\n", rest].concat(),
        8 => [b"nip,nama,jabatan,unit\n", rest].concat(),
        _ => rest.to_vec(),
    };
    let Importer { city, actor } = &*IMPORTER;
    let path = city.db.folder.path().join("input");
    std::fs::write(&path, bytes).expect("a file");
    let begun = Instant::now();
    let checked = block_on(check(&city.env, actor, &[path], Arc::new(|_, _| {})));
    assert!(begun.elapsed() < LONGEST, "{:?}", begun.elapsed());
    if let Err(error) = checked {
        assert!(!matches!(error, Error::Internal(_)), "{error:?}");
    }
});
