//! Rows of the database: one file for each table, without logic.
//!
//! Instants are microseconds since 1970 in UTC; enumerations are the upper-case names of the domain;
//! `detail`, `content` and similar columns are JSON documents of the domain, stored as text so that they stay
//! byte-identical.

pub mod access_log;
pub mod account;
pub mod activation_code;
pub mod activity;
pub mod api_key;
pub mod assignment;
pub mod assignment_superior;
pub mod calendar;
pub mod closed_figures;
pub mod criteria_set;
pub mod criterion;
pub mod delegation;
pub mod evaluation;
pub mod event;
pub mod event_payload;
pub mod evidence_file;
pub mod evidence_use;
pub mod feedback;
pub mod feedback_author;
pub mod idempotency;
pub mod import_consequence;
pub mod import_row;
pub mod import_run;
pub mod journal_checkpoint;
pub mod journal_node;
pub mod known_device;
pub mod login_attempt;
pub mod login_block;
pub mod login_link;
pub mod meta;
pub mod objection;
pub mod org_unit;
pub mod org_unit_parent;
pub mod period;
pub mod plan;
pub mod plan_result;
pub mod plan_revision;
pub mod position;
pub mod recommendation;
pub mod recovery_code;
pub mod regulation;
pub mod role_grant;
pub mod scheduled_change;
pub mod second_factor;
pub mod session;
pub mod staff;
pub mod superior_closure;
pub mod training;
pub mod training_file;
pub mod unit_predicate;
pub mod upload;
pub mod used_nonce;
pub mod waiting_feedback;
