//! The tables of rights, written by hand, against every relation; and that nobody rates himself.

use super::*;
use crate::{
    action::{ActivityAction, EvaluationAction, OrganisationAction, PlanAction},
    activity::{Activity, ActivityStatus, NewActivity},
    actor::Coverage,
    evaluation::{Evaluation, EvaluationKind, Party},
    id::{ActivityId, AssignmentId},
    plan::{PlanStatus, RevisionStatus},
    testing::*,
};
use proptest::prelude::*;
use strum::IntoEnumIterator;

fn standing(actor: &Actor) -> Standing {
    Standing::of(actor, TEACHER, SCHOOL, &rater())
}

/// One actor of each relation to the teacher's plan, and what each is called in the tables.
fn cast() -> Vec<(&'static str, Standing)> {
    let plain = |staff| person(staff, &[]);
    let deputy = Actor { acting_for: [HEADS_POST].into(), ..plain(STRANGER) };
    let head_of_unit = Actor { headed: units(&[DEPARTMENT, SCHOOL]), ..plain(STRANGER) };
    let team = Actor { performance_team: units(&[SCHOOL]), ..plain(STRANGER) };
    let admin = Actor { admin: units(&[SCHOOL]), ..plain(STRANGER) };
    let elsewhere =
        Actor { admin: units(&[DEPARTMENT]), performance_team: units(&[DEPARTMENT]), ..plain(STRANGER) };
    let auditor = Actor { auditor: true, ..plain(STRANGER) };
    let reporting = Actor { reporting: Coverage::Everything, ..plain(STRANGER) };
    vec![
        ("owner", standing(&person(TEACHER, &[TEACHERS_POST]))),
        ("rater", standing(&person(HEAD, &[HEADS_POST]))),
        ("deputy", standing(&deputy)),
        ("superior", standing(&person(CHIEF, &[CHIEFS_POST]))),
        ("chain", standing(&plain(STRANGER)).with_chain(true)),
        ("head", standing(&head_of_unit)),
        ("team", standing(&team)),
        ("admin", standing(&admin)),
        ("elsewhere", standing(&elsewhere)),
        ("auditor", standing(&auditor)),
        ("reporting", standing(&reporting)),
        ("stranger", standing(&plain(STRANGER))),
        ("system", standing(&Actor::system(AGENCY))),
    ]
}

fn who(decide: impl Fn(&Standing) -> bool) -> Vec<&'static str> {
    cast().into_iter().filter(|(_, standing)| decide(standing)).map(|(name, _)| name).collect()
}

#[test]
fn rights_on_plans() {
    for action in PlanAction::iter() {
        let expected: &[&str] = match action {
            PlanAction::UpdatePlan | PlanAction::SubmitPlan | PlanAction::WithdrawPlan => &["owner"],
            PlanAction::ReviewPlan => &["rater", "deputy"],
            PlanAction::RevisePlan | PlanAction::LinkPlanResult => &["owner", "rater", "deputy"],
            PlanAction::CancelPlan => &["admin"],
            PlanAction::ClosePlan => &["admin", "system"],
            PlanAction::GiveFeedback => &["rater", "deputy", "superior", "chain", "head"],
        };
        assert_eq!(who(|standing| plan::decide(action, standing).is_ok()), expected, "{action}");
    }
}

#[test]
fn rights_on_activities() {
    for action in ActivityAction::iter() {
        let expected: &[&str] = match action {
            ActivityAction::RecordActivities | ActivityAction::SubmitActivities => &["owner"],
            ActivityAction::ReviewActivities => &["rater", "deputy"],
        };
        assert_eq!(who(|standing| activity::decide(action, standing).is_ok()), expected, "{action}");
    }
}

#[test]
fn rights_on_evaluations() {
    for action in EvaluationAction::iter() {
        for period_open in [true, false] {
            let expected: &[&str] = match (action, period_open) {
                (EvaluationAction::ReportRealisation | EvaluationAction::AcknowledgeEvaluation, _) => {
                    &["owner"]
                }
                (
                    EvaluationAction::RateEvaluation
                    | EvaluationAction::FinaliseEvaluation
                    | EvaluationAction::DeliverEvaluation,
                    _,
                ) => &["rater", "deputy"],
                (EvaluationAction::SignEvaluation, _) => &["owner", "rater", "deputy", "superior"],
                (EvaluationAction::CloseEvaluation, _) => &["rater", "deputy", "admin", "system"],
                (EvaluationAction::ReopenEvaluation, true) => &["rater", "deputy"],
                (EvaluationAction::ReopenEvaluation, false) => &["admin"],
                (EvaluationAction::Recommend, _) => &["rater", "deputy", "superior"],
            };
            let told = who(|standing| evaluation::decide(action, standing, period_open).is_ok());
            assert_eq!(told, expected, "{action} {period_open}");
        }
    }
}

