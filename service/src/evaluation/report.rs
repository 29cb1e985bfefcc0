//! Lets the ratee report realisations.

use super::context::{Transition, change};
use crate::{
    activity::evidence,
    db::{Command, IdempotencyKey},
    env::Env,
    error::Result,
};
use domain::{
    Refusal,
    action::EvaluationAction,
    activity::EvidenceLink,
    actor::Actor,
    evaluation::{Realisation, Report},
    event::EventKind,
    id::EvaluationId,
    time::Instant,
};
use serde::Serialize;

/// A report of realisations.
#[derive(Clone, Debug, Serialize)]
pub struct ReportRealisation {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The realisations; they replace those of an earlier report.
    pub realisations: Vec<Realisation<EvidenceLink>>,
    /// A note by the ratee.
    pub self_note: Option<String>,
}

impl Command for ReportRealisation {
    const OPERATION: &'static str = "reportRealisation";
}

/// Stores a report. The ratee can replace it until the rater begins to rate.
pub async fn report_realisation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: ReportRealisation,
) -> Result<EvaluationId> {
    let what = Transition {
        evaluation: input.evaluation,
        expected: input.expected_version,
        action: EvaluationAction::ReportRealisation,
        event: EventKind::RealisationReported,
        reason: None,
    };
    change(env, actor, key, input, what, |evaluation, input, context, tx| {
        let report = report(input.realisations, input.self_note, tx.now())?;
        evaluation.report_realisation(report, context)
    })
    .await
}

fn report(
    rows: Vec<Realisation<EvidenceLink>>,
    self_note: Option<String>,
    at: Instant,
) -> std::result::Result<Report, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let mut realisations = Vec::with_capacity(rows.len());
    for (index, row) in rows.into_iter().enumerate() {
        let evidence = evidence(&row.evidence, at).unwrap_or_else(|found| {
            let under = ["realisations".to_owned(), index.to_string()];
            refusals.extend(found.into_iter().map(|refusal| refusal.under(under.clone())));
            Vec::new()
        });
        realisations.push(Realisation {
            result: row.result,
            indicator: row.indicator,
            value: row.value,
            text: row.text,
            evidence,
        });
    }
    if refusals.is_empty() { Ok(Report { realisations, self_note }) } else { Err(refusals) }
}
