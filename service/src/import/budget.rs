//! The budget for reading the files of one import, and the refusals of files that exceed it.
//!
//! After the budget is used up, readers no longer keep rows and texts but continue to count them, so that the refusal
//! states the total numbers.

use crate::error::{Error, Result};
use domain::{Key, Message, import::excerpt};

/// Maximum number of rows with text in an import, over all its sheets.
pub const MAX_ROWS: usize = 100_000;
/// Maximum number of columns with a header in a sheet.
pub const MAX_COLUMNS: usize = 256;
/// Maximum number of sheets in a workbook.
pub const MAX_SHEETS: usize = 256;
/// Maximum number of bytes that the parts of a workbook may unpack to, together.
pub const MAX_UNPACKED_BYTES: u64 = 512 * MIB;
/// Maximum length of one CSV record or one piece of XML, in bytes. Excel allows 32,767 characters in a cell.
pub const MAX_RECORD_BYTES: u64 = MIB;
/// Maximum number of findings that an import lists; further ones are only counted.
pub const MAX_FINDINGS: usize = 10_000;

const MIB: u64 = 1024 * 1024;
/// Estimated memory of a row besides its texts, in bytes: the typed row, its line in the report, and the headers of its
/// allocations.
const ROW_BYTES: usize = 400;
/// Estimated memory of a text besides its bytes, where each text is stored on its own.
const TEXT_BYTES: usize = 48;

/// The memory, rows and unpacked bytes that an import has used so far.
pub(super) struct Budget {
    memory_bytes: u64,
    used: u64,
    rows: usize,
    unpacked: u64,
}

impl Budget {
    pub const fn new(memory_bytes: u64) -> Self {
        Self { memory_bytes, used: 0, rows: 0, unpacked: 0 }
    }

    /// Counts a row with these bytes of text; false if it must not be kept.
    pub fn row(&mut self, text: usize) -> bool {
        self.rows += 1;
        self.memory(ROW_BYTES + text) && self.rows <= MAX_ROWS
    }

    /// Counts a text that is stored on its own; false if it must not be kept.
    pub fn text(&mut self, text: &str) -> bool {
        self.memory(TEXT_BYTES + text.len())
    }

    /// Counts bytes; false if they must not be kept.
    pub fn memory(&mut self, bytes: usize) -> bool {
        self.used = self.used.saturating_add(bytes as u64);
        self.used <= self.memory_bytes
    }

    /// The memory used so far, for [`Self::release`].
    pub const fn used(&self) -> u64 {
        self.used
    }

    /// Subtracts counted memory that has been freed.
    pub const fn release(&mut self, bytes: u64) {
        self.used = self.used.saturating_sub(bytes);
    }

    /// The bytes that a workbook may still unpack to.
    pub const fn unpackable(&self) -> u64 {
        MAX_UNPACKED_BYTES.saturating_sub(self.unpacked)
    }

    /// Counts unpacked bytes.
    pub const fn unpack(&mut self, bytes: u64) {
        self.unpacked = self.unpacked.saturating_add(bytes);
    }

    /// Refuses the import if its rows or texts exceed the budget.
    pub fn check(&self) -> Result<()> {
        if self.rows > MAX_ROWS {
            return Err(above(Key::ImportRows, self.rows, MAX_ROWS));
        }
        if self.used > self.memory_bytes {
            return Err(above(Key::ImportMemory, self.used.div_ceil(MIB), self.memory_bytes / MIB));
        }
        Ok(())
    }
}

/// Refuses a workbook that unpacks to too many bytes; names the part that exceeds the limit.
pub(super) fn unpacks_to_too_much(part: &str) -> Error {
    let max = MAX_UNPACKED_BYTES / MIB;
    refuse(Message::new(Key::ImportUnpacked).with("part", excerpt(part)).with("max", max))
}

/// Refuses a number above its maximum.
pub(super) fn above(key: Key, found: impl ToString, max: impl ToString) -> Error {
    refuse(Message::new(key).with("found", found).with("max", max))
}

/// Refuses the whole file.
pub(super) fn refuse(message: impl Into<Message>) -> Error {
    Error::input(["uploadId"], message)
}
