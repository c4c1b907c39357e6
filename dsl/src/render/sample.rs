//! Networks to draw, built by hand: pictures are tested without reading a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::network::{
    Channel, ChannelId, ChannelKind, Collect, Deal, End, Family, Network, OnEnd, Place, Port, Process,
    ProcessId, Replicate, Restart, Spread,
};
use crate::params::Params;
use crate::signature::{Cost, Direction, Doc, Group, Ports, Signature, Traits};
use crate::span::{SourceId, Span};
use crate::ty::{Constant, Type};

/// A network without anything.
pub fn network(name: &str) -> Network {
    Network { name: name.to_owned(), ..Network::default() }
}

/// Adds a process; its ports come with its channels.
pub fn process<'n>(
    network: &'n mut Network,
    name: &str,
    kind: &'static str,
    group: Group,
) -> &'n mut Process {
    let id = ProcessId(u32::try_from(network.processes.len()).unwrap());
    let signature = Signature {
        kind,
        group,
        doc: Doc::NONE,
        ports: Ports::Fixed(&[]),
        params: &[],
        cost: Cost::Light,
        traits: Traits::KAHN,
    };
    network.processes.push(Process {
        id,
        name: name.to_owned(),
        family: None,
        within: 0,
        signature: Arc::new(signature),
        available: true,
        params: Params::default(),
        ports: Vec::new(),
        replicate: None,
        rates: BTreeMap::new(),
        time: None,
        restart: Restart::Never,
        on_end: OnEnd::Retire,
        fuse: true,
        doc: String::new(),
        place: Place::default(),
        span: Span::start_of(SourceId(0)),
    });
    &mut network.processes[id.idx()]
}

/// Adds a channel between ends written `process.port`, several apart by spaces.
pub fn channel<'n>(network: &'n mut Network, from: &str, to: &str) -> &'n mut Channel {
    join(network, from, to, [Direction::Out, Direction::In])
}

/// Adds a channel of calls.
pub fn call<'n>(network: &'n mut Network, from: &str, to: &str) -> &'n mut Channel {
    let channel = join(network, from, to, [Direction::Call, Direction::Serve]);
    channel.call = true;
    channel
}

fn join<'n>(network: &'n mut Network, from: &str, to: &str, [out, into]: [Direction; 2]) -> &'n mut Channel {
    let id = ChannelId(u32::try_from(network.channels.len()).unwrap());
    let mut ends = |text: &str, direction| -> Vec<End> {
        text.split(' ').map(|end| port(network, end, direction, id)).collect()
    };
    let (writers, readers) = (ends(from, out), ends(to, into));
    network.channels.push(Channel {
        id,
        name: format!("{from} -> {to}"),
        writers,
        readers,
        spread: Spread::AnyOf,
        deals: Vec::new(),
        collects: Vec::new(),
        call: false,
        kind: ChannelKind::Auto,
        ty: Type::I64,
        initial: Vec::new(),
        tap: None,
        span: Span::start_of(SourceId(0)),
        writer_spans: Vec::new(),
        reader_spans: Vec::new(),
    });
    &mut network.channels[id.idx()]
}

fn port(network: &mut Network, end: &str, direction: Direction, channel: ChannelId) -> End {
    let (process, port) = end.rsplit_once('.').unwrap();
    let process = network.processes.iter_mut().find(|p| p.name == process).unwrap();
    let (name, index) = match port.strip_suffix(']').and_then(|port| port.split_once('[')) {
        Some((name, index)) => (name, Some(index.parse().unwrap())),
        None => (port, None),
    };
    process.ports.push(Port {
        name: name.to_owned(),
        index,
        direction,
        channel: Some(channel),
        ty: Type::I64,
        immunity: 0,
    });
    End { process: process.id, port_idx: process.ports.len() - 1 }
}

/// A family of `n` processes, or of `rows` times `cols`.
pub fn family(network: &mut Network, name: &str, extents: &[u64], kind: &'static str, group: Group) {
    let total: u64 = extents.iter().product();
    for at in 0..total {
        let index = match extents {
            [_, cols] => vec![at / cols, at % cols],
            _ => vec![at],
        };
        let written: Vec<String> = index.iter().map(u64::to_string).collect();
        let member = process(network, &format!("{name}[{}]", written.join(",")), kind, group);
        member.family = Some(Family { name: name.to_owned(), extents: extents.to_vec(), index });
    }
}

/// Five philosophers, five forks, in a ring.
pub fn dining() -> Network {
    let mut net = network("dining");
    family(&mut net, "phil", &[5], "Philosopher", Group::User);
    family(&mut net, "fork", &[5], "Lock", Group::Coordination);
    for i in 0..5 {
        let right = (i + 1) % 5;
        call(&mut net, &format!("phil[{i}].left phil[{right}].right"), &format!("fork[{i}].serve"));
    }
    net
}

/// A source, four copies of a worker, a sink.
pub fn farm() -> Network {
    let mut net = network("farm");
    process(&mut net, "src", "Range", Group::Source);
    let worker = process(&mut net, "work", "Map", Group::Transform);
    worker.replicate = Some(Replicate {
        n: 4,
        deal: Deal::Any,
        collect: Collect::InOrder,
        params: Vec::new(),
        span: Span::start_of(SourceId(0)),
    });
    process(&mut net, "print", "Print", Group::Sink);
    channel(&mut net, "src.out", "work.in").kind = ChannelKind::Buffer(64);
    channel(&mut net, "work.out", "print.in").name = "results".to_owned();
    net
}

