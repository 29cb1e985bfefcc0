//! The sentences that explain a numeric scheme, from the achievement of an indicator to the total score.

use super::{SentenceWriter, format_decimal, format_exact, joined};

impl SentenceWriter<'_> {
    pub(super) fn mean(&self) -> Option<String> {
        let (parts, own) = (self.parts("; ")?, self.own()?);
        let (mut id, mut en) = (format!("Rata-rata dari {parts}"), format!("Mean of {parts}"));
        if let Some(points) = self.fact("TRAINING") {
            id += &format!(" ditambah {points} dari pelatihan");
            en += &format!(" plus {points} from training");
        }
        if let Some(cap) = self.fact("CAP").filter(|cap| *cap == own) {
            id += &format!(", paling tinggi {cap}");
            en += &format!(", at most {cap}");
        }
        self.text(format!("{id}: {own}."), format!("{en}: {own}."))
    }

    pub(super) fn weighted_sum(&self) -> Option<String> {
        let parts = self.node.children.iter().map(|child| {
            let weight = format_decimal(child.weight?, self.locale);
            Some(format!("{weight} % x {}", format_exact(child.figure()?, self.locale)))
        });
        let (parts, own) = (joined(parts, " + ")?, self.own()?);
        Some(format!("{parts} = {own}."))
    }

    pub(super) fn leader_in_part(&self) -> Option<String> {
        let (actions, own) = (self.fact("ACTIONS")?, self.own()?);
        let (mut id, mut en) =
            match (self.fact("MEASURED"), self.fact("ACTIONS_SHARE"), self.fact("MEASURED_SHARE")) {
                (Some(measured), Some(share), Some(other)) => (
                    format!("{share} % x rencana aksi {actions} + {other} % x hasil kerja utama {measured}"),
                    format!("{share} % x action plan {actions} + {other} % x main results {measured}"),
                ),
                _ => (
                    format!("Rencana aksi {actions}, belum ada hasil kerja utama yang terukur"),
                    format!("Action plan {actions}, no main result could be measured yet"),
                ),
            };
        if let Some(points) = self.fact("TRAINING") {
            id += &format!(" + pelatihan {points}");
            en += &format!(" + training {points}");
        }
        if let Some(cap) = self.fact("CAP").filter(|cap| *cap == own) {
            id += &format!(", paling tinggi {cap}");
            en += &format!(", at most {cap}");
        }
        self.text(format!("{id} = {own}."), format!("{en} = {own}."))
    }

    pub(super) fn results(&self) -> Option<String> {
        let (main, own) = (self.fact("MAIN")?, self.own()?);
        let mut id = format!("Hasil kerja utama {main}");
        let mut en = format!("Main results {main}");
        if let (Some(agreement), Some(initiative)) = (self.fact("AGREEMENT"), self.fact("INITIATIVE")) {
            id += &format!(" (perjanjian kinerja {agreement} %, inisiatif strategis {initiative} %)");
            en += &format!(" (performance agreement {agreement} %, strategic initiatives {initiative} %)");
        }
        if let (Some(added), Some(counted)) = (self.fact("ADDITIONAL"), self.fact("ADDITIONAL_COUNTED")) {
            id += &format!(", kinerja tambahan {added}");
            en += &format!(", additional results {added}");
            if added != counted {
                id += &format!(" dibatasi menjadi {counted}");
                en += &format!(" cut to {counted}");
            }
        }
        if let Some(points) = self.fact("TRAINING") {
            id += &format!(", pelatihan {points}");
            en += &format!(", training {points}");
        }
        if let Some(cap) = self.fact("CAP").filter(|cap| *cap == own) {
            id += &format!(", paling tinggi {cap}");
            en += &format!(", at most {cap}");
        }
        self.text(format!("{id}: {own}."), format!("{en}: {own}."))
    }

    pub(super) fn additional(&self) -> Option<String> {
        let (score, factor) = (self.fact("SCORE")?, self.fact("FACTOR")?);
        let (weight, own) = (self.fact("SCOPE_WEIGHT")?, self.own()?);
        let category = self.predicate(self.facts.get("CATEGORY")?)?;
        self.text(
            format!("{category}: faktor {factor} % x bobot lingkup {weight} % x nilai {score} = {own}."),
            format!(
                "{category}: factor {factor} % x weight of the scope {weight} % x score {score} = {own}."
            ),
        )
    }

    pub(super) fn band(&self) -> Option<String> {
        let percent = format_exact(self.node.children.first()?.figure()?, self.locale);
        let own = self.own()?;
        let category = self.facts.get("CATEGORY").and_then(|word| self.predicate(word));
        if self.facts.get("MAXIMUM_SCORE").is_some() {
            // Trees of earlier versions have no category here.
            let category = category.map(|word| format!(" ({word})")).unwrap_or_default();
            return self.text(
                format!("Capaian {percent} % dari target yang sudah maksimal{category}: nilai {own}."),
                format!(
                    "Achievement {percent} % of a target that is the most attainable{category}: score {own}."
                ),
            );
        }
        let category = category?;
        let (from, low) = (self.fact("FROM")?, self.fact("SCORE_FROM")?);
        match (self.fact("TO"), self.fact("SCORE_TO")) {
            (Some(to), Some(high)) => self.text(
                format!(
                    "Capaian {percent} % ({category}): {from}-{to} % menjadi nilai {low}-{high}, jadi {own}."
                ),
                format!("Achievement {percent} % ({category}): {from}-{to} % gives {low}-{high}, so {own}."),
            ),
            _ => self.text(
                format!("Capaian {percent} % ({category}): nilai {own}."),
                format!("Achievement {percent} % ({category}): score {own}."),
            ),
        }
    }

    pub(super) fn achievement(&self) -> Option<String> {
        let (min, max) = (self.fact("TARGET_MIN")?, self.fact("TARGET_MAX")?);
        let reached = self.fact("REALISATION")?;
        let unit = self.facts.get("UNIT").filter(|unit| !unit.is_empty());
        let unit = unit.map(|unit| format!(" {unit}")).unwrap_or_default();
        let range = min != max;
        let target = if range { format!("{min}-{max}{unit}") } else { format!("{max}{unit}") };
        let lower = self.facts.get("DIRECTION") == Some("LOWER_IS_BETTER");
        let exact = format_exact(self.node.exact.parse().ok()?, self.locale);
        let own = self.own()?;
        let (id, en) = match self.fact("DIVISOR") {
            None if range => (
                format!("di dalam rentang, dihitung {exact} %"),
                format!("inside the range, counted as {exact} %"),
            ),
            None => (format!("tepat sesuai target, {exact} %"), format!("just the target, {exact} %")),
            Some(divisor) => {
                let formula = if lower {
                    format!("(1 + (1 - {reached} / {divisor})) x 100 % = {exact} %")
                } else {
                    format!("{reached} / {divisor} x 100 % = {exact} %")
                };
                let below = divisor == min;
                match (range, below) {
                    (true, true) => {
                        (format!("dibagi batas bawah: {formula}"), format!("by the lower end: {formula}"))
                    }
                    (true, false) => {
                        (format!("dibagi batas atas: {formula}"), format!("by the upper end: {formula}"))
                    }
                    (false, _) => (formula.clone(), formula),
                }
            }
        };
        let (mut id, mut en) = (
            format!("Target {target}, realisasi {reached}{unit}: {id}"),
            format!("Target {target}, reached {reached}{unit}: {en}"),
        );
        if own != exact {
            id += &format!(", dihitung {own} %");
            en += &format!(", counted as {own} %");
        }
        self.text(format!("{id}."), format!("{en}."))
    }
}
