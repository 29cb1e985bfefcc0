//! Detects the type of a file from its bytes. The server stores and sends the detected type, not the type that the
//! client names.

use domain::activity::MediaType;
use infer::MatcherType;

/// The number of first bytes that are kept to detect the type. Office documents name their parts in these bytes.
const HEAD: usize = 64 * 1024;
/// The bytes with which a file inside a ZIP archive begins. Its name follows [`NAME_AT`] bytes after their start.
const LOCAL_FILE: &[u8] = b"PK\x03\x04";
const NAME_AT: usize = 30;

/// Detects the type of a file from its bytes as they arrive.
pub(super) struct Sniffer {
    head: Vec<u8>,
    text: Text,
}

/// Whether the bytes so far are text in UTF-8, without control characters.
struct Text {
    is_text: bool,
    /// The first bytes of a character whose other bytes have not arrived yet.
    rest: Vec<u8>,
}

impl Text {
    fn push(&mut self, bytes: &[u8]) {
        if !self.is_text {
            return;
        }
        self.rest.extend_from_slice(bytes);
        let valid = match std::str::from_utf8(&self.rest) {
            Ok(text) => text.len(),
            Err(broken) if broken.error_len().is_none() => broken.valid_up_to(),
            Err(_) => {
                self.is_text = false;
                return;
            }
        };
        let whole = self.rest.drain(..valid).collect();
        let is_plain = |letter: char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r' | '\u{c}');
        self.is_text = String::from_utf8(whole).is_ok_and(|text| text.chars().all(is_plain));
    }

    const fn ended(&self) -> bool {
        self.is_text && self.rest.is_empty()
    }
}

impl Sniffer {
    pub(super) const fn new() -> Self {
        Self { head: Vec::new(), text: Text { is_text: true, rest: Vec::new() } }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let missing = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        self.text.push(bytes);
    }

    /// Whether the whole file has the type `announced`, which its name promises.
    pub(super) fn is(&self, announced: MediaType) -> bool {
        let found = infer::get(&self.head);
        let detected = found.and_then(|found| MediaType::detected(found.mime_type()));
        if announced == MediaType::Text {
            // The signature of some types consists of two letters only, and a text can begin with these letters too.
            let is_markup = found.is_some_and(|found| found.matcher_type() == MatcherType::Text);
            return self.text.ended() && detected.is_none() && !is_markup;
        }
        let is_archive = found.is_some_and(|found| found.mime_type() == "application/zip");
        detected.or_else(|| is_archive.then(|| office(&self.head)).flatten()) == Some(announced)
    }
}

/// The type of an office document by the names of its parts. `infer` checks only the first four parts, and some
/// programs write the part with the document later.
fn office(head: &[u8]) -> Option<MediaType> {
    let parts = [
        (b"word/".as_slice(), MediaType::Docx),
        (b"xl/".as_slice(), MediaType::Xlsx),
        (b"ppt/".as_slice(), MediaType::Pptx),
    ];
    let names = head
        .windows(LOCAL_FILE.len())
        .enumerate()
        .filter(|(_, bytes)| *bytes == LOCAL_FILE)
        .filter_map(|(at, _)| head.get(at + NAME_AT..));
    let mut is_office = false;
    let mut found = None;
    for name in names {
        is_office |= name.starts_with(b"[Content_Types].xml") || name.starts_with(b"_rels/");
        let part = parts.iter().find(|(folder, _)| name.starts_with(folder));
        found = found.or(part.map(|(_, media)| *media));
    }
    found.filter(|_| is_office)
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    /// The types for which the bytes are accepted if they arrive in pieces of this size.
    fn types(bytes: &[u8], piece: usize) -> Vec<MediaType> {
        let mut sniffer = Sniffer::new();
        bytes.chunks(piece).for_each(|piece| sniffer.push(piece));
        MediaType::iter().filter(|media| sniffer.is(*media)).collect()
    }

    fn archive(names: &[&str]) -> Vec<u8> {
        use std::io::Write;
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for name in names {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a file");
            zip.write_all(b"<a/>").expect("its content");
        }
        zip.finish().expect("an archive").into_inner()
    }

    #[test]
    fn bytes_are_accepted_as_what_they_are() {
        let office = ["[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml"];
        let with = |last: &str| archive(&[&office[..], &[last]].concat());
        let cases: [(&str, Vec<u8>, &[MediaType]); 24] = [
            ("PDF", b"%PDF-1.7\n%\xe2\xe3\n<html><script>alert(1)</script>".to_vec(), &[MediaType::Pdf]),
            ("JPEG", b"\xff\xd8\xff\xe0\0\x10JFIF\0".to_vec(), &[MediaType::Jpeg]),
            ("PNG", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), &[MediaType::Png]),
            ("WebP", b"RIFF\x24\0\0\0WEBPVP8 ".to_vec(), &[MediaType::Webp]),
            ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), &[MediaType::Heic]),
            ("DOCX", with("word/document.xml"), &[MediaType::Docx]),
            ("XLSX", with("xl/workbook.xml"), &[MediaType::Xlsx]),
            ("PPTX", with("ppt/presentation.xml"), &[MediaType::Pptx]),
            ("text", "Hadir: 24 orang – selesai\n".as_bytes().to_vec(), &[MediaType::Text]),
            ("text that begins like a bitmap", b"BMKG melaporkan hujan".to_vec(), &[MediaType::Text]),
            ("CSV", b"nama,nilai\r\nRina,90\r\n".to_vec(), &[MediaType::Text]),
            ("HTML", b"<!DOCTYPE html><html><script>1</script>".to_vec(), &[]),
            ("HTML after spaces", b"  \n<html><body onload=alert(1)>".to_vec(), &[]),
            ("SVG with a prologue", b"<?xml version=\"1.0\"?><svg onload=\"alert(1)\"/>".to_vec(), &[]),
            ("script", b"#!/bin/sh\nrm -rf /\n".to_vec(), &[]),
            ("PDF of letters", b"%PDF-1.4\n1 0 obj".to_vec(), &[MediaType::Pdf]),
            ("ELF", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0".to_vec(), &[]),
            ("EXE", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0".to_vec(), &[]),
            ("ZIP", archive(&["a.txt", "b.txt"]), &[]),
            ("ZIP with a folder of a document", archive(&["a.txt", "word/document.xml"]), &[]),
            ("JAR", archive(&["META-INF/MANIFEST.MF", "A.class"]), &[]),
            ("bytes", vec![0, 1, 2, 3], &[]),
            ("half a character", b"selesai \xe2\x80".to_vec(), &[]),
            ("text with an escape", b"a\x1b[2Jb".to_vec(), &[]),
        ];
        for (name, bytes, expected) in cases {
            for piece in [1, 7, 100_000] {
                assert_eq!(types(&bytes, piece), expected, "{name} in pieces of {piece}");
            }
        }
    }
}
