//! Sub-networks whose copies are collected by turns: each copy gives one token at the output for each at its input.
//!
//! A walk from the output back to the inputs shows it. Where every process on the way has rates of 1 and no channel
//! adds, drops or mixes tokens, the balance equations of synchronous data flow have a repetition vector of ones
//! (Lee and Messerschmitt 1987), and without loops nothing waits for itself. So chains qualify, and what is split and
//! joined again. Who may end before its input does is none of them: a copy without a turn would leave gaps.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::network::{
    Channel, ChannelKind, Collect, Collecting, Deal, Dealing, End, Network, Process, ProcessId, Spread,
};
use crate::signature::Direction;
use crate::span::Span;

/// Reports sub-networks that are collected by turns, or in order, and for which this cannot be shown.
pub(super) fn check(network: &Network, found: &mut Diagnostics) {
    if network.channels.iter().all(|channel| channel.collects.is_empty()) {
        return;
    }
    let ends = Ends::of(network);
    for channel in &network.channels {
        for (at, collecting) in channel.collects.iter().enumerate() {
            // Copies and members of a family stand at one place.
            if !found.has(Code::E0210, collecting.span)
                && let Some(error) = ends.amiss(channel, at, collecting)
            {
                found.push(error);
            }
        }
    }
}

/// What stands on the way: a process, or all copies of a sub-network that are collected in their turn.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Stage {
    Process(ProcessId),
    /// By their [`Dealing::id`].
    Copies(usize),
}

/// What is in the way, with its place.
struct Spoiler {
    span: Span,
    /// Who, and what it does.
    what: String,
    label: String,
}

impl Spoiler {
    fn process(process: &Process, why: &str) -> Spoiler {
        let kind = process.signature.kind;
        let what = format!("`{}` ({kind}) {why}", process.name);
        Spoiler { span: process.span, what, label: "this process".to_owned() }
    }

    fn channel(channel: &Channel, why: &str) -> Spoiler {
        let what = format!("the channel `{}` {why}", channel.name);
        Spoiler { span: channel.span, what, label: "this channel".to_owned() }
    }
}

/// Where tokens come to copies of sub-networks and to processes.
struct Ends<'a> {
    network: &'a Network,
    /// The channels that are dealt to each sub-network.
    dealt: HashMap<usize, Vec<(&'a Channel, &'a Dealing)>>,
    /// Position of each end among the readers of its channel.
    readers: HashMap<End, usize>,
}

impl<'a> Ends<'a> {
    fn of(network: &'a Network) -> Ends<'a> {
        let mut ends = Ends { network, dealt: HashMap::new(), readers: HashMap::new() };
        for channel in &network.channels {
            for dealing in &channel.deals {
                ends.dealt.entry(dealing.id).or_default().push((channel, dealing));
            }
            ends.readers.extend(channel.readers.iter().enumerate().map(|(at, &end)| (end, at)));
        }
        ends
    }

    /// The channels that are dealt to a sub-network.
    fn dealt(&self, id: usize) -> &[(&'a Channel, &'a Dealing)] {
        self.dealt.get(&id).map_or(&[], Vec::as_slice)
    }

    fn amiss(&self, channel: &'a Channel, at: usize, collecting: &'a Collecting) -> Option<Diagnostic> {
        let Collecting { name, id, collect, by_key, copies, span } = collecting;
        let error =
            |message: String, help: &str| Some(Diagnostic::new(Code::E0210, *span, message).help(help));
        let n_inputs = self.dealt(*id).len();
        let spoiler = || {
            copies.iter().enumerate().find_map(|(copy, writers)| {
                let walk = Walk { ends: self, id: *id, copy };
                walk.writer(channel, writers, at + 1).and_then(|last| walk.back_from(last)).err()
            })
        };
        if *by_key && *collect == Collect::RoundRobin {
            let message =
                "with `deal: Key(\"..\")` some copies get more tokens than others, so there are no turns";
            let keeps_order = n_inputs == 1 && spoiler().is_none();
            let help = if keeps_order {
                "`collect: InOrder` gives the outputs in the order of the inputs"
            } else {
                "leave `collect` out"
            };
            return error(message.to_owned(), help);
        }
        if *by_key && n_inputs > 1 {
            let message = format!(
                "with `deal: Key(\"..\")` and `collect: InOrder` one input says whose turn it is, and `{name}` has \
                 {n_inputs}"
            );
            return error(message, "leave `collect` out, or deal to one input");
        }
        let spoiler = spoiler()?;
        let message = format!(
            "`collect: {collect:?}` needs a sub-network that gives one token for each, and {}",
            spoiler.what
        );
        let help = "leave `collect` out, or replicate the processes in it one by one with `collect: InOrder`";
        error(message, help).map(|error| error.also(spoiler.span, spoiler.label))
    }
}

/// The way back through one copy of a sub-network.
struct Walk<'w, 'a> {
    ends: &'w Ends<'a>,
    /// Of the sub-network.
    id: usize,
    copy: usize,
}

impl<'a> Walk<'_, 'a> {
    /// Goes back from the last stage to the inputs, depth first and without recursion.
    fn back_from(&self, last: Stage) -> Result<(), Spoiler> {
        // Whether all that is before it was seen; while it was not, the way leads through it.
        let mut seen: HashMap<Stage, bool> = HashMap::new();
        let mut open = vec![(last, false)];
        while let Some((stage, all_before)) = open.pop() {
            if all_before {
                seen.insert(stage, true);
                continue;
            }
            match (seen.get(&stage), stage) {
                (Some(true), _) => continue,
                (Some(false), Stage::Process(process)) => {
                    let process = self.ends.network.process(process);
                    return Err(Spoiler::process(process, "stands in a loop"));
                }
                (Some(false), Stage::Copies(id)) => {
                    let channel = self.ends.dealt(id).first().map(|(channel, _)| *channel);
                    return channel
                        .map_or(Ok(()), |channel| Err(Spoiler::channel(channel, "lies in a loop")));
                }
                (None, _) => {}
            }
            seen.insert(stage, false);
            open.push((stage, true));
            let before = match stage {
                Stage::Process(process) => self.before_process(process),
                Stage::Copies(id) => self.before_copies(id),
            };
            open.extend(before?.into_iter().map(|stage| (stage, false)));
        }
        Ok(())
    }

