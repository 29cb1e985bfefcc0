//! Enumerations of the schema, which mirror the domain's, with labels in both languages.

use super::labels::Locale;
use async_graphql::Enum;

macro_rules! labelled {
    ($($(#[$doc:meta])* $name:ident = $remote:literal { $($(#[$of:meta])* $value:ident: $id:literal, $en:literal;)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
            #[graphql(remote = $remote)]
            pub enum $name {$(
                $(#[$of])*
                $value,
            )*}

            impl $name {
                /// Returns the label in a language.
                pub const fn label(self, locale: Locale) -> &'static str {
                    match (self, locale) {$(
                        (Self::$value, Locale::Id) => $id,
                        (Self::$value, Locale::En) => $en,
                    )*}
                }
            }
        )*

        /// All labels: enumeration, value, Indonesian, English.
        pub const LABELS: &[(&str, &str, &str, &str)] = &[$($(
            (stringify!($name), stringify!($value), $id, $en),
        )*)*];
    };
}

mod journal;

pub use journal::{EventKind, LABELS as LABELS_OF_THE_JOURNAL, SubjectKind};

labelled! {
    /// Employment status of a person (status kepegawaian). Entered by hand, never derived from the NIP.
    EmploymentKind = "domain::staff::EmploymentKind" {
        /// Pegawai negeri sipil: a tenured civil servant.
        Pns: "PNS", "Civil servant";
        /// Calon PNS: a civil servant on probation.
        Cpns: "CPNS", "Civil servant on probation";
        /// Pegawai pemerintah dengan perjanjian kerja: a contract employee.
        Pppk: "PPPK", "Contract employee";
        /// PPPK paruh waktu: a part-time contract employee.
        PppkPartTime: "PPPK paruh waktu", "Part-time contract employee";
        /// Not a civil servant, such as the mayor: can log in and rate, and is never appraised.
        NonAsn: "Non-ASN", "Not a civil servant";
    }

    /// Whether a person still works for the agency.
    StaffStatus = "domain::staff::StaffStatus" {
        /// Works for the agency.
        Active: "Aktif", "Active";
        /// Retired, died, was dismissed or moved to another agency.
        Ended: "Berakhir", "Left";
    }

    /// Kind of position (jenis jabatan, UU 20/2023).
    PositionKind = "domain::staff::PositionKind" {
        /// Jabatan pimpinan tinggi utama (I).
        JptUtama: "JPT Utama", "Top leadership";
        /// Jabatan pimpinan tinggi madya (I.a, I.b).
        JptMadya: "JPT Madya", "Senior leadership";
        /// Jabatan pimpinan tinggi pratama (II.a, II.b): secretary of the city, heads of departments.
        JptPratama: "JPT Pratama", "Leadership";
        /// Jabatan administrator (III).
        Administrator: "Administrator", "Administrator";
        /// Jabatan pengawas (IV).
        Supervisor: "Pengawas", "Supervisor";
        /// Jabatan pelaksana.
        Executive: "Pelaksana", "Executive";
        /// Jabatan fungsional, with a level.
        Functional: "Fungsional", "Functional";
        /// An elected or political office, such as the mayor's.
        Political: "Jabatan politik", "Political office";
    }

    /// Kind of unit (jenis unit kerja).
    UnitKind = "domain::unit::UnitKind" {
        /// The root: the government of the city.
        Agency: "Instansi", "Agency";
        /// Organisasi perangkat daerah: a department, office or secretariat.
        Opd: "OPD", "Department";
        /// Bidang or bagian of a department.
        Bidang: "Bidang/Bagian", "Division";
        /// Subbagian, seksi or team.
        Subbag: "Subbagian/Seksi", "Section";
        /// Unit pelaksana teknis daerah.
        Uptd: "UPTD", "Technical unit";
        /// A school.
        School: "Sekolah", "School";
        /// A health centre.
        Puskesmas: "Puskesmas", "Health centre";
        /// A district.
        Kecamatan: "Kecamatan", "District";
        /// A subdistrict.
        Kelurahan: "Kelurahan", "Subdistrict";
        /// Anything else.
        Other: "Lainnya", "Other";
    }

    /// Capacity in which a person holds a position or acts for its holder.
    Capacity = "domain::assignment::Capacity" {
        /// Definitif: the appointed holder.
        Definitive: "Definitif", "Definitive";
        /// Pelaksana tugas: acting while the position is vacant.
        Plt: "Plt", "Acting (vacant post)";
        /// Pelaksana harian: acting while the holder is away.
        Plh: "Plh", "Acting (holder away)";
    }

    /// Evaluation cycle of a year, chosen by the agency.
    Cycle = "domain::period::Cycle" {
        /// Bulanan: twelve parts a year.
        Monthly: "Bulanan", "Monthly";
        /// Triwulanan: four parts a year.
        Quarterly: "Triwulanan", "Quarterly";
    }

    /// Whether a period accepts changes.
    PeriodStatus = "domain::period::PeriodStatus" {
        /// Accepts changes.
        Open: "Terbuka", "Open";
        /// No longer accepts changes.
        Closed: "Ditutup", "Closed";
    }

    /// Status of a plan.
    PlanStatus = "domain::plan::PlanStatus" {
        /// Draft, not submitted yet.
        Draft: "Draf", "Draft";
        /// Diajukan: waits for the rater's decision.
        Submitted: "Diajukan", "Submitted";
        /// Dikembalikan: returned by the rater with a reason.
        Returned: "Dikembalikan", "Returned";
        /// Disetujui: in force.
        Approved: "Disetujui", "Approved";
        /// Ditutup: ended with the year or by a transfer.
        Closed: "Ditutup", "Closed";
        /// Dibatalkan: cancelled by an admin.
        Cancelled: "Dibatalkan", "Cancelled";
    }

    /// Status of a revision of a plan's contents.
    RevisionStatus = "domain::plan::RevisionStatus" {
        /// Draft, not submitted yet.
        Draft: "Draf", "Draft";
        /// Waits for the rater's decision.
        Submitted: "Diajukan", "Submitted";
        /// Returned by the rater with a reason.
        Returned: "Dikembalikan", "Returned";
        /// Withdrawn; another revision can be started.
        Withdrawn: "Ditarik", "Withdrawn";
        /// In force.
        Approved: "Disetujui", "Approved";
        /// Was in force until a later revision was approved.
        Replaced: "Digantikan", "Replaced";
    }

    /// How results are described (pendekatan).
    Approach = "domain::plan::Approach" {
        /// With figures.
        Quantitative: "Kuantitatif", "Quantitative";
        /// Description in words.
        Qualitative: "Kualitatif", "Qualitative";
    }

    /// Kind of result row.
    ResultKind = "domain::plan::ResultKind" {
        /// Utama: a main result, needed for the unit's goals.
        Main: "Utama", "Main";
        /// Tambahan: an additional result, assigned by the superior outside the main duties.
        Additional: "Tambahan", "Additional";
    }

    /// What an indicator measures (aspek).
    Aspect = "domain::plan::Aspect" {
        /// Kuantitas.
        Quantity: "Kuantitas", "Quantity";
        /// Kualitas.
        Quality: "Kualitas", "Quality";
        /// Waktu.
        Time: "Waktu", "Time";
        /// Biaya.
        Cost: "Biaya", "Cost";
    }

    /// Perspective of an indicator of high leadership (perspektif).
    Perspective = "domain::plan::Perspective" {
        /// Penerima layanan.
        ServiceRecipient: "Penerima Layanan", "Service recipient";
        /// Proses bisnis.
        BusinessProcess: "Proses Bisnis", "Business process";
        /// Penguatan internal.
        InternalStrengthening: "Penguatan Internal", "Internal strengthening";
        /// Anggaran.
        Budget: "Anggaran", "Budget";
    }

    /// Whether a higher or a lower figure is better.
    Direction = "domain::plan::Direction" {
        /// A higher figure is better.
        HigherIsBetter: "Makin tinggi makin baik", "Higher is better";
        /// A lower figure is better, such as days or complaints.
        LowerIsBetter: "Makin rendah makin baik", "Lower is better";
    }

    /// Status of an activity.
    ActivityStatus = "domain::activity::ActivityStatus" {
        /// Draft, not submitted yet.
        Draft: "Draf", "Draft";
        /// Waits for the rater's decision.
        Submitted: "Diajukan", "Submitted";
        /// Approved by the rater.
        Approved: "Disetujui", "Approved";
        /// Returned by the rater with a reason.
        Returned: "Dikembalikan", "Returned";
    }

    /// Time span of an evaluation.
    EvaluationKind = "domain::evaluation::EvaluationKind" {
        /// Periodik: one part of the year, a month or a quarter.
        Periodic: "Periodik", "Periodic";
        /// Tahunan: the whole year. A separate judgement, not the mean of the parts.
        Annual: "Tahunan", "Annual";
    }

    /// Status of an evaluation.
    EvaluationStatus = "domain::evaluation::EvaluationStatus" {
        /// Nothing reported yet.
        Open: "Terbuka", "Open";
        /// The employee has reported the realisations.
        SelfReported: "Realisasi dilaporkan", "Reported";
        /// The rater has saved a draft of the ratings, visible only to the rater.
        RatedDraft: "Draf penilaian", "Draft of ratings";
        /// The ratings are final and visible.
        Final: "Final", "Final";
        /// The annual result was delivered; the objection period has started.
        Delivered: "Diserahkan", "Delivered";
        /// The employee has acknowledged the result.
        Acknowledged: "Diterima", "Acknowledged";
        /// The objection period ended without an objection.
        DeemedAccepted: "Dianggap diterima", "Deemed accepted";
        /// The employee has objected.
        Objected: "Keberatan", "Objected";
        /// The objection has been decided.
        Decided: "Diputuskan", "Decided";
        /// Closed.
        Closed: "Ditutup", "Closed";
    }

    /// Rating of results or behaviour against the expectation.
    Expectation = "domain::evaluation::Expectation" {
        /// Di atas ekspektasi.
        Above: "Di atas ekspektasi", "Above expectation";
        /// Sesuai ekspektasi.
        AsExpected: "Sesuai ekspektasi", "As expected";
        /// Di bawah ekspektasi.
        Below: "Di bawah ekspektasi", "Below expectation";
    }

    /// Predicate of a person (predikat kinerja pegawai), best first.
    Predicate = "domain::evaluation::Predicate" {
        /// Sangat Baik.
        VeryGood: "Sangat Baik", "Very good";
        /// Baik.
        Good: "Baik", "Good";
        /// Butuh Perbaikan; "Cukup" under PP 30/2019.
        NeedsImprovement: "Butuh Perbaikan", "Needs improvement";
        /// Kurang.
        Poor: "Kurang", "Poor";
        /// Sangat Kurang.
        VeryPoor: "Sangat Kurang", "Very poor";
    }

    /// Predicate of a unit (capaian kinerja organisasi), best first. Its values differ from those of a person's
    /// predicate.
    OrgUnitPredicate = "domain::evaluation::OrgUnitPredicate" {
        /// Istimewa.
        Outstanding: "Istimewa", "Outstanding";
        /// Baik.
        Good: "Baik", "Good";
        /// Butuh Perbaikan.
        NeedsImprovement: "Butuh Perbaikan", "Needs improvement";
        /// Kurang.
        Poor: "Kurang", "Poor";
        /// Sangat Kurang.
        VeryPoor: "Sangat Kurang", "Very poor";
    }

    /// A signatory of the annual document.
    Party = "domain::evaluation::Party" {
        /// The person evaluated.
        Employee: "Pegawai yang dinilai", "Employee";
        /// The rater.
        Rater: "Pejabat penilai", "Rater";
        /// The rater's superior.
        RatersSuperior: "Atasan pejabat penilai", "Rater's superior";
    }

    /// Kind of object that feedback is about.
    FeedbackKind = "domain::feedback::FeedbackKind" {
        /// A result row of the plan.
        Result: "Hasil kerja", "Result";
        /// An activity reported under the plan.
        Activity: "Kegiatan", "Activity";
        /// A behaviour value.
        Behaviour: "Perilaku kerja", "Behaviour";
    }

    /// Kind of recommendation.
    RecommendationKind = "domain::recommendation::RecommendationKind" {
        /// Promosi: a higher position or rank.
        Promotion: "Promosi", "Promotion";
        /// Kelompok rencana suksesi: inclusion in the talent pool.
        TalentPool: "Kelompok rencana suksesi", "Talent pool";
        /// Pengembangan kompetensi: training.
        Training: "Pengembangan kompetensi", "Training";
        /// Rotasi: another post.
        Rotation: "Rotasi", "Rotation";
        /// Bimbingan kinerja: coaching.
        Coaching: "Bimbingan kinerja", "Coaching";
        /// Rencana perbaikan kinerja: a performance improvement plan with a deadline.
        ImprovementPlan: "Rencana perbaikan kinerja", "Improvement plan";
        /// Anything else, described in the text.
        Other: "Lainnya", "Other";
    }
}

/// An action on an object, named after its mutation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "domain::action::Action")]
pub enum Action {
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
    Recommend,
    /// Create a unit below another.
    CreateOrgUnit,
    /// Change a unit.
    UpdateOrgUnit,
    /// Add a person.
    CreateStaff,
    /// Change a person's data.
    UpdateStaff,
    /// Move a person to another unit or position.
    TransferStaff,
    /// Record that a person leaves the agency.
    EndStaff,
    /// Change the superior of an assignment.
    AssignSuperior,
    /// Delegate an assignment's powers to another person for a period.
    Delegate,
    /// Publish a criteria set, or replace the current one.
    SetCriteria,
    /// Open a year with its parts.
    OpenPeriod,
    /// Close a year or a part of it.
    ClosePeriod,
    /// Set the predicate of a unit in a period.
    SetOrgUnitPredicate,
    /// Import a whole organisation.
    ImportOrganisation,
    /// Add a version of a regulation.
    AddRegulation,
}

/// A rater's decision on a submitted plan, revision or activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ReviewDecision {
    /// Approve it.
    Approve,
    /// Return it; a reason is required.
    Return,
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
