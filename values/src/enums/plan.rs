//! Enumerations of plans and activities.

use async_graphql::Enum;

mirrors! {
    /// Status of a plan.
    PlanStatus = "domain::plan::PlanStatus" {
        /// Draft, not submitted yet.
        Draft,
        /// Diajukan: waits for the rater's decision.
        Submitted,
        /// Dikembalikan: returned by the rater with a reason.
        Returned,
        /// Disetujui: in force.
        Approved,
        /// Ditutup: ended with the year or by a transfer.
        Closed,
        /// Dibatalkan: cancelled by an admin.
        Cancelled,
    }
    /// Status of a revision of a plan's contents.
    RevisionStatus = "domain::plan::RevisionStatus" {
        /// Draft, not submitted yet.
        Draft,
        /// Waits for the rater's decision.
        Submitted,
        /// Returned by the rater with a reason.
        Returned,
        /// Withdrawn; another revision can be started.
        Withdrawn,
        /// In force.
        Approved,
        /// Was in force until a later revision was approved.
        Replaced,
    }
    /// How results are described (pendekatan).
    Approach = "domain::plan::Approach" {
        /// With figures.
        Quantitative,
        /// In words.
        Qualitative,
    }
    /// Kind of result row.
    ResultKind = "domain::plan::ResultKind" {
        /// Utama: a main result, needed for the unit's goals.
        Main,
        /// Tambahan: an additional result, assigned by the superior outside the main duties.
        Additional,
    }
    /// What an indicator measures (aspek).
    Aspect = "domain::plan::Aspect" {
        /// Kuantitas.
        Quantity,
        /// Kualitas.
        Quality,
        /// Waktu.
        Time,
        /// Biaya.
        Cost,
    }
    /// Perspective of an indicator of a senior executive (perspektif).
    Perspective = "domain::plan::Perspective" {
        /// Penerima layanan.
        ServiceRecipient,
        /// Proses bisnis.
        BusinessProcess,
        /// Penguatan internal.
        InternalStrengthening,
        /// Anggaran.
        Budget,
    }
    /// Whether a higher or a lower figure is better.
    Direction = "domain::plan::Direction" {
        /// A higher figure is better.
        HigherIsBetter,
        /// A lower figure is better, such as days or complaints.
        LowerIsBetter,
    }
    /// Status of an activity.
    ActivityStatus = "domain::activity::ActivityStatus" {
        /// Draft, not submitted yet.
        Draft,
        /// Waits for the rater's decision.
        Submitted,
        /// Approved by the rater.
        Approved,
        /// Returned by the rater with a reason.
        Returned,
        /// A draft that its owner discarded. Lists leave it out unless `status` asks for it.
        Discarded,
    }
    /// Kind of evidence (bukti dukung).
    EvidenceKind = "domain::activity::EvidenceKind" {
        /// A link. Its content can change.
        Link,
        /// A file that the server keeps.
        File,
    }
    /// What the server noticed about an activity or its evidence: a hint, never a verdict.
    MarkKind = "domain::activity::MarkKind" {
        /// Another activity has a file with the same bytes.
        SameFile,
        /// Another activity has the same description, apart from case, spaces and punctuation.
        SameText,
        /// Other activities of the person take place at the same time.
        Overlap,
        /// It was received more than seven days after its day.
        Late,
        /// By the client's clock it was entered more than a day before it was received.
        ClaimedTime,
        /// The evidence is a link, and its content can change.
        LinkCanChange,
    }
}

/// A rater's decision on a submitted plan, revision or activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ReviewDecision {
    /// Approve it.
    Approve,
    /// Return it; a reason is required.
    Return,
}

domain::labels! {
    ReviewDecision {
        Approve: "Setujui", "Approve";
        Return: "Kembalikan", "Return";
    }
}

impl ReviewDecision {
    /// Converts to the domain's decision; the domain refuses a missing reason.
    pub fn with_reason(self, reason: Option<String>) -> domain::decision::Decision {
        match self {
            Self::Approve => domain::decision::Decision::Approve,
            Self::Return => domain::decision::Decision::Return { reason: reason.unwrap_or_default() },
        }
    }
}
