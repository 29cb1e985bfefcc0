//! How different two names are.

/// The smallest number of changes that turn one text into the other. A change inserts, deletes or replaces a letter, or
/// exchanges two neighbouring letters.
pub(super) fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().take(64).collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=right.len()).collect()];
    for (above, letter) in left.iter().enumerate() {
        let mut row = vec![above + 1];
        for (before, other) in right.iter().enumerate() {
            let at = |row: usize, column: usize| {
                rows.get(row).and_then(|row| row.get(column)).copied().unwrap_or(usize::MAX / 2)
            };
            let replaced = at(above, before) + usize::from(letter != other);
            let shorter = (at(above, before + 1) + 1).min(row.last().copied().unwrap_or_default() + 1);
            let swapped = (above > 0
                && before > 0
                && left.get(above - 1) == Some(other)
                && right.get(before - 1) == Some(letter))
            .then(|| at(above - 1, before - 1) + 1);
            row.push(replaced.min(shorter).min(swapped.unwrap_or(usize::MAX)));
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exchanged_letters_count_once() {
        assert_eq!((distance("abcd", "abdc"), distance("", "abc"), distance("abc", "abc")), (1, 3, 0));
    }
}
