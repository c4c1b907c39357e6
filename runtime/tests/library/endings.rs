//! Every kind ends as SEMANTICS says, however those around it do: in every order, early, or by a failure.
//!
//! A kind is driven from its signature, with the parameters of its page's example; so a new kind is driven without
//! being named here, unless it needs other tokens than integers.

mod peers;

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use csprun_dsl::diagnostic::Diagnostics;
use csprun_dsl::plan::Machine;
use csprun_dsl::render::{Style, text};
use csprun_dsl::resolve::Request;
use csprun_dsl::signature::{Arity, Cost, Direction, Signature};
use csprun_dsl::{check, plan};
use csprun_runtime::library::{Library, library};
use csprun_runtime::process::Fate;
use csprun_runtime::supervisor::ChannelReport;
use csprun_runtime::testing::within;
use csprun_runtime::{Options, Outcome, Report, start};

use crate::outside::{taker, teller, web};
use crate::{Only, at_root, kinds};
use peers::{WHY, with_peers};

/// Tokens of an input, and requests of a caller.
const N_TOKENS: u64 = 12;
/// More than any kind gives for these; an endless source gives so many.
const N_ALL: u64 = 300;

/// What a kind needs other than its page's example and integers.
struct Needs {
    /// Its parameters.
    params: Option<String>,
    /// Tokens for a port, or requests.
    tokens: Vec<(&'static str, String)>,
    /// It may fail by itself: what it wants depends on how many tokens come.
    may_fail: bool,
}

fn needs(kind: &str) -> Needs {
    let none = || Needs { params: None, tokens: Vec::new(), may_fail: false };
    let tokens = |port, tokens: &str| Needs { tokens: vec![(port, tokens.to_owned())], ..none() };
    let params = |params: &str| Needs { params: Some(params.to_owned()), ..none() };
    match kind {
        "Bucket" => tokens("serve", r#"["holding", "flush"]"#),
        "Condition" => tokens("serve", r#"["acquire", "notify_all", "release"]"#),
        "Crew" => tokens("serve", r#"["start_read", "end_read", "start_write", "end_write"]"#),
        // Bytes of no token: how far it comes depends on how they arrive.
        "Decode" => Needs { may_fail: true, ..tokens("in", r#"[b"\x00"]"#) },
        "Deparaplex" => tokens("in", "[[1, 2]]"),
        "Demultiplex" | "Multiplex" => tokens("which", "[0, 1]"),
        "Engine" => tokens("in", r#"[{"of": 2.0, "root": 1.0}]"#),
        "Event" => tokens("serve", r#"["set", "wait", "is_set"]"#),
        "Expect" => Needs { may_fail: true, ..params("values: [1, 2, 3]") },
        "FlatMap" => tokens("in", r#"["a b", "c"]"#),
        "FoldBy" => tokens("in", r#"[{"of": "figs", "n": 1}]"#),
        "Format" => tokens("in", r#"[{"x": 1, "y": 2}]"#),
        "Http" => tokens("in", &format!("[\"http://{}/\"]", web())),
        "Join" => Needs {
            tokens: vec![("left", r#"[{"who": 1}]"#.to_owned()), ("right", r#"[{"id": 1}]"#.to_owned())],
            ..none()
        },
        "Lock" | "RLock" | "Semaphore" => tokens("serve", r#"["acquire", "release"]"#),
        "Parse" => tokens("in", r#"["{\"x\": 1, \"y\": 0.5}"]"#),
        "Pool" => tokens("serve", r#"[{"op": "acquire"}, {"op": "release"}]"#),
        "Queue" => tokens("serve", r#"["size"]"#),
        "Script" => params(r#"code: "for x in stream(`in`) { send(`out`, x); }""#),
        "Sort" | "Top" => tokens("in", r#"["pear", "fig"]"#),
        "Stencil" => tokens("in", "[[0, 9, 0]]"),
        "Store" => tokens("serve", r#"[{"op": "update", "key": 0, "value": 1}]"#),
        "Take" => params("n: 100"),
        "TcpSink" => Needs { params: Some(format!("connect: {:?}", taker())), ..tokens("in", r#"["a"]"#) },
        "TcpSource" => params(&format!("connect: {:?}", teller())),
        "Valve" => tokens("control", "[true]"),
        "WriteBytes" => Needs { params: Some("path: \"/dev/null\"".to_owned()), ..tokens("in", r#"["a"]"#) },
        "WritePng" => {
            Needs { params: Some("path: \"/dev/null\"".to_owned()), ..tokens("in", "[[[0, 1], [2, 3]]]") }
        }
        _ => none(),
    }
}

/// The parameters of the kind in its page's example.
fn params_of(signature: &Signature) -> String {
    let begin = format!("run: {}(", signature.kind);
    let example = signature.doc.example;
    let start = example.find(&begin).expect("a page shows its kind") + begin.len();
    let mut depth = 1;
    let mut in_text = false;
    for (at, c) in example[start..].char_indices() {
        match c {
            '"' if !example[start..start + at].ends_with('\\') => in_text = !in_text,
            '(' if !in_text => depth += 1,
            ')' if !in_text => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return example[start..start + at].to_owned();
        }
    }
    panic!("{begin} is closed");
}

/// Somebody at a port of the kind.
struct Seat {
    /// `in_0`: the name of its process.
    name: String,
    port: String,
    direction: Direction,
}

/// Who sits around a kind: two at a list port and at a serve port, one at any other.
fn seats(signature: &Signature) -> Vec<Seat> {
    let mut seats = Vec::new();
    for port in signature.ports.of(&csprun_dsl::params::Params::default()) {
        let n = if port.arity == Arity::List || port.direction == Direction::Serve { 2 } else { 1 };
        for at in 0..n {
            let name = format!("{}_{at}", port.name);
            seats.push(Seat { name, port: port.name.to_string(), direction: port.direction });
        }
    }
    seats
}

/// What a peer does.
#[derive(Clone, Copy, Debug)]
struct Doing {
    n: u64,
    fails: bool,
    rank: usize,
}

/// Around one kind, what each does, and under which circumstances.
struct Scenario<'a> {
    signature: &'a Signature,
    seats: &'a [Seat],
    doings: Vec<Doing>,
    /// 0: rendezvous, one worker. 1: one slot, two workers. 2 and 3: `Auto` and one slot, two workers, pauses.
    way: usize,
}

impl Scenario<'_> {
    fn graph(&self) -> String {
        let (kind, needs) = (self.signature.kind, needs(self.signature.kind));
        let params = needs.params.unwrap_or_else(|| params_of(self.signature));
        let mut processes = format!("\"kind\": (run: {kind}({params})),\n");
        let mut channels = String::new();
        let mut callers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let channel_kind = ["Rendezvous", "Buffer(1)", "Auto", "Buffer(1)"][self.way];
        for (seat, doing) in self.seats.iter().zip(&self.doings) {
            let (name, port) = (&seat.name, &seat.port);
            let values =
                needs.tokens.iter().find(|(of, _)| of == port).map_or("[1, 2, 3]", |(_, values)| values);
            let peer = match seat.direction {
                Direction::In => "TestFeed",
                Direction::Out => "TestTake",
                Direction::Serve => "TestAsk",
                Direction::Call => "TestAnswer",
            };
            let Doing { n, fails, rank } = doing;
            let seed = if self.way >= 2 { pauses(*rank) } else { 0 };
            processes += &format!(
                "\"{name}\": (run: {peer}(values: {values}, n: {n}, fails: {fails}, rank: {rank}, seed: {seed})),\n"
            );
            match seat.direction {
                Direction::In => {
                    channels += &format!("(from: \"{name}\", to: \"kind.{port}\", kind: {channel_kind}),\n")
                }
                Direction::Out => {
                    channels += &format!("(from: \"kind.{port}\", to: \"{name}\", kind: {channel_kind}),\n")
                }
                Direction::Call => channels += &format!("(from: \"kind.{port}\", to: \"{name}\"),\n"),
                Direction::Serve => callers.entry(port).or_default().push(format!("\"{name}.call\"")),
            }
        }
        for (port, callers) in callers {
            channels += &format!("(from: AnyOf([{}]), to: \"kind.{port}\"),\n", callers.join(", "));
        }
        let barrier = if params.contains("barrier") { "barriers: {\"round\": [\"kind\"]}," } else { "" };
        format!("Network(\nprocesses: {{\n{processes}}},\nchannels: [\n{channels}],\n{barrier})")
    }

    /// Runs it to its end.
    fn run(&self, library: &Library) -> Result<Report, String> {
        let sources = Only(self.graph());
        let (network, mut found) = check("ending.ron", &sources, library.catalog(), &Request::default());
        let n_workers = if self.way == 0 { 1 } else { 2 };
        let (plan, more) = match found.has_errors() {
            true => (None, Diagnostics::default()),
            false => plan(&network, &Machine::with_workers(n_workers)),
        };
        found.append(more);
        let plan = plan.ok_or_else(|| text(&found, &network.sources, Style::default()))?;
        let options = Options {
            stdin: Some(Arc::new(Mutex::new(io::Cursor::new("line\n".repeat(N_ALL as usize))))),
            stdout: Some(Arc::new(Mutex::new(Vec::new()))),
            timeout: Some(Duration::from_secs(30)),
            virtual_time: true,
            ..Options::default()
        };
        let report = start(&plan, library, &options).map_err(|error| error.to_string())?.wait();
        if matches!(report.outcome, Outcome::Done | Outcome::Failed) {
            return Ok(report);
        }
        let said = report.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str());
        Err(format!("{:?}: {}", report.outcome, said.collect::<Vec<_>>().join("\n")))
    }

    /// What is wrong with how it ended.
    fn wrong(&self, library: &Library) -> Option<String> {
        let wrong = match self.run(library) {
            Ok(report) => self.wrong_fate(&report).map(|(who, fate)| {
                let fates =
                    report.processes.iter().map(|process| format!("\n{} {:?}", process.name, process.fate));
                format!("`{who}` is {fate:?}{}", fates.collect::<String>())
            }),
            Err(why) => Some(why),
        };
        wrong.map(|wrong| format!("{} in way {}: {wrong}\n{}\n", self.signature.kind, self.way, self.graph()))
    }

    /// Whose fate is not what it should be.
    fn wrong_fate(&self, report: &Report) -> Option<(String, Fate)> {
        let fate = |name: &str| {
            let process = report.processes.iter().find(|process| process.name == name);
            let fate = process.and_then(|process| process.fate.clone());
            // A read from outside that nobody would receive does not hold the end up.
            let gave_up = name == "kind" && self.signature.cost == Cost::Blocking;
            fate.or(gave_up.then_some(Fate::Done)).expect("a run that is over has all other fates")
        };
        let peers = || self.seats.iter().zip(&self.doings);
        let failing = peers().find(|(_, doing)| doing.fails);
        let kind = fate("kind");
        // Whose failure the kind must pass on, if it met it.
        let cause = match (&kind, failing) {
            (Fate::Failed(_), _) if needs(self.signature.kind).may_fail => Some("kind"),
            (Fate::Failed(_) | Fate::Panicked(_), _) | (Fate::Poisoned(_), None) => {
                return Some(("kind".into(), kind));
            }
            (Fate::Done, Some((seat, doing))) if self.must_meet(seat, *doing, report) => {
                return Some(("kind".into(), kind));
            }
            (Fate::Poisoned(_), Some((seat, _))) => Some(seat.name.as_str()),
            (Fate::Done, _) => None,
        };
        let is_of = |fate: &Fate| match (fate, cause) {
            (Fate::Poisoned(poison), Some(cause)) => poison.cause().who == cause,
            _ => false,
        };
        if !(matches!(kind, Fate::Done | Fate::Failed(_)) || is_of(&kind)) {
            return Some(("kind".into(), kind));
        }
        let is_right = |(seat, doing): &(&Seat, &Doing)| match fate(&seat.name) {
            Fate::Failed(why) => doing.fails && why == WHY,
            // Who still reads when the kind ends so is told why.
            Fate::Done => cause.is_none() || seat.direction != Direction::Out || doing.n < N_ALL,
            fate => is_of(&fate),
        };
        peers().find(|peer| !is_right(peer)).map(|(seat, _)| (seat.name.clone(), fate(&seat.name)))
    }

    /// Whether the kind, which is done, should have met the poison of a peer that failed after `doing.n` tokens.
    fn must_meet(&self, seat: &Seat, doing: Doing, report: &Report) -> bool {
        let channel =
            |channel: &&ChannelReport| channel.name == format!("kind.{} -> {}", seat.port, seat.name);
        let any_before = self.seats.iter().zip(&self.doings).any(|(other, does)| {
            other.name != seat.name && other.direction == seat.direction && does.n <= 2 * doing.n
        });
        match seat.direction {
            // It does not poison its server.
            Direction::Serve => false,
            // Who chooses may have had all of another input before.
            Direction::In => !any_before && !self.signature.traits.alternates_inputs,
            // What it sent may be in the buffer.
            Direction::Out => {
                let n_sent = report.channels.iter().find(channel).expect("each has a channel").counts.sent;
                // Of `Auto`, the most that it begins with.
                n_sent > doing.n + [0, 1, 512, 1][self.way]
            }
            // It may have been done before.
            Direction::Call => !any_before && doing.n < 2,
        }
    }
}

/// A seed of pauses: another one in each run of the tests. A failure shows its graph, and that the seeds.
fn pauses(rank: usize) -> u64 {
    static BASE: OnceLock<u64> = OnceLock::new();
    let base = BASE.get_or_init(|| RandomState::new().hash_one(0) >> 32);
    base + 1 + rank as u64
}

/// All orders of 0..n.
fn orders(n: usize) -> Vec<Vec<usize>> {
    let Some(last) = n.checked_sub(1) else { return vec![Vec::new()] };
    let insert = |order: Vec<usize>| {
        (0..n).map(move |at| {
            let mut order = order.clone();
            order.insert(at, last);
            order
        })
    };
    orders(last).into_iter().flat_map(insert).collect()
}

/// All that those around a kind may do.
fn doings(seats: &[Seat]) -> Vec<Vec<Doing>> {
    let usual = |seat: &Seat| {
        let n = if matches!(seat.direction, Direction::In | Direction::Serve) { N_TOKENS } else { N_ALL };
        Doing { n, fails: false, rank: 0 }
    };
    let usual: Vec<Doing> = seats.iter().map(usual).collect();
    let mut all = Vec::new();
    for order in orders(seats.len()) {
        let ranked = usual.iter().zip(order).map(|(doing, rank)| Doing { rank, ..*doing });
        all.push(ranked.collect());
    }
    for at in 0..seats.len() {
        for n in [0, 1, 3] {
            for fails in [false, true] {
                let mut doings = usual.clone();
                doings[at] = Doing { n, fails, rank: 0 };
                all.push(doings.clone());
                // And all others of that side early as well.
                for (other, doing) in doings.iter_mut().enumerate() {
                    if other != at && seats[other].direction == seats[at].direction {
                        doing.n = 2;
                    }
                }
                all.push(doings);
            }
        }
    }
    all
}

/// What is wrong with the endings of a kind.
fn wrong_endings(signature: &Signature, library: &Library) -> Option<String> {
    let seats = seats(signature);
    let doings = doings(&seats);
    let scenarios = doings.into_iter().flat_map(|doings| (0..4).map(move |way| (doings.clone(), way)));
    let mut scenarios = scenarios.map(|(doings, way)| Scenario { signature, seats: &seats, doings, way });
    scenarios.find_map(|scenario| scenario.wrong(library))
}

#[test]
fn every_kind_ends_as_those_around_it_do() {
    let wrong = within(Duration::from_secs(300), || {
        at_root();
        let library = with_peers(library());
        let of_library = |signature: &&Signature| !signature.kind.starts_with("Test");
        let wrong = kinds(library.catalog())
            .filter(of_library)
            .filter_map(|signature| wrong_endings(signature, &library));
        wrong.collect::<String>()
    });
    assert!(wrong.is_empty(), "{wrong}");
}
