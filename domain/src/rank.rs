//! Ranks of civil servants (golongan/ruang) and grades of PPPK, with their titles.

use crate::{Key, Message, Refusal, employment::EmploymentKind, scoring::Label};

/// Ranks of PNS, lowest first, with their titles (pangkat).
pub const PNS: [(&str, &str); 17] = [
    ("I/a", "Juru Muda"),
    ("I/b", "Juru Muda Tingkat I"),
    ("I/c", "Juru"),
    ("I/d", "Juru Tingkat I"),
    ("II/a", "Pengatur Muda"),
    ("II/b", "Pengatur Muda Tingkat I"),
    ("II/c", "Pengatur"),
    ("II/d", "Pengatur Tingkat I"),
    ("III/a", "Penata Muda"),
    ("III/b", "Penata Muda Tingkat I"),
    ("III/c", "Penata"),
    ("III/d", "Penata Tingkat I"),
    ("IV/a", "Pembina"),
    ("IV/b", "Pembina Tingkat I"),
    ("IV/c", "Pembina Utama Muda"),
    ("IV/d", "Pembina Utama Madya"),
    ("IV/e", "Pembina Utama"),
];

/// Grades of PPPK, lowest first; they have no titles.
pub const PPPK: [&str; 17] = [
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI",
    "XVII",
];

/// The ranks of a kind of employment, lowest first. `NON_ASN` has none.
#[must_use]
pub fn of_kind(kind: EmploymentKind) -> Vec<&'static str> {
    match kind {
        EmploymentKind::Pns | EmploymentKind::Cpns => PNS.iter().map(|(rank, _)| *rank).collect(),
        EmploymentKind::Pppk | EmploymentKind::PppkPartTime => PPPK.to_vec(),
        EmploymentKind::NonAsn => Vec::new(),
    }
}

/// Parses a rank into its canonical spelling (`III/a`, `IX`); ignores spaces and letter case.
///
/// # Errors
/// `BAD_USER_INPUT` at `rank` if the kind of employment has no such rank.
pub fn parse(value: &str, kind: EmploymentKind) -> Result<String, Refusal> {
    let bare: String = value.chars().filter(|letter| !letter.is_whitespace()).collect();
    let known = of_kind(kind).into_iter().find(|rank| rank.eq_ignore_ascii_case(&bare));
    known.map(str::to_owned).ok_or_else(|| wrong(Key::RankOfKind, value, kind))
}

/// Refuses a stored rank that people of a new kind of employment do not have.
///
/// # Errors
/// `BAD_USER_INPUT` at `rank`.
pub fn must_fit(stored: Option<&str>, kind: EmploymentKind) -> Result<(), Refusal> {
    match stored.filter(|rank| find(rank, kind).is_none()) {
        Some(rank) => Err(wrong(Key::RankStays, rank, kind)),
        None => Ok(()),
    }
}

/// The refusal of a rank, with the ranks that the kind of employment has.
fn wrong(key: Key, value: &str, kind: EmploymentKind) -> Refusal {
    let allowed = of_kind(kind);
    let message = if allowed.is_empty() {
        Message::new(Key::RankOfNone)
    } else {
        Message::new(key).with_words("allowed", &Label::same(&allowed.join(", ")))
    };
    Refusal::input(["rank"], message.with("field", "rank").with("value", value).with_label("kind", kind))
}

/// Finds the rank of a kind of employment in a text of an office's list: by code in any spelling (`III/c`, `III c`,
/// `Gol. III.c`), by title (`Penata`), or by both (`Penata (III/c)`). `None` if there is no such rank, or if code and
/// title name different ranks.
#[must_use]
pub fn find(value: &str, kind: EmploymentKind) -> Option<&'static str> {
    let text = words(value);
    match kind {
        EmploymentKind::Pns | EmploymentKind::Cpns => {
            let named = |rank: &(&'static str, &'static str)| {
                let title = words(rank.1);
                text == title
                    || codes(rank.0).iter().any(|code| text == *code || is_pair(&text, code, &title))
            };
            PNS.iter().find(|rank| named(rank)).map(|(rank, _)| *rank)
        }
        EmploymentKind::Pppk | EmploymentKind::PppkPartTime => PPPK.into_iter().find(|grade| *grade == text),
        EmploymentKind::NonAsn => None,
    }
}

