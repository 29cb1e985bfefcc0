//! Enumerations of units, people, posts, the changes to them, and corrections of personnel data.

use async_graphql::Enum;

mirrors! {
    /// Kind of gap in the chain of command.
    RosterProblemKind = "domain::roster::ProblemKind" {
        /// A person has no superior.
        NoSuperior,
        /// The superior has left or has not begun yet, and nobody acts for the post.
        SuperiorGone,
        /// The chain of superiors forms a loop.
        SuperiorLoop,
        /// A unit has several heads.
        TwoHeads,
        /// Nobody acts for a vacant post with people below it, or a person would have to rate themselves because they
        /// act for every superior above them.
        NobodyCanAct,
        /// A scheduled change was refused on its day, or will be refused, and nobody has cancelled it yet.
        ChangeFailed,
    }
    /// Status of a request to correct a record.
    CorrectionStatus = "domain::correction::CorrectionStatus" {
        /// Requested by the person; waits for an admin of the unit.
        Requested,
        /// An admin changed the record.
        Fixed,
        /// Declined, with a reason.
        Declined,
        /// Withdrawn by the person before it was answered.
        Withdrawn,
    }
    /// Part of a record that is wrong.
    CorrectionSubject = "domain::correction::CorrectionSubject" {
        /// The direct superior.
        Superior,
        /// The unit.
        Unit,
        /// The position.
        Position,
        /// The rank (golongan).
        Rank,
        /// The employment kind.
        Employment,
        /// The name with titles.
        Name,
        /// The NIP.
        Nip,
    }
    /// Answer to a request to correct a record.
    CorrectionOutcome = "domain::correction::CorrectionOutcome" {
        /// The record was changed.
        Fixed,
        /// The record stays; needs a reason.
        Declined,
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
        /// A delegation gets other days or another capacity.
        DelegationUpdated,
        /// A delegation ends.
        DelegationEnded,
        /// An approved plan closes.
        PlanClosed,
        /// A plan is cancelled: it is not approved, or does not begin before the change.
        PlanCancelled,
        /// An evaluation is cancelled: no month of the part belongs to its plan any more.
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
        /// A change is scheduled; the consequences that follow it in the list are expected on its day.
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
}
