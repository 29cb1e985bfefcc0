//! Enumerations of the schema, which mirror the domain's.

use async_graphql::Enum;

/// Declares enumerations that mirror the domain's, whose labels are in `domain::label`.
macro_rules! mirrors {
    ($($(#[$doc:meta])* $name:ident = $remote:literal { $($(#[$of:meta])* $value:ident,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
        #[graphql(remote = $remote)]
        pub enum $name {$(
            $(#[$of])*
            $value,
        )*}
    )*};
}

mod journal;

pub use journal::{EventKind, SubjectKind};

mirrors! {
    /// Kind of gap in the chain of command.
    RosterProblemKind = "domain::roster::ProblemKind" {
        /// A person has no superior.
        NoSuperior,
        /// The superior has left, and nobody acts for the post.
        SuperiorGone,
        /// The chain of superiors forms a loop.
        SuperiorLoop,
        /// A unit has several heads.
        TwoHeads,
        /// A vacant post has people below it and nobody acts for it, or a person acts for every superior above them.
        NobodyCanAct,
        /// A scheduled change was refused on its day, and nobody has cancelled it yet.
        ChangeFailed,
    }
    /// Kind of entry of the access log.
    AccessKind = "domain::access::AccessKind" {
        /// Someone read the ratings of another person.
        RatingRead,
        /// Someone read feedback to another person.
        FeedbackRead,
        /// A right was refused, or there was no visible object with the given id.
        Refused,
    }
    /// Why figures are hidden from API keys.
    HiddenReason = "domain::disclosure::HiddenReason" {
        /// They count few people, or figures about few people could be computed from them.
        FewPeople,
        /// They are about ratings, and the period has not been closed yet.
        PeriodOpen,
    }
    /// Employment status of a person (status kepegawaian). Entered by hand, never derived from the NIP.
    EmploymentKind = "domain::staff::EmploymentKind" {
        /// Pegawai negeri sipil: a tenured civil servant.
        Pns,
        /// Calon PNS: a civil servant on probation.
        Cpns,
        /// Pegawai pemerintah dengan perjanjian kerja: a contract employee.
        Pppk,
        /// PPPK paruh waktu: a part-time contract employee.
        PppkPartTime,
        /// Not a civil servant, such as the mayor: can log in and rate, and is never appraised.
        NonAsn,
    }

    /// Whether a person still works for the agency.
    StaffStatus = "domain::staff::StaffStatus" {
        /// Works for the agency.
        Active,
        /// Retired, died, was dismissed or moved to another agency.
        Ended,
    }

    /// Kind of consequence of a change of the organisation.
    ConsequenceKind = "domain::consequence::ConsequenceKind" {
        /// A person leaves the agency.
        StaffEnded,
        /// An assignment begins.
        AssignmentOpened,
        /// An assignment ends.
        AssignmentClosed,
        /// An assignment gets another superior.
        SuperiorAssigned,
        /// The powers of an assignment are delegated.
        Delegated,
        /// A delegation ends.
        DelegationEnded,
        /// An approved plan closes.
        PlanClosed,
        /// A plan is cancelled: it is not approved, or does not begin before the change.
        PlanCancelled,
        /// An evaluation is cancelled: its plan no longer holds a month of the part.
        EvaluationCancelled,
        /// A delivered or closed evaluation stays as it is, although the change begins before the end of its part.
        EvaluationKept,
        /// Unfinished work gets another rater.
        RaterRenewed,
        /// A person who had left works for the agency again.
        StaffReinstated,
        /// An ended assignment continues.
        AssignmentReopened,
        /// A closed plan is in force again.
        PlanReopened,
        /// A cancelled evaluation has its earlier status again.
        EvaluationRestored,
        /// The account loses its password and its roles: a new activation code and new grants are needed.
        AccessReset,
        /// Afterwards nobody can rate a person, or a unit has several heads.
        RosterGap,
        /// A change is scheduled; the consequences after it are those expected on its day.
        ChangeScheduled,
        /// A scheduled change is cancelled.
        ScheduledChangeCancelled,
        /// Stored data of a person, assignment, unit or position changes.
        DataChanged,
    }

    /// Kind of scheduled change.
    ScheduledChangeKind = "domain::scheduled::ScheduledKind" {
        /// A transfer.
        Transfer,
        /// Another superior.
        Superior,
        /// A person leaves.
        Ending,
    }

    /// Status of a scheduled change.
    ScheduledChangeStatus = "domain::scheduled::ScheduledStatus" {
        /// Waits for its day.
        Scheduled,
        /// Came into force.
        Applied,
        /// Cancelled before it came into force, or after it failed.
        Cancelled,
        /// Was refused on its day; `refusals` says why.
        Failed,
    }

    /// Kind of position (jenis jabatan, UU 20/2023).
    PositionKind = "domain::staff::PositionKind" {
        /// Jabatan pimpinan tinggi utama (I).
        JptUtama,
        /// Jabatan pimpinan tinggi madya (I.a, I.b).
        JptMadya,
        /// Jabatan pimpinan tinggi pratama (II.a, II.b): secretary of the city, heads of departments.
        JptPratama,
        /// Jabatan administrator (III).
        Administrator,
        /// Jabatan pengawas (IV).
        Supervisor,
        /// Jabatan pelaksana: carries out services and administration.
        Implementer,
        /// Jabatan fungsional, with a level.
        Functional,
        /// An elected or political office, such as the mayor's.
        Political,
    }

    /// Kind of unit (jenis unit kerja).
    UnitKind = "domain::unit::UnitKind" {
        /// The root: the government of the city.
        Agency,
        /// Organisasi perangkat daerah: a department, office or secretariat.
        Opd,
        /// Bidang or bagian of a department.
        Bidang,
        /// Subbagian, seksi or team.
        Subbag,
        /// Unit pelaksana teknis daerah.
        Uptd,
        /// A school.
        School,
        /// A health centre.
        Puskesmas,
        /// A district.
        Kecamatan,
        /// A subdistrict.
        Kelurahan,
        /// Anything else.
        Other,
    }

    /// Capacity in which a person holds a position or acts for its holder.
    Capacity = "domain::assignment::Capacity" {
        /// Definitif: the appointed holder.
        Definitive,
        /// Pelaksana tugas: acting while the position is vacant.
        Plt,
        /// Pelaksana harian: acting while the holder is away.
        Plh,
    }

    /// Evaluation cycle of a year, chosen by the agency.
    Cycle = "domain::period::Cycle" {
        /// Bulanan: twelve parts a year.
        Monthly,
        /// Triwulanan: four parts a year.
        Quarterly,
    }

    /// Whether a period accepts changes.
    PeriodStatus = "domain::period::PeriodStatus" {
        /// Accepts changes.
        Open,
        /// No longer accepts changes.
        Closed,
    }

    /// Work that the closing of a period leaves unfinished, because a closed period refuses it.
    UnfinishedKind = "domain::period::Unfinished" {
        /// Plans of the year that are not approved.
        PlanNotApproved,
        /// Activities that wait for the rater's review.
        ActivityNotReviewed,
        /// Evaluations without a report.
        EvaluationNotReported,
        /// Reported evaluations without ratings.
        EvaluationNotRated,
        /// Evaluations with a draft of ratings.
        EvaluationNotFinal,
    }

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
        /// Description in words.
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

    /// Perspective of an indicator of high leadership (perspektif).
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

    /// Time span of an evaluation.
    EvaluationKind = "domain::evaluation::EvaluationKind" {
        /// Periodik: one part of the year, a month or a quarter.
        Periodic,
        /// Tahunan: the whole year. A separate judgement, not the mean of the parts.
        Annual,
    }

    /// Status of an evaluation.
    EvaluationStatus = "domain::evaluation::EvaluationStatus" {
        /// Nothing reported yet.
        Open,
        /// The employee has reported the realisations.
        SelfReported,
        /// The rater has saved a draft of the ratings, visible only to the rater.
        RatedDraft,
        /// The ratings are final and visible.
        Final,
        /// The annual result was delivered; the objection period has started.
        Delivered,
        /// The employee has acknowledged the result.
        Acknowledged,
        /// The objection period ended without an objection.
        DeemedAccepted,
        /// The employee has objected.
        Objected,
        /// The objection has been decided.
        Decided,
        /// Closed.
        Closed,
        /// Cancelled before the ratings were final: the plan was cancelled, or it ended and holds no month of the part.
        /// No one reports or rates, and no report counts it.
        Cancelled,
    }

    /// Rating of results or behaviour against the expectation.
    Expectation = "domain::evaluation::Expectation" {
        /// Di atas ekspektasi.
        Above,
        /// Sesuai ekspektasi.
        AsExpected,
        /// Di bawah ekspektasi.
        Below,
    }

    /// Predicate of a person (predikat kinerja pegawai), best first.
    Predicate = "domain::evaluation::Predicate" {
        /// Sangat Baik.
        VeryGood,
        /// Baik.
        Good,
        /// Butuh Perbaikan; "Cukup" under PP 30/2019.
        NeedsImprovement,
        /// Kurang.
        Poor,
        /// Sangat Kurang.
        VeryPoor,
    }

    /// Predicate of a unit (capaian kinerja organisasi), best first. Its values differ from those of a person's
    /// predicate.
    OrgUnitPredicate = "domain::evaluation::OrgUnitPredicate" {
        /// Istimewa.
        Outstanding,
        /// Baik.
        Good,
        /// Butuh Perbaikan.
        NeedsImprovement,
        /// Kurang.
        Poor,
        /// Sangat Kurang.
        VeryPoor,
    }

    /// A signatory of the annual document.
    Party = "domain::evaluation::Party" {
        /// The person evaluated.
        Employee,
        /// The rater.
        Rater,
        /// The rater's superior.
        RatersSuperior,
    }

    /// Kind of object that feedback is about.
    FeedbackKind = "domain::feedback::FeedbackKind" {
        /// A result row of the plan.
        Result,
        /// An activity reported under the plan.
        Activity,
        /// A behaviour value.
        Behaviour,
    }

    /// Kind of recommendation.
    RecommendationKind = "domain::recommendation::RecommendationKind" {
        /// Promosi: a higher position or rank.
        Promotion,
        /// Kelompok rencana suksesi: inclusion in the talent pool.
        TalentPool,
        /// Pengembangan kompetensi: training.
        Training,
        /// Rotasi: another post.
        Rotation,
        /// Bimbingan kinerja: coaching.
        Coaching,
        /// Rencana perbaikan kinerja: a performance improvement plan with a deadline.
        ImprovementPlan,
        /// Anything else, described in the text.
        Other,
    }

    /// An action on an object, named after its mutation.
    Action = "domain::action::Action" {
        /// Change the contents of a plan or revision that is not submitted.
        UpdatePlan,
        /// Submit it to the rater.
        SubmitPlan,
        /// Withdraw it before the rater decides.
        WithdrawPlan,
        /// Approve it, or return it with a reason.
        ReviewPlan,
        /// Start a revision of an approved plan.
        RevisePlan,
        /// Link a provisional row to the superior's row.
        LinkPlanResult,
        /// Cancel it.
        CancelPlan,
        /// Close it.
        ClosePlan,
        /// Give feedback on a row, an activity or a behaviour value.
        GiveFeedback,
        /// Correct an activity.
        RecordActivities,
        /// Submit it to the rater.
        SubmitActivities,
        /// Approve it, or return it with a reason.
        ReviewActivities,
        /// Discard a draft of an activity.
        DiscardActivities,
        /// Take it back before the rater decides.
        WithdrawActivities,
        /// Take an approval back.
        ReopenActivities,
        /// Report the realisations.
        ReportRealisation,
        /// Save a draft of the ratings.
        RateEvaluation,
        /// Make the ratings final.
        FinaliseEvaluation,
        /// Deliver the annual result to the employee.
        DeliverEvaluation,
        /// Acknowledge the annual result.
        AcknowledgeEvaluation,
        /// Sign the annual document.
        SignEvaluation,
        /// Close it.
        CloseEvaluation,
        /// Make a final evaluation a draft again.
        ReopenEvaluation,
        /// Recommend something for the person's career.
        MakeRecommendation,
        /// Create a unit below another.
        CreateOrgUnit,
        /// Change a unit.
        UpdateOrgUnit,
        /// Change a position.
        UpdatePosition,
        /// Add a person.
        CreateStaff,
        /// Change a person's data.
        UpdateStaff,
        /// Move a person to another unit or position.
        TransferStaff,
        /// Record that a person leaves the agency.
        EndStaff,
        /// Record that a person who has left works for the agency again.
        ReinstateStaff,
        /// Cancel a change that is scheduled for a later day.
        CancelScheduledChange,
        /// Change the superior of an assignment.
        AssignSuperior,
        /// Delegate an assignment's powers to another person for a period.
        CreateDelegation,
        /// Change the days or the capacity of a delegation.
        UpdateDelegation,
        /// End a delegation.
        EndDelegation,
        /// Publish a criteria set, or replace the current one.
        SetCriteria,
        /// Open a year with its parts.
        OpenPeriod,
        /// Change the deadlines of a year or a part of it.
        UpdatePeriod,
        /// Close a year or a part of it.
        ClosePeriod,
        /// Reopen a closed year or part.
        ReopenPeriod,
        /// Set the predicate of a unit in a period.
        SetOrgUnitPredicate,
        /// Import a whole organisation.
        ImportOrganisation,
        /// Add a version of a regulation.
        AddRegulation,
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
