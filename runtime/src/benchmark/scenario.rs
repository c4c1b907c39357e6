//! A scenario and who takes part in it.

use std::time::{Duration, Instant};

/// What a contender did.
#[derive(Clone, Copy, Debug)]
pub struct Ran {
    /// How long it took, start and end of its threads and tasks included.
    pub elapsed: Duration,
    /// What it computed: a contender that did not do the work is found by this.
    pub result: u64,
}

impl Ran {
    /// Times `work`, which gives the result.
    pub fn timed(work: impl FnOnce() -> u64) -> Ran {
        let started = Instant::now();
        let result = work();
        Ran { elapsed: started.elapsed(), result }
    }
}

/// Whose work a contender is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Ours: it has a row of its own.
    Csprun,
    /// Somebody else's channels, or another size of ours.
    Peer,
    /// The same by hand, without channels or with one made for this alone: a limit, not a peer.
    Hand,
}

/// One way to do what a scenario asks.
pub struct Contender {
    /// The name of its row, or of the peer.
    pub name: String,
    /// Whose work it is.
    pub side: Side,
    run: Box<dyn Fn(u64) -> Ran>,
}

impl Contender {
    /// Does that many rounds.
    pub fn run(&self, n_rounds: u64) -> Ran {
        (self.run)(n_rounds)
    }
}

/// Something that is done by several contenders in turn.
pub struct Scenario {
    /// Its name, which does not change from version to version.
    pub name: &'static str,
    /// What it measures.
    pub summary: &'static str,
    /// What one of its operations is called.
    pub operation: &'static str,
    /// Operations in a round.
    pub n_operations: u64,
    /// Rounds of the smallest run.
    pub least: u64,
    /// Rounds of a sample, where a sample must have that many; else they are as many as its time allows.
    pub rounds: Option<u64>,
    /// The contender that its rows are held against; `None`: the fastest peer.
    pub against: Option<&'static str>,
    /// The result of so many rounds.
    pub expected: fn(u64) -> u64,
    /// Who takes part, ours first.
    pub contenders: Vec<Contender>,
    /// Who cannot, and why.
    pub absent: Vec<(String, String)>,
}

impl Scenario {
    /// A scenario without contenders.
    pub fn new(
        name: &'static str,
        summary: &'static str,
        operation: &'static str,
        expected: fn(u64) -> u64,
    ) -> Scenario {
        Scenario {
            name,
            summary,
            operation,
            n_operations: 1,
            least: 100,
            rounds: None,
            against: None,
            expected,
            contenders: Vec::new(),
            absent: Vec::new(),
        }
    }

    /// Adds a contender of csprun, whose row has this name.
    #[must_use]
    pub fn ours(mut self, row: &str, run: impl Fn(u64) -> Ran + 'static) -> Scenario {
        self.add(row, Side::Csprun, run);
        self
    }

    /// Adds a limit.
    #[must_use]
    pub fn by_hand(mut self, name: &str, run: impl Fn(u64) -> Ran + 'static) -> Scenario {
        self.add(name, Side::Hand, run);
        self
    }

    /// Adds somebody else's channels, or what else the rows are held against.
    pub fn peer(&mut self, name: &str, run: impl Fn(u64) -> Ran + 'static) {
        self.add(name, Side::Peer, run);
    }

    fn add(&mut self, name: &str, side: Side, run: impl Fn(u64) -> Ran + 'static) {
        self.contenders.push(Contender { name: name.to_owned(), side, run: Box::new(run) });
    }

    /// Names of its rows.
    pub fn rows(&self) -> impl Iterator<Item = &str> {
        self.contenders.iter().filter(|one| one.side == Side::Csprun).map(|one| one.name.as_str())
    }
}
