//! Labels of enum values in both languages: fields next to the values, and one list of all labels for apps that store
//! it.

use super::{
    context::ContextExt,
    enums::{
        AccessKind, Action, ActivityStatus, Approach, Aspect, Capacity, ConsequenceKind, CorrectionOutcome,
        CorrectionStatus, CorrectionSubject, Cycle, DeviationField, DialogueKind, DialogueParty, Direction,
        EmploymentKind, ErrorCode, EvaluationKind, EvaluationStatus, EventKind, EvidenceKind, Expectation,
        FeedbackDirection, FeedbackKind, FeedbackRequestStatus, HiddenReason, MarkKind, NodeEvidenceKind,
        ObjectionStatus, OrgUnitPredicate, Party, PeriodStatus, Perspective, PlanStatus, PositionKind,
        Predicate, RecommendationKind, RecommendationOutcome, RecommendationResponsible,
        RecommendationStatus, ResultKind, ReviewDecision, RevisionStatus, RosterProblemKind, RoundingMode,
        ScheduledChangeKind, ScheduledChangeStatus, ScoreNodeKind, ScoreRule, StaffStatus, SubjectKind,
        SubjectStatus, TrainingStatus, UnfinishedKind, UnitKind,
    },
    identity::Role,
    import::{ImportAction, ImportFixer, ImportSeverity, ImportSheet, ImportStatus, UploadPurpose},
    page::OrderDirection,
    regulation::{RegulationConfidence, RegulationFormat, RegulationScheme},
    scoring::{AssignmentScope, LimitRule, ReachKind, ResultGroup, TrainingCountsFor},
    worklist::WorklistKind,
};
use async_graphql::{Context, Enum, OutputType, SimpleObject, resolver_utils::EnumType};
use domain::Labelled;

/// A language of messages and labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Locale")]
pub enum Locale {
    /// Indonesian.
    #[default]
    Id,
    /// English.
    En,
}

