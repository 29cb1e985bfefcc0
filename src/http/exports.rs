//! Reports as CSV (RFC 4180, UTF-8 with a byte order mark, by which Excel recognises it), for spreadsheets and reporting
//! tools.

use super::{
    app::App,
    auth,
    budget::REPORT_COST,
    front::{Call, HttpError},
    negotiate,
};
use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{
    ErrorCode, Key, Message,
    actor::Actor,
    id::{PeriodId, UnitId},
    scoring::Label,
};
use graphql::global_id;
use service::{
    Env, Error,
    db::Work,
    report::{self, Figures, Report, Request},
};

/// The parameters: the unit (global id or code), the period (global id, or name such as `2026` or `2026-Q3`), the
/// depth, and the separator of columns.
#[derive(Default)]
struct Parameters {
    unit: Option<String>,
    period: Option<String>,
    depth: Option<String>,
    separator: Option<String>,
}

/// The names of the exports.
const EXPORTS: [&str; 3] = ["predicate-distribution.csv", "plan-completion.csv", "evaluation-completion.csv"];

/// The names of the templates, which need no login.
const TEMPLATES: [&str; 5] = [
    "import-templates.xlsx",
    "import-template-units.csv",
    "import-template-positions.csv",
    "import-template-staff.csv",
    "import-template-superiors.csv",
];

/// The unit and the period of an export, and its format.
struct Export {
    request: Request,
    /// The name of the period, such as `2026-Q3`.
    period: String,
    separator: u8,
}

impl Parameters {
    /// Reads the parameters of a URL. A misspelt name is refused; otherwise the default would be used without notice.
    fn of(given: Vec<(String, String)>) -> Result<Self, Error> {
        let mut found = Self::default();
        for (name, value) in given {
            let place = match name.as_str() {
                "unit" => &mut found.unit,
                "period" => &mut found.period,
                "depth" => &mut found.depth,
                "separator" => &mut found.separator,
                _ => {
                    let name = domain::import::excerpt(&name);
                    let message = Message::new(Key::ParameterUnknown)
                        .with("name", name.clone())
                        .with_words("allowed", &Label::same("unit, period, depth, separator"));
                    return Err(Error::input([name], message));
                }
            };
            if place.replace(value).is_some() {
                return Err(Error::input(
                    [name.clone()],
                    Message::new(Key::ParameterTwice).with("name", name),
                ));
            }
        }
        Ok(found)
    }

    async fn read(self, env: &Env, actor: &Actor) -> Result<Export, Error> {
        let required =
            |name: &str, field| Error::input([name], Message::new(Key::Required).with("field", field));
        let separator = match self.separator.as_deref().map(str::to_lowercase).as_deref() {
            None | Some("," | "comma") => b',',
            Some(";" | "semicolon") => b';',
            Some("\t" | "tab") => b'\t',
            Some(_) => {
                let value = domain::import::excerpt(self.separator.as_deref().unwrap_or_default());
                let message = Message::new(Key::ParameterValue)
                    .with("name", "separator")
                    .with("value", value)
                    .with_words("allowed", &Label::same("comma, semicolon, tab"));
                return Err(Error::input(["separator"], message));
            }
        };
        let depth = self.depth.map_or(Ok(1), |depth| depth.parse());
        let depth = depth.map_err(|_| report::depth_out_of_range())?;
        let unit = self.unit.ok_or_else(|| required("unit", "orgUnitId"))?;
        let period = self.period.ok_or_else(|| required("period", "periodId"))?;
        let unit = unit_of(env, actor, &unit).await?;
        let (period, name) = period_of(env, actor, &period).await?;
        Ok(Export { request: Request { unit, period, depth }, period: name, separator })
    }
}

/// The unit with a global id or a code.
async fn unit_of(env: &Env, actor: &Actor, text: &str) -> Result<UnitId, Error> {
    match global_id::unit(text) {
        Ok(unit) => Ok(unit),
        Err(_) => {
            let found = report::unit_by_code(env, actor, text).await?;
            found.ok_or_else(|| {
                let value = domain::import::excerpt(text);
                let message = Message::new(Key::Unknown).with("field", "orgUnitId").with("value", value);
                Error::input(["unit"], message)
            })
        }
    }
}

/// The period with a global id or a name, and its name. A period that does not exist has an empty name.
async fn period_of(env: &Env, actor: &Actor, text: &str) -> Result<(PeriodId, String), Error> {
    match global_id::period(text) {
        Ok(period) => Ok((period, report::period_name(env, actor, period).await?.unwrap_or_default())),
        Err(_) => {
            let found = report::period_by_name(env, actor, text).await?;
            found.ok_or_else(|| {
                let value = domain::import::excerpt(text);
                Error::input(["period"], Message::new(Key::PeriodNameUnknown).with("value", value))
            })
        }
    }
}

