//! A recommendation needs a final annual evaluation.

use super::*;
use crate::{
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
