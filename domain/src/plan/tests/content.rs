//! Checks of contents, copies and links.

use super::*;
use crate::{
    Decimal,
    error::TEXT_MAX,
    id::{ActionPlanId, IndicatorId},
};
use std::collections::BTreeSet;

fn refused_paths(change: impl FnOnce(&mut PlanContent)) -> Vec<String> {
    let mut contents = content();
    change(&mut contents);
    paths(&validate_content(&contents, &references(), []))
}

#[test]
fn valid_contents_are_accepted() {
    assert!(refused_paths(|_| ()).is_empty());
    assert!(missing_for_submission(&content()).is_empty());
    assert!(validate_content(&PlanContent::default(), &References::default(), []).is_empty());
}

#[test]
fn each_refusal_of_a_draft_has_its_path() {
    type Change = fn(&mut PlanContent);
    let cases: [(&str, Change); 16] = [
        ("results.0.title", |c| c.results[0].title = "x".repeat(TEXT_MAX + 1)),
        ("results.0.id", |c| c.results[0].id = ResultId(uuid(999))),
        ("results.1.id", |c| {
            c.results.push(PlanResult { indicators: vec![], action_plans: vec![], ..row() })
        }),
        ("results.0.servesId", |c| {
            c.results[0].serves = Some(ResultId(uuid(999)));
            c.results[0].provisional = false;
        }),
        ("results.0.provisional", |c| c.results[0].serves = Some(SUPERIORS_RESULT)),
        ("results.0.indicators.0.id", |c| c.results[0].indicators[0].id = IndicatorId(uuid(999))),
        ("results.0.indicators.0.text", |c| c.results[0].indicators[0].text = "x".repeat(TEXT_MAX + 1)),
        ("results.0.indicators.0.measure", |c| c.results[0].indicators[0].unit = "x".repeat(101)),
        ("results.0.indicators.0.targetMax", |c| {
            c.results[0].indicators[0].target = Target { min: Decimal::whole(2), max: Decimal::whole(1) };
        }),
        ("results.0.indicators.0.perspective", |c| {
            c.results[0].indicators[0].perspective = Some(Perspective::Budget);
        }),
        ("results.0.actionPlans.0.id", |c| c.results[0].action_plans[0].id = ActionPlanId(uuid(999))),
        ("results.0.actionPlans.0.periodId", |c| c.results[0].action_plans[0].period = year()[0].id),
        ("results.0.actionPlans.0.target", |c| {
            c.results[0].action_plans[0].target = Some("x".repeat(TEXT_MAX + 1));
        }),
        ("behaviourExpectations.0.criterionId", |c| {
            let text = "Lebih ramah".to_owned();
            c.behaviour_expectations = vec![BehaviourExpectation { criterion: CriterionId(uuid(999)), text }];
        }),
        ("behaviourExpectations.1.criterionId", |c| {
            let criterion = criteria().into_iter().next().expect("one");
            let one = BehaviourExpectation { criterion, text: "Lebih ramah".to_owned() };
            c.behaviour_expectations = vec![one.clone(), one];
        }),
        ("results.0.assignedBy", |c| c.results[0].assigned_by = Some("x".repeat(TEXT_MAX + 1))),
    ];
    for (path, change) in cases {
        assert_eq!(refused_paths(change), [path]);
    }
}

#[test]
fn all_refusals_come_at_once() {
    let found = refused_paths(|contents| {
        contents.results[0].title = "x".repeat(TEXT_MAX + 1);
        contents.results[0].indicators[0].target.min = Decimal::MAX;
        contents.results[0].action_plans[0].period = year()[0].id;
    });
    assert_eq!(
        found,
        ["results.0.title", "results.0.indicators.0.targetMax", "results.0.actionPlans.0.periodId"]
    );
}

#[test]
fn the_number_of_rows_and_indicators_is_limited() {
    let many = |count: usize| {
        let mut contents = PlanContent::default();
        let mut fresh = BTreeSet::new();
        for number in 0..count {
            let id = uuid(1_000 + number as u128);
            fresh.insert(id);
            contents.results.push(PlanResult {
                id: ResultId(id),
                indicators: vec![],
                action_plans: vec![],
                ..row()
            });
        }
        paths(&validate_content(&contents, &References { fresh, ..references() }, []))
    };
    assert!(many(RESULTS_MAX).is_empty());
    assert_eq!(many(RESULTS_MAX + 1), ["results"]);
    let indicators = refused_paths(|contents| {
        let one = contents.results[0].indicators[0].clone();
        contents.results[0].indicators = vec![one; INDICATORS_MAX + 1];
    });
    assert_eq!(indicators[0], "results.0.indicators");
}

