//! The archive of a workbook, and where its sheets, texts and styles are.

use super::{
    super::{
        budget::{Budget, refuse},
        gauge::Gauge,
    },
    damaged,
    xml::{Node, Part, attribute},
};
use crate::error::Result;
use domain::{Key, Message, import::excerpt};
use std::{
    collections::BTreeMap,
    io::{Read, Seek},
};
use zip::{ZipArchive, read::ZipFile};

/// Maximum length of the archive's directory, in bytes. A workbook of 256 sheets needs about 50,000.
const DIRECTORY_BYTES: u64 = 1024 * 1024;
/// The part that names the workbook.
const PACKAGE: &str = "_rels/.rels";
/// Where the workbook is unless the package says otherwise.
const WORKBOOK: &str = "xl/workbook.xml";

/// Parts that only archives of other formats have, with the name of the format.
const FOREIGN: [(&str, &str); 3] = [
    ("xl/workbook.bin", "Excel Binary (.xlsb)"),
    ("word/document.xml", "Word (.docx)"),
    ("ppt/presentation.xml", "PowerPoint (.pptx)"),
];

/// The parts of a workbook, by name.
pub(super) struct Parts<R> {
    archive: ZipArchive<R>,
    /// Places in the archive by name. Names are in lower case, because programs write them in different cases.
    places: BTreeMap<String, usize>,
}

/// The names of the parts of a workbook.
pub(super) struct Book {
    /// The sheets in their order.
    pub sheets: Vec<BookSheet>,
    pub strings: Option<String>,
    pub styles: Option<String>,
    pub from_1904: bool,
}

/// A sheet of a workbook.
pub(super) struct BookSheet {
    /// Its name, as people see it.
    pub name: String,
    /// The name of its part.
    pub part: String,
    /// Whether the workbook hides it.
    pub is_hidden: bool,
}

/// A part that another one refers to.
struct Relation {
    id: String,
    /// The last word of its type, such as `worksheet`.
    kind: String,
    target: String,
}

impl<R: Read + Seek> Parts<R> {
    /// Opens the archive and reads its directory.
    pub fn open(mut file: R, budget: &mut Budget) -> Result<Self> {
        // This first opening only checks that the directory is short, because the file can declare any length.
        ZipArchive::new(Gauge::new(&mut file, DIRECTORY_BYTES, u64::MAX)).map_err(|_| damaged("zip"))?;
        let archive = ZipArchive::new(file).map_err(|_| damaged("zip"))?;
        let mut places = BTreeMap::new();
        for at in 0..archive.len() {
            let Some(Ok(name)) = archive.name_for_index(at) else { continue };
            let name = normal(&name);
            if budget.text(&name) {
                places.insert(name, at);
            }
        }
        budget.check()?;
        let has = |name: &str| places.contains_key(name);
        let foreign = FOREIGN.iter().find(|(part, _)| has(part)).map(|(_, name)| *name);
        let foreign =
            foreign.or_else(|| (!places.is_empty() && !has(PACKAGE) && !has(WORKBOOK)).then_some("ZIP"));
        match foreign {
            Some(name) => Err(refuse(Message::new(Key::ImportFormat).with("name", name))),
            None => Ok(Self { archive, places }),
        }
    }

    /// Opens a part for reading.
    pub fn open_part(&mut self, name: &str, budget: &Budget) -> Result<Part<ZipFile<'_, R>>> {
        let at = *self.places.get(&normal(name)).ok_or_else(|| damaged(name))?;
        self.archive
            .by_index(at)
            .map_err(|_| damaged(name))
            .map(|file| Part::new(name.to_owned(), file, budget))
    }

    /// Reads the names of the parts.
    pub fn workbook(&mut self, budget: &mut Budget) -> Result<Book> {
        let package = self.relations(PACKAGE, "", budget)?;
        let main = package.into_iter().find(|relation| relation.kind == "officeDocument");
        let main = main.map_or_else(|| WORKBOOK.to_owned(), |relation| relation.target);
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
        let relations = self.relations(&format!("{folder}/_rels/{file}.rels"), folder, budget)?;
        let target = |kind: &str| {
            relations.iter().find(|relation| relation.kind == kind).map(|relation| relation.target.clone())
        };
        let (strings, styles) = (target("sharedStrings"), target("styles"));
        let worksheets: BTreeMap<&str, &str> = relations
            .iter()
            .filter(|relation| relation.kind == "worksheet")
            .map(|relation| (relation.id.as_str(), relation.target.as_str()))
            .collect();
        let (mut sheets, mut from_1904) = (Vec::new(), false);
        let mut part = self.open_part(&main, budget)?;
        while let Some(node) = part.next()? {
            let Node::Start(element) = node else { continue };
            match element.local_name().as_ref() {
                "sheet" => {
                    let id = attribute(&element, "id").unwrap_or_default();
                    // Sheets of charts have no cells.
                    let name = attribute(&element, "name").unwrap_or_default();
                    let name = excerpt(&name);
                    if let Some(part) = worksheets.get(id.as_str())
                        && budget.text(part)
                        && budget.text(&name)
                    {
                        let state = attribute(&element, "state").unwrap_or_default();
                        let is_hidden = matches!(state.as_str(), "hidden" | "veryHidden");
                        sheets.push(BookSheet { name, part: (*part).to_owned(), is_hidden });
                    }
                }
                "workbookPr" => {
                    let set = attribute(&element, "date1904");
                    from_1904 |= set.is_some_and(|set| set == "1" || set == "true");
                }
                _ => {}
            }
        }
        part.close(budget);
        budget.check()?;
        Ok(Book { sheets, strings, styles, from_1904 })
    }

    /// Reads the relations of a part; their targets are relative to a folder.
    fn relations(&mut self, name: &str, folder: &str, budget: &mut Budget) -> Result<Vec<Relation>> {
        let mut relations = Vec::new();
        let mut part = self.open_part(name, budget)?;
        while let Some(node) = part.next()? {
            let Node::Start(element) = node else { continue };
            if element.local_name().as_ref() != "Relationship" {
                continue;
            }
            let of = |name: &str| attribute(&element, name).unwrap_or_default();
            let (id, kind, target) = (of("Id"), of("Type"), of("Target"));
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            let relation = Relation { id, kind, target: resolve(folder, &target) };
            if [&relation.id, &relation.kind, &relation.target].into_iter().all(|text| budget.text(text)) {
                relations.push(relation);
            }
        }
        part.close(budget);
        budget.check()?;
        Ok(relations)
    }
}

/// The name of a target that is absolute or relative to a folder.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let path = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Normalises a name for comparisons.
fn normal(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}