/// Returns the label of a value in a language, by default that of the request.
pub fn label(ctx: &Context<'_>, locale: Option<Locale>, value: impl Labelled) -> &'static str {
    value.label(ctx.language(locale))
}

/// The label of an enumeration value.
#[derive(SimpleObject)]
pub struct Label {
    /// The enumeration's name in the schema.
    enumeration: String,
    /// The value's name in the schema.
    value: &'static str,
    /// In Indonesian.
    indonesian: &'static str,
    /// In English.
    english: &'static str,
}

/// Returns the labels of an enumeration: those of the domain type that it mirrors.
fn of<T: EnumType + OutputType + Into<D>, D: Labelled>() -> Vec<Label> {
    let row = |item: &async_graphql::resolver_utils::EnumItem<T>| {
        let value: D = item.value.into();
        Label {
            enumeration: T::type_name().into_owned(),
            value: item.name,
            indonesian: value.label(domain::Locale::Id),
            english: value.label(domain::Locale::En),
        }
    };
    T::items().iter().map(row).collect()
}

/// Returns the labels of every enumeration of the schema.
pub fn all() -> Vec<Label> {
    [
        of::<AccessKind, domain::access::AccessKind>(),
        of::<Action, domain::action::Action>(),
        of::<ActivityStatus, domain::activity::ActivityStatus>(),
        of::<Approach, domain::plan::Approach>(),
        of::<Aspect, domain::plan::Aspect>(),
        of::<AssignmentScope, domain::regulation::AssignmentScope>(),
        of::<Capacity, domain::assignment::Capacity>(),
        of::<ConsequenceKind, domain::consequence::ConsequenceKind>(),
        of::<CorrectionOutcome, domain::correction::CorrectionOutcome>(),
        of::<CorrectionStatus, domain::correction::CorrectionStatus>(),
        of::<CorrectionSubject, domain::correction::CorrectionSubject>(),
        of::<Cycle, domain::period::Cycle>(),
        of::<DeviationField, DeviationField>(),
        of::<DialogueKind, domain::dialogue::DialogueKind>(),
        of::<DialogueParty, domain::dialogue::DialogueParty>(),
        of::<Direction, domain::plan::Direction>(),
        of::<EmploymentKind, domain::staff::EmploymentKind>(),
        of::<ErrorCode, domain::ErrorCode>(),
        of::<EvaluationKind, domain::evaluation::EvaluationKind>(),
        of::<EvaluationStatus, domain::evaluation::EvaluationStatus>(),
        of::<ObjectionStatus, domain::objection::ObjectionStatus>(),
        of::<TrainingStatus, domain::training::TrainingStatus>(),
        of::<EventKind, domain::event::EventKind>(),
        of::<EvidenceKind, domain::activity::EvidenceKind>(),
        of::<Expectation, domain::evaluation::Expectation>(),
        of::<FeedbackDirection, domain::feedback::FeedbackDirection>(),
        of::<FeedbackKind, domain::feedback::FeedbackKind>(),
        of::<FeedbackRequestStatus, domain::feedback::RequestStatus>(),
        of::<HiddenReason, domain::disclosure::HiddenReason>(),
        of::<ImportAction, ImportAction>(),
        of::<ImportFixer, domain::import::Fixer>(),
        of::<ImportSeverity, domain::import::Severity>(),
        of::<ImportSheet, domain::import::RowKind>(),
        of::<ImportStatus, ImportStatus>(),
        of::<LimitRule, domain::regulation::LimitRule>(),
        of::<Locale, domain::Locale>(),
        of::<MarkKind, domain::activity::MarkKind>(),
        of::<NodeEvidenceKind, NodeEvidenceKind>(),
        of::<OrderDirection, OrderDirection>(),
        of::<OrgUnitPredicate, domain::evaluation::OrgUnitPredicate>(),
        of::<Party, domain::evaluation::Party>(),
        of::<PeriodStatus, domain::period::PeriodStatus>(),
        of::<Perspective, domain::plan::Perspective>(),
        of::<PlanStatus, domain::plan::PlanStatus>(),
        of::<PositionKind, domain::staff::PositionKind>(),
        of::<Predicate, domain::evaluation::Predicate>(),
        of::<ReachKind, ReachKind>(),
        of::<RecommendationKind, domain::recommendation::RecommendationKind>(),
        of::<RecommendationOutcome, domain::recommendation::RecommendationOutcome>(),
        of::<RecommendationResponsible, domain::recommendation::RecommendationResponsible>(),
        of::<RecommendationStatus, domain::recommendation::RecommendationStatus>(),
        of::<RegulationConfidence, domain::regulation::Confidence>(),
        of::<RegulationFormat, RegulationFormat>(),
        of::<RegulationScheme, domain::regulation::Scheme>(),
        of::<ResultGroup, domain::regulation::ResultGroup>(),
        of::<ResultKind, domain::plan::ResultKind>(),
        of::<ReviewDecision, ReviewDecision>(),
        of::<RevisionStatus, domain::plan::RevisionStatus>(),
        of::<Role, domain::actor::Role>(),
        of::<RosterProblemKind, domain::roster::ProblemKind>(),
        of::<RoundingMode, RoundingMode>(),
        of::<ScheduledChangeKind, domain::scheduled::ScheduledKind>(),
        of::<ScheduledChangeStatus, domain::scheduled::ScheduledStatus>(),
        of::<ScoreNodeKind, ScoreNodeKind>(),
        of::<ScoreRule, ScoreRule>(),
        of::<StaffStatus, domain::staff::StaffStatus>(),
        of::<SubjectKind, domain::event::SubjectKind>(),
        of::<SubjectStatus, SubjectStatus>(),
        of::<TrainingCountsFor, domain::scoring::CountsFor>(),
        of::<UnfinishedKind, domain::period::Unfinished>(),
        of::<UnitKind, domain::unit::UnitKind>(),
        of::<UploadPurpose, UploadPurpose>(),
        of::<WorklistKind, WorklistKind>(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
