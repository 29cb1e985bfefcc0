//! The enumerations of the schema with their labels in both languages: twins of the domain's.

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
                /// The label in a language.
                pub const fn label(self, locale: Locale) -> &'static str {
                    match (self, locale) {$(
                        (Self::$value, Locale::Id) => $id,
                        (Self::$value, Locale::En) => $en,
                    )*}
                }
            }
        )*

        /// Every label: enumeration, value, Indonesian, English.
        pub const LABELS: &[(&str, &str, &str, &str)] = &[$($(
            (stringify!($name), stringify!($value), $id, $en),
        )*)*];
    };
}

mod journal;

pub use journal::{EventKind, LABELS as LABELS_OF_THE_JOURNAL, SubjectKind};

labelled! {
    /// On what footing a person works for the agency. Entered, never inferred from the NIP.
    EmploymentKind = "domain::staff::EmploymentKind" {
        /// Pegawai negeri sipil: a tenured civil servant.
        Pns: "PNS", "Civil servant";
        /// Calon PNS: a civil servant on probation.
        Cpns: "CPNS", "Civil servant on probation";
        /// Pegawai pemerintah dengan perjanjian kerja: on a contract.
        Pppk: "PPPK", "Contract employee";
        /// PPPK paruh waktu: on a part-time contract.
        PppkPartTime: "PPPK paruh waktu", "Part-time contract employee";
        /// From outside, such as the mayor: logs in and rates, is never appraised.
        NonAsn: "Non-ASN", "Not a civil servant";
    }

    /// Whether a person is still with the agency.
    StaffStatus = "domain::staff::StaffStatus" {
        /// At work.
        Active: "Aktif", "Active";
        /// Retired, dead, dismissed or gone to another agency.
        Ended: "Berakhir", "Left";
    }

    /// What sort of position it is (jenis jabatan, UU 20/2023).
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

    /// What sort of unit it is (jenis unit kerja).
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

    /// On what title somebody holds a position or acts for its holder.
    Capacity = "domain::assignment::Capacity" {
        /// Definitif: the appointed holder.
        Definitive: "Definitif", "Definitive";
        /// Pelaksana tugas: acting while the position is vacant.
        Plt: "Plt", "Acting (vacant post)";
        /// Pelaksana harian: acting while the holder is away.
        Plh: "Plh", "Acting (holder away)";
    }

    /// How often people are evaluated in a year; the agency chooses.
    Cycle = "domain::period::Cycle" {
        /// Bulanan: twelve parts.
        Monthly: "Bulanan", "Monthly";
        /// Triwulanan: four parts.
        Quarterly: "Triwulanan", "Quarterly";
    }

    /// Whether a period takes changes.
    PeriodStatus = "domain::period::PeriodStatus" {
        /// It does.
        Open: "Terbuka", "Open";
        /// It does not.
        Closed: "Ditutup", "Closed";
    }

    /// Where a plan stands.
    PlanStatus = "domain::plan::PlanStatus" {
        /// Being written.
        Draft: "Draf", "Draft";
        /// Diajukan: with the rater.
        Submitted: "Diajukan", "Submitted";
        /// Dikembalikan: sent back with a reason.
        Returned: "Dikembalikan", "Returned";
        /// Disetujui: in force.
        Approved: "Disetujui", "Approved";
        /// Ended with the year or by a transfer.
        Closed: "Ditutup", "Closed";
        /// Withdrawn from use by an admin.
        Cancelled: "Dibatalkan", "Cancelled";
    }

    /// Where a revision of a plan's contents stands.
    RevisionStatus = "domain::plan::RevisionStatus" {
        /// Being written.
        Draft: "Draf", "Draft";
        /// With the rater.
        Submitted: "Diajukan", "Submitted";
        /// Sent back with a reason.
        Returned: "Dikembalikan", "Returned";
        /// Given up; another revision may be begun.
        Withdrawn: "Ditarik", "Withdrawn";
        /// In force.
        Approved: "Disetujui", "Approved";
        /// Was in force until a later one was approved.
        Replaced: "Digantikan", "Replaced";
    }

    /// How results are told (pendekatan).
    Approach = "domain::plan::Approach" {
        /// By figures.
        Quantitative: "Kuantitatif", "Quantitative";
        /// In words.
        Qualitative: "Kualitatif", "Qualitative";
    }

    /// What sort of result a row is.
    ResultKind = "domain::plan::ResultKind" {
        /// Utama: needed for the goals of the unit.
        Main: "Utama", "Main";
        /// Tambahan: outside the main duties, by the superior's assignment.
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

    /// From where an indicator of high leadership looks (perspektif).
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

    /// Which way a figure is good.
    Direction = "domain::plan::Direction" {
        /// More is better.
        HigherIsBetter: "Makin tinggi makin baik", "Higher is better";
        /// Less is better, such as days or complaints.
        LowerIsBetter: "Makin rendah makin baik", "Lower is better";
    }

    /// Where an activity stands.
    ActivityStatus = "domain::activity::ActivityStatus" {
        /// Being written.
        Draft: "Draf", "Draft";
        /// With the rater.
        Submitted: "Diajukan", "Submitted";
        /// Accepted by the rater.
        Approved: "Disetujui", "Approved";
        /// Sent back with a reason.
        Returned: "Dikembalikan", "Returned";
    }

    /// What span an evaluation is about.
    EvaluationKind = "domain::evaluation::EvaluationKind" {
        /// Periodik: a month or a quarter.
        Periodic: "Periodik", "Periodic";
        /// Tahunan: the year. Its own judgement, not the mean of the parts.
        Annual: "Tahunan", "Annual";
    }

    /// Where an evaluation stands.
    EvaluationStatus = "domain::evaluation::EvaluationStatus" {
        /// Nothing reported yet.
        Open: "Terbuka", "Open";
        /// The employee has reported what was reached.
        SelfReported: "Realisasi dilaporkan", "Reported";
        /// The rater has saved a draft, which only the rater sees.
        RatedDraft: "Draf penilaian", "Draft of ratings";
        /// The ratings stand and are visible.
        Final: "Final", "Final";
        /// The annual result was handed over; the time for an objection runs.
        Delivered: "Diserahkan", "Delivered";
        /// The employee has taken note.
        Acknowledged: "Diterima", "Acknowledged";
        /// The time for an objection has passed in silence.
        DeemedAccepted: "Dianggap diterima", "Deemed accepted";
        /// The employee has objected.
        Objected: "Keberatan", "Objected";
        /// The objection was decided.
        Decided: "Diputuskan", "Decided";
        /// Done.
        Closed: "Ditutup", "Closed";
    }

    /// A rating of results or behaviour against what was expected.
    Expectation = "domain::evaluation::Expectation" {
        /// Di atas ekspektasi.
        Above: "Di atas ekspektasi", "Above expectation";
        /// Sesuai ekspektasi.
        AsExpected: "Sesuai ekspektasi", "As expected";
        /// Di bawah ekspektasi.
        Below: "Di bawah ekspektasi", "Below expectation";
    }

    /// The predicate of a person (predikat kinerja pegawai), best first.
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

    /// The predicate of a unit (capaian kinerja organisasi), best first. Not the same as that of a person.
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

    /// Who signs the annual document.
    Party = "domain::evaluation::Party" {
        /// The person evaluated.
        Employee: "Pegawai yang dinilai", "Employee";
        /// The rater.
        Rater: "Pejabat penilai", "Rater";
        /// The rater's superior.
        RatersSuperior: "Atasan pejabat penilai", "Rater's superior";
    }

    /// What sort of thing feedback is about.
    FeedbackKind = "domain::feedback::FeedbackKind" {
        /// A result row of the plan.
        Result: "Hasil kerja", "Result";
        /// An activity reported on the plan.
        Activity: "Kegiatan", "Activity";
        /// A behaviour value.
        Behaviour: "Perilaku kerja", "Behaviour";
    }

    /// What is recommended.
    RecommendationKind = "domain::recommendation::RecommendationKind" {
        /// Promosi: a higher position or rank.
        Promotion: "Promosi", "Promotion";
        /// Kelompok rencana suksesi: a place in the talent pool.
        TalentPool: "Kelompok rencana suksesi", "Talent pool";
        /// Pengembangan kompetensi: training.
        Training: "Pengembangan kompetensi", "Training";
        /// Rotasi: another post.
        Rotation: "Rotasi", "Rotation";
        /// Bimbingan kinerja: coaching.
        Coaching: "Bimbingan kinerja", "Coaching";
        /// Rencana perbaikan kinerja: a plan to improve within a time.
        ImprovementPlan: "Rencana perbaikan kinerja", "Improvement plan";
        /// Anything else, told in the text.
        Other: "Lainnya", "Other";
    }
}

/// What can be done to an object: the name of the mutation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "domain::action::Action")]
pub enum Action {
    /// Change the contents of what is not submitted.
    UpdatePlan,
    /// Hand it to the rater.
    SubmitPlan,
    /// Take it back before the rater decides.
    WithdrawPlan,
    /// Approve it, or return it with a reason.
    ReviewPlan,
    /// Begin a revision of an approved plan.
    RevisePlan,
    /// Link a provisional row to the superior's row.
    LinkPlanResult,
    /// Cancel it.
    CancelPlan,
    /// Close it.
    ClosePlan,
    /// Give feedback on a row, an activity or a behaviour value.
    GiveFeedback,
    /// Correct it.
    RecordActivities,
    /// Hand it to the rater.
    SubmitActivities,
    /// Approve it, or return it with a reason.
    ReviewActivities,
    /// Report what was reached.
    ReportRealisation,
    /// Save a draft of the ratings.
    RateEvaluation,
    /// Make the ratings final.
    FinaliseEvaluation,
    /// Hand the annual result over.
    DeliverEvaluation,
    /// Take note of the annual result.
    AcknowledgeEvaluation,
    /// Sign the annual document.
    SignEvaluation,
    /// Close it.
    CloseEvaluation,
    /// Make a final evaluation a draft again.
    ReopenEvaluation,
    /// Recommend something for the person's career.
    Recommend,
    /// Make a unit below another.
    CreateOrgUnit,
    /// Change a unit.
    UpdateOrgUnit,
    /// Take a person in.
    CreateStaff,
    /// Change a person's data.
    UpdateStaff,
    /// Move a person to another unit or position.
    TransferStaff,
    /// Let a person leave.
    EndStaff,
    /// Give an assignment another superior.
    AssignSuperior,
    /// Give an assignment's powers to another person for a time.
    Delegate,
    /// Make or replace a set of criteria.
    SetCriteria,
    /// Open a year with its parts.
    OpenPeriod,
    /// Close a year or a part of it.
    ClosePeriod,
    /// Set the predicate of a unit in a period.
    SetOrgUnitPredicate,
    /// Read a whole organisation in.
    ImportOrganisation,
    /// Add a version of a regulation.
    AddRegulation,
}

/// A rater's decision on something submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ReviewDecision {
    /// Accept it.
    Approve,
    /// Send it back; a reason is required.
    Return,
}

impl ReviewDecision {
    /// As the domain takes it; a missing reason is the domain's to refuse.
    pub fn with_reason(self, reason: Option<String>) -> domain::decision::Decision {
        match self {
            Self::Approve => domain::decision::Decision::Approve,
            Self::Return => domain::decision::Decision::Return { reason: reason.unwrap_or_default() },
        }
    }
}
