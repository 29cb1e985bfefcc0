//! Tests that the JSON of commands stays the same, because stored idempotency keys have its hash.

use crate::{
    activity::{ActivityRow, RecordActivities},
    batch::Row,
    evaluation::{DeliverEvaluation, EvaluationVersion, FinaliseEvaluation, RateEvaluation, Recommend},
    feedback::GiveFeedback,
    identity::RevokeRole,
    organisation::{CreateOrgUnit, CreateStaff, Delegate, Placement},
    period::{OpenPeriod, SetOrgUnitPredicate},
};
use domain::{
    activity::{ActivityInput, GivenEvidence},
    assignment::{Capacity, DelegationInput},
    evaluation::{Finalisation, OrgUnitPredicate, Rating},
    feedback::{FeedbackAbout, FeedbackInput},
    id::{AssignmentId, EvaluationId, PeriodId, PlanId, PositionId, ResultId, RoleGrantId, StaffId, UnitId},
    period::{Cycle, NewYear},
    recommendation::{RecommendationInput, RecommendationKind},
    staff::{EmploymentKind, StaffInput},
    time::{Date, Instant},
    unit::{UnitInput, UnitKind},
    unit_predicate::UnitPredicateInput,
};
use serde::Serialize;
use uuid::Uuid;

fn json(command: &impl Serialize) -> String {
    serde_json::to_string(command).expect("JSON")
}

/// Commands that earlier had all fields themselves and now embed inputs of the domain.
#[test]
fn the_json_of_a_command_of_the_organisation_stays_the_same() {
    let nil = "00000000-0000-0000-0000-000000000000";
    let day = Date::from_ymd_opt(2026, 3, 2).expect("a day");
    let text = |text: &str| text.to_owned();
    let unit = UnitInput {
        code: text("SD-1"),
        name: text("SD 1"),
        kind: UnitKind::School,
        external_id: None,
        valid_from: day,
    };
    assert_eq!(
        json(&CreateOrgUnit { parent: UnitId(Uuid::nil()), unit }),
        format!(
            r#"{{"parent":"{nil}","code":"SD-1","name":"SD 1","kind":"SCHOOL","external_id":null,"valid_from":"2026-03-02"}}"#
        )
    );
    let placement = Placement {
        unit: UnitId(Uuid::nil()),
        position: PositionId(Uuid::nil()),
        rank: Some(text("III/a")),
        superior: None,
        capacity: Capacity::Definitive,
        leads: false,
        from: day,
    };
    let person = StaffInput {
        nip: None,
        name: text("Rina"),
        employment_kind: EmploymentKind::Pns,
        external_id: Some(text("A-1")),
    };
    assert_eq!(
        json(&CreateStaff { person, placement }),
        format!(
            r#"{{"nip":null,"name":"Rina","employment_kind":"PNS","external_id":"A-1","placement":{{"unit":"{nil}","position":"{nil}","rank":"III/a","superior":null,"capacity":"DEFINITIVE","leads":false,"from":"2026-03-02"}}}}"#
        )
    );
    let delegation = DelegationInput {
        delegate: StaffId(Uuid::nil()),
        capacity: Capacity::Plh,
        valid_from: day,
        valid_to: None,
        reason: text("Cuti"),
    };
    assert_eq!(
        json(&Delegate { assignment: AssignmentId(Uuid::nil()), delegation }),
        format!(
            r#"{{"assignment":"{nil}","delegate":"{nil}","capacity":"PLH","from":"2026-03-02","to":null,"reason":"Cuti"}}"#
        )
    );
}

#[test]
fn the_json_of_a_command_about_results_stays_the_same() {
    let nil = "00000000-0000-0000-0000-000000000000";
    let feedback = FeedbackInput {
        about: FeedbackAbout::Result(ResultId(Uuid::nil())),
        evaluation: None,
        text: "Baik".to_owned(),
    };
    assert_eq!(
        json(&GiveFeedback {
            plan: Some(PlanId(Uuid::nil())),
            staff: None,
            direction: None,
            request: None,
            feedback
        }),
        format!(
            r#"{{"plan":"{nil}","about":{{"kind":"RESULT","id":"{nil}"}},"evaluation":null,"text":"Baik"}}"#
        )
    );
    let recommendation =
        RecommendationInput { kind: RecommendationKind::Training, text: "Diklat".to_owned() };
    assert_eq!(
        json(&Recommend { evaluation: EvaluationId(Uuid::nil()), recommendation }),
        format!(r#"{{"evaluation":"{nil}","kind":"TRAINING","text":"Diklat"}}"#)
    );
    let set = SetOrgUnitPredicate {
        unit: UnitId(Uuid::nil()),
        period: PeriodId(Uuid::nil()),
        wanted: UnitPredicateInput { predicate: OrgUnitPredicate::Good, note: None },
        expected_version: Some(2),
    };
    assert_eq!(
        json(&set),
        format!(r#"{{"unit":"{nil}","period":"{nil}","predicate":"GOOD","note":null,"expected_version":2}}"#)
    );
}

/// Commands embed inputs of the domain. A replay compares their JSON with that of the stored request, so the fields
/// must stay in this order.
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
    let one = DeliverEvaluation {
        version: EvaluationVersion { evaluation, expected_version: 2 },
        handed_over: None,
    };
    let row = Row::well_formed(one);
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
    let rows = vec![Row::well_formed(input)];
    assert_eq!(
        json(&RecordActivities { plan: PlanId(Uuid::nil()), rows }),
        format!(
            r#"{{"plan":"{nil}","rows":[{{"edit":null,"client_key":null,"result":null,"action_plan":null,"started_at":"1970-01-01T00:00:00Z","ended_at":"1970-01-01T00:00:00Z","description":"Mengajar","realisation":null,"measure":null,"evidence":[{{"url":"https://a","label":null}}],"claimed_at":null}}]}}"#
        )
    );
}