#[test]
fn who_sees_what() {
    let personal = ["owner", "rater", "deputy", "chain", "team", "admin", "auditor"];
    assert_eq!(who(sees_personal), personal);
    for status in EvaluationStatus::iter() {
        let expected: &[&str] = if status.is_final() { &personal } else { &["rater", "deputy"] };
        assert_eq!(who(|standing| sees_ratings(standing, status)), expected, "{status}");
    }
    assert!(sees_directory(&person(STRANGER, &[]), AGENCY));
    assert!(!sees_directory(&Actor::system(AGENCY), AGENCY));
    assert!(!sees_directory(&person(STRANGER, &[]), AgencyId(uuid(99))));
}

#[test]
fn only_persons_and_keys_of_the_unit_read_its_figures() {
    let plain = || person(STRANGER, &[]);
    for (actor, reads) in [
        (plain(), false),
        (Actor { headed: units(&[SCHOOL]), ..plain() }, true),
        (Actor { performance_team: units(&[SCHOOL]), ..plain() }, true),
        (Actor { admin: units(&[SCHOOL]), ..plain() }, true),
        (Actor { reporting: units(&[SCHOOL]), ..plain() }, true),
        (Actor { reporting: units(&[DEPARTMENT]), ..plain() }, false),
        (Actor { auditor: true, ..plain() }, true),
        (person(HEAD, &[HEADS_POST]), false),
    ] {
        assert_eq!(report::may_report(&actor, SCHOOL), reads, "{actor:?}");
    }
}

proptest! {
    /// Whatever powers, delegations and roles somebody gathers: on his own he is the owner and nothing else.
    #[test]
    fn nobody_rates_or_administers_himself(
        own in any::<[bool; 3]>(), acting in any::<[bool; 3]>(), everything: bool, own_rater: bool, own_superior: bool,
    ) {
        let posts = [TEACHERS_POST, HEADS_POST, CHIEFS_POST];
        let some = |chosen: [bool; 3]| posts.into_iter().zip(chosen).filter_map(|(post, yes)| yes.then_some(post));
        let coverage = if everything { Coverage::Everything } else { Coverage::Nothing };
        let actor = Actor {
            assignments: some(own).collect(),
            acting_for: some(acting).collect(),
            headed: coverage.clone(),
            performance_team: coverage.clone(),
            admin: coverage,
            ..person(TEACHER, &[])
        };
        let snapshot = RaterSnapshot {
            staff: if own_rater { TEACHER } else { HEAD },
            superior_staff: Some(if own_superior { TEACHER } else { CHIEF }),
            ..rater()
        };
        let standing = Standing::of(&actor, TEACHER, SCHOOL, &snapshot).with_chain(true);
        prop_assert!(standing.owner);
        prop_assert!(!standing.rater && !standing.raters_superior && !standing.above && !standing.head && !standing.admin);
        for action in EvaluationAction::iter() {
            for open in [true, false] {
                let own = matches!(
                    action,
                    EvaluationAction::ReportRealisation | EvaluationAction::AcknowledgeEvaluation | EvaluationAction::SignEvaluation
                );
                prop_assert_eq!(evaluation::decide(action, &standing, open).is_ok(), own);
            }
        }
        prop_assert!(plan::decide(PlanAction::ReviewPlan, &standing).is_err());
        prop_assert!(activity::decide(ActivityAction::ReviewActivities, &standing).is_err());
        for status in EvaluationStatus::iter() {
            prop_assert_eq!(sees_ratings(&standing, status), status.is_final());
        }
        let review = plan::right(PlanAction::ReviewPlan);
        prop_assert!(!review.who_can(TEACHER, &snapshot).contains(&TEACHER));
    }
}

/// Allowed is what the right and the state allow, no more and no less.
fn holds(told: &[Allowed], expected: impl Fn(Action) -> bool) {
    for allowed in told {
        assert_eq!(allowed.refusal.is_none(), expected(allowed.action), "{:?}", allowed.action);
    }
}

