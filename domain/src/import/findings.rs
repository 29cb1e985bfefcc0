//! The findings of an import: the first ones are listed, further ones only counted.

use super::{Finding, RowKind, Severity};
use std::collections::BTreeMap;

/// Findings up to a maximum number, and how many more each row has. A file full of errors needs little memory.
#[derive(Clone, Debug)]
pub struct Findings {
    listed: Vec<Finding>,
    most: usize,
    unlisted: BTreeMap<(RowKind, u32), Unlisted>,
}

/// The findings of a row that are not listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unlisted {
    /// Errors.
    pub errors: u32,
    /// Warnings.
    pub warnings: u32,
}

impl Unlisted {
    /// Errors and warnings.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.errors.saturating_add(self.warnings)
    }
}

impl Findings {
    /// No findings yet; at most this number will be listed.
    #[must_use]
    pub const fn new(most: usize) -> Self {
        Self { listed: Vec::new(), most, unlisted: BTreeMap::new() }
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        if self.listed.len() < self.most {
            self.listed.push(finding);
            return;
        }
        let row = self.unlisted.entry((finding.sheet, finding.row)).or_default();
        let count = match finding.severity {
            Severity::Error => &mut row.errors,
            Severity::Warning => &mut row.warnings,
        };
        *count = count.saturating_add(1);
    }

    /// Adds findings.
    pub fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        findings.into_iter().for_each(|finding| self.push(finding));
    }

    /// Whether one of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.listed.iter().any(|finding| finding.severity == Severity::Error)
            || self.unlisted.values().any(|row| row.errors > 0)
    }

    /// The listed findings, in the order in which they were found.
    #[must_use]
    pub fn listed(&self) -> &[Finding] {
        &self.listed
    }

    /// The listed findings, and the numbers of further ones by row.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Finding>, BTreeMap<(RowKind, u32), Unlisted>) {
        (self.listed, self.unlisted)
    }
}
