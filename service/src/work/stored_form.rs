//! The JSON of commands, which stored idempotency keys are bound to.

use crate::{
    activity::{ActivityRow, RecordActivities},
    batch::Row,
    evaluation::{DeliverEvaluation, EvaluationVersion, FinaliseEvaluation, RateEvaluation},
    identity::RevokeRole,
    period::OpenPeriod,
};
use domain::{
    activity::{ActivityInput, GivenEvidence},
    evaluation::{Finalisation, Rating},
    id::{EvaluationId, PlanId, RoleGrantId},
    period::{Cycle, NewYear},
    time::Instant,
};
use serde::Serialize;
use uuid::Uuid;

fn json(command: &impl Serialize) -> String {
    serde_json::to_string(command).expect("JSON")
}

/// Commands embed inputs of the domain. A replay compares their JSON with that of the stored request, so it has the
/// fields in this order.
#[test]
fn the_json_of_a_command_stays_the_same() {
    let nil = "00000000-0000-0000-0000-000000000000";
    let evaluation = EvaluationId(Uuid::nil());
    let rating = RateEvaluation { evaluation, expected_version: 2, rating: Rating::default() };
    assert_eq!(
        json(&rating),
        format!(
            r#"{{"evaluation":"{nil}","expected_version":2,"result_rating":null,"behaviour_rating":null,"result_reason":null,"behaviour_reason":null,"result_ratings":[],"behaviour_ratings":[],"unrated_report_reason":null}}"#
        )
    );
    let last = FinaliseEvaluation { evaluation, expected_version: 2, finalisation: Finalisation::default() };
    assert_eq!(
        json(&last),
        format!(
            r#"{{"evaluation":"{nil}","expected_version":2,"missing_unit_predicate_reason":null,"gap_reasons":[]}}"#
        )
    );
    let one = DeliverEvaluation(EvaluationVersion { evaluation, expected_version: 2 });
    let row = Row { input: one, malformed: Vec::new(), can_be_checked: true };
    let expected = format!(r#"{{"evaluation":"{nil}","expected_version":2}}"#);
    assert_eq!((json(&one), json(&row)), (expected.clone(), expected));
    assert_eq!(json(&RevokeRole { grant: RoleGrantId(Uuid::nil()) }), format!(r#""{nil}""#));
    let year = NewYear {
        year: 2026,
        cycle: Cycle::Quarterly,
        plan_deadline: None,
        report_days: None,
        rating_days: None,
    };
    assert_eq!(
        json(&OpenPeriod(year)),
        r#"{"year":2026,"cycle":"QUARTERLY","plan_deadline":null,"report_days":null,"rating_days":null}"#
    );
    let input = ActivityInput {
        result: None,
        action_plan: None,
        started_at: Instant::default(),
        ended_at: Instant::default(),
        description: "Mengajar".to_owned(),
        realisation: None,
        measure: None,
        evidence: vec![GivenEvidence { url: Some("https://a".to_owned()), upload: None, label: None }],
        claimed_at: None,
    };
    let input = ActivityRow { edit: None, client_key: None, input };
    let rows = vec![Row { input, malformed: Vec::new(), can_be_checked: true }];
    assert_eq!(
        json(&RecordActivities { plan: PlanId(Uuid::nil()), rows }),
        format!(
            r#"{{"plan":"{nil}","rows":[{{"edit":null,"client_key":null,"result":null,"action_plan":null,"started_at":"1970-01-01T00:00:00Z","ended_at":"1970-01-01T00:00:00Z","description":"Mengajar","realisation":null,"measure":null,"evidence":[{{"url":"https://a","label":null}}],"claimed_at":null}}]}}"#
        )
    );
}
