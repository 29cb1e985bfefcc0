//! Status of an object of any type. The field `status` has a different type in each object, so a document can't select
//! it in several members of a union without aliases. A field of this enumeration next to the union avoids that.

use async_graphql::Enum;

/// Status of an object of any type. Each type uses some of the values. The field `status` of each type has its own
/// enumeration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SubjectStatus {
    /// Acknowledged by the employee.
    Acknowledged,
    /// Works for the agency.
    Active,
    /// Approved.
    Approved,
    /// Cancelled.
    Cancelled,
    /// Closed.
    Closed,
    /// The objection is decided.
    Decided,
    /// The objection is decided: the ratings changed.
    DecidedChanged,
    /// The objection is decided: the ratings stay.
    DecidedUpheld,
    /// The request to correct a record, or the recommendation, is declined.
    Declined,
    /// Deemed accepted because the objection period has passed.
    DeemedAccepted,
    /// Delivered to the employee.
    Delivered,
    /// A draft that its owner discarded.
    Discarded,
    /// Being written.
    Draft,
    /// No longer works for the agency.
    Ended,
    /// The objection waits for explanations and the decision.
    Explanations,
    /// The objection waits for somebody who may decide.
    Filed,
    /// The ratings are final.
    Final,
    /// The recommendation is followed up.
    FollowedUp,
    /// The objection was filed after the last day.
    Inadmissible,
    /// The record is fixed.
    Fixed,
    /// The employee has objected.
    Objected,
    /// Open.
    Open,
    /// The rater has saved a draft.
    RatedDraft,
    /// The training is recorded and waits for verification.
    Recorded,
    /// The training is refused.
    Refused,
    /// The request to correct a record waits for an answer.
    Requested,
    /// Returned with a reason.
    Returned,
    /// Reported by the employee.
    SelfReported,
    /// Submitted to the rater.
    Submitted,
    /// The training is verified.
    Verified,
    /// Withdrawn by the person who filed it.
    Withdrawn,
}

domain::labels! {
    SubjectStatus {
        Acknowledged: "Diterima pegawai", "Acknowledged";
        Active: "Aktif", "Active";
        Approved: "Disetujui", "Approved";
        Cancelled: "Dibatalkan", "Cancelled";
        Closed: "Ditutup", "Closed";
        Decided: "Keberatan diputus", "Objection decided";
        DecidedChanged: "Diputus: hasil diubah", "Decided: the result changed";
        DecidedUpheld: "Diputus: hasil tetap", "Decided: the result stays";
        Declined: "Ditolak", "Declined";
        DeemedAccepted: "Dianggap diterima", "Deemed accepted";
        Delivered: "Diserahkan", "Delivered";
        Discarded: "Dibuang", "Discarded";
        Draft: "Draf", "Draft";
        Ended: "Berhenti", "Left";
        Explanations: "Menunggu penjelasan dan putusan", "Waits for explanations and the decision";
        Filed: "Diajukan, menunggu pemutus", "Filed, waits for a decider";
        Final: "Final", "Final";
        FollowedUp: "Ditindaklanjuti", "Followed up";
        Inadmissible: "Tidak dapat diterima", "Inadmissible";
        Fixed: "Data diperbaiki", "Record fixed";
        Objected: "Diajukan keberatan", "Objected to";
        Open: "Terbuka", "Open";
        RatedDraft: "Draf penilaian", "Draft of ratings";
        Recorded: "Dicatat, menunggu verifikasi", "Recorded, waits for verification";
        Refused: "Ditolak", "Refused";
        Requested: "Diminta, menunggu jawaban", "Requested, waits for an answer";
        Returned: "Dikembalikan", "Returned";
        SelfReported: "Realisasi dilaporkan", "Reported by the employee";
        Submitted: "Diajukan", "Submitted";
        Verified: "Terverifikasi", "Verified";
        Withdrawn: "Dicabut", "Withdrawn";
    }
}

#[cfg(test)]
mod tests {
    use crate::enums::{SubjectStatus, named};
    use strum::IntoEnumIterator;

    fn has_all<S: IntoEnumIterator + ToString>() {
        for status in S::iter() {
            assert!(named::<SubjectStatus>(&status.to_string()).is_some(), "{}", status.to_string());
        }
    }

    #[test]
    fn every_status_has_a_value() {
        has_all::<domain::plan::PlanStatus>();
        has_all::<domain::activity::ActivityStatus>();
        has_all::<domain::evaluation::EvaluationStatus>();
        has_all::<domain::objection::ObjectionStatus>();
        has_all::<domain::correction::CorrectionStatus>();
        has_all::<domain::training::TrainingStatus>();
        has_all::<domain::recommendation::RecommendationStatus>();
        has_all::<domain::period::PeriodStatus>();
        has_all::<domain::staff::StaffStatus>();
    }
}
