//! Wires a channel of calls: what lies behind it, and how reports see that.

use std::sync::Arc;

use csprun_dsl::network::ChannelKind;
use csprun_dsl::plan::Seat;

use super::wired::{Carries, WiredChannel, WiredEnd, home_of};
use crate::channel::{Flavor, Form, Full};
use crate::process::{Calls, Party};

/// A caller or a server, to wire it.
pub(crate) struct Met {
    pub(crate) end: WiredEnd,
    /// Where its process sits; `None`: outside of the run.
    pub(crate) seat: Option<Seat>,
    pub(crate) party: Party,
}

/// A channel of calls to reports.
pub(crate) struct WiredCalls {
    /// Its requests.
    pub(crate) requests: WiredChannel,
    /// By caller.
    pub(crate) replies: Vec<WiredChannel>,
}

/// Wires the channel of calls of that name between `callers` and `servers`. Its requests will be at place `at`.
pub(crate) fn wire_calls<Q: Send + 'static, A: Send + 'static>(
    name: &str,
    at: usize,
    callers: Vec<Met>,
    servers: Vec<Met>,
) -> (Arc<Calls<Q, A>>, WiredCalls) {
    let homes: Vec<Option<usize>> = {
        let seats = || servers.iter().map(|server| server.seat);
        callers.iter().map(|caller| home_of([caller.seat].into_iter().chain(seats()))).collect()
    };
    let home = home_of(callers.iter().chain(&servers).map(|met| met.seat));
    let form = |home: Option<usize>, capacity| {
        let flavor = if home.is_some() { Flavor::Local } else { Flavor::Shared };
        Form { flavor, capacity, full: Full::Block }
    };
    let split = |all: Vec<Met>| all.into_iter().map(|met| (met.end, met.party)).unzip();
    let (calling, callers): (Vec<WiredEnd>, Vec<Party>) = split(callers);
    let (serving, servers): (Vec<WiredEnd>, Vec<Party>) = split(servers);
    let calls = Calls::<Q, A>::new(callers, servers, form(home, 0), |caller| form(homes[caller], 1));
    let replies = calls.replies.iter().zip(&calling).zip(homes).enumerate();
    let replies = replies.map(|(caller, ((channel, end), home))| WiredChannel {
        name: name.to_owned(),
        channel: channel.clone(),
        home,
        kind: ChannelKind::Buffer(1),
        carries: Carries::Replies { of: at, caller },
        copies: false,
        writers: serving.clone(),
        readers: vec![end.clone()],
    });
    let replies = replies.collect();
    let requests = WiredChannel {
        name: name.to_owned(),
        channel: calls.requests.clone(),
        home,
        kind: ChannelKind::Rendezvous,
        carries: Carries::Requests(Arc::clone(&calls.desk)),
        copies: false,
        writers: calling,
        readers: serving,
    };
    (calls, WiredCalls { requests, replies })
}