    fn before_process(&self, id: ProcessId) -> Result<Vec<Stage>, Spoiler> {
        let process = self.ends.network.process(id);
        if let Some(why) = spoils(process) {
            return Err(Spoiler::process(process, why));
        }
        let mut before = Vec::new();
        for (port_idx, port) in process.ports.iter().enumerate() {
            let channel = port.channel.filter(|_| port.direction == Direction::In);
            let position = self.ends.readers.get(&End { process: id, port_idx });
            let Some((channel, &position)) = channel.zip(position) else { continue };
            let stage = self.source(self.ends.network.channel(channel), &[position])?;
            if stage.is_some() && port.immunity > 0 {
                let why = "is immune, so that a failure before it would look like an end";
                return Err(Spoiler::process(process, why));
            }
            before.extend(stage);
        }
        Ok(before)
    }

    fn before_copies(&self, id: usize) -> Result<Vec<Stage>, Spoiler> {
        let mut before = Vec::new();
        for (channel, dealing) in self.ends.dealt(id) {
            if dealing.deal == Deal::All && dealing.copies.len() > 1 {
                let why = format!("is dealt to all copies of `{}`, and each gives a token", dealing.name);
                return Err(Spoiler::channel(channel, &why));
            }
            before.extend(self.source(channel, &dealing.copies.concat())?);
        }
        Ok(before)
    }

    /// Who writes the tokens that these readers of a channel get; `None`: they are dealt to this copy.
    fn source(&self, channel: &'a Channel, readers: &[usize]) -> Result<Option<Stage>, Spoiler> {
        let to_copies = self.ends.dealt(self.id).iter().find(|(dealt, _)| dealt.id == channel.id);
        let n_readers = match to_copies {
            Some((_, dealing)) => dealing.copies[self.copy].len(),
            None if channel.spread == Spread::AllOf => readers.len(),
            None => channel.readers.len(),
        };
        let spoils = |why| Err(Spoiler::channel(channel, why));
        if n_readers > readers.len() {
            return spoils("is shared by readers of which each gets a part");
        }
        if to_copies.is_some() {
            return Ok(None);
        }
        match channel.kind {
            ChannelKind::DropOldest(_) | ChannelKind::DropNewest(_) => spoils("may drop tokens"),
            _ if !channel.initial.is_empty() => spoils("has tokens at the start"),
            _ => self.writer(channel, &(0..channel.writers.len()).collect::<Vec<_>>(), 0).map(Some),
        }
    }

    /// Who stands at these writing ends of a channel. Inner sub-networks are among its collects from `first` on.
    fn writer(&self, channel: &'a Channel, writers: &[usize], first: usize) -> Result<Stage, Spoiler> {
        let inner = channel.collects[first..].iter().find(|inner| inner.copies.iter().flatten().eq(writers));
        match (inner, writers) {
            (Some(inner), _) => Ok(Stage::Copies(inner.id)),
            (None, [writer]) => Ok(Stage::Process(channel.writers[*writer].process)),
            (None, _) if writers.len() < channel.writers.len() => {
                let why = "is shared by writers in each copy, whose tokens come in any order";
                Err(Spoiler::channel(channel, why))
            }
            (None, _) => {
                let why = "is shared by writers, whose tokens come in any order";
                Err(Spoiler::channel(channel, why))
            }
        }
    }
}

/// Why a process on the way is none that gives one token for each and goes on as long as its inputs.
fn spoils(process: &Process) -> Option<&'static str> {
    let (signature, traits) = (&process.signature, &process.signature.traits);
    let n_joined = |direction| {
        process.ports.iter().filter(|port| port.direction == direction && port.channel.is_some()).count()
    };
    let copies = process.replicate.as_ref().filter(|replicate| replicate.n > 1);
    let why = if n_joined(Direction::In) == 0 {
        "gives tokens without taking any"
    } else if !signature.is_one_for_one(&process.params)
        || traits.alternates_inputs
        || traits.alternates_outputs
    {
        "may give more or fewer tokens than it takes"
    } else if copies.is_some_and(|copies| copies.collect == Collect::Any) {
        "has copies whose tokens come in any order; they need a `collect` of their own"
    } else if copies.is_some_and(|copies| copies.deal == Deal::All) {
        "has copies that each give a token"
    } else if traits.ends_early {
        "may end before its input does"
    } else if n_joined(Direction::Call) > 0 {
        "asks a server, which may end before its input does"
    } else if n_joined(Direction::Out) > 1 && !traits.when_all_retired {
        "ends as soon as nobody reads one of its outputs"
    } else {
        return None;
    };
    Some(why)
}
