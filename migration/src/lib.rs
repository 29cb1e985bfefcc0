//! Database migrations for SQLite and PostgreSQL, in modules by topic.
//!
//! Each migration runs in one transaction. It must not depend on `entity` or `domain`, because those change and a
//! migration must not.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod behaviours;
mod calendar;
mod correction;
mod cursor_marks;
mod dialect;
mod dialogue;
mod event_search;
mod evidence;
mod feedback;
mod feedback_request;
mod files;
mod first;
mod follow_up;
mod form;
mod key_owners;
mod list_indexes;
mod login_links;
mod moves;
mod name_keys;
mod never_held;
mod objection;
mod objection_index;
mod period_days;
mod plain_keys;
mod privacy;
mod read_indexes;
mod second_factor;
mod superiors;
mod training;
mod withdrawn;

/// All migrations, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(first::First),
            Box::new(form::AddForms),
            Box::new(period_days::AddPeriodDays),
            Box::new(objection_index::AddObjectionIndex),
            Box::new(moves::AddImportConsequences),
            Box::new(moves::AddKeptPeriods),
            Box::new(moves::AddScheduledChanges),
            Box::new(superiors::AddSuperiors),
            Box::new(behaviours::AddBehavioursInEnglish),
            Box::new(event_search::AddEventIndexes),
            Box::new(files::AddImportOrder),
            Box::new(name_keys::AddNameKeys),
            Box::new(privacy::AddClosedFigures),
            Box::new(privacy::AddAccessLog),
            Box::new(cursor_marks::AddCursorMarks),
            Box::new(key_owners::AddKeyOwners),
            Box::new(second_factor::AddSecondFactors),
            Box::new(login_links::AddLoginLinks),
            Box::new(withdrawn::AllowWithdrawn),
            Box::new(calendar::AddCalendars),
            Box::new(read_indexes::AddReadIndexes),
            Box::new(evidence::AddEvidence),
            Box::new(objection::AddObjections),
            Box::new(feedback::AddFeedbackDirections),
            Box::new(list_indexes::AddListIndexes),
            Box::new(training::AddTrainings),
            Box::new(correction::AddCorrections),
            Box::new(dialogue::AddDialogues),
            Box::new(feedback_request::AddFeedbackRequests),
            Box::new(never_held::AddNeverHeld),
            Box::new(plain_keys::PlainKeys),
            Box::new(follow_up::AddFollowUps),
        ]
    }
}
