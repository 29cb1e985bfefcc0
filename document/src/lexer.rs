//! One pass over the characters of a document, before the recursive parser reads it.
//!
//! It limits the number of tokens, and the depth of brackets, which determines how deep the parser recurses. It is
//! stricter than the parser about strings and comments: it refuses a document if the two could disagree about what is
//! text and what is syntax. So every bracket is counted.
//!
//! It also replaces the descriptions of operations, fragments and variables with blanks, because apollo-parser 0.8 does
//! not parse them. They have no effect on execution, and blanks keep every position.

use super::Limits;
use super::error::{DocumentError, Limit, Reason};
use async_graphql_parser::Pos;
use std::borrow::Cow;
use std::ops::Range;

/// Checks bytes, tokens and brackets of a document in time linear in its length, and returns the text for the parser.
///
/// # Errors
/// A text that is not a sequence of tokens, or a limit that is exceeded. Reading stops at the first error.
pub(crate) fn check<'a>(query: &'a str, limits: &Limits) -> Result<Cow<'a, str>, DocumentError> {
    DocumentError::check(Limit::Bytes, query.len() as u64, limits.document_bytes as u64)?;
    let (mut tokens, mut open) = (0usize, 0usize);
    let mut descriptions = Descriptions::default();
    for token in Tokens::of(query) {
        let token = token.map_err(|at| syntax(query, at))?;
        match query.as_bytes()[token.start] {
            b'{' | b'[' | b'(' => {
                open += 1;
                DocumentError::check(Limit::Brackets, open as u64, limits.brackets as u64)?;
            }
            b'}' | b']' | b')' => open = open.checked_sub(1).ok_or_else(|| syntax(query, token.start))?,
            _ => {}
        }
        tokens += 1;
        DocumentError::check(Limit::Tokens, tokens as u64, limits.tokens as u64)?;
        descriptions.token(query.as_bytes(), token, open);
    }
    if open > 0 {
        return Err(syntax(query, query.len()));
    }
    Ok(descriptions.blank(query))
}

/// Finds the first token of a text that differs from another text. All strings count as equal. A selection set counts
/// as equal with and without `query` before it.
pub(crate) fn difference(query: &str, other: &str) -> Option<usize> {
    let essential = |text: &str| {
        let tokens = Tokens::of(text).map_while(Result::ok);
        let mut found: Vec<Range<usize>> = Vec::new();
        for token in tokens {
            if text[token.clone()] == *"{" && found.last().is_some_and(|last| text[last.clone()] == *"query")
            {
                // A field named `query` is removed from both texts.
                found.pop();
            }
            found.push(token);
        }
        found
    };
    let (ours, theirs) = (essential(query), essential(other));
    let is_same = |ours: &Range<usize>, theirs: &Range<usize>| {
        let (ours, theirs) = (&query[ours.clone()], &other[theirs.clone()]);
        ours == theirs || (ours.starts_with('"') && theirs.starts_with('"'))
    };
    let pairs = ours.iter().zip(&theirs);
    let place = pairs.take_while(|(ours, theirs)| is_same(ours, theirs)).count();
    let ends = place == ours.len() && place == theirs.len();
    (!ends).then(|| ours.get(place).map_or(query.len(), |token| token.start))
}

/// The tokens of a text, without blanks, commas and comments. An error is the position of a byte that begins no token.
struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    const fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Result<Range<usize>, usize>;

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        loop {
            let at = self.at;
            let end = match bytes.get(at)? {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                    self.at += 1;
                    continue;
                }
                0xef if bytes[at..].starts_with("\u{feff}".as_bytes()) => {
                    self.at += 3;
                    continue;
                }
                b'#' => {
                    self.at = end_of_line(bytes, at);
                    continue;
                }
                b'{' | b'[' | b'(' | b'}' | b']' | b')' => Some(at + 1),
                b'!' | b'$' | b'&' | b':' | b'=' | b'@' | b'|' => Some(at + 1),
                b'.' if bytes[at..].starts_with(b"...") => Some(at + 3),
                b'"' => end_of_string(bytes, at),
                b'_' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => Some(end_of_word(bytes, at)),
                _ => None,
            };
            // An error is the last item.
            self.at = end.unwrap_or(bytes.len());
            return Some(end.map(|end| at..end).ok_or(at));
        }
    }
}

/// Finds the descriptions of definitions.
#[derive(Default)]
struct Descriptions {
    found: Vec<Range<usize>>,
    /// A string that is a description if a definition follows.
    candidate: Option<Range<usize>>,
    /// The first byte of the last token; 0 before the first.
    last: u8,
}

