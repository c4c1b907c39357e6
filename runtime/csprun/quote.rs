//! Words as a shell reads them.

use std::borrow::Cow;

/// The word, in quotes where a shell would read it otherwise.
pub fn quote(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn only_what_a_shell_would_read_otherwise_is_quoted() {
        assert_eq!(quote("graphs/hello.ron"), "graphs/hello.ron");
        assert_eq!(quote("n=5"), "n=5");
        assert_eq!(quote("a b"), "'a b'");
        assert_eq!(quote("it's"), r"'it'\''s'");
        assert_eq!(quote("$x"), "'$x'");
        assert_eq!(quote("~"), "'~'");
        assert_eq!(quote(""), "''");
    }
}
