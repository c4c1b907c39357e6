//! What holds for every network, tried on random ones.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "laws/graph.rs"]
mod graph;
#[path = "support/in_process.rs"]
mod in_process;
#[path = "laws/ron.rs"]
mod ron;
#[path = "laws/stream.rs"]
mod stream;
#[path = "laws/tangle.rs"]
mod tangle;

use csprun_dsl::diagnostic::Diagnostic;
use csprun_dsl::span::SourceId;
use csprun_dsl::tree;
use csprun_runtime::Outcome;
use graph::{Variant, write};
use in_process::{check, outputs, run};
use proptest::prelude::{ProptestConfig, any, prop};
use proptest::{prop_assert, prop_assert_eq, prop_assume, proptest};

const KINDS: [&str; 5] = ["Rendezvous", "Buffer(1)", "Buffer(2)", "Buffer(64)", "Auto"];
const N_WORKERS: [usize; 3] = [1, 2, 4];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Kahn 1974: the streams are a function of the network, not of schedule or capacity (SEMANTICS N1).
    #[test]
    fn workers_and_capacities_do_not_change_a_determinate_network(stream in stream::streams()) {
        for kind in KINDS {
            let written = write(&stream, Variant { kind, splice: None });
            for n_workers in N_WORKERS {
                let printed = outputs(&written.graph, n_workers);
                prop_assert_eq!(printed, written.outputs.clone(), "{} workers\n{}", n_workers, written.graph);
            }
        }
    }

    /// An `Identity` in a channel is a longer channel.
    #[test]
    fn an_identity_spliced_into_a_channel_changes_nothing(
        stream in stream::streams(),
        at in any::<proptest::sample::Index>(),
        kind in proptest::sample::select(&KINDS),
        n_workers in proptest::sample::select(&N_WORKERS),
    ) {
        let n_channels = write(&stream, Variant { kind, splice: None }).n_channels;
        let splice = Some(at.index(n_channels));
        let written = write(&stream, Variant { kind, splice });
        prop_assert_eq!(outputs(&written.graph, n_workers), written.outputs, "{}", written.graph);
    }

    /// `csprun expand` prints the same network.
    #[test]
    fn what_expand_prints_runs_the_same(
        stream in stream::streams(),
        kind in proptest::sample::select(&KINDS),
    ) {
        let written = write(&stream, Variant { kind, splice: None });
        let expanded = csprun_dsl::render::expand(&check(&written.graph));
        prop_assert_eq!(outputs(&expanded, 2), written.outputs, "{}", expanded);
        prop_assert_eq!(csprun_dsl::render::expand(&check(&expanded)), expanded);
    }

    #[test]
    fn a_printed_tree_reads_back_as_the_same(value in ron::values()) {
        let printed = value.to_string();
        let read = tree::read(SourceId(0), &printed);
        prop_assert_eq!(read.map(|read| ron::without_spans(&read)), Ok(value), "{}", printed);
    }

    /// The reader of the structure is ours, the format is RON's: with a character lost or changed, too, a text is
    /// taken by both or by neither.
    #[test]
    fn what_is_read_as_ron_is_ron(value in ron::values(), at in any::<prop::sample::Index>(), with in "[()\\[\\]{},:\"0a ]?") {
        let mut text: Vec<char> = value.to_string().chars().collect();
        let at = at.index(text.len());
        text.splice(at..=at, with.chars());
        let text: String = text.into_iter().collect();
        let theirs = ::ron::from_str::<::ron::Value>(&text);
        let ours = tree::read(SourceId(0), &text);
        // Where we are stricter: a number that would lose something.
        let lossy = |error: &Diagnostic| error.message.contains("finite") || error.message.contains("64 bits");
        prop_assume!(!ours.as_ref().is_err_and(|error| lossy(error)));
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{}\n{:?}\n{:?}", text, ours.err(), theirs.err());
    }

    /// Nobody hangs: with sources that end and no token on a cycle, a network ends or its deadlock is found. One
    /// without a cycle can only be stuck for want of slots, and `Auto` gives them.
    #[test]
    fn every_network_ends_or_is_reported(
        tangle in tangle::tangles(),
        kind in proptest::sample::select(&KINDS),
        n_workers in proptest::sample::select(&N_WORKERS),
    ) {
        let graph = tangle.graph(kind);
        let report = run(&graph, n_workers);
        let ends: &[Outcome] =
            if tangle.has_cycle() { &[Outcome::Done, Outcome::Deadlock] }
            else if kind == "Auto" { &[Outcome::Done] }
            else { &[Outcome::Done, Outcome::Deadlock] };
        prop_assert!(ends.contains(&report.outcome), "{:?}\n{}", report.diagnostics, graph);
    }
}