/// The code of a PNS rank and the title of another one, if a text names both: `Penata (III/d)`.
#[must_use]
pub fn code_and_title(value: &str) -> Option<(&'static str, &'static str)> {
    let text = words(value);
    PNS.iter().find_map(|(rank, own)| {
        let others = PNS.iter().map(|(_, title)| *title).filter(|title| title != own);
        let found = others.into_iter().find(|title| {
            let title = words(title);
            codes(rank).iter().any(|code| is_pair(&text, code, &title))
        });
        Some((*rank, found?))
    })
}

/// A text for comparisons: its words in capitals, without [`PREFIXES`].
fn words(text: &str) -> String {
    let words: Vec<String> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .map(str::to_uppercase)
        .filter(|word| !word.is_empty() && !PREFIXES.contains(&word.as_str()))
        .collect();
    words.join(" ").replace("TINGKAT I", "TK I").replace("TKT I", "TK I")
}

/// The spellings of a rank's code, as [`words`] returns them.
fn codes(rank: &str) -> [String; 2] {
    let code = words(rank);
    [code.replace(' ', ""), code]
}

fn is_pair(text: &str, code: &str, title: &str) -> bool {
    text == format!("{title} {code}") || text == format!("{code} {title}")
}

/// Words that offices write before a rank. They do not change its meaning.
const PREFIXES: [&str; 4] = ["GOL", "GOLONGAN", "RUANG", "PANGKAT"];

/// The title of a rank in canonical spelling; `None` for grades of PPPK.
#[must_use]
pub fn title(rank: &str) -> Option<&'static str> {
    PNS.iter().find(|(known, _)| *known == rank).map(|(_, title)| *title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Locale;
    use EmploymentKind::{Cpns, NonAsn, Pns, Pppk, PppkPartTime};

    #[test]
    fn a_code_beside_the_title_of_another_rank_is_found() {
        for (value, expected) in [
            ("Penata Muda Tk I (III/c)", Some(("III/c", "Penata Muda Tingkat I"))),
            ("Pengatur Muda, III/b", Some(("III/b", "Pengatur Muda"))),
            ("Penata (III/c)", None),
            ("III/x", None),
        ] {
            assert_eq!(code_and_title(value), expected, "{value}");
        }
    }

    #[test]
    fn each_kind_of_employment_has_its_own_ranks() {
        for (value, kind, canonical) in [
            ("III/a", Pns, Some("III/a")),
            (" iii / A ", Cpns, Some("III/a")),
            ("IV/e", Pns, Some("IV/e")),
            ("IX", Pppk, Some("IX")),
            ("xvii", PppkPartTime, Some("XVII")),
            ("IX", Pns, None),
            ("III/a", Pppk, None),
            ("III/e", Pns, None),
            ("XVIII", Pppk, None),
            ("", Pns, None),
            ("III/a", NonAsn, None),
        ] {
            assert_eq!(parse(value, kind).ok().as_deref(), canonical, "{value} {kind}");
        }
        for (value, kind, canonical) in [
            ("IIIc", Pns, Some("III/c")),
            ("Gol. III.c", Pns, Some("III/c")),
            ("Penata", Pns, Some("III/c")),
            ("PENATA MUDA TK. I", Pns, Some("III/b")),
            ("Penata Muda Tingkat I", Pns, Some("III/b")),
            ("Penata (III/c)", Pns, Some("III/c")),
            ("III/c - Penata", Pns, Some("III/c")),
            ("Penata (III/d)", Pns, None),
            ("Golongan IX", Pppk, Some("IX")),
            ("Penata", Pppk, None),
            ("", Pns, None),
        ] {
            assert_eq!(find(value, kind), canonical, "{value} {kind}");
        }
        assert_eq!(title("IV/a"), Some("Pembina"));
        assert_eq!(title("IX"), None);
    }

    #[test]
    fn a_refused_rank_names_those_of_the_kind() {
        let said = |refused: Result<(), Refusal>| refused.expect_err("a refusal").message.render(Locale::Id);
        let typed = said(parse("III/c", Pppk).map(|_| ()));
        assert!(
            typed.starts_with("Golongan \"III/c\" bukan golongan PPPK; pilih salah satu: I, II, III"),
            "{typed}"
        );
        assert!(must_fit(None, Pppk).is_ok() && must_fit(Some("IX"), PppkPartTime).is_ok());
        assert!(must_fit(Some("III/c"), Cpns).is_ok());
        let stored = said(must_fit(Some("IX"), Pns));
        assert!(stored.contains("\"IX\"") && stored.contains("salah satu dari: I/a, I/b"), "{stored}");
        let none = said(must_fit(Some("IX"), NonAsn));
        assert!(none.contains("tidak memiliki golongan"), "{none}");
    }
}
