//! Where the words of a text are: white space is looked for in 64 bytes at a time.

use std::mem;
use std::ops::Range;

/// The places of the words of a text, which are those of `str::split_whitespace`.
pub(super) struct Words<'a> {
    text: &'a str,
    /// Where the bytes begin that `white` tells of.
    base: usize,
    /// A bit for each byte of white space that was not come to yet.
    white: u64,
    /// The same of the 64 bytes behind, as far as a character reaches there.
    white_behind: u64,
    /// Where the bytes begin that were not looked at.
    fresh: usize,
    /// Where a word may begin.
    start: usize,
}

/// Bytes looked at together.
const N_TOGETHER: usize = 64;

impl<'a> Words<'a> {
    /// Those behind byte `from`, where a character begins.
    pub(super) fn new(text: &'a str, from: usize) -> Words<'a> {
        Words { text, base: from, white: 0, white_behind: 0, fresh: from, start: from }
    }

    /// Looks at the next bytes; `false`: there are none. The end of the text counts as white space.
    fn look(&mut self) -> bool {
        let Some(rest) = self.text.as_bytes().get(self.fresh..) else { return false };
        self.base = self.fresh;
        self.fresh += N_TOGETHER;
        let (white, others) = match rest.first_chunk() {
            Some(bytes) => white(bytes),
            None => {
                let mut bytes = [b' '; N_TOGETHER];
                bytes[..rest.len()].copy_from_slice(rest);
                let (white, others) = white(&bytes);
                (white & (u64::MAX >> (N_TOGETHER - 1 - rest.len())), others)
            }
        };
        self.white = white | mem::take(&mut self.white_behind);
        if others != 0 {
            self.look_at_others(others);
        }
        true
    }

    /// Notes the white space that takes more than a byte; `others` are the places of such bytes.
    #[cold]
    fn look_at_others(&mut self, mut others: u64) {
        while others != 0 {
            let at = others.trailing_zeros() as usize;
            others &= others - 1;
            // None where a character goes on.
            let c = self.text.get(self.base + at..).and_then(|rest| rest.chars().next());
            if let Some(c) = c.filter(|c| c.is_whitespace()) {
                let bits = ((1_u128 << c.len_utf8()) - 1) << at;
                self.white |= bits as u64;
                self.white_behind |= (bits >> N_TOGETHER) as u64;
            }
        }
    }
}

impl Iterator for Words<'_> {
    type Item = Range<usize>;

    #[inline]
    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            while self.white != 0 {
                let end = self.base + self.white.trailing_zeros() as usize;
                self.white &= self.white - 1;
                let word = mem::replace(&mut self.start, end + 1)..end;
                if !word.is_empty() {
                    return Some(word);
                }
            }
            if !self.look() {
                return None;
            }
        }
    }
}

/// A bit for each byte that is white space, and for each that is a part of a character of several.
#[inline]
fn white(bytes: &[u8; N_TOGETHER]) -> (u64, u64) {
    let (mut white, mut others) = (0, 0);
    for (at, eight) in bytes.as_chunks().0.iter().enumerate() {
        let (white_here, others_here) = white_of_eight(u64::from_le_bytes(*eight));
        white |= gathered(white_here) << (8 * at);
        others |= others_here;
    }
    if others == 0 {
        return (white, 0);
    }
    let others = bytes.iter().enumerate().map(|(at, byte)| u64::from(!byte.is_ascii()) << at);
    (white, others.sum())
}

/// The highest bit of each byte that is white space (9 to 13, or 32), and of each that is not ASCII.
#[inline(always)]
fn white_of_eight(bytes: u64) -> (u64, u64) {
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let each = |byte: u8| u64::from_le_bytes([byte; 8]);
    // Sums of seven bits reach the eighth and no other byte.
    let low = bytes & !HIGH;
    let from_9 = low + each(0x80 - 9);
    let from_14 = low + each(0x80 - 14);
    let not_32 = (low ^ each(32)) + each(0x7f);
    (((from_9 & !from_14) | !not_32) & !bytes & HIGH, bytes & HIGH)
}

/// The highest bits of eight bytes, side by side.
#[inline(always)]
fn gathered(high: u64) -> u64 {
    (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use proptest::{prop_assert_eq, proptest};

    use super::Words;

    fn agrees(text: &str) {
        let words: Vec<&str> = Words::new(text, 0).map(|word| &text[word]).collect();
        assert_eq!(words, text.split_whitespace().collect::<Vec<_>>(), "{text:?}");
    }

    #[test]
    fn every_character_is_white_space_where_it_is_for_split_whitespace() {
        for c in (0..=0x3100).filter_map(char::from_u32) {
            for n_before in [0, 1, 61, 62, 63, 64] {
                agrees(&format!("{}{c}{c}b", "a".repeat(n_before)));
            }
        }
    }

    #[test]
    fn words_end_with_a_text_of_any_length() {
        for n in 0..200 {
            agrees(&"a".repeat(n));
            agrees(&" ".repeat(n));
            agrees(&"ab ".repeat(n));
        }
    }

    proptest! {
        #[test]
        fn words_are_those_of_split_whitespace(text in "[ab\u{0}\u{8}\t\r \u{e}\u{7f}é\u{85}\u{a0}\u{2003}𝄞\u{3000}]{0,200}") {
            agrees(&text);
            let words: Vec<_> = Words::new(&text, 0).collect();
            for (n, word) in words.iter().enumerate() {
                prop_assert_eq!(&Words::new(&text, word.end).collect::<Vec<_>>(), &words[n + 1..]);
            }
        }
    }
}