/// CommsTime: a ring of prefix, delta and successor, and who counts its rounds.
pub fn comms_time() -> Network {
    let mut net = network("comms-time");
    process(&mut net, "prefix", "Prefix", Group::Csp);
    process(&mut net, "delta", "Delta", Group::Csp);
    process(&mut net, "succ", "Successor", Group::Csp);
    process(&mut net, "consume", "Consumer", Group::Sink);
    channel(&mut net, "prefix.out", "delta.in");
    channel(&mut net, "delta.out[0]", "succ.in");
    channel(&mut net, "delta.out[1]", "consume.in");
    channel(&mut net, "succ.out", "prefix.in").initial = vec![Constant::I64(0)];
    net
}

/// Shared ends of both sorts, a lossy channel, a nested sub-network.
pub fn hubs() -> Network {
    let mut net = network("hubs");
    process(&mut net, "a", "Range", Group::Source);
    process(&mut net, "b", "ReadLines", Group::Outside);
    process(&mut net, "stat/split", "Delta", Group::Csp);
    process(&mut net, "stat/mean/sum", "Fold", Group::Transform);
    process(&mut net, "stat/mean/div", "Map", Group::Transform);
    process(&mut net, "stat/merge", "Plex", Group::Csp);
    process(&mut net, "show", "Print", Group::Sink);
    process(&mut net, "log", "WriteLines", Group::Outside);
    channel(&mut net, "a.out b.out", "stat/split.in");
    channel(&mut net, "stat/split.out[0]", "stat/mean/sum.in").kind = ChannelKind::DropOldest(8);
    channel(&mut net, "stat/mean/sum.out", "stat/mean/div.in");
    channel(&mut net, "stat/mean/div.out", "stat/merge.in[0]");
    channel(&mut net, "stat/split.out[1]", "stat/merge.in[1]");
    let out = channel(&mut net, "stat/merge.out", "show.in log.in");
    out.spread = Spread::AllOf;
    out.name = "statistics".to_owned();
    net
}

/// Clients that share one lock.
pub fn calls() -> Network {
    let mut net = network("lock");
    process(&mut net, "log", "Print", Group::Sink);
    process(&mut net, "lock", "Lock", Group::Coordination);
    family(&mut net, "client", &[3], "Script", Group::Outside);
    call(&mut net, "client[0].lock client[1].lock client[2].lock", "lock.serve");
    channel(&mut net, "client[0].out client[1].out client[2].out", "log.in");
    net
}

/// A grid in which tokens go right and down.
pub fn grid(rows: u64, cols: u64) -> Network {
    let mut net = network("grid");
    family(&mut net, "cell", &[rows, cols], "Cell", Group::User);
    for i in 0..rows {
        for j in 0..cols {
            if j + 1 < cols {
                channel(&mut net, &format!("cell[{i},{j}].east"), &format!("cell[{i},{}].west", j + 1));
            }
            if i + 1 < rows {
                channel(&mut net, &format!("cell[{i},{j}].south"), &format!("cell[{},{j}].north", i + 1));
            }
        }
    }
    net
}

/// `lanes` pipelines of `stages` processes, from one source to one sink.
pub fn lanes(lanes: usize, stages: usize) -> Network {
    let mut net = network("lanes");
    process(&mut net, "src", "Range", Group::Source);
    process(&mut net, "sink", "Print", Group::Sink);
    for lane in 0..lanes {
        let mut before = format!("src.out[{lane}]");
        for stage in 0..stages {
            process(&mut net, &format!("s{lane}-{stage}"), "Map", Group::Transform);
            channel(&mut net, &before, &format!("s{lane}-{stage}.in"));
            before = format!("s{lane}-{stage}.out");
        }
        channel(&mut net, &before, &format!("sink.in[{lane}]"));
    }
    net
}

/// Names that every format has to escape.
pub fn odd_names() -> Network {
    let mut net = network("a <\"b\"> & \\ 'c'\nd");
    process(&mut net, "x\"<&>\\y", "Map", Group::Transform).doc = "says \"<&>\"\n--- `#`".to_owned();
    process(&mut net, "日本/é[0]", "Print", Group::Sink);
    process(&mut net, "日本/end", "Print", Group::Sink);
    channel(&mut net, "x\"<&>\\y.out", "日本/é[0].in").name = "a|b \"<c>\" #1; & ]".to_owned();
    channel(&mut net, "x\"<&>\\y.err", "日本/end.in");
    net
}

/// `n` processes, each of which reads from one or two of the `reach` before it: branches that part and meet.
pub fn branches(n: usize, reach: usize) -> Network {
    let mut net = network("branches");
    // Any numbers will do, the same each time.
    let mut state: usize = 7;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    for idx in 0..n {
        process(&mut net, &format!("p{idx}"), "Map", Group::Transform);
        for input in 0..(1 + below(2)).min(idx) {
            let from = idx - 1 - below(reach.min(idx));
            channel(&mut net, &format!("p{from}.out[{idx}]"), &format!("p{idx}.in[{input}]"));
        }
    }
    net
}
