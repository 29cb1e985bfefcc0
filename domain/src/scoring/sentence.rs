//! The sentences that explain a node, in Indonesian and English.
//!
//! A sentence is written when it is read, from the rule, the inputs and the figures of the node. It is stored with the
//! result only if the regulation's own labels change it.

mod figures;

use super::{
    Exact, Facts, Label, Rounding, Rule, ScoreNode, text::one_line, training::is_training, year::LEFT_OUT,
};
use crate::{Decimal, Locale, rating::Predicate, regulation::Labels};

impl ScoreNode {
    /// The sentence that explains this step, on one line. Empty if this version does not know the rule, or if the node
    /// does not have the children that the sentence lists.
    #[must_use]
    pub fn sentence(&self, locale: Locale) -> String {
        one_line(&match &self.sentence {
            Some(stored) => stored.text(locale).to_owned(),
            None => write(self, &Labels::standard(), locale),
        })
    }
}

/// Stores each sentence that differs from the one with standard labels.
pub(super) fn store_custom(node: &mut ScoreNode, labels: &Labels) {
    if !labels.are_standard() {
        store_custom_below(node, labels, &Labels::standard());
    }
}

fn store_custom_below(node: &mut ScoreNode, labels: &Labels, standard: &Labels) {
    if node.rule.parse::<Rule>().is_ok_and(Rule::names_labels) {
        let own = Label::new(&write(node, labels, Locale::Id), &write(node, labels, Locale::En));
        let by_rule = Label::new(&write(node, standard, Locale::Id), &write(node, standard, Locale::En));
        node.sentence = Some(own).filter(|own| *own != by_rule);
    }
    for child in &mut node.children {
        store_custom_below(child, labels, standard);
    }
}

impl Rule {
    /// Whether the sentence of this rule contains the label of a rating or a predicate.
    const fn names_labels(self) -> bool {
        !matches!(
            self,
            Self::Given
                | Self::Mean
                | Self::WeightedSum
                | Self::Results
                | Self::LeaderInPart
                | Self::Achievement
                | Self::CreditSum
                | Self::MonthWeighted
                | Self::LeftOut
                | Self::Training
        )
    }
}

/// Formats a figure for people: without trailing zeros, with a decimal comma in Indonesian.
pub(super) fn format_decimal(value: Decimal, locale: Locale) -> String {
    let text = value.to_string();
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match locale {
        Locale::Id => text.replace('.', ","),
        Locale::En => text.to_owned(),
    }
}

/// Formats an exact figure for people, with `≈` if it needs more than two digits.
fn format_exact(value: Exact, locale: Locale) -> String {
    match value.decimal() {
        Some(decimal) => format_decimal(decimal, locale),
        None => {
            let shown = Rounding::SHOWN.apply(value).ok().and_then(Exact::decimal);
            shown.map_or_else(|| value.to_string(), |shown| format!("≈{}", format_decimal(shown, locale)))
        }
    }
}

/// Joins the parts of a sentence; none if one is missing or there are none.
fn joined(parts: impl Iterator<Item = Option<String>>, joined_by: &str) -> Option<String> {
    let parts: Vec<String> = parts.collect::<Option<_>>()?;
    (!parts.is_empty()).then(|| parts.join(joined_by))
}

struct SentenceWriter<'a> {
    node: &'a ScoreNode,
    facts: Facts,
    labels: &'a Labels,
    locale: Locale,
}

fn write(node: &ScoreNode, labels: &Labels, locale: Locale) -> String {
    let Ok(rule) = node.rule.parse::<Rule>() else { return String::new() };
    let writer = SentenceWriter { node, facts: node.facts(), labels, locale };
    writer.write(rule).unwrap_or_default().replace("= ≈", "≈ ")
}

