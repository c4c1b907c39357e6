//! Random determinate networks: what they look like, and the streams that they must give.

use proptest::prelude::{Just, Strategy};
use proptest::prop_oneof;

/// A stream of integers, as a network that makes it.
#[derive(Clone, Debug)]
pub enum Stream {
    /// Integers from the first on, so many.
    Range(i64, i64),
    /// These.
    Values(Vec<i64>),
    /// What a process makes of a stream.
    Through(Box<Stream>, Stage),
    /// Two streams become one.
    Join(Join, Box<Stream>, Box<Stream>),
    /// A stream goes two ways, which meet again.
    Diamond(Fan, Box<Stream>, Vec<Even>, Vec<Even>, Join),
    /// A stream goes on, and is printed too.
    Tapped(Fan, Box<Stream>),
    /// Running sums through a feedback loop.
    Loop(Box<Stream>, Loop),
}

/// One process between two channels.
#[derive(Clone, Debug)]
pub enum Stage {
    /// One that gives a token for each.
    Even(Even),
    /// Lets through what this divides.
    Filter(i64),
    /// Gives each token twice.
    Twice,
    /// Ends after so many.
    Take(usize),
    /// Leaves out so many.
    Skip(usize),
    /// Puts this in front.
    Prefix(i64),
    /// Sums of neighbours.
    Pairs,
}

/// One process between two channels that gives a token for each.
#[derive(Clone, Debug)]
pub enum Even {
    /// The same.
    Identity,
    /// One more.
    Successor,
    /// Times this, kept small.
    Map(i64),
    /// The same by so many workers, in order.
    Farm(i64, usize),
    /// Running sums.
    Scan,
}

/// How two streams become one.
#[derive(Clone, Copy, Debug)]
pub enum Join {
    /// Sums.
    Plus,
    /// Pairs, one of which is taken twice.
    Paraplex,
}

/// How a stream goes two ways.
#[derive(Clone, Copy, Debug)]
pub enum Fan {
    /// By a channel.
    AllOf,
    /// By a process.
    Delta,
}

/// What holds the token that a feedback loop starts with.
#[derive(Clone, Copy, Debug)]
pub enum Loop {
    /// A process.
    Prefix,
    /// The channel itself.
    Initial,
}

/// Keeps numbers far from the ends of 64 bits.
pub const MODULUS: i64 = 1009;

impl Even {
    /// What it makes of a stream.
    pub fn meaning(&self, stream: Vec<i64>) -> Vec<i64> {
        let each = |firing: fn(i64, i64) -> i64, k| stream.iter().map(|&x| firing(x, k)).collect();
        match self {
            Even::Identity => stream,
            Even::Successor => each(|x, _| x + 1, 0),
            Even::Map(k) | Even::Farm(k, _) => each(|x, k| x * k % MODULUS, *k),
            Even::Scan => sums(&stream),
        }
    }
}

impl Stage {
    /// What it makes of a stream.
    pub fn meaning(&self, stream: Vec<i64>) -> Vec<i64> {
        match self {
            Stage::Even(even) => even.meaning(stream),
            Stage::Filter(k) => stream.into_iter().filter(|x| x % k == 0).collect(),
            Stage::Twice => stream.into_iter().flat_map(|x| [x, x]).collect(),
            Stage::Take(n) => stream.into_iter().take(*n).collect(),
            Stage::Skip(n) => stream.into_iter().skip(*n).collect(),
            Stage::Prefix(first) => std::iter::once(*first).chain(stream).collect(),
            Stage::Pairs => stream.windows(2).map(|pair| pair[0] + pair[1]).collect(),
        }
    }
}

impl Join {
    /// What it makes of two streams.
    pub fn meaning(self, a: &[i64], b: &[i64]) -> Vec<i64> {
        let join = match self {
            Join::Plus => |a, b| a + b,
            Join::Paraplex => |a, b| a * 2 + b,
        };
        a.iter().zip(b).map(|(&a, &b)| join(a, b)).collect()
    }
}

/// Running sums.
pub fn sums(stream: &[i64]) -> Vec<i64> {
    let add = |sum: &mut i64, x: &i64| {
        *sum += x;
        Some(*sum)
    };
    stream.iter().scan(0, add).collect()
}

fn evens() -> impl Strategy<Value = Even> {
    prop_oneof![
        Just(Even::Identity),
        Just(Even::Successor),
        (2..5i64).prop_map(Even::Map),
        (2..5i64, 1..4usize).prop_map(|(k, n)| Even::Farm(k, n)),
        Just(Even::Scan),
    ]
}

fn stages() -> impl Strategy<Value = Stage> {
    prop_oneof![
        3 => evens().prop_map(Stage::Even),
        1 => (1..4i64).prop_map(Stage::Filter),
        1 => Just(Stage::Twice),
        1 => (0..40usize).prop_map(Stage::Take),
        1 => (0..5usize).prop_map(Stage::Skip),
        1 => (-9..9i64).prop_map(Stage::Prefix),
        1 => Just(Stage::Pairs),
    ]
}

fn joins() -> impl Strategy<Value = Join> {
    prop_oneof![Just(Join::Plus), Just(Join::Paraplex)]
}

fn fans() -> impl Strategy<Value = Fan> {
    prop_oneof![Just(Fan::AllOf), Just(Fan::Delta)]
}

/// Streams of every kind, a dozen processes or so.
pub fn streams() -> impl Strategy<Value = Stream> {
    let sources = prop_oneof![
        (-9..9i64, 0..200i64).prop_map(|(from, n)| Stream::Range(from, n)),
        proptest::collection::vec(-99..99i64, 0..5).prop_map(Stream::Values),
    ];
    sources.prop_recursive(5, 10, 2, |inner| {
        let inner = move || inner.clone().prop_map(Box::new);
        let way = || proptest::collection::vec(evens(), 0..3);
        prop_oneof![
            4 => (inner(), stages()).prop_map(|(a, stage)| Stream::Through(a, stage)),
            2 => (joins(), inner(), inner()).prop_map(|(join, a, b)| Stream::Join(join, a, b)),
            2 => (fans(), inner(), way(), way(), joins())
                .prop_map(|(fan, a, left, right, join)| Stream::Diamond(fan, a, left, right, join)),
            1 => (fans(), inner()).prop_map(|(fan, a)| Stream::Tapped(fan, a)),
            1 => (inner(), prop_oneof![Just(Loop::Prefix), Just(Loop::Initial)])
                .prop_map(|(a, by)| Stream::Loop(a, by)),
        ]
    })
}
