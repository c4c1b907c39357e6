//! How far the kinds are that know how far they will go.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use csprun_dsl::plan::Machine;
use csprun_dsl::resolve::Request;
use csprun_dsl::{check, plan};
use csprun_runtime::library::library;
use csprun_runtime::{Options, start};

use crate::Only;
use crate::tables::file;

/// How far the process `source` was said to be, while a slow reader let it go on for a while.
fn ways(source: &str) -> Vec<Option<(u64, u64)>> {
    let library = library();
    let graph = format!(
        "Network(processes: {{ \"source\": (run: {source}), \"slow\": (run: Delay(time: \"1h\")), \
         \"end\": (run: BlackHole()) }}, channels: [(from: \"source\", to: \"slow\", kind: Buffer(1)), \
         (from: \"slow\", to: \"end\")])"
    );
    let (network, found) = check("way.ron", &Only(graph), library.catalog(), &Request::default());
    assert!(found.is_empty(), "{found:?}");
    let plan = plan(&network, &Machine::with_workers(1)).0.expect("it can run");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let see = Arc::clone(&seen);
    let options = Options {
        timeout: Some(Duration::from_secs(1)),
        watch: Some(Arc::new(move |progress| {
            let source = progress.processes.iter().find(|process| process.name == "source");
            see.lock().expect("nobody panics with it").push(source.expect("it is planned").way);
        })),
        ..Options::default()
    };
    start(&plan, &library, &options).expect("it can run").wait();
    let seen = seen.lock().expect("nobody panics with it");
    seen.clone()
}

#[test]
fn who_reads_a_file_says_how_much_of_it_was_read() {
    const N_BYTES: u64 = 1 << 20;
    let path = file("progress.txt", "1\n".repeat(1 << 19));
    for (kind, params) in [
        ("ReadLines", ""),
        ("ReadCsv", "type: List(Text), header: false"),
        ("ReadJson", ""),
        ("ReadBytes", ""),
        ("ReadArray", "type: Array(U8, [65536])"),
    ] {
        let ways = ways(&format!("{kind}(path: {path:?}, {params})"));
        let is_on_its_way = |way: &Option<(u64, u64)>| {
            way.is_some_and(|(at, length)| length == N_BYTES && at > 0 && at < N_BYTES)
        };
        assert!(ways.iter().any(is_on_its_way), "{kind}: {ways:?}");
    }
}

#[test]
fn what_has_no_length_says_nothing() {
    let ways = ways("ReadBytes(path: \"/dev/zero\")");
    assert!(!ways.is_empty() && ways.iter().all(Option::is_none), "{ways:?}");
}
