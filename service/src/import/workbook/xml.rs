//! One XML part of a workbook, read event by event, with limits on its length, its depth and the length of an event.

use super::{
    super::{
        budget::{Budget, MAX_RECORD_BYTES, unpacks_to_too_much},
        gauge::Gauge,
    },
    damaged,
};
use crate::error::{Error, Result};
use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesEnd, BytesStart, Event},
};
use std::{
    borrow::Cow,
    io::{BufReader, Read},
};

/// Maximum depth of elements. Worksheets use about ten.
const MAX_DEPTH: usize = 64;

/// A part of a workbook.
pub(super) struct Part<R> {
    name: String,
    reader: Reader<Gauge<BufReader<R>>>,
    buffer: Vec<u8>,
    depth: usize,
}

/// The nodes that readers of a part distinguish.
pub(super) enum Node<'a> {
    /// An element begins.
    Start(BytesStart<'a>),
    /// An element ends.
    End(BytesEnd<'a>),
    /// Text inside an element.
    Text(Cow<'a, str>),
    /// Anything else, such as a comment.
    Other,
}

impl<R: Read> Part<R> {
    pub fn new(name: String, content: R, budget: &Budget) -> Self {
        let gauge = Gauge::new(BufReader::new(content), MAX_RECORD_BYTES, budget.unpackable());
        let mut reader = Reader::from_reader(gauge);
        reader.config_mut().expand_empty_elements = true;
        Self { name, reader, buffer: Vec::new(), depth: 0 }
    }

    /// Reads the next node; `None` at the end of the part.
    pub fn next(&mut self) -> Result<Option<Node<'_>>> {
        self.buffer.clear();
        self.reader.get_mut().mark();
        Ok(Some(match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::Start(start)) => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(damaged(&self.name));
                }
                Node::Start(start)
            }
            Ok(Event::End(end)) => {
                self.depth = self.depth.saturating_sub(1);
                Node::End(end)
            }
            Ok(Event::Text(text)) => Node::Text(text.xml10_content()),
            Ok(Event::CData(text)) => Node::Text(text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => match reference.resolve_char_ref() {
                Ok(Some(letter)) => Node::Text(letter.to_string().into()),
                Ok(None) => Node::Text(resolve_predefined_entity(&reference).unwrap_or_default().into()),
                Err(_) => return Err(damaged(&self.name)),
            },
            Ok(Event::Eof) if self.depth == 0 => return Ok(None),
            Ok(Event::Eof) => return Err(damaged(&self.name)),
            Ok(_) => Node::Other,
            Err(_) if self.reader.get_ref().is_spent() => return Err(unpacks_to_too_much(&self.name)),
            Err(_) => return Err(damaged(&self.name)),
        }))
    }

    /// The refusal of the workbook because of this part.
    pub fn damaged(&self) -> Error {
        damaged(&self.name)
    }

    /// Ends reading: counts the unpacked bytes.
    pub fn close(self, budget: &mut Budget) {
        budget.unpack(self.reader.get_ref().read_bytes());
    }
}

/// The value of an attribute, without the prefix of its namespace.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    // Turns off the check for duplicates, which would compare all pairs of attributes and take quadratic time.
    let mut attributes = element.attributes();
    let found = attributes.with_checks(false).flatten().find(|one| one.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
}
