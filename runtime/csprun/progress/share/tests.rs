use std::time::Duration;

use csprun_dsl::plan::Machine;
use csprun_dsl::resolve::Request;
use csprun_dsl::span::{ReadError, Sources};
use csprun_runtime::supervisor::{ChannelProgress, ProcessProgress, Progress};

use super::Courses;

/// A graph file in memory.
struct Text<'a>(&'a str);

impl Sources for Text<'_> {
    fn read(&self, _from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        Ok((path.to_owned(), self.0.to_owned()))
    }
}

/// The share when the sources have sent all of 60 tokens, and of each channel so many were received and so many wait.
fn share(graph: &str, channels: &[(u64, usize)]) -> Option<f64> {
    let library = csprun_runtime::library::library();
    let (network, found) =
        csprun_dsl::check("graph.ron", &Text(graph), library.catalog(), &Request::default());
    assert!(!found.has_errors());
    let plan = csprun_dsl::plan(&network, &Machine::with_workers(1)).0.unwrap();
    let names = plan.channels.iter().map(|channel| channel.name.as_str()).collect::<Vec<_>>();
    assert_eq!(names.len(), channels.len(), "{names:?}");
    let processes = plan.processes.iter().map(|process| ProcessProgress {
        name: &process.name,
        ended: false,
        way: process.name.starts_with("numbers").then_some((60, 60)),
    });
    let channels = plan.channels.iter().zip(channels).map(|(channel, &(n_received, n_tokens))| {
        ChannelProgress { name: &channel.name, n_received, n_tokens, capacity: 256, may_grow: true }
    });
    let (processes, channels) = (processes.collect(), channels.collect());
    Courses::of(&plan).share(&Progress { elapsed: Duration::from_secs(1), processes, channels })
}

#[test]
fn what_waits_in_buffers_counts_for_nothing() {
    let graph = r#"(
        processes: {"numbers": (run: Range(to: 60)), "slow": (run: Delay(time: "50ms")), "print": (run: Print())},
        channels: [(from: "numbers", to: "slow"), (from: "slow", to: "print")],
    )"#;
    assert_eq!(share(graph, &[(0, 60), (0, 0)]), Some(0.0));
    assert_eq!(share(graph, &[(20, 40), (15, 5)]), Some(0.25));
    assert_eq!(share(graph, &[(60, 0), (60, 0)]), Some(0.99), "100% is for the end");
}

#[test]
fn what_gives_another_number_of_tokens_is_where_a_course_ends() {
    let graph = r#"(
        processes: {
            "numbers": (run: Range(to: 60)), "some": (run: Filter(expr: "x % 10 == 0")), "print": (run: Print()),
        },
        channels: [(from: "numbers", to: "some"), (from: "some", to: "print")],
    )"#;
    assert_eq!(share(graph, &[(30, 30), (3, 0)]), Some(0.5));
}

#[test]
fn copies_share_what_they_are_dealt() {
    let graph = r#"(
        processes: {
            "numbers": (run: Range(to: 60)),
            "work": (run: Map(expr: "x"), replicate: (n: 2, deal: RoundRobin, collect: InOrder)),
            "print": (run: Print()),
        },
        channels: [(from: "numbers", to: "work"), (from: "work", to: "print")],
    )"#;
    let channels = [(60, 0), (30, 0), (15, 15), (15, 15), (10, 5), (10, 5)];
    let counted = share(graph, &channels).unwrap();
    assert!(counted < 0.99, "{counted}");
}
