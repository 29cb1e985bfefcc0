//! What the journal tells of: twins of the domain's names, with labels.

use crate::graphql::labels::Locale;
use async_graphql::Enum;

labelled! {
    /// What happened.
    EventKind = "domain::event::EventKind" {
        /// A role was granted to a person.
        RoleGranted: "Peran diberikan", "Role granted";
        /// A granted role was taken back.
        RoleRevoked: "Peran dicabut", "Role revoked";
        /// A unit came into being.
        OrgUnitCreated: "Unit dibuat", "Unit created";
        /// A unit's name, kind, parent or validity changed.
        OrgUnitUpdated: "Unit diubah", "Unit updated";
        /// The predicate of a unit in a period was set, for the first time or anew.
        OrgUnitPredicateSet: "Predikat unit ditetapkan", "Unit predicate set";
        /// A position came into being.
        PositionCreated: "Jabatan dibuat", "Position created";
        /// A position's data changed.
        PositionUpdated: "Jabatan diubah", "Position updated";
        /// A person was taken in.
        StaffCreated: "Pegawai ditambahkan", "Person taken in";
        /// A person's data changed.
        StaffUpdated: "Data pegawai diubah", "Person updated";
        /// A person moved to another unit or position.
        StaffTransferred: "Pegawai dipindahkan", "Person transferred";
        /// A person left.
        StaffEnded: "Pegawai berhenti", "Person left";
        /// An assignment began.
        AssignmentOpened: "Penempatan dimulai", "Assignment opened";
        /// An assignment's rank, or whether it leads its unit, changed.
        AssignmentUpdated: "Penempatan diubah", "Assignment updated";
        /// An assignment ended.
        AssignmentClosed: "Penempatan berakhir", "Assignment closed";
        /// An assignment got another superior.
        SuperiorAssigned: "Atasan ditetapkan", "Superior assigned";
        /// The powers of an assignment were given to another person.
        Delegated: "Wewenang dilimpahkan", "Powers delegated";
        /// A delegation ended before its time.
        DelegationEnded: "Pelimpahan berakhir", "Delegation ended";
        /// A set of criteria was made or replaced.
        CriteriaSet: "Kriteria ditetapkan", "Criteria set";
        /// A year or a part of it was opened.
        PeriodOpened: "Periode dibuka", "Period opened";
        /// A year or a part of it was closed.
        PeriodClosed: "Periode ditutup", "Period closed";
        /// A plan was begun.
        PlanCreated: "SKP dibuat", "Plan created";
        /// A plan's contents changed.
        PlanUpdated: "SKP diubah", "Plan updated";
        /// A plan, or a revision of it, was handed to the rater.
        PlanSubmitted: "SKP diajukan", "Plan submitted";
        /// A submitted plan, or a revision of it, was taken back.
        PlanWithdrawn: "SKP ditarik kembali", "Plan withdrawn";
        /// The rater approved or returned a plan or a revision of it.
        PlanReviewed: "SKP ditinjau", "Plan reviewed";
        /// A revision of an approved plan was begun.
        PlanRevised: "Revisi SKP dimulai", "Revision begun";
        /// A provisional row was linked to the superior's row.
        PlanResultLinked: "Rencana hasil kerja ditautkan", "Result row linked";
        /// A plan was cancelled.
        PlanCancelled: "SKP dibatalkan", "Plan cancelled";
        /// A plan was closed at the year's end or by a transfer.
        PlanClosed: "SKP ditutup", "Plan closed";
        /// An open plan, or what hangs on it, got another rater.
        RaterRenewed: "Pejabat penilai diperbarui", "Rater renewed";
        /// An activity was reported.
        ActivityRecorded: "Kegiatan dicatat", "Activity recorded";
        /// An activity was corrected.
        ActivityUpdated: "Kegiatan diperbaiki", "Activity corrected";
        /// An activity was handed to the rater.
        ActivitySubmitted: "Kegiatan diajukan", "Activity submitted";
        /// The rater approved or returned an activity.
        ActivityReviewed: "Kegiatan ditinjau", "Activity reviewed";
        /// An evaluation was made with the approval of its plan.
        EvaluationOpened: "Evaluasi dibuka", "Evaluation opened";
        /// The employee reported what was reached.
        RealisationReported: "Realisasi dilaporkan", "Realisation reported";
        /// The rater saved a draft of the ratings.
        EvaluationRated: "Draf penilaian disimpan", "Draft of ratings saved";
        /// The rater made the ratings final.
        EvaluationFinalised: "Penilaian difinalkan", "Evaluation finalised";
        /// The annual result was handed over; the time for an objection runs.
        EvaluationDelivered: "Hasil disampaikan", "Result delivered";
        /// The employee took note of the annual result.
        EvaluationAcknowledged: "Hasil diterima", "Result acknowledged";
        /// The time for an objection passed in silence.
        EvaluationDeemedAccepted: "Hasil dianggap diterima", "Result deemed accepted";
        /// A party signed the annual document.
        EvaluationSigned: "Dokumen ditandatangani", "Document signed";
        /// An evaluation was closed.
        EvaluationClosed: "Evaluasi ditutup", "Evaluation closed";
        /// A final evaluation became a draft again.
        EvaluationReopened: "Evaluasi dibuka kembali", "Evaluation reopened";
        /// Feedback was given.
        FeedbackGiven: "Umpan balik diberikan", "Feedback given";
        /// A recommendation for the career was made.
        RecommendationMade: "Rekomendasi dibuat", "Recommendation made";
        /// A version of a regulation was added; it never changes.
        RegulationAdded: "Peraturan ditambahkan", "Regulation added";
        /// What an earlier entry said of people was erased, as the law may ask.
        EntryErased: "Isi entri dihapus", "What an entry said was erased";
    }
    /// What kind of object it happened to.
    SubjectKind = "domain::event::SubjectKind" {
        /// A granted role.
        RoleGrant: "Pemberian peran", "Role grant";
        /// A unit.
        OrgUnit: "Unit", "Unit";
        /// The predicate of a unit in a period.
        UnitPredicate: "Predikat unit", "Predicate of a unit";
        /// A position.
        Position: "Jabatan", "Position";
        /// A person.
        Staff: "Pegawai", "Person";
        /// An assignment.
        Assignment: "Penempatan", "Assignment";
        /// A delegation.
        Delegation: "Pelimpahan wewenang", "Delegation";
        /// A set of criteria with its criteria.
        CriteriaSet: "Kriteria", "Criteria";
        /// A year or a part of one.
        Period: "Periode", "Period";
        /// A plan with its revisions.
        Plan: "SKP", "Plan";
        /// An activity with its evidence.
        Activity: "Kegiatan", "Activity";
        /// An evaluation.
        Evaluation: "Evaluasi", "Evaluation";
        /// A feedback.
        Feedback: "Umpan balik", "Feedback";
        /// A recommendation.
        Recommendation: "Rekomendasi", "Recommendation";
        /// A version of a regulation.
        Regulation: "Peraturan", "Regulation";
        /// An entry of the journal itself.
        Entry: "Entri jurnal", "Entry of the journal";
    }
}