impl SentenceWriter<'_> {
    fn text(&self, id: String, en: String) -> Option<String> {
        Some(match self.locale {
            Locale::Id => id,
            Locale::En => en,
        })
    }

    fn fact(&self, key: &str) -> Option<String> {
        self.facts.number(key).map(|value| format_exact(value, self.locale))
    }

    fn predicate(&self, word: &str) -> Option<String> {
        Some(self.labels.predicate(word.parse().ok()?, self.locale))
    }

    fn rating(&self, word: &str) -> Option<String> {
        Some(self.labels.rating(word.parse().ok()?, self.locale).to_lowercase())
    }

    /// The figure of the node.
    fn own(&self) -> Option<String> {
        self.node.figure().map(|value| format_exact(value, self.locale))
    }

    /// The figures of the children, without training; none if there are none to list.
    fn parts(&self, joined_by: &str) -> Option<String> {
        let parts = self.node.children.iter().filter(|node| !is_training(node));
        joined(parts.map(|node| Some(format_exact(node.figure()?, self.locale))), joined_by)
    }

    fn write(&self, rule: Rule) -> Option<String> {
        match rule {
            Rule::Rating => {
                let word = self.rating(self.facts.get("")?)?;
                self.text(
                    format!("Dinilai {word} oleh pejabat penilai."),
                    format!("Rated {word} by the rater."),
                )
            }
            Rule::UnitHead => {
                let unit = self.facts.get("UNIT_PREDICATE")?.parse().ok()?;
                let unit = self.labels.unit_predicate(unit, self.locale);
                let word = self.rating(&self.node.exact)?;
                self.text(
                    format!("Pimpinan unit: mengikuti capaian kinerja organisasi ({unit}), jadi {word}."),
                    format!("Head of the unit: follows the unit's achievement ({unit}), so {word}."),
                )
            }
            Rule::Suggested => self.suggested(),
            Rule::Matrix => {
                let result = self.rating(self.facts.get("RESULT")?)?;
                let behaviour = self.rating(self.facts.get("BEHAVIOUR")?)?;
                let word = self.predicate(&self.node.exact)?;
                self.text(
                    format!("Hasil kerja {result} dan perilaku kerja {behaviour}: predikat {word}."),
                    format!("Results {result} and behaviour {behaviour}: the predicate is {word}."),
                )
            }
            Rule::Given => self.given(),
            Rule::Mean => self.mean(),
            Rule::WeightedSum => self.weighted_sum(),
            Rule::Results => self.results(),
            Rule::LeaderInPart => self.leader_in_part(),
            Rule::Additional => self.additional(),
            Rule::Band => self.band(),
            Rule::Achievement => self.achievement(),
            Rule::PredicateBand => self.predicate_band(),
            Rule::Credit => self.credit(),
            Rule::CreditSum => {
                let (exact, own) = (format_exact(self.node.exact.parse().ok()?, self.locale), self.own()?);
                let parts = self.parts(" + ")?;
                self.text(
                    format!("Jumlah {parts} = {exact}, dibulatkan sekali menjadi {own}."),
                    format!("Sum of {parts} = {exact}, rounded once to {own}."),
                )
            }
            Rule::MonthWeighted => {
                let (parts, all, own) = (self.months_by_figure()?, self.fact("ALL_MONTHS")?, self.own()?);
                self.text(
                    format!("Rata-rata menurut bulan: ({parts}) / {all} = {own}."),
                    format!("Mean by months: ({parts}) / {all} = {own}."),
                )
            }
            Rule::Segment => {
                let (months, word) = (self.fact("MONTHS")?, self.predicate(&self.node.exact)?);
                self.text(format!("{months} bulan: {word}."), format!("{months} months: {word}."))
            }
            Rule::OwnSegment => {
                let (months, word) = (self.fact("MONTHS")?, self.predicate(&self.node.exact)?);
                self.text(
                    format!("{months} bulan pada penempatan ini: {word}."),
                    format!("{months} months in this assignment: {word}."),
                )
            }
            Rule::LeftOut => {
                let (months, reason) = (self.fact("MONTHS")?, self.facts.get("REASON")?);
                self.text(
                    format!("{months} bulan tanpa hasil yang final, tidak dihitung. Alasan: {reason}"),
                    format!("{months} months without a final result, not counted. Reason: {reason}"),
                )
            }
            Rule::Decision => self.decision(),
            Rule::YearBand => {
                let (parts, score) = (self.months_by_figure()?, self.fact("SCORE")?);
                let (all, band) = (self.fact("ALL_MONTHS")?, self.predicate_band()?);
                self.text(
                    format!("Rata-rata menurut bulan: ({parts}) / {all} = {score}. {band}"),
                    format!("Mean by months: ({parts}) / {all} = {score}. {band}"),
                )
            }
            Rule::Training => self.training(),
        }
    }

    fn given(&self) -> Option<String> {
        let own = self.own()?;
        match self.fact("MONTHS") {
            Some(months) => self.text(
                format!("Nilai {own} selama {months} bulan."),
                format!("A score of {own} over {months} months."),
            ),
            None => self.text(format!("Nilai yang diberikan: {own}."), format!("The score given: {own}.")),
        }
    }

    fn suggested(&self) -> Option<String> {
        let (mean, above) = (self.fact("MEAN")?, self.fact("ABOVE_FROM")?);
        let (expected, word) = (self.fact("AS_EXPECTED_FROM")?, self.rating(&self.node.exact)?);
        self.text(
            format!(
                "Saran saja: rata-rata capaian {mean} % (di atas ekspektasi mulai {above} %, sesuai mulai \
                 {expected} %), jadi {word}. Rating tetap ditetapkan pejabat penilai."
            ),
            format!(
                "A suggestion only: the mean achievement is {mean} % (above expectation from {above} %, as \
                 expected from {expected} %), so {word}. The rater decides."
            ),
        )
    }

    fn predicate_band(&self) -> Option<String> {
        let (score, from) = (self.fact("SCORE")?, self.fact("FROM")?);
        let word = self.predicate(&self.node.exact)?;
        let idea = self.facts.get("IDEA_PREDICATE").and_then(|word| self.predicate(word));
        match idea.zip(self.fact("IDEA_FROM")) {
            Some((better, needed)) => self.text(
                format!(
                    "Nilai {score} mencapai {needed}, tetapi tanpa ide baru tidak menjadi {better}: {word}."
                ),
                format!(
                    "A score of {score} reaches {needed}, but is not {better} without a new idea: {word}."
                ),
            ),
            None => self.text(
                format!("Nilai {score} mencapai batas bawah {from}: {word}."),
                format!("A score of {score} reaches the limit of {from}: {word}."),
            ),
        }
    }

    fn credit(&self) -> Option<String> {
        let (months, percent) = (self.fact("MONTHS")?, self.fact("PERCENT")?);
        let (coefficient, own) = (self.fact("COEFFICIENT")?, self.own()?);
        let word = self.predicate(self.facts.get("PREDICATE")?)?;
        self.text(
            format!("{months}/12 x {percent} % ({word}) x koefisien {coefficient} = {own}."),
            format!("{months}/12 x {percent} % ({word}) x coefficient {coefficient} = {own}."),
        )
    }

    fn months_by_figure(&self) -> Option<String> {
        let parts = self.node.children.iter().filter(|child| child.code != LEFT_OUT);
        let parts = parts.map(|child| {
            let months = format_exact(child.facts().number("MONTHS")?, self.locale);
            Some(format!("{months} x {}", format_exact(child.figure()?, self.locale)))
        });
        joined(parts, " + ")
    }

    fn decision(&self) -> Option<String> {
        use strum::IntoEnumIterator;
        let word = self.predicate(&self.node.exact)?;
        let reason = self.facts.get("REASON")?;
        let unit = if self.locale == Locale::Id { "bulan" } else { "months" };
        let rated = Predicate::iter().filter_map(|one| {
            let months = self.fact(&one.to_string())?;
            Some(format!("{} {months} {unit}", self.labels.predicate(one, self.locale)))
        });
        let left_out = self.fact(LEFT_OUT).map(|months| match self.locale {
            Locale::Id => format!("{months} bulan tanpa hasil"),
            Locale::En => format!("{months} months without a result"),
        });
        let months = rated.chain(left_out).collect::<Vec<_>>().join(", ");
        self.text(
            format!("Diputuskan penilai terakhir: {word}, dengan melihat {months}. Alasan: {reason}"),
            format!("Decided by the last rater: {word}, in view of {months}. Reason: {reason}"),
        )
    }

    fn training(&self) -> Option<String> {
        let (hours, counted) = (self.fact("HOURS")?, self.fact("COUNTED")?);
        let of = self.facts.get("OF").map(|of| format!(" ({of})")).unwrap_or_default();
        let kind = self.facts.get("KIND_ID").zip(self.facts.get("KIND_EN"));
        let (id, en) = match kind {
            Some((id, en)) if hours == "0" => (format!("{id}{of}"), format!("{en}{of}")),
            kind => {
                let (id, en) = kind.unwrap_or(("Pelatihan", "Training"));
                (format!("{id} {hours} JP{of}"), format!("{en} of {hours} hours{of}"))
            }
        };
        if let Some(other) = self.facts.get("SAME_AS") {
            return self.text(
                format!(
                    "{id}: sertifikatnya sama dengan {other}, yang sudah dihitung; tidak dihitung dua kali."
                ),
                format!(
                    "{en}: has the same certificate as {other}, which counts already; not counted twice."
                ),
            );
        }
        if self.facts.is("AGAIN") {
            return self.text(
                format!("{id}: sudah dihitung, tidak dihitung dua kali."),
                format!("{en}: counted already, not counted twice."),
            );
        }
        let (cap_id, cap_en) = match self.fact("CAP") {
            Some(cap) => {
                (format!("; batasnya {cap} JP setahun"), format!("; at most {cap} hours count in a year"))
            }
            None => <(String, String)>::default(),
        };
        let points = self.own().filter(|points| points != "0");
        match points {
            Some(points) => self.text(
                format!("{id}: diakui {counted} JP, menambah {points}{cap_id}."),
                format!("{en}: {counted} hours are recognised and add {points}{cap_en}."),
            ),
            None if kind.is_some() && hours == "0" => self.text(
                format!("{id}: diakui sebagai bukti, tidak menambah nilai."),
                format!("{en}: recognised as evidence; it adds no points."),
            ),
            None => self.text(
                format!("{id}: diakui {counted} JP sebagai bukti, tidak menambah nilai{cap_id}."),
                format!("{en}: {counted} hours are recognised as evidence; they add no points{cap_en}."),
            ),
        }
    }
}
