//! Texts: which are blank, which can be stored, and their forms for people and for sorting.

use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory as Category, UnicodeGeneralCategory};

/// Whether a reader would see nothing: only white space, control, format and zero-width characters, fillers, and
/// combining marks without a letter. A blank text counts as absent everywhere.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_invisible)
}

/// Whether both databases can store the text. PostgreSQL can't store the character NUL.
#[must_use]
pub fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}

/// A text on one line, as people see it: runs of white space become one space, and characters without a visible form
/// are left out. Combining marks stay.
#[must_use]
pub fn tidy(text: &str) -> String {
    let spaced = text.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter });
    let visible: String = spaced.filter(|letter| !is_hidden(*letter)).collect();
    visible.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The key by which names are sorted and found, the same on both databases. It is in lower case, without accents and
/// apostrophes, with single spaces for everything but letters and digits. Letters that the keyboard lacks become those
/// that people type for them: ß is `ss`, Ø is `o`, Ł is `l`. The key is stored beside each name, so a change needs a
/// migration.
#[must_use]
pub fn sort_key(name: &str) -> String {
    let plain: String = name.nfkd().filter(|letter| !is_mark(*letter)).collect();
    let mut typed = String::with_capacity(plain.len());
    for letter in plain.chars() {
        match any_ascii_char(letter) {
            ascii if letter.is_alphanumeric() && !ascii.is_empty() => typed.push_str(ascii),
            _ => typed.push(letter),
        }
    }
    let plain = typed.chars().filter(|letter| !APOSTROPHES.contains(letter));
    let lower: String = plain.flat_map(char::to_lowercase).collect();
    let words = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Marks inside of names that people type in different ways, or not at all.
const APOSTROPHES: [char; 7] = ['\'', '`', '’', '‘', 'ʼ', 'ʻ', '´'];

fn is_mark(letter: char) -> bool {
    let marks = [Category::NonspacingMark, Category::SpacingMark, Category::EnclosingMark, Category::Format];
    !letter.is_ascii() && marks.contains(&letter.general_category())
}

/// Whether a character is invisible, both alone and on a letter, and is not a space.
fn is_hidden(letter: char) -> bool {
    let marks = [Category::NonspacingMark, Category::SpacingMark, Category::EnclosingMark];
    is_ignorable_mark(letter)
        || letter != ' ' && is_invisible(letter) && !marks.contains(&letter.general_category())
}

/// Marks that never show, such as the grapheme joiner and the variation selectors (Unicode,
/// Default_Ignorable_Code_Point).
const fn is_ignorable_mark(letter: char) -> bool {
    matches!(
        letter,
        '\u{34f}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

fn is_invisible(letter: char) -> bool {
    if letter.is_ascii_graphic() {
        return false;
    }
    match letter.general_category() {
        Category::Control
        | Category::Format
        | Category::SpaceSeparator
        | Category::LineSeparator
        | Category::ParagraphSeparator
        | Category::NonspacingMark
        | Category::SpacingMark
        | Category::EnclosingMark => true,
        // Letters and symbols without a visible form: Hangul fillers, the blank Braille pattern, the null notehead, the
        // placeholder of an embedded object; and what Unicode reserves for invisible characters.
        _ => matches!(
            letter,
            '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}' | '\u{1d159}' | '\u{fffc}'
                | '\u{2065}' | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}'
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_without_a_visible_letter_are_blank() {
        for blank in [
            "",
            " \t\r\n",
            "\u{a0}\u{2003}\u{3000}",
            "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}",
            "\u{ad}",
            "\u{202a}\u{202e}\u{2066}\u{2069}",
            "\u{2028}\u{2029}",
            "\u{0}\u{7}\u{1b}\u{85}",
            "\u{3164}",
            "\u{115f}\u{1160}\u{ffa0}",
            "\u{2800}",
            "\u{301}\u{20dd}\u{903}",
            "\u{fe0f}",
            "\u{34f}",
            "\u{180e}\u{61c}",
            "\u{e0001}\u{e0020}\u{e0100}",
            "\u{fffc}",
            "\u{1d159}",
            "\u{17b4}",
        ] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for text in ["a", " .", "\u{200b}x", "é", "e\u{301}", "ꦲꦤꦕ", "日本", "🙂", "-", "0", "\u{200f}ع"]
        {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn a_tidy_text_has_single_spaces_and_no_hidden_characters() {
        for (text, tidied) in [
            ("  Siti \u{a0}  Rahma\u{200b}wati,\r\nS.Pd. ", "Siti Rahmawati, S.Pd."),
            ("\u{feff}Budi\tSantoso\u{ad}", "Budi Santoso"),
            ("Jose\u{301}", "Jose\u{301}"),
            ("Bu\u{34f}di\u{fe0f}\u{e0100}", "Budi"),
            ("\u{200b}\u{a0}", ""),
        ] {
            assert_eq!(tidy(text), tidied, "{text:?}");
        }
    }

    #[test]
    fn names_are_found_and_sorted_without_accents_capitals_and_marks() {
        for (name, key) in [
            ("Dr. Hj. SITI Nur’aini, S.Pd., M.Pd.", "dr hj siti nuraini s pd m pd"),
            ("José Ramón", "jose ramon"),
            ("Jose\u{301}", "jose"),
            ("Ｂｕｄｉ  Santoso", "budi santoso"),
            ("ÉMILE", "emile"),
            ("I Gusti-Ngurah", "i gusti ngurah"),
            ("İpek", "ipek"),
            ("Jürgen Weiß", "jurgen weiss"),
            ("GROẞ", "gross"),
            ("Łukasz Ørsted", "lukasz orsted"),
            ("Đặng Þór Æsir", "dang thor aesir"),
            ("Işık", "isik"),
            ("Дмитрий", "dmitrii"),
            ("ꦲꦤꦕ", "hnc"),
            ("Budi ٢", "budi 2"),
            ("\u{e000}", ""),
            ("---", ""),
        ] {
            assert_eq!(sort_key(name), key, "{name}");
            assert_eq!(sort_key(key), key);
        }
    }

    #[test]
    fn only_nul_can_not_be_stored() {
        assert!(!is_storable("a\0b"));
        assert!(is_storable("a\u{7}\u{ffff}\u{10ffff}"));
    }
}