#[test]
fn what_is_allowed_on_a_plan_is_right_and_state_together() {
    let year = year();
    for status in PlanStatus::iter() {
        for open in [None, Some(RevisionStatus::Draft), Some(RevisionStatus::Submitted)] {
            let plan = plan_in(status, open.filter(|_| status == PlanStatus::Approved));
            for final_somewhere in [false, true] {
                let context = crate::plan::PlanContext {
                    annual_final: final_somewhere,
                    any_final: final_somewhere,
                    ..plan_context(&year[0])
                };
                for (name, standing) in cast() {
                    let told = plan::allowed_actions(&plan, &standing, &context);
                    assert_eq!(told.len(), PlanAction::iter().count(), "{name}");
                    holds(&told, |action| {
                        PlanAction::iter().any(|of_plan| {
                            Action::from(of_plan) == action
                                && plan::decide(of_plan, &standing).is_ok()
                                && plan.permits(of_plan, &context).is_ok()
                        })
                    });
                }
            }
        }
    }
}

#[test]
fn what_is_allowed_on_an_activity_is_right_and_state_together() {
    let plan = approved();
    let parts = parts(None);
    let context = activity_context(&plan, &parts);
    let new = NewActivity { id: ActivityId(uuid(300)), client_key: uuid(301), input: lesson() };
    let draft = Activity::create(new, &context, at("2026-02-02 16:00")).expect("an activity");
    for status in ActivityStatus::iter() {
        let activity = Activity { status, ..draft.clone() };
        for (_, standing) in cast() {
            holds(&activity::allowed_actions(&activity, &standing, &context), |action| {
                ActivityAction::iter().any(|of_activity| {
                    Action::from(of_activity) == action
                        && activity::decide(of_activity, &standing).is_ok()
                        && activity.permits(of_activity, &context).is_ok()
                })
            });
        }
    }
}

#[test]
fn what_is_allowed_on_an_evaluation_is_right_and_state_together() {
    for evaluation in evaluations() {
        for status in EvaluationStatus::iter() {
            let evaluation = Evaluation { status, ..evaluation.clone() };
            let around = Surroundings::of(&evaluation);
            let context = around.at(at("2027-01-20 10:00"));
            for (_, standing) in cast() {
                holds(&evaluation::allowed_actions(&evaluation, &standing, &context), |action| {
                    let signs = action != Action::SignEvaluation
                        || evaluation::signing_party(&evaluation, &standing).is_some();
                    signs
                        && EvaluationAction::iter().any(|of_evaluation| {
                            Action::from(of_evaluation) == action
                                && evaluation::decide(of_evaluation, &standing, true).is_ok()
                                && evaluation.permits(of_evaluation, &context).is_ok()
                        })
                });
            }
        }
    }
}

#[test]
fn the_right_comes_before_the_state() {
    let year = year();
    let told = plan::allowed_actions(&draft(), &standing(&person(STRANGER, &[])), &plan_context(&year[0]));
    assert!(told.iter().all(|allowed| {
        allowed.refusal.as_ref().is_some_and(|refusal| refusal.code == crate::Code::Forbidden)
    }));
    let review = told.iter().find(|allowed| allowed.action == Action::ReviewPlan).expect("one");
    assert_eq!(review.who_can, [HEAD]);
    let revise = told.iter().find(|allowed| allowed.action == Action::RevisePlan).expect("one");
    assert_eq!(revise.who_can, [TEACHER, HEAD]);
}

#[test]
fn who_acts_for_the_rater_and_is_his_superior_signs_as_both() {
    let mut evaluation = evaluations().pop().expect("the year");
    assert_eq!(evaluation.kind, EvaluationKind::Annual);
    evaluation.status = EvaluationStatus::Delivered;
    let chief = Actor { acting_for: [HEADS_POST].into(), ..person(CHIEF, &[CHIEFS_POST]) };
    let both = standing(&chief);
    let around = Surroundings::of(&evaluation);
    let context = around.at(at("2027-01-05 10:00"));
    for expected in [Some(Party::Rater), Some(Party::RatersSuperior), None] {
        let party = evaluation::signing_party(&evaluation, &both);
        assert_eq!(party, expected);
        if let Some(party) = party {
            evaluation = evaluation.sign(party, CHIEF, &context).expect("signed");
        }
    }
}