#[test]
fn a_draft_may_be_incomplete_but_a_submission_may_not() {
    let year = year();
    let context = plan_context(&year[0]);
    let submit = |contents: PlanContent| {
        let plan = draft().update(contents, &references(), &context).expect("a draft is saved");
        paths(&plan.submit(&context, at("2026-01-10 08:00")).map(drop).err().unwrap_or_default())
    };
    let mut empty = content();
    empty.results.clear();
    assert_eq!(submit(empty), ["results"]);
    let mut additional = content();
    additional.results[0].kind = ResultKind::Additional;
    assert_eq!(submit(additional), ["results"], "a main result is required");
    let mut bare = content();
    bare.results[0].indicators.clear();
    assert_eq!(submit(bare), ["results.0.indicators"]);
    let mut blank = content();
    blank.results[0].title = " ".to_owned();
    blank.results[0].indicators[0].text.clear();
    blank.results[0].indicators[0].unit.clear();
    blank.results[0].action_plans[0].text.clear();
    assert_eq!(
        submit(blank),
        [
            "results.0.title",
            "results.0.indicators.0.text",
            "results.0.indicators.0.measure",
            "results.0.actionPlans.0.text"
        ]
    );
}

#[test]
fn ids_and_links_of_earlier_revisions_stay_valid() {
    let year = year();
    let context = plan_context(&year[0]);
    let none = References { parts: references().parts, ..References::default() };
    let plan = plan_in(PlanStatus::Approved, Some(RevisionStatus::Draft));
    assert!(plan.update(content(), &none, &context).is_ok(), "without new ids");
    let mut linked = plan.clone();
    linked.revisions[0].content.results[0].serves = Some(SUPERIORS_RESULT);
    let mut contents = content();
    contents.results[0].serves = Some(SUPERIORS_RESULT);
    contents.results[0].provisional = false;
    assert!(
        linked.update(contents.clone(), &none, &context).is_ok(),
        "the superior's new revision no longer has the row"
    );
    assert!(plan.update(contents, &none, &context).is_err());
}

#[test]
fn a_link_changes_the_revision_in_force_and_the_open_one() {
    let year = year();
    let context = plan_context(&year[0]);
    let superiors = [SUPERIORS_RESULT].into();
    let plan = plan_in(PlanStatus::Approved, Some(RevisionStatus::Draft));
    let linked = plan.link_result(RESULT, SUPERIORS_RESULT, &superiors, &context).expect("linked");
    for revision in &linked.revisions {
        let row = revision.content.result(RESULT).expect("the row");
        assert_eq!((row.serves, row.provisional), (Some(SUPERIORS_RESULT), false));
    }
    let refused = |result, serves| {
        let result = plan.link_result(result, serves, &superiors, &context);
        paths(&result.expect_err("refused"))
    };
    assert_eq!(refused(ResultId(uuid(999)), SUPERIORS_RESULT), ["planResultId"]);
    assert_eq!(refused(RESULT, ResultId(uuid(999))), ["servesId"]);
    assert_eq!(
        linked.permits(LinkPlanResult, &context).expect_err("done").message.key(),
        Key::NothingProvisional
    );
}

#[test]
fn a_copy_has_new_ids_and_no_links_to_the_old_year() {
    let mut contents = content();
    contents.results[0].serves = Some(SUPERIORS_RESULT);
    contents.results[0].provisional = false;
    let other = contents.results[0].action_plans[0].clone();
    contents.results[0].action_plans.push(ActionPlan {
        id: ActionPlanId(uuid(103)),
        period: year()[2].id,
        ..other
    });
    let (old, new) = (year()[1].id, PeriodId(uuid(500)));
    let mut next = 1_000;
    let copy = contents.copied(
        || {
            next += 1;
            uuid(next)
        },
        |period| (period == old).then_some(new),
    );
    assert!(copy.ids().is_disjoint(&contents.ids()));
    let row = &copy.results[0];
    assert_eq!((row.serves, row.provisional), (None, true));
    assert_eq!(row.action_plans.iter().map(|step| step.period).collect::<Vec<_>>(), [new]);
    assert_eq!(row.title, contents.results[0].title);
}

#[test]
fn the_target_of_a_count_is_not_negative() {
    for (aspect, min, max, refused) in [
        (Some(Aspect::Quantity), "-1", "5", vec!["results.0.indicators.0.targetMin"]),
        (
            Some(Aspect::Quantity),
            "-2",
            "-1",
            vec!["results.0.indicators.0.targetMin", "results.0.indicators.0.targetMax"],
        ),
        (Some(Aspect::Quantity), "0", "0", vec![]),
        (Some(Aspect::Cost), "-2", "-1", vec![]),
        (None, "-2", "-1", vec![]),
    ] {
        let found = refused_paths(|content| {
            let indicator = &mut content.results[0].indicators[0];
            indicator.aspect = aspect;
            let end = |text: &str| text.parse().expect("a decimal");
            indicator.target = Target { min: end(min), max: end(max) };
        });
        assert_eq!(found, refused, "{aspect:?} {min}");
    }
}
