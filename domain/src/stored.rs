//! Stability of stored and sent data: enum names are the same everywhere, and documents read back unchanged.

use crate::{
    action, activity, actor, assignment, correction, dialogue, evaluation, event, feedback, import,
    objection, period, plan, rating, recommendation, regulation, scheduled, scoring, staff, testing::*,
    training, unit,
};
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt::Debug, str::FromStr};
use strum::IntoEnumIterator;

/// Checks that `to_string`, `parse` and JSON use the same name.
fn words<T>()
where
    T: IntoEnumIterator + ToString + FromStr + Serialize + DeserializeOwned + PartialEq + Debug + Copy,
{
    for value in T::iter() {
        let word = value.to_string();
        assert_eq!(word.parse::<T>().ok(), Some(value));
        assert_eq!(serde_json::to_string(&value).expect("JSON"), format!("\"{word}\""));
        assert!(word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'), "{word}");
    }
}

#[test]
fn every_enum_value_has_one_name() {
    words::<action::Action>();
    words::<action::PlanAction>();
    words::<activity::ActivityStatus>();
    words::<activity::EvidenceKind>();
    words::<actor::Role>();
    words::<assignment::Capacity>();
    words::<correction::CorrectionOutcome>();
    words::<correction::CorrectionStatus>();
    words::<correction::CorrectionSubject>();
    words::<dialogue::DialogueKind>();
    words::<dialogue::DialogueParty>();
    words::<evaluation::EvaluationKind>();
    words::<evaluation::EvaluationStatus>();
    words::<rating::Expectation>();
    words::<rating::OrgUnitPredicate>();
    words::<evaluation::Party>();
    words::<rating::Predicate>();
    words::<event::EventKind>();
    words::<event::SubjectKind>();
    words::<feedback::FeedbackKind>();
    words::<feedback::FeedbackDirection>();
    words::<feedback::RequestStatus>();
    words::<import::ChangeKind>();
    words::<import::Fixer>();
    words::<import::RowKind>();
    words::<import::Severity>();
    words::<objection::ObjectionStatus>();
    words::<period::Cycle>();
    words::<period::PeriodStatus>();
    words::<period::Unfinished>();
    words::<plan::Approach>();
    words::<plan::Aspect>();
    words::<plan::Direction>();
    words::<plan::Perspective>();
    words::<plan::PlanStatus>();
    words::<plan::ResultKind>();
    words::<plan::RevisionStatus>();
    words::<recommendation::RecommendationKind>();
    words::<recommendation::RecommendationOutcome>();
    words::<recommendation::RecommendationResponsible>();
    words::<recommendation::RecommendationStatus>();
    words::<regulation::Aggregation>();
    words::<regulation::AssignmentScope>();
    words::<regulation::CreditCategory>();
    words::<regulation::DayCounting>();
    words::<regulation::LimitRule>();
    words::<regulation::ResultGroup>();
    words::<regulation::Scheme>();
    words::<regulation::SplitYear>();
    words::<scheduled::ScheduledKind>();
    words::<scheduled::ScheduledStatus>();
    words::<scoring::CountsFor>();
    words::<scoring::RoundingMode>();
    words::<scoring::Rule>();
    words::<staff::EmploymentKind>();
    words::<staff::PositionKind>();
    words::<staff::StaffStatus>();
    words::<training::TrainingStatus>();
    words::<unit::UnitKind>();
    assert_eq!(staff::EmploymentKind::PppkPartTime.to_string(), "PPPK_PART_TIME");
    assert_eq!(staff::PositionKind::JptPratama.to_string(), "JPT_PRATAMA");
}

fn reads_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let json = serde_json::to_string(value).expect("JSON");
    let back: T = serde_json::from_str(&json).expect("the same");
    assert_eq!(&back, value);
    assert_eq!(serde_json::to_string(&back).expect("JSON"), json, "canonical");
}

#[test]
fn documents_read_back_the_same() {
    reads_back(&approved());
    reads_back(&content());
    reads_back(&teachers_post());
    reads_back(&year());
    for one in evaluations() {
        reads_back(&one);
    }
    let ratings = scoring::ScoreInput::ratings(rating::Expectation::Above, rating::Expectation::Below);
    reads_back(&scoring::score(&regulation::shipped_documents()[0], &ratings).expect("scored").tree);
    reads_back(&ratings);
    reads_back(&feedback::FeedbackAbout::Result(RESULT));
}

/// Stored plans use these names: changing this test needs a migration.
#[test]
fn the_contents_of_a_plan_are_stored_with_these_names() {
    let json = serde_json::to_value(content()).expect("JSON");
    let row = &json["results"][0];
    assert_eq!(json["approach"], "QUANTITATIVE");
    assert_eq!(json["behaviour_expectations"], serde_json::json!([]));
    assert_eq!(
        (&row["kind"], &row["provisional"], &row["serves"]),
        (&"MAIN".into(), &true.into(), &serde_json::Value::Null)
    );
    let indicator = &row["indicators"][0];
    assert_eq!(indicator["target"], serde_json::json!({ "min": "960.00", "max": "960.00" }));
    assert_eq!(indicator["direction"], "HIGHER_IS_BETTER");
    assert_eq!(row["action_plans"][0]["target"], "4 modul");
    let about = serde_json::to_value(feedback::FeedbackAbout::Result(RESULT)).expect("JSON");
    assert_eq!(about, serde_json::json!({ "kind": "RESULT", "id": RESULT.0 }));
}
