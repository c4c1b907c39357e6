//! The flat network as a graph file again: parameters, families, `each` and sub-networks are gone.

mod code;
mod id;
mod process;

use std::collections::BTreeSet;

use super::notation;
use crate::network::{
    Channel, ChannelKind, Claim, Collecting, Deal, Dealing, End, Network, Parameter, Spread, Tap,
};
use crate::ty::Type;
use code::Names;
use id::legal_names;

/// A graph file without parameters (but those that expressions name), families, `each` and sub-networks, which
/// `check` accepts and which runs as the network does; but where tokens are dealt to copies of a sub-network in turn or by
/// key, or collected from them by turns, which only a comment says there. A process or channel whose name is no legal id gets one;
/// what it was stands before it as a comment. A deployment that was chosen is called `chosen` there.
pub fn expand(network: &Network) -> String {
    let flat =
        Flat { network, ids: legal_names(network.processes.iter().map(|process| process.name.as_str())) };
    let mut names = Names { parameters: &network.parameters, used: BTreeSet::new() };
    let processes = flat.processes(&mut names);
    let mut text = String::from("Network(\n    format: 1,\n");
    let mut field = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            text.push_str(&format!("    {name}: {value},\n"));
        }
    };
    field("name", (!network.name.is_empty()).then(|| notation::text(&network.name)));
    field("doc", (!network.doc.is_empty()).then(|| notation::text(&network.doc)));
    field("params", block('{', parameters(network, &names.used), '}'));
    field("processes", block('{', processes, '}').or(Some("{}".to_owned())));
    field("channels", block('[', flat.channels(), ']').or(Some("[]".to_owned())));
    field("barriers", block('{', flat.barriers(), '}'));
    field("expect", block('[', flat.expectations(), ']'));
    field("deploy", flat.deployment());
    field("run", settings(network));
    text.push_str(")\n");
    text
}

/// Lines between brackets; `None` when there is none.
fn block(open: char, lines: Vec<String>, close: char) -> Option<String> {
    let lines: String = lines.iter().map(|line| format!("        {line}\n")).collect();
    (!lines.is_empty()).then(|| format!("{open}\n{lines}    {close}"))
}

fn parameters(network: &Network, used: &BTreeSet<String>) -> Vec<String> {
    let used = network.parameters.iter().filter(|parameter| used.contains(&parameter.name));
    used.map(|parameter| format!("{}: ({}),", notation::quote(&parameter.name), declaration(parameter)))
        .collect()
}

fn declaration(parameter: &Parameter) -> String {
    // Nothing is replaced among the parameters, so their texts stand as they are.
    let values = [("default", &parameter.value), ("min", &parameter.min), ("max", &parameter.max)];
    let mut fields: Vec<String> = Vec::new();
    for (name, value) in values {
        fields.extend(value.as_ref().map(|value| format!("{name}: {value}")));
    }
    if !parameter.one_of.is_empty() {
        fields.push(format!("one_of: {}", notation::list(parameter.one_of.iter().map(ToString::to_string))));
    }
    if !parameter.doc.is_empty() {
        fields.push(format!("doc: {}", notation::quote(&parameter.doc)));
    }
    fields.join(", ")
}

/// The network with the ids of its processes.
struct Flat<'a> {
    network: &'a Network,
    ids: Vec<String>,
}

