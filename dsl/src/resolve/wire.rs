//! Ends to ports: indices of list ports, ports used twice or not at all, names of channels.

use std::collections::HashMap;

use super::state::{Member, Resolver, Side, Use};
use crate::diagnostic::{Code, Diagnostic};
use crate::network::{Barrier, Port, ProcessId};
use crate::signature::{Arity, Direction, PortSpec};
use crate::substitute::Env;
use crate::tree::{Node, Tree, Word};
use crate::ty::Type;

impl Resolver<'_> {
    /// Gives every process its ports and every end its port.
    pub(super) fn wire(&mut self) {
        self.name_channels();
        let uses = std::mem::take(&mut self.uses);
        let mut by_process: Vec<Vec<&Use>> = vec![Vec::new(); self.network.processes.len()];
        for one in &uses {
            by_process[one.spot.process.idx()].push(one);
        }
        for (at, uses) in by_process.iter().enumerate() {
            let specs = self.specs[at].clone();
            for (spec_idx, spec) in specs.iter().enumerate() {
                let mine: Vec<&Use> = uses.iter().copied().filter(|one| one.spot.spec == spec_idx).collect();
                self.wire_port(at, spec, &mine);
            }
        }
    }

    fn wire_port(&mut self, process: usize, spec: &PortSpec, uses: &[&Use]) {
        let immunity = self
            .immunity
            .get(&self.network.processes[process].id)
            .map_or(0, |immunity| immunity.by_port.get(spec.name.as_ref()).copied().unwrap_or(immunity.all));
        let port = |index, channel| Port {
            name: spec.name.to_string(),
            index,
            direction: spec.direction,
            channel,
            ty: Type::Any,
            immunity,
        };
        if uses.is_empty() {
            if spec.arity == Arity::Optional {
                self.network.processes[process].ports.push(port(None, None));
            } else {
                let id = self.network.processes[process].id;
                if self.may_report(id, spec) {
                    self.unconnected(process, spec);
                }
            }
            return;
        }
        if spec.arity != Arity::List {
            if let [first, second, ..] = uses {
                self.used_twice(process, spec, first, second);
            }
            let mut uses = uses.to_vec();
            uses.truncate(1);
            self.attach(process, &uses, |_| port(None, uses[0].channel));
            return;
        }
        if let Some(order) = self.list_order(process, spec, uses) {
            let channels: Vec<_> = order.iter().map(|one| one.channel).collect();
            self.attach(process, &order, |at| port(Some(at), channels[at]));
        }
    }

    /// Appends a port for each use, and points the channel's end at it.
    fn attach(&mut self, process: usize, uses: &[&Use], port: impl Fn(usize) -> Port) {
        for (at, one) in uses.iter().enumerate() {
            let ports = &mut self.network.processes[process].ports;
            ports.push(port(at));
            let port_idx = ports.len() - 1;
            if let Some(channel) = one.channel {
                let channel = &mut self.network.channels[channel.idx()];
                let ends = match one.side {
                    Side::From => &mut channel.writers,
                    Side::To => &mut channel.readers,
                };
                ends[one.position].port_idx = port_idx;
            }
        }
    }

    fn unconnected(&mut self, process: usize, spec: &PortSpec) {
        let process = &self.network.processes[process];
        let message = format!("`{}.{}` is not connected", process.name, spec.name);
        let end = format!("\"{}.{}\"", process.name.rsplit('/').next().unwrap_or(""), spec.name);
        let help = match spec.direction {
            Direction::In => format!("{}; add a channel `(from: .., to: {end})`", spec.doc),
            Direction::Out => {
                format!("add a channel `(from: {end}, to: ..)`; `BlackHole()` takes what nobody wants")
            }
            Direction::Call => format!("add a channel `(from: {end}, to: ..)` to a server"),
            Direction::Serve => format!("add a channel `(from: .., to: {end})` from its callers"),
        };
        let label = format!("`{}` needs its port `{}`", process.signature.kind, spec.name);
        self.found.push(Diagnostic::new(Code::E0201, process.span, message).label(label).help(help));
    }

    fn used_twice(&mut self, process: usize, spec: &PortSpec, first: &Use, second: &Use) {
        let end = format!("{}.{}", self.network.processes[process].name, spec.name);
        let (code, who, help) = if second.side == Side::From {
            (
                Code::E0202,
                "readers",
                "one channel `to: AllOf([..])` sends each token to all, `to: AnyOf([..])` to one of them",
            )
        } else {
            (Code::E0203, "writers", "one channel `from: AnyOf([..])` is shared by its writers")
        };
        let message = format!("`{end}` stands in two channels, so it would have two {who}");
        if self.found.has(code, second.span) {
            return;
        }
        let error = Diagnostic::new(code, second.span, message).help(help);
        self.found.push(if second.span == first.span {
            error.label("joined again for each index")
        } else {
            error.label("and here again").also(first.span, "joined here")
        });
    }

    /// The uses of a list port in index order.
    fn list_order<'u>(&mut self, process: usize, spec: &PortSpec, uses: &[&'u Use]) -> Option<Vec<&'u Use>> {
        let n_given = uses.iter().filter(|one| one.spot.index.is_some()).count();
        if n_given == 0 {
            return Some(uses.to_vec());
        }
        let end = format!("{}.{}", self.network.processes[process].name, spec.name);
        if n_given < uses.len() {
            let without = uses.iter().find(|one| one.spot.index.is_none())?;
            let with = uses.iter().find(|one| one.spot.index.is_some())?;
            if self.found.has(Code::E0208, without.span) {
                return None;
            }
            let message = format!("`{end}` stands here without an index, and elsewhere with one");
            let error = Diagnostic::new(Code::E0208, without.span, message);
            self.found.push(error.also(with.span, "with an index").help("write all indices or none"));
            return None;
        }
        let mut order = uses.to_vec();
        order.sort_by_key(|one| one.spot.index);
        for (want, one) in order.iter().enumerate() {
            let index = usize::try_from(one.spot.index.unwrap_or(0)).unwrap_or(usize::MAX);
            if index == want {
                continue;
            }
            if index < want {
                self.used_twice(process, spec, order[want - 1], one);
            } else if !self.found.has(Code::E0208, one.span) {
                let message = format!("`{end}[{want}]` is missing: indices start at 0 and have no gaps");
                let error = Diagnostic::new(Code::E0208, one.span, message).label(format!("index {index}"));
                self.found.push(error.help(format!("join `{end}[{want}]`, or leave all indices out")));
            }
            return None;
        }
        Some(order)
    }

    /// Makes names unique: defaults get `#2`, `#3`; given ones must differ.
    fn name_channels(&mut self) {
        let mut taken: HashMap<String, (usize, usize)> = HashMap::new();
        for at in 0..self.network.channels.len() {
            let name = self.network.channels[at].name.clone();
            let (first, n) = taken.entry(name.clone()).or_insert((at, 0));
            *n += 1;
            if *n == 1 {
                continue;
            }
            let (first, n) = (*first, *n);
            self.network.channels[at].name = format!("{name}#{n}");
            let same_entry = self.network.channels[at].span == self.network.channels[first].span;
            if !name.contains(" -> ") && !same_entry {
                let message = format!("two channels are named `{name}`");
                let (span, other) = (self.network.channels[at].span, self.network.channels[first].span);
                let error = Diagnostic::new(Code::E0105, span, message).label("the second");
                self.found.push(error.also(other, "the first").help("rename one, or leave `name` out"));
            }
        }
    }

    pub(super) fn make_barrier(&mut self, scope: usize, name: &Word, members: &Node, env: &Env) {
        let Some(members) = self.substituted(members, env) else { return };
        let Tree::List(items) = &members.tree else {
            let wanted = "a barrier is a list of processes";
            self.found.push(crate::fields::wrong_kind(&members, wanted));
            return;
        };
        let mut enrolled: Vec<ProcessId> = Vec::new();
        for item in items {
            for process in self.barrier_members(scope, item) {
                if enrolled.contains(&process) {
                    let shown = &self.network.process(process).name;
                    let message = format!("`{shown}` is enrolled twice in the barrier `{}`", name.text);
                    self.found.push(Diagnostic::new(Code::E0211, item.span, message).help("remove one"));
                } else {
                    enrolled.push(process);
                }
            }
        }
        let name_shown = format!("{}{}", self.scopes[scope].prefix, name.text);
        self.network.barriers.push(Barrier { name: name_shown, members: enrolled, span: name.span });
    }

    /// A process, a whole family by its name or `w[*]`, or one member.
    fn barrier_members(&mut self, scope: usize, item: &Node) -> Vec<ProcessId> {
        let Some(text) = item.as_text() else {
            self.found
                .push(crate::fields::wrong_kind(item, "a member of a barrier is the name of a process"));
            return Vec::new();
        };
        let base = text.split('[').next().unwrap_or(text);
        let whole_family = base == text || text.ends_with("[*]");
        let names = &self.scopes[scope].names;
        let Some(entry) = names.get(base) else {
            let near = crate::diagnostic::did_you_mean(base, names.keys().map(String::as_str));
            let message = format!("unknown process `{base}`");
            let help = near.map(|near| format!("did you mean `{near}`?"));
            self.found.push(Diagnostic::new(Code::E0102, item.span, message).maybe_help(help));
            return Vec::new();
        };
        let prefix = &self.scopes[scope].prefix;
        let wanted = format!("{prefix}{text}");
        let processes = entry.members.iter().filter_map(|member| match member {
            Member::Process(process) => Some(*process),
            _ => None,
        });
        let chosen: Vec<ProcessId> =
            processes.filter(|id| whole_family || self.network.process(*id).name == wanted).collect();
        if chosen.is_empty() && !entry.members.contains(&Member::Broken) {
            let message = format!("`{text}` names no process that can be enrolled");
            self.found.push(Diagnostic::new(Code::E0107, item.span, message));
        }
        chosen
    }
}