/// `GET /exports/{name}.csv?unit=&period=&depth=&separator=`.
pub async fn export(
    State(app): State<App>,
    Path(name): Path<String>,
    parameters: Result<Query<Vec<(String, String)>>, QueryRejection>,
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
        let actor =
            authenticated.ok_or(Error::Unauthenticated).and_then(auth::complete).map_err(failed)?.actor;
        // The budget is that of the caller, so the address does not matter.
        app.charge(Some(&actor), "", REPORT_COST, call)?;
        if !EXPORTS.contains(&name.as_str()) {
            let name = domain::import::excerpt(&name);
            let names = EXPORTS.iter().chain(&TEMPLATES).copied().collect::<Vec<_>>().join(", ");
            let message = Message::new(Key::ExportUnknown)
                .with("name", name)
                .with_words("allowed", &Label::same(&names));
            return Err(HttpError::new(ErrorCode::NotFound, message, call.locale));
        }
        let export = Parameters::of(parameters).map_err(failed)?.read(&env, &actor).await.map_err(failed)?;
        let csv = rows(&env, &actor, &name, &export).await;
        if matches!(csv, Err(Error::Forbidden)) {
            env.access().refused(&env, &actor, &name, Some(("OrgUnit", export.request.unit.0)));
        }
        let csv = csv.map_err(failed)?;
        Ok::<_, HttpError>((csv, export.period))
    };
    match service::request::scope(call.request_id, csv).await {
        Ok((csv, period)) => (
            [
                (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
                (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
                (header::CONTENT_DISPOSITION, disposition(&name, &period)),
            ],
            csv,
        )
            .into_response(),
        Err(error) => error.into_plain_response(),
    }
}

fn disposition(name: &str, period: &str) -> HeaderValue {
    let name = name.trim_end_matches(".csv");
    HeaderValue::try_from(format!("attachment; filename=\"{name}-{period}.csv\""))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

async fn rows(env: &Env, actor: &Actor, name: &str, export: &Export) -> Result<Vec<u8>, Error> {
    let request = export.request;
    match name {
        "predicate-distribution.csv" => {
            write(export, &report::predicate_distribution(env, actor, request).await?)
        }
        "plan-completion.csv" => write(export, &report::plan_completion(env, actor, request).await?),
        "evaluation-completion.csv" => {
            write(export, &report::evaluation_completion(env, actor, request).await?)
        }
        _ => Err(Error::NotFound),
    }
}

/// Writes a report. A hidden figure is an empty cell, and the last column gives the reason.
fn write<T: Figures>(export: &Export, report: &Report<T>) -> Result<Vec<u8>, Error> {
    let mut csv = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .delimiter(export.separator)
        .from_writer("\u{feff}".as_bytes().to_vec());
    let heads = ["org_unit_id", "org_unit_code", "org_unit_name", "level", "staff"];
    let ends = ["period", "computed_at", "hidden"].map(str::to_owned);
    let columns = heads.iter().chain(T::NAMES).map(|name| (*name).to_owned());
    csv.write_record(columns.chain(ends)).map_err(Error::internal)?;
    let computed_at = report.computed_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    for row in &report.rows {
        let texts = [
            global_id::of_unit(row.unit),
            without_formulas(&row.code),
            without_formulas(&row.name),
            row.level.to_string(),
        ];
        let figures = [row.staff].into_iter().chain(row.figures.counts());
        let figures = figures.map(|figure| figure.map_or_else(String::new, |figure| figure.to_string()));
        let why: &str = row.hidden.map_or("", Into::into);
        let ends = [export.period.clone(), computed_at.clone(), why.to_owned()];
        csv.write_record(texts.into_iter().chain(figures).chain(ends)).map_err(Error::internal)?;
    }
    csv.into_inner().map_err(Error::internal)
}

/// Letters with which a formula begins, also in their wide forms.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Puts an apostrophe before everything that a spreadsheet would run as a formula. It checks the start of the text, and
/// the text after each character that another spreadsheet may take as a separator.
fn without_formulas(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    if text.starts_with(['\t', '\r', '\n']) {
        safe.push('\'');
    }
    let mut begins = true;
    for letter in text.chars() {
        if begins && FORMULA.contains(&letter) {
            safe.push('\'');
        }
        let splits = matches!(letter, ';' | ',' | '\t' | '|' | '"' | '\r' | '\n');
        begins = splits || (begins && letter.is_whitespace());
        safe.push(letter);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::without_formulas;

    #[test]
    fn no_cell_is_a_formula_for_any_separator() {
        for text in ["=1+1", "+1", "-1", "@x", "\tx", "\r=1", "\n", " =1", "＝1"] {
            assert!(without_formulas(text).trim_start().starts_with('\''), "{text:?}");
        }
        for separator in [';', ',', '\t', '|', '\n', '"'] {
            for formula in ["=1", " =1", "@x", "\"=1"] {
                let text = format!("Dinas{separator}{formula}");
                let cells = without_formulas(&text);
                let mut cells = cells.split([separator, '"']).map(str::trim_start);
                assert!(cells.all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{text:?}");
            }
        }
        assert_eq!(without_formulas("Dinas = A-B, Bidang C"), "Dinas = A-B, Bidang C");
    }
}
