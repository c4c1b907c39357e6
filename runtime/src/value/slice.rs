//! How text and bytes are kept: in the token when short, else as a slice of a shared block.

use std::ops::Range;
use std::str;
use std::sync::Arc;

/// Longest text or bytes kept in the token itself.
pub(super) const N_SHORT: usize = 15;

/// Up to [`N_SHORT`] bytes.
#[derive(Clone, Copy)]
pub(super) struct Short {
    len: u8,
    bytes: [u8; N_SHORT],
}

impl Short {
    /// The bytes, when they are few enough.
    pub(super) fn new(bytes: &[u8]) -> Option<Short> {
        let len = u8::try_from(bytes.len()).ok().filter(|&len| usize::from(len) <= N_SHORT)?;
        let mut short = Short { len, bytes: [0; N_SHORT] };
        short.bytes[..bytes.len()].copy_from_slice(bytes);
        Some(short)
    }

    /// Bytes `range` of `all`, when they are few enough. Where `all` goes on behind them, as many bytes as a token has
    /// are copied at once and the rest cleared, which is faster than a copy of some length.
    #[inline(always)]
    fn part(all: &[u8], range: Range<usize>) -> Option<Short> {
        /// As many bytes kept as cleared.
        const MASK: [u8; 2 * N_SHORT] = {
            let mut mask = [0; 2 * N_SHORT];
            let mut at = 0;
            while at < N_SHORT {
                mask[at] = u8::MAX;
                at += 1;
            }
            mask
        };
        let len = range.len();
        if len > N_SHORT {
            return None;
        }
        let Some(window) = all[range.start..].first_chunk::<N_SHORT>() else {
            return Short::new(&all[range]);
        };
        let mask = MASK[N_SHORT - len..].first_chunk::<N_SHORT>()?;
        // At most 15.
        let mut short = Short { len: len as u8, bytes: *window };
        short.bytes.iter_mut().zip(mask).for_each(|(byte, mask)| *byte &= mask);
        Some(short)
    }

    /// All of it as numbers: those of others differ.
    #[inline(always)]
    fn words(&self) -> [u64; 2] {
        let word =
            |from: usize| self.bytes[from..].first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight));
        // The last eight bytes, which are read at once, but for the one that stands in the first number.
        [word(0), (word(N_SHORT - 8) & !0xff) | u64::from(self.len)]
    }

    #[inline]
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

/// Up to [`N_SHORT`] bytes of text.
#[derive(Clone, Copy)]
pub(super) struct ShortText(Short);

impl ShortText {
    /// The text, when it is short enough.
    pub(super) fn new(text: &str) -> Option<ShortText> {
        Short::new(text.as_bytes()).map(ShortText)
    }

    /// Bytes `range` of `all`, when they are few enough.
    ///
    /// # Panics
    /// When the range is out of bounds or cuts a character.
    #[inline(always)]
    pub(super) fn part(all: &str, range: Range<usize>) -> Option<ShortText> {
        assert!(
            all.is_char_boundary(range.start) && all.is_char_boundary(range.end),
            "a slice is made of whole characters"
        );
        Short::part(all.as_bytes(), range).map(ShortText)
    }

    /// All of it as numbers: those of another text differ.
    #[inline(always)]
    pub(super) fn words(&self) -> [u64; 2] {
        self.0.words()
    }

    #[inline]
    #[expect(unsafe_code, reason = "words are looked at more often than anything else is done to them")]
    pub(super) fn as_str(&self) -> &str {
        // SAFETY: `new` and `part`, which alone make one, have copied the bytes of whole characters.
        unsafe { str::from_utf8_unchecked(self.0.as_bytes()) }
    }
}

/// A block that several tokens share.
pub(super) trait Block: Sized {
    /// Its bytes.
    fn n_bytes(&self) -> usize;
    /// A block of its own with these bytes of `self`.
    fn copy(&self, range: Range<usize>) -> Self;
}

impl Block for String {
    fn n_bytes(&self) -> usize {
        self.len()
    }
    fn copy(&self, range: Range<usize>) -> String {
        self[range].to_owned()
    }
}

impl Block for Vec<u8> {
    fn n_bytes(&self) -> usize {
        self.len()
    }
    fn copy(&self, range: Range<usize>) -> Vec<u8> {
        self[range].to_vec()
    }
}

/// `len` of a slice that goes to the end of its block.
const TO_END: u32 = u32::MAX;

/// Part of a shared block. Offsets take 32 bits so that a token takes 24 bytes; what they cannot express (a
/// slice that starts past 4 GiB, or is longer without reaching the block's end) gets a block of its own.
pub(super) struct Slice<B> {
    block: Arc<B>,
    start: u32,
    len: u32,
}

impl<B: Block> Slice<B> {
    /// All of `block`.
    pub(super) fn whole(block: Arc<B>) -> Slice<B> {
        Slice { block, start: 0, len: TO_END }
    }

    /// `range` of `block`, which it must not exceed.
    pub(super) fn part(block: &Arc<B>, range: Range<usize>) -> Slice<B> {
        let len = match u32::try_from(range.len()) {
            Ok(len) if len != TO_END => Some(len),
            _ => (range.end == block.n_bytes()).then_some(TO_END),
        };
        match (u32::try_from(range.start), len) {
            (Ok(start), Some(len)) => Slice { block: Arc::clone(block), start, len },
            _ => Slice::whole(Arc::new(block.copy(range))),
        }
    }

    /// The block, when this is all of it and nobody else has it.
    pub(super) fn whole_mut(&mut self) -> Option<&mut B> {
        if self.start == 0 && self.len == TO_END { Arc::get_mut(&mut self.block) } else { None }
    }

    /// Whether it may have `n` bytes: known without a look at the block.
    #[inline(always)]
    pub(super) fn may_have(&self, n: u32) -> bool {
        self.len >= n
    }

    pub(super) fn block(&self) -> &Arc<B> {
        &self.block
    }

    pub(super) fn range(&self) -> Range<usize> {
        let start = self.start as usize;
        match self.len {
            TO_END => start..self.block.n_bytes(),
            len => start..start + len as usize,
        }
    }
}

// Not derived: that would ask for `B: Clone`.
impl<B> Clone for Slice<B> {
    fn clone(&self) -> Slice<B> {
        Slice { block: Arc::clone(&self.block), start: self.start, len: self.len }
    }
}
