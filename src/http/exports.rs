//! Reports as CSV (RFC 4180, UTF-8 without a byte order mark), for spreadsheets and reporting tools.

use super::{
    app::{App, REPORT_COST},
    auth,
    front::{Call, HttpError},
    negotiate,
};
use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{Key, Message, actor::Actor};
use graphql::global_id;
use serde::Deserialize;
use service::{
    Env, Error,
    db::Work,
    report::{self, EvaluationCompletion, PlanCompletion, PredicateDistribution, Report, Request},
};

/// The unit and the period, by the global ids of the API.
#[derive(Default, Deserialize)]
pub struct Parameters {
    unit: Option<String>,
    period: Option<String>,
    depth: Option<String>,
}

impl Parameters {
    fn request(self) -> Result<Request, Error> {
        let required =
            |name: &str, field| Error::input([name], Message::new(Key::Required).with("field", field));
        let depth = self.depth.map_or(Ok(1), |depth| depth.parse());
        Ok(Request {
            unit: global_id::unit(&self.unit.ok_or_else(|| required("unit", "orgUnitId"))?)?,
            period: global_id::period(&self.period.ok_or_else(|| required("period", "periodId"))?)?,
            depth: depth.map_err(|_| report::depth_out_of_range())?,
        })
    }
}

/// `GET /exports/{name}.csv?unit=&period=&depth=`.
pub async fn export(
    State(app): State<App>,
    Path(name): Path<String>,
    parameters: Result<Query<Parameters>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let call = Call::new(negotiate::locale(&headers));
    // Unreadable parameters count as missing, so that all refusals have the same form.
    let parameters = parameters.map(|Query(parameters)| parameters).unwrap_or_default();
    let env = app.env.for_work(Work::Report);
    let csv = async {
        let failed = |error: Error| HttpError::of(&error, call);
        let _place = app.place(Work::Report, call).await?;
        let authenticated = auth::authenticate(&env, &headers).await.map_err(failed)?;
        let actor = authenticated.ok_or(Error::Unauthenticated).map_err(failed)?.actor;
        // The caller is known, so the address does not matter.
        app.charge(Some(&actor), "", REPORT_COST, call)?;
        let request = parameters.request().map_err(failed)?;
        rows(&env, &actor, &name, request).await.map_err(failed)
    };
    match service::request::scope(call.request_id, csv).await {
        Ok(csv) => (
            [
                (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
                (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
                (header::CONTENT_DISPOSITION, disposition(&name)),
            ],
            csv,
        )
            .into_response(),
        Err(error) => error.into_plain_response(),
    }
}

fn disposition(name: &str) -> HeaderValue {
    HeaderValue::try_from(format!("attachment; filename=\"{name}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

async fn rows(env: &Env, actor: &Actor, name: &str, request: Request) -> Result<Vec<u8>, Error> {
    match name {
        "predicate-distribution.csv" => {
            let columns = ["very_good", "good", "needs_improvement", "poor", "very_poor", "not_rated"];
            let report = report::predicate_distribution(env, actor, request).await?;
            write(&columns, &report, |figures| {
                let PredicateDistribution { very_good, good, needs_improvement, poor, very_poor, not_rated } =
                    *figures;
                [very_good, good, needs_improvement, poor, very_poor, not_rated].to_vec()
            })
        }
        "plan-completion.csv" => {
            let columns = ["missing", "draft", "submitted", "returned", "approved"];
            let report = report::plan_completion(env, actor, request).await?;
            write(&columns, &report, |figures| {
                let PlanCompletion { missing, draft, submitted, returned, approved } = *figures;
                [missing, draft, submitted, returned, approved].to_vec()
            })
        }
        "evaluation-completion.csv" => {
            let columns = ["missing", "open", "self_reported", "rated_draft", "finished"];
            let report = report::evaluation_completion(env, actor, request).await?;
            write(&columns, &report, |figures| {
                let EvaluationCompletion { missing, open, self_reported, rated_draft, finished } = *figures;
                [missing, open, self_reported, rated_draft, finished].to_vec()
            })
        }
        _ => Err(Error::NotFound),
    }
}

fn write<T>(
    columns: &[&str],
    report: &Report<T>,
    figures: impl Fn(&T) -> Vec<i64>,
) -> Result<Vec<u8>, Error> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let heads = ["org_unit_id", "org_unit_code", "org_unit_name", "level", "staff"];
    csv.write_record(heads.iter().chain(columns)).map_err(Error::internal)?;
    for row in &report.rows {
        let texts = [
            global_id::of_unit(row.unit),
            harmless(&row.code),
            harmless(&row.name),
            row.level.to_string(),
            row.staff.to_string(),
        ];
        let numbers = figures(&row.figures).into_iter().map(|figure| figure.to_string());
        csv.write_record(texts.into_iter().chain(numbers)).map_err(Error::internal)?;
    }
    csv.into_inner().map_err(Error::internal)
}

/// Puts an apostrophe before a text that a spreadsheet would run as a formula.
fn harmless(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if risky { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@x", "\tx", "\r=1", "\n"] {
            assert!(harmless(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(harmless("Dinas = A"), "Dinas = A");
    }
}
