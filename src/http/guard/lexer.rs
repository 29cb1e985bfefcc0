//! One pass over the characters of a document, before the recursive parser reads it.
//!
//! It limits the number of tokens, and the depth of brackets, which determines how deep the parser recurses. It is
//! stricter than the parser about strings and comments: it refuses a document if the two could disagree about what is
//! text and what is syntax. So no bracket escapes the count.

use super::Limits;
use super::refusal::{Limit, Reason, Refusal};
use async_graphql::Pos;

/// Checks bytes, tokens and brackets of a document in time linear in its length.
///
/// # Errors
/// A text that is not a sequence of tokens, or a limit that is exceeded. Reading stops at the first error.
pub(super) fn check(query: &str, limits: &Limits) -> Result<(), Refusal> {
    Refusal::check(Limit::Bytes, query.len() as u64, limits.document_bytes as u64)?;
    let bytes = query.as_bytes();
    let (mut at, mut tokens, mut open) = (0, 0usize, 0usize);
    while let Some(&byte) = bytes.get(at) {
        let next = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                at += 1;
                continue;
            }
            0xef if bytes[at..].starts_with("\u{feff}".as_bytes()) => {
                at += 3;
                continue;
            }
            b'#' => {
                at = end_of_line(bytes, at);
                continue;
            }
            b'{' | b'[' | b'(' => {
                open += 1;
                Refusal::check(Limit::Brackets, open as u64, limits.brackets as u64)?;
                at + 1
            }
            b'}' | b']' | b')' => {
                open = open.checked_sub(1).ok_or_else(|| syntax(query, at))?;
                at + 1
            }
            b'!' | b'$' | b'&' | b':' | b'=' | b'@' | b'|' => at + 1,
            b'.' if bytes[at..].starts_with(b"...") => at + 3,
            b'"' => end_of_string(bytes, at).ok_or_else(|| syntax(query, at))?,
            b'_' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => end_of_word(bytes, at),
            _ => return Err(syntax(query, at)),
        };
        tokens += 1;
        Refusal::check(Limit::Tokens, tokens as u64, limits.tokens as u64)?;
        at = next;
    }
    if open > 0 {
        return Err(syntax(query, query.len()));
    }
    Ok(())
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    at + rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len())
}

/// The end of a name or a number. The parser distinguishes them and checks their form.
fn end_of_word(bytes: &[u8], at: usize) -> usize {
    let number = bytes[at].is_ascii_digit() || bytes[at] == b'-';
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        let sign = number && matches!(byte, b'+' | b'-') && matches!(bytes[end - 1], b'e' | b'E');
        let point = number && byte == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !(byte.is_ascii_alphanumeric() || byte == b'_' || sign || point) {
            break;
        }
        end += 1;
    }
    end
}

/// The end of a string or block string; `None` if it is not closed.
fn end_of_string(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes[at..].starts_with(b"\"\"\"") {
        let mut end = at + 3;
        while end < bytes.len() {
            if bytes[end..].starts_with(b"\\\"\"\"") {
                end += 4;
            } else if bytes[end..].starts_with(b"\"\"\"") {
                return Some(end + 3);
            } else {
                end += 1;
            }
        }
        return None;
    }
    let mut end = at + 1;
    loop {
        match bytes.get(end)? {
            b'"' => return Some(end + 1),
            b'\n' | b'\r' => return None,
            // The character after a backslash never ends the string.
            b'\\' => end += 2,
            _ => end += 1,
        }
    }
}

fn syntax(query: &str, at: usize) -> Refusal {
    let before = query.get(..at).unwrap_or(query);
    let line_start = before.rfind('\n').map_or(0, |found| found + 1);
    Refusal::at(
        Reason::Syntax,
        Pos { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(query: &str) -> usize {
        // The number of tokens is the smallest limit that accepts the text.
        (0..200)
            .find(|&tokens| {
                let limits = Limits { tokens, ..Limits::default() };
                check(query, &limits).is_ok()
            })
            .expect("fewer than 200 tokens")
    }

    fn limit(query: &str) -> Option<Limit> {
        match check(query, &Limits::default()) {
            Err(Refusal { reason: Reason::TooMuch { limit, .. }, .. }) => Some(limit),
            _ => None,
        }
    }

    #[test]
    fn tokens_are_counted_by_the_grammar() {
        for (query, count) in [
            ("{a}", 3),
            ("{ a, b ,, c }", 5),
            ("{...f ...on X{y}}", 10),
            ("{a(x:-1.5e+3)}", 8),
            ("{a(x:\"}}}\")}", 8),
            ("{a(x:\"\\\"}\")}", 8),
            ("{a(x:\"\"\"}\"\\\"\"\"}\"\"\")}", 8),
            ("{a # }}}}\n b}", 4),
            ("\u{feff}{a}", 3),
            ("query($x:[Int!]=[1,2]){a}", 18),
        ] {
            assert_eq!(tokens(query), count, "{query}");
        }
    }

    #[test]
    fn brackets_in_text_do_not_count_and_others_do() {
        let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert_eq!(limit(&deep(64)), None);
        assert_eq!(limit(&deep(65)), Some(Limit::Brackets));
        assert_eq!(limit(&format!("\"{}\"", deep(100))), None);
        assert_eq!(limit(&format!("#{}", deep(100))), None);
        assert_eq!(limit(&format!("\"\"\" \" \"\"\" {}", deep(100))), Some(Limit::Brackets));
    }

    #[test]
    fn a_syntax_error_is_refused_with_its_position() {
        for (query, line, column) in [
            ("{a \"open\n}", 1, 4),
            ("{a \"\"\"open}", 1, 4),
            ("{a}}", 1, 4),
            ("{a\n  é}", 2, 3),
            ("{é ; }", 1, 2),
            ("{", 1, 2),
            ("{a ..b}", 1, 4),
            ("{a \"\\", 1, 4),
        ] {
            let refusal = check(query, &Limits::default()).expect_err(query);
            assert_eq!(refusal.reason, Reason::Syntax, "{query}");
            assert_eq!(refusal.at, Some(Pos { line, column }), "{query}");
        }
    }

    #[test]
    fn a_document_with_too_many_bytes_or_tokens_is_refused() {
        assert_eq!(limit(&" ".repeat(64 * 1024 + 1)), Some(Limit::Bytes));
        assert_eq!(limit(&" a".repeat(10_001)), Some(Limit::Tokens));
    }
}
