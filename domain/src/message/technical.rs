//! Finds names of the code in a sentence for people. Used by tests only, including those of the server.

/// Abbreviations that readers know, most of them from Indonesian administration.
const ABBREVIATIONS: [&str; 25] = [
    "API",
    "ASN",
    "CLTN",
    "CPNS",
    "CSV",
    "GET",
    "HTTP",
    "ID",
    "JP",
    "JPT",
    "JSON",
    "NIP",
    "NUL",
    "OPD",
    "PERMENPANRB",
    "PNS",
    "POST",
    "PP",
    "PPPK",
    "SIASN",
    "SKP",
    "TOML",
    "UPTD",
    "UTF",
    "UUID",
];

/// Returns the words of a sentence that only programs should see: `UPPER_CASE`, `camelCase` and `snake_case`.
/// Quoted text is left out: it repeats what the reader typed.
pub fn technical_words(sentence: &str) -> Vec<&str> {
    let unquoted = sentence.split(['"', '`']).step_by(2);
    let words =
        unquoted.flat_map(|text| text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')));
    words.filter(|word| is_technical(word)).collect()
}

fn is_technical(word: &str) -> bool {
    let capitals = word.chars().filter(|letter| letter.is_uppercase()).count();
    let lower = word.chars().any(char::is_lowercase);
    let is_numeral = word.chars().all(|letter| "IVX".contains(letter));
    let upper_case = capitals >= 2 && !lower && !is_numeral && !ABBREVIATIONS.contains(&word);
    let camel_case = capitals > 0 && word.starts_with(char::is_lowercase);
    upper_case || camel_case || (word.contains('_') && (lower || capitals > 0))
}

#[test]
fn names_of_the_code_are_found() {
    assert_eq!(
        technical_words("Status CLOSED, PPPK_PART_TIME, orgUnitId, kode_induk."),
        ["CLOSED", "PPPK_PART_TIME", "orgUnitId", "kode_induk"]
    );
    assert!(
        technical_words("NIP dan SKP sesuai; \"GURU_AM\" dan `x_y` dikutip; GraphQL, WebSocket, Plt.")
            .is_empty()
    );
}