impl Descriptions {
    /// Reads the next token. `open` brackets are open after it.
    fn token(&mut self, bytes: &[u8], token: Range<usize>, open: usize) {
        let text = &bytes[token.clone()];
        if let Some(string) = self.candidate.take() {
            let described = match open {
                0 => matches!(text, b"query" | b"mutation" | b"subscription" | b"fragment"),
                _ => text == b"$",
            };
            if described {
                self.found.push(string);
            }
        }
        if text[0] == b'"' {
            let possible = match open {
                0 => matches!(self.last, 0 | b'}'),
                // After ":" and "=" a string is a value.
                1 => !matches!(self.last, b':' | b'='),
                _ => false,
            };
            self.candidate = possible.then_some(token);
        }
        self.last = text[0];
    }

    fn blank(self, query: &str) -> Cow<'_, str> {
        if self.found.is_empty() {
            return Cow::Borrowed(query);
        }
        let mut text = String::with_capacity(query.len());
        let mut from = 0;
        for range in self.found {
            text.push_str(&query[from..range.start]);
            // Keeps every line and column.
            text.extend(
                query[range.clone()].chars().map(|it| if matches!(it, '\n' | '\r') { it } else { ' ' }),
            );
            from = range.end;
        }
        text.push_str(&query[from..]);
        Cow::Owned(text)
    }
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    at + rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len())
}

/// The end of a name or a number. The parser decides which of the two it is, and whether it is well formed.
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

fn syntax(query: &str, at: usize) -> DocumentError {
    DocumentError::at(Reason::Syntax, position(query, at))
}

/// The line and column of a byte.
pub(crate) fn position(query: &str, at: usize) -> Pos {
    let before = query.get(..at).unwrap_or(query);
    let line_start = before.rfind('\n').map_or(0, |found| found + 1);
    Pos { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

/// The lines of a text, for many positions in it.
#[derive(Debug)]
pub(crate) struct Lines {
    starts: Vec<usize>,
    text: Box<str>,
}

impl Lines {
    pub(crate) fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self { starts: std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect(), text: text.into() }
    }

    /// The length of the text in bytes.
    pub(crate) const fn length(&self) -> usize {
        self.text.len()
    }

    /// The line and column of a byte.
    pub(crate) fn position(&self, at: usize) -> Pos {
        let line = self.starts.partition_point(|start| *start <= at).max(1);
        let start = self.starts[line - 1];
        let column = self.text.get(start..at).map_or(at - start, |before| before.chars().count());
        Pos { line, column: column + 1 }
    }
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
            Err(DocumentError { reason: Reason::TooMuch { limit, .. }, .. }) => Some(limit),
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
    fn only_brackets_outside_text_count() {
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
            let error = check(query, &Limits::default()).expect_err(query);
            assert_eq!(error.reason, Reason::Syntax, "{query}");
            assert_eq!(error.at, Some(Pos { line, column }), "{query}");
            let at = query.lines().take(line - 1).map(|line| line.len() + 1).sum::<usize>() + column - 1;
            assert_eq!(Lines::new(query).position(at), Pos { line, column }, "{query}");
        }
    }

    #[test]
    fn a_document_with_too_many_bytes_or_tokens_is_refused() {
        assert_eq!(limit(&" ".repeat(64 * 1024 + 1)), Some(Limit::Bytes));
        assert_eq!(limit(&" a".repeat(10_001)), Some(Limit::Tokens));
    }

    #[test]
    fn the_first_different_token_is_found() {
        for (query, other, at) in [
            ("query {a(b: \"x\")}", "{ a(b: \"\"\"x\"\"\") }", None),
            ("{a{b} query{c}}", "{a{b},query{c}}", None),
            ("query Q{a}", "query Q{a}", None),
            ("{a(b) c}", "{a c}", Some(2)),
            ("{a}", "{a} {", Some(3)),
            ("{a b}", "{a", Some(3)),
        ] {
            assert_eq!(difference(query, other), at, "{query}");
        }
    }

    #[test]
    fn only_descriptions_are_blanked() {
        for (query, read) in [
            ("\"why\" query Q { a }", "      query Q { a }"),
            ("\"\"\"w\né\"\"\" { a }", "\"\"\"w\né\"\"\" { a }"),
            ("\"\"\"w\né\"\"\" query { a }", "    \n     query { a }"),
            ("query($a:Int){a} \"f\" fragment F on T{a}", "query($a:Int){a}     fragment F on T{a}"),
            ("query(\"d\" $a:String=\"v\" \"e\" $b:Int){a}", "query(    $a:String=\"v\"     $b:Int){a}"),
            ("query($a:String=\"v\" $b:Int){a}", "query($a:String=\"v\" $b:Int){a}"),
            ("{a(b:\"query\" c:$d)}", "{a(b:\"query\" c:$d)}"),
            ("{a} \"x\" type T{a:Int}", "{a} \"x\" type T{a:Int}"),
        ] {
            assert_eq!(check(query, &Limits::default()).expect(query), read, "{query}");
        }
    }
}
