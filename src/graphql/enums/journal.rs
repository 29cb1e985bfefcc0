//! Event and subject kinds of the journal, which mirror the domain's, with labels.

use crate::graphql::labels::Locale;
use async_graphql::Enum;

labelled! {
    /// Kind of event.
    EventKind = "domain::event::EventKind" {
        /// A role was granted to a person.
        RoleGranted: "Peran diberikan", "Role granted";
        /// A granted role was revoked.
        RoleRevoked: "Peran dicabut", "Role revoked";
        /// A unit was created.
        OrgUnitCreated: "Unit dibuat", "Unit created";
        /// A unit's name, kind, parent or validity changed.
        OrgUnitUpdated: "Unit diubah", "Unit updated";
        /// The predicate of a unit in a period was set or changed.
        OrgUnitPredicateSet: "Predikat unit ditetapkan", "Unit predicate set";
        /// A position was created.
        PositionCreated: "Jabatan dibuat", "Position created";
        /// A position's data changed.
        PositionUpdated: "Jabatan diubah", "Position updated";
        /// A person was added.
        StaffCreated: "Pegawai ditambahkan", "Person added";
        /// A person's data changed.
        StaffUpdated: "Data pegawai diubah", "Person updated";
        /// A person moved to another unit or position.
        StaffTransferred: "Pegawai dipindahkan", "Person transferred";
        /// A person left the agency.
        StaffEnded: "Pegawai berhenti", "Person left";
        /// An assignment started.
        AssignmentOpened: "Penempatan dimulai", "Assignment opened";
        /// An assignment's rank, or whether it leads its unit, changed.
        AssignmentUpdated: "Penempatan diubah", "Assignment updated";
        /// An assignment ended.
        AssignmentClosed: "Penempatan berakhir", "Assignment closed";
        /// The superior of an assignment changed.
        SuperiorAssigned: "Atasan ditetapkan", "Superior assigned";
        /// The powers of an assignment were delegated to another person.
        Delegated: "Wewenang dilimpahkan", "Powers delegated";
        /// A delegation ended before its end date.
        DelegationEnded: "Pelimpahan berakhir", "Delegation ended";
        /// A criteria set was published or replaced.
        CriteriaSet: "Kriteria ditetapkan", "Criteria set";
        /// A year or a part of it was opened.
        PeriodOpened: "Periode dibuka", "Period opened";
        /// A year or a part of it was closed.
        PeriodClosed: "Periode ditutup", "Period closed";
        /// A plan was created.
        PlanCreated: "SKP dibuat", "Plan created";
        /// A plan's contents changed.
        PlanUpdated: "SKP diubah", "Plan updated";
        /// A plan, or a revision of it, was submitted to the rater.
        PlanSubmitted: "SKP diajukan", "Plan submitted";
        /// A submitted plan, or a revision of it, was withdrawn.
        PlanWithdrawn: "SKP ditarik kembali", "Plan withdrawn";
        /// The rater approved or returned a plan or a revision of it.
        PlanReviewed: "SKP ditinjau", "Plan reviewed";
        /// A revision of an approved plan was started.
        PlanRevised: "Revisi SKP dimulai", "Revision started";
        /// A provisional row was linked to the superior's row.
        PlanResultLinked: "Rencana hasil kerja ditautkan", "Result row linked";
        /// A plan was cancelled.
        PlanCancelled: "SKP dibatalkan", "Plan cancelled";
        /// A plan was closed at the year's end or by a transfer.
        PlanClosed: "SKP ditutup", "Plan closed";
        /// The rater of an open plan, or of its open evaluations or activities, changed.
        RaterRenewed: "Pejabat penilai diperbarui", "Rater changed";
        /// An activity was reported.
        ActivityRecorded: "Kegiatan dicatat", "Activity recorded";
        /// An activity was corrected.
        ActivityUpdated: "Kegiatan diperbaiki", "Activity corrected";
        /// An activity was submitted to the rater.
        ActivitySubmitted: "Kegiatan diajukan", "Activity submitted";
        /// The rater approved or returned an activity.
        ActivityReviewed: "Kegiatan ditinjau", "Activity reviewed";
        /// An evaluation was created when its plan was approved.
        EvaluationOpened: "Evaluasi dibuka", "Evaluation opened";
        /// The employee reported the realisations.
        RealisationReported: "Realisasi dilaporkan", "Realisation reported";
        /// The rater saved a draft of the ratings.
        EvaluationRated: "Draf penilaian disimpan", "Draft of ratings saved";
        /// The rater made the ratings final.
        EvaluationFinalised: "Penilaian difinalkan", "Evaluation finalised";
        /// The annual result was delivered; the objection period started.
        EvaluationDelivered: "Hasil disampaikan", "Result delivered";
        /// The employee acknowledged the annual result.
        EvaluationAcknowledged: "Hasil diterima", "Result acknowledged";
        /// The objection period ended without an objection.
        EvaluationDeemedAccepted: "Hasil dianggap diterima", "Result deemed accepted";
        /// A party signed the annual document.
        EvaluationSigned: "Dokumen ditandatangani", "Document signed";
        /// An evaluation was closed.
        EvaluationClosed: "Evaluasi ditutup", "Evaluation closed";
        /// A final evaluation became a draft again.
        EvaluationReopened: "Evaluasi dibuka kembali", "Evaluation reopened";
        /// Feedback was given.
        FeedbackGiven: "Umpan balik diberikan", "Feedback given";
        /// A career recommendation was made.
        RecommendationMade: "Rekomendasi dibuat", "Recommendation made";
        /// A version of a regulation was added.
        RegulationAdded: "Peraturan ditambahkan", "Regulation added";
        /// Personal data in an earlier journal entry was erased, as the law may require.
        EntryErased: "Isi entri dihapus", "Entry content erased";
    }
    /// Kind of object that a journal entry is about.
    SubjectKind = "domain::event::SubjectKind" {
        /// A granted role.
        RoleGrant: "Pemberian peran", "Role grant";
        /// A unit.
        OrgUnit: "Unit", "Unit";
        /// The predicate of a unit in a period.
        UnitPredicate: "Predikat unit", "Unit predicate";
        /// A position.
        Position: "Jabatan", "Position";
        /// A person.
        Staff: "Pegawai", "Person";
        /// An assignment.
        Assignment: "Penempatan", "Assignment";
        /// A delegation.
        Delegation: "Pelimpahan wewenang", "Delegation";
        /// A criteria set with its criteria.
        CriteriaSet: "Kriteria", "Criteria";
        /// A year or a part of a year.
        Period: "Periode", "Period";
        /// A plan with its revisions.
        Plan: "SKP", "Plan";
        /// An activity with its evidence.
        Activity: "Kegiatan", "Activity";
        /// An evaluation.
        Evaluation: "Evaluasi", "Evaluation";
        /// Feedback.
        Feedback: "Umpan balik", "Feedback";
        /// A recommendation.
        Recommendation: "Rekomendasi", "Recommendation";
        /// A version of a regulation.
        Regulation: "Peraturan", "Regulation";
        /// A journal entry.
        Entry: "Entri jurnal", "Journal entry";
    }
}
