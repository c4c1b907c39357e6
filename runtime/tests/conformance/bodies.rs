//! Bodies that several cases use.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use csprun_dsl::network::ChannelKind;
use csprun_runtime::process::{Ended, Ports, Running};
use csprun_runtime::testing::{Net, Wire};
use csprun_runtime::value::Value;

use crate::place::Delay;

/// Every way a channel can hold tokens without losing any.
pub const KINDS: [ChannelKind; 6] = [
    ChannelKind::Rendezvous,
    ChannelKind::Buffer(1),
    ChannelKind::Buffer(5),
    ChannelKind::Buffer(10),
    ChannelKind::Buffer(20),
    ChannelKind::Auto,
];

/// What several processes of a case write down.
#[derive(Clone, Default)]
pub struct Log<T>(Arc<Mutex<Vec<T>>>);

impl<T: Clone> Log<T> {
    pub fn new() -> Log<T> {
        Log(Arc::new(Mutex::new(Vec::new())))
    }

    pub fn push(&self, entry: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }

    pub fn entries(&self) -> Vec<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<T: Clone + Ord> Log<T> {
    pub fn sorted(&self) -> Vec<T> {
        let mut entries = self.entries();
        entries.sort();
        entries
    }
}

/// A body: what `Net::process` takes.
pub trait Body: for<'a> FnOnce(&'a mut Ports) -> Running<'a> + Send + 'static {}
impl<F: for<'a> FnOnce(&'a mut Ports) -> Running<'a> + Send + 'static> Body for F {}

/// Gives a closure the type that its body needs.
pub fn body<F>(body: F) -> F
where
    F: for<'a> FnOnce(&'a mut Ports) -> Running<'a> + Send + 'static,
{
    body
}

/// The integer that a token is.
pub fn int(token: &Value) -> i64 {
    token.as_i64().expect("these cases send integers")
}

/// Sends the range, then ends.
pub fn source(range: Range<i64>) -> impl Body {
    source_with(Delay::None, range)
}

/// The same with a wait before each of them.
pub fn source_with(delay: Delay, range: Range<i64>) -> impl Body {
    body(move |ports| {
        Box::pin(async move {
            let mut output = ports.output("out");
            for n in range {
                delay.pause(n.unsigned_abs()).await;
                output.send(n).await?;
            }
            Ok(())
        })
    })
}

/// Writes down what arrives, until the end of the stream.
pub fn sink(log: &Log<i64>) -> impl Body + use<> {
    let log = log.clone();
    body(|ports| {
        Box::pin(async move {
            let mut input = ports.input("in");
            loop {
                log.push(int(&input.recv().await?));
            }
        })
    })
}

/// Writes down what arrives, then how it ended.
pub fn sink_to_the_end(log: &Log<i64>, end: &Log<String>) -> impl Body + use<> {
    let (log, end) = (log.clone(), end.clone());
    body(|ports| {
        Box::pin(async move {
            let mut input = ports.input("in");
            loop {
                match input.recv().await {
                    Ok(token) => log.push(int(&token)),
                    Err(ended) => {
                        end.push(name_of(&ended).to_owned());
                        return Err(ended);
                    }
                }
            }
        })
    })
}

/// Passes tokens on.
pub fn identity() -> impl Body {
    body(|ports| {
        Box::pin(async move {
            let (mut input, mut output) = (ports.input("in"), ports.output("out"));
            loop {
                output.send(input.recv().await?).await?;
            }
        })
    })
}

/// Adds a process that only calls, at a port `call`.
pub fn caller(net: &mut Net, name: &str, calls: Wire, body: impl Body) {
    net.caller(name, &[], &[], &[calls], body);
}

/// Adds so many of them; their names.
pub fn callers<B: Body>(
    net: &mut Net,
    name: &str,
    n: i64,
    calls: Wire,
    body: impl Fn(i64) -> B,
) -> Vec<String> {
    let add = |at| {
        let name = format!("{name}[{at}]");
        caller(net, &name, calls, body(at));
        name
    };
    (0..n).map(add).collect()
}

/// How an operation ended, in one word.
pub fn name_of(ended: &Ended) -> &'static str {
    match ended {
        Ended::Retired => "retired",
        Ended::Poisoned(_) => "poisoned",
        _ => "failed",
    }
}
