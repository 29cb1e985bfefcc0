//! A recommendation needs a final annual evaluation, and is followed up once.

use super::*;
use crate::{
    Code,
    evaluation::{EvaluationKind, EvaluationStatus},
    testing::*,
};
use strum::IntoEnumIterator;

fn make(evaluation: &Evaluation, author: StaffId, text: &str) -> Result<Recommendation, Vec<Refusal>> {
    let input = RecommendationInput { kind: RecommendationKind::Training, text: text.to_owned() };
    let id = RecommendationId(uuid(700));
    let fixture = EvaluationFixture::of(evaluation);
    Recommendation::make(id, author, input, evaluation, &fixture.at(at("2027-01-20 10:00")))
}

#[test]
fn only_a_final_annual_evaluation_can_have_recommendations() {
    for evaluation in evaluations() {
        for status in EvaluationStatus::iter() {
            let evaluation = Evaluation { status, ..evaluation.clone() };
            let expected = evaluation.kind == EvaluationKind::Annual && status.is_final();
            assert_eq!(make(&evaluation, HEAD, "Diklat").is_ok(), expected, "{} {status}", evaluation.kind);
        }
    }
}

#[test]
fn a_recommendation_needs_another_person_and_a_text() {
    let last = evaluations().pop().expect("the year");
    let last = Evaluation { status: EvaluationStatus::Final, ..last };
    assert_eq!(paths(&make(&last, TEACHER, "Diklat").expect_err("refused")), ["evaluationId"]);
    assert_eq!(paths(&make(&last, HEAD, " ").expect_err("refused")), ["text"]);
    assert_eq!(make(&last, HEAD, "Diklat").expect("made").staff, TEACHER);
}

fn made(kind: RecommendationKind) -> Recommendation {
    let last = evaluations().pop().expect("the year");
    let last = Evaluation { status: EvaluationStatus::Final, ..last };
    Recommendation { kind, ..make(&last, HEAD, "Diklat").expect("made") }
}

#[test]
fn a_recommendation_is_followed_up_or_declined_once_with_a_note() {
    let open = made(RecommendationKind::Promotion);
    assert_eq!((open.status, &open.follow_up), (RecommendationStatus::Open, &None));
    let by = (STRANGER, at("2027-02-01 09:00"));
    for (outcome, status) in [
        (RecommendationOutcome::FollowedUp, RecommendationStatus::FollowedUp),
        (RecommendationOutcome::Declined, RecommendationStatus::Declined),
    ] {
        assert_eq!(paths(&open.follow_up(by, outcome, " ").expect_err("no note")), ["note"]);
        let done = open.follow_up(by, outcome, " Diusulkan ").expect("recorded");
        let follow_up = done.follow_up.as_ref().expect("what became of it");
        assert_eq!(
            (done.status, follow_up.by, follow_up.note.as_deref()),
            (status, STRANGER, Some("Diusulkan"))
        );
        let again = done.follow_up(by, outcome, "Lagi").expect_err("refused");
        assert!(matches!(&again[0].code, Code::InvalidTransition { allowed, .. } if allowed.is_empty()));
    }
}

#[test]
fn a_verified_training_answers_an_open_recommendation() {
    let open = made(RecommendationKind::Training);
    let by = (STRANGER, at("2027-04-01 09:00"));
    let answered = open.answered_by(TrainingId(uuid(701)), by).expect("answered");
    let follow_up = answered.follow_up.as_ref().expect("the training");
    assert_eq!(
        (answered.status, follow_up.training, &follow_up.note),
        (RecommendationStatus::FollowedUp, Some(TrainingId(uuid(701))), &None)
    );
    assert_eq!(answered.answered_by(TrainingId(uuid(702)), by), None);
}

#[test]
fn an_entry_from_before_there_were_statuses_is_open() {
    let open = made(RecommendationKind::Other);
    let mut image = serde_json::to_value(&open).expect("an image");
    image.as_object_mut().expect("an object").remove("status");
    assert_eq!(serde_json::from_value::<Recommendation>(image).expect("read"), open);
}