#[test]
fn a_plan_and_its_activities_are_begun_by_their_owner() {
    for (staff, may) in [(TEACHER, true), (HEAD, false), (STRANGER, false)] {
        let actor = person(staff, &[]);
        assert_eq!(plan::decide_create(&actor, &teachers_post()).is_ok(), may);
        assert_eq!(activity::decide_create(&actor, &approved()).is_ok(), may);
    }
}

mod of_the_organisation {
    use super::*;
    use crate::policy::organisation::{Scope, decide};

    fn may(action: OrganisationAction, actor: &Actor, scope: Scope<'_>) -> bool {
        decide(action, actor, scope).is_ok()
    }

    #[test]
    fn an_admin_changes_the_units_granted_to_him() {
        let school = Actor { admin: units(&[SCHOOL]), ..person(STRANGER, &[]) };
        let agency = Actor { admin: Coverage::Everything, ..person(STRANGER, &[]) };
        let team = Actor { performance_team: Coverage::Everything, ..person(STRANGER, &[]) };
        let at_school = Scope { units: &[SCHOOL], ..Scope::default() };
        let across = Scope { units: &[SCHOOL, DEPARTMENT], ..Scope::default() };
        for action in OrganisationAction::iter() {
            let whole = matches!(
                action,
                OrganisationAction::SetCriteria
                    | OrganisationAction::OpenPeriod
                    | OrganisationAction::ClosePeriod
                    | OrganisationAction::ImportOrganisation
                    | OrganisationAction::AddRegulation
            );
            let predicate = action == OrganisationAction::SetOrgUnitPredicate;
            assert_eq!(may(action, &school, at_school), !whole && !predicate, "{action}");
            assert!(!may(action, &school, across), "{action}");
            assert_eq!(may(action, &agency, across), !predicate, "{action}");
            assert_eq!(may(action, &team, at_school), predicate, "{action}");
            assert_eq!(may(action, &Actor::system(AGENCY), at_school), !predicate, "{action}");
            assert!(!may(action, &person(HEAD, &[HEADS_POST]), at_school), "{action}");
            if !whole {
                assert!(!may(action, &agency, Scope::default()), "{action}: no unit, no right");
            }
        }
    }

    #[test]
    fn nobody_gives_himself_the_power_to_rate() {
        let admin = Actor { admin: Coverage::Everything, ..person(STRANGER, &[]) };
        for action in [OrganisationAction::AssignSuperior, OrganisationAction::Delegate] {
            for (gains, allowed) in [(HEAD, true), (STRANGER, false)] {
                let scope = Scope { units: &[SCHOOL], gains: Some(gains), ..Scope::default() };
                assert_eq!(may(action, &admin, scope), allowed, "{action}");
            }
        }
    }

    #[test]
    fn a_units_predicate_is_not_its_own_heads() {
        let plain = || person(STRANGER, &[]);
        let scope = Scope { units: &[SCHOOL], parent: Some(DEPARTMENT), gains: None };
        let root = Scope { units: &[DEPARTMENT], ..Scope::default() };
        for (actor, of_school, of_root) in [
            (plain(), false, false),
            (Actor { headed: units(&[SCHOOL]), ..plain() }, false, false),
            (Actor { headed: units(&[DEPARTMENT, SCHOOL]), ..plain() }, true, true),
            (Actor { headed: Coverage::Everything, ..plain() }, true, true),
            (Actor { performance_team: units(&[SCHOOL]), ..plain() }, true, false),
            (
                Actor { performance_team: Coverage::Everything, headed: units(&[SCHOOL]), ..plain() },
                false,
                true,
            ),
            (Actor { admin: Coverage::Everything, ..plain() }, false, false),
        ] {
            let action = OrganisationAction::SetOrgUnitPredicate;
            assert_eq!(
                (may(action, &actor, scope), may(action, &actor, root)),
                (of_school, of_root),
                "{actor:?}"
            );
        }
    }
}

/// What the store needs to filter by is what the decision looks at.
#[test]
fn a_post_counts_for_its_holder_and_for_who_acts_for_him() {
    let holder = person(STRANGER, &[HEADS_POST]);
    let other: AssignmentId = CHIEFS_POST;
    assert!(standing(&holder).rater, "the post was filled anew before the snapshot was renewed");
    assert!(!standing(&person(STRANGER, &[TEACHERS_POST])).rater);
    assert!(standing(&person(STRANGER, &[other])).raters_superior);
}