impl Flat<'_> {
    fn processes(&self, names: &mut Names<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        for (process, id) in self.network.processes.iter().zip(&self.ids) {
            lines.extend(was(&process.name, id));
            lines.push(format!("{}: {},", notation::quote(id), process::process(process, names)));
        }
        lines
    }

    fn channels(&self) -> Vec<String> {
        // A name that was made of the ends is made again, of the new ids.
        let given = |channel: &&Channel| !channel.name.contains(" -> ");
        let names = self.network.channels.iter().filter(given).map(|channel| channel.name.as_str());
        let mut legal = legal_names(names).into_iter();
        let mut lines = Vec::new();
        for channel in &self.network.channels {
            let name = if given(&channel) { legal.next() } else { None };
            lines.extend(name.as_ref().and_then(|name| was(&channel.name, name)));
            lines.extend(channel.deals.iter().filter(|_| !is_dealt_to_all(channel)).map(dealt));
            lines.extend(channel.collects.iter().map(collected));
            lines.push(format!("({}),", self.channel(channel, name)));
        }
        lines
    }

    fn channel(&self, channel: &Channel, name: Option<String>) -> String {
        let to = if channel.spread == Spread::AllOf || is_dealt_to_all(channel) { "AllOf" } else { "AnyOf" };
        let mut fields = vec![
            format!("from: {}", self.ends(&channel.writers, "AnyOf")),
            format!("to: {}", self.ends(&channel.readers, to)),
        ];
        fields.extend(name.map(|name| format!("name: {}", notation::quote(&name))));
        match channel.kind {
            ChannelKind::Auto => {}
            ChannelKind::Rendezvous => fields.push("kind: Rendezvous".to_owned()),
            ChannelKind::Buffer(n) => fields.push(format!("kind: Buffer({n})")),
            ChannelKind::DropOldest(n) => fields.push(format!("kind: DropOldest({n})")),
            ChannelKind::DropNewest(n) => fields.push(format!("kind: DropNewest({n})")),
        }
        if channel.ty != Type::Any {
            fields.push(format!("type: {}", notation::token_type(&channel.ty)));
        }
        if !channel.initial.is_empty() {
            fields
                .push(format!("initial: {}", notation::list(channel.initial.iter().map(notation::constant))));
        }
        match &channel.tap {
            None => {}
            Some(Tap::Record(file)) => fields.push(format!("tap: Record({})", notation::text(file))),
            Some(Tap::Sample(n)) => fields.push(format!("tap: Sample({n})")),
        }
        fields.join(", ")
    }

    fn ends(&self, ends: &[End], several: &str) -> String {
        let end = |end: &End| {
            let port = &self.network.process(end.process).ports[end.port_idx];
            notation::quote(&format!("{}.{}", self.ids[end.process.idx()], port.label()))
        };
        match ends {
            [one] => end(one),
            ends => format!("{several}({})", notation::list(ends.iter().map(end))),
        }
    }

    fn barriers(&self) -> Vec<String> {
        let barriers = &self.network.barriers;
        let names = legal_names(barriers.iter().map(|barrier| barrier.name.as_str()));
        let mut lines = Vec::new();
        for (barrier, name) in barriers.iter().zip(names) {
            let members =
                notation::list(barrier.members.iter().map(|member| notation::quote(&self.ids[member.idx()])));
            lines.extend(was(&barrier.name, &name));
            lines.push(format!("{}: {members},", notation::quote(&name)));
        }
        lines
    }

    fn expectations(&self) -> Vec<String> {
        let claim = |claim: &Claim| match claim {
            Claim::DeadlockFree => "DeadlockFree,".to_owned(),
            Claim::Bounded => "Bounded,".to_owned(),
            Claim::Determinate => "Determinate,".to_owned(),
            Claim::Terminates => "Terminates,".to_owned(),
            Claim::Output { of, file, .. } => {
                format!(
                    "Output(of: {}, file: {}),",
                    notation::quote(&self.ids[of.idx()]),
                    notation::text(file)
                )
            }
        };
        self.network.expectations.iter().map(|expectation| claim(&expectation.claim)).collect()
    }

    fn deployment(&self) -> Option<String> {
        let places: Vec<String> = self
            .network
            .processes
            .iter()
            .zip(&self.ids)
            .filter_map(|(process, id)| {
                Some(format!("{}: {}", notation::quote(id), process::place(&process.place)?))
            })
            .collect();
        (!places.is_empty()).then(|| format!("{{\"chosen\": (place: {{{}}})}}", places.join(", ")))
    }
}

/// Whether every reader is a copy of one sub-network, and gets every token.
fn is_dealt_to_all(channel: &Channel) -> bool {
    matches!(channel.deals.as_slice(), [Dealing { deal: Deal::All, copies, .. }]
        if copies.len() == channel.readers.len() && copies.iter().all(|ends| ends.len() == 1))
}

/// A comment for what a flat file cannot say.
fn dealt(dealing: &Dealing) -> String {
    let deal = match &dealing.deal {
        Deal::Any => "Any".to_owned(),
        Deal::RoundRobin => "RoundRobin".to_owned(),
        Deal::All => "All".to_owned(),
        Deal::Key(code) => format!("Key({})", notation::quote(&code.source)),
    };
    let text = format!("// `deal: {deal}` of the copies of `{}`; here they share the channel", dealing.name);
    text.replace(char::is_control, " ")
}

/// The same for what the copies give.
fn collected(collecting: &Collecting) -> String {
    let Collecting { name, collect, .. } = collecting;
    let text = format!("// `collect: {collect:?}` of the copies of `{name}`; here they share the channel");
    text.replace(char::is_control, " ")
}

/// A comment with the name that something had, when that is another now.
fn was(before: &str, now: &str) -> Option<String> {
    (before != now).then(|| format!("// {}", before.replace(char::is_control, " ")))
}

fn settings(network: &Network) -> Option<String> {
    let settings = &network.settings;
    let mut fields = Vec::new();
    fields.extend(settings.timeout.map(|timeout| format!("timeout: {}", notation::duration(timeout))));
    fields.extend(settings.seed.map(|seed| format!("seed: {seed}")));
    fields.extend(settings.memory.map(|memory| format!("memory: {memory}")));
    (!fields.is_empty()).then(|| format!("({})", fields.join(", ")))
}

#[cfg(test)]
mod tests;
