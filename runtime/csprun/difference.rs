//! Where two texts differ first.

/// The first line that differs: its number, and the line in each text as it is shown. `None`: only the ends of lines
/// differ.
pub fn first_difference(ours: &str, theirs: &str) -> Option<(usize, String, String)> {
    let (mut ours, mut theirs) = (ours.lines(), theirs.lines());
    let shown = |line: Option<&str>| line.map_or("(nothing)".to_owned(), |line| format!("{line:?}"));
    for number in 1.. {
        match (ours.next(), theirs.next()) {
            (None, None) => return None,
            (ours, theirs) if ours == theirs => {}
            (ours, theirs) => return Some((number, shown(ours), shown(theirs))),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn the_first_line_that_differs_is_found() {
        let found = |ours, theirs| first_difference(ours, theirs);
        assert_eq!(found("a\nb\n", "a\nc\n"), Some((2, "\"b\"".to_owned(), "\"c\"".to_owned())));
        assert_eq!(found("a", "a\nb"), Some((2, "(nothing)".to_owned(), "\"b\"".to_owned())));
        assert_eq!(found("a\r\n", "a\n"), None);
    }
}
