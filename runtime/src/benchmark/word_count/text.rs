//! A text whose words are as frequent as those of a language: the k-th word comes about 1/k as often as the first.

use std::cell::{Cell, RefCell};
use std::env;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// Places among which each word of the text is drawn; a frequent word has many.
const N_PLACES: usize = 1 << 18;
/// Bytes of a line, about.
const N_LINE: usize = 70;

/// A text in a file, which goes with it.
pub(super) struct Text {
    n_words: u64,
    path: PathBuf,
}

impl Text {
    /// The text of that many words: the one that is there, or a new one in its place.
    pub(super) fn of(there: &RefCell<Option<Text>>, n_words: u64) -> std::cell::RefMut<'_, Text> {
        let there = there.borrow_mut();
        std::cell::RefMut::map(there, |text| {
            if text.as_ref().is_none_or(|text| text.n_words != n_words) {
                *text = None;
            }
            text.get_or_insert_with(|| Text::new(n_words))
        })
    }

    fn new(n_words: u64) -> Text {
        let (words, mut text, mut line) = (words(), String::new(), 0);
        for place in drawn(n_words) {
            let word = &words[place];
            text += word;
            line = if line < N_LINE { line + word.len() + 1 } else { 0 };
            text.push(if line > 0 { ' ' } else { '\n' });
        }
        let named = |n: u64| {
            let path = env::temp_dir().join(format!("csprun-words-{}-{n}.txt", process::id()));
            match File::create_new(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => None,
                created => Some((path, created.expect("temporary files can be made"))),
            }
        };
        let (path, mut file) = (0..).find_map(named).expect("some number is not given yet");
        file.write_all(text.as_bytes()).expect("there is room for the text");
        Text { n_words, path }
    }

    /// The file.
    pub(super) fn path(&self) -> &str {
        self.path.to_str().expect("a folder of temporary files has a name that is text")
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        // What cannot be removed stays with other temporary files.
        fs::remove_file(&self.path).ok();
    }
}

/// What tells of the ten highest counts.
pub(super) fn told(mut counts: Vec<u64>) -> u64 {
    counts.sort_unstable_by(|a, b| b.cmp(a));
    counts.iter().take(10).fold(0, |told, count| told * 2 + count)
}

/// What tells of the text of that many words.
pub(super) fn expected(n_words: u64) -> u64 {
    thread_local! {
        // It is asked for at every sample.
        static LAST: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
    }
    let (n_last, told_last) = LAST.get();
    if n_last == n_words {
        return told_last;
    }
    let mut counts = vec![0; words().len()];
    drawn(n_words).for_each(|place| counts[place] += 1);
    let told = told(counts);
    LAST.set((n_words, told));
    told
}

/// The words of a text, as their places in the list of all words.
fn drawn(n_words: u64) -> impl Iterator<Item = usize> {
    let mut places: Vec<usize> = Vec::with_capacity(N_PLACES);
    let sum = (N_PLACES as f64).ln();
    for rank in 1.. {
        let n = (N_PLACES as f64 / (sum * rank as f64)) as usize;
        places.extend(std::iter::repeat_n(rank - 1, n.clamp(1, N_PLACES - places.len())));
        if places.len() == N_PLACES {
            break;
        }
    }
    let mut random = Xoshiro256PlusPlus::seed_from_u64(10);
    (0..n_words).map(move |_| places[random.next_u64() as usize % N_PLACES])
}

/// All words, the most frequent first: each has a number in the letters from `n` on, and others that make it as long as
/// a word of its rank is.
fn words() -> Vec<String> {
    let word = |rank: usize| {
        let mut word = String::new();
        let mut number = rank;
        while number > 0 {
            word.push(char::from(b'n' + (number % 13) as u8));
            number /= 13;
        }
        let n_letters = 1 + rank.ilog2() as usize / 2 + rank % 3;
        let letters = (word.len()..n_letters).map(|at| char::from(b'a' + ((rank * 7 + at * 5) % 13) as u8));
        word.extend(letters.collect::<Vec<_>>());
        word
    };
    (1..=N_PLACES).map(word).collect()
}
