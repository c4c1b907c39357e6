//! Whether the types at the two sides of a channel fit, and where a type that does not fit comes from; whether
//! an expression gives what its parameter needs.

use std::collections::{BTreeMap, HashSet};

use super::state::Resolver;
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::Compiled;
use crate::network::{ChannelId, End};
use crate::params::Param;
use crate::signature::{Direction, PortType, ResultType};
use crate::span::Span;
use crate::ty::Type;

impl Resolver<'_> {
    /// Types of channels, and initial tokens as tokens of that type.
    pub(super) fn initial_tokens(&mut self) {
        for at in 0..self.network.channels.len() {
            let declared = self.network.channels[at].ty.clone();
            // Callers of one server may ask for different things.
            let written = declared == Type::Any && !self.network.channels[at].call;
            let ty = if written { self.written(at) } else { declared };
            let channel = &mut self.network.channels[at];
            let initial = std::mem::take(&mut channel.initial);
            for token in initial {
                if let Some(token) = token.clone().coerce(&ty) {
                    channel.initial.push(token);
                    continue;
                }
                let message = format!("the initial token {token} is no `{ty}`");
                let error = Diagnostic::new(Code::E0302, channel.span, message);
                let error = error.label(format!("this channel carries `{ty}`"));
                self.found.push(error.help("initial tokens are like those that the writer sends"));
                break;
            }
            channel.ty = ty;
        }
    }

    /// The type that a channel's writers and initial tokens give together.
    fn written(&mut self, at: usize) -> Type {
        let channel = &self.network.channels[at];
        let mut joined: Option<(Type, Option<usize>)> = None;
        let mut clash = None;
        for (position, end) in channel.writers.iter().enumerate() {
            let ty = self.port_type(*end);
            joined = match joined {
                None => Some((ty, Some(position))),
                Some((other, first)) => match other.join(&ty) {
                    Some(both) => Some((both, first)),
                    None => {
                        clash = Some((first.unwrap_or(0), other.clone(), position, ty));
                        Some((other, first))
                    }
                },
            };
        }
        let initial =
            channel.initial.iter().filter_map(crate::ty::Constant::ty).reduce(|a, b| a.join(&b).unwrap_or(a));
        if let Some((first, other, second, ty)) = clash {
            let message = format!("writers of one channel give `{other}` and `{ty}`");
            let error = Diagnostic::new(Code::E0301, channel.writer_spans[second], message);
            let error = error.label(format!("gives `{ty}`"));
            let error = error.also(channel.writer_spans[first], format!("gives `{other}`"));
            self.found.push(error.help("say `type: OneOf([..])` on the channel if both are meant"));
            return Type::Any;
        }
        let ty = joined.map_or(Type::Any, |(ty, _)| ty);
        match initial {
            // A writer that is not known yet (a loop) takes the type that the initial tokens give.
            Some(initial) if ty == Type::Any => initial,
            _ => ty,
        }
    }

    fn direction(&self, end: End) -> Option<Direction> {
        self.network.process(end.process).ports.get(end.port_idx).map(|port| port.direction)
    }

    fn port_type(&self, end: End) -> Type {
        let process = self.network.process(end.process);
        process.ports.get(end.port_idx).map_or(Type::Any, |port| port.ty.clone())
    }

    /// Reports every channel whose sides do not fit.
    pub(super) fn mismatches(&mut self) {
        for at in 0..self.network.channels.len() {
            let channel = &self.network.channels[at];
            if channel.call {
                self.requests(at);
                continue;
            }
            let ty = channel.ty.clone();
            let (writers, readers) = (channel.writers.clone(), channel.readers.clone());
            for (position, end) in writers.into_iter().enumerate() {
                let given = self.port_type(end);
                if !given.fits(&ty) {
                    let span = self.network.channels[at].writer_spans[position];
                    self.mismatch(at, end, span, (&given, &ty), "the channel is declared as");
                }
            }
            for (position, end) in readers.into_iter().enumerate() {
                let wanted = self.wanted(end);
                if !ty.fits(&wanted) {
                    let span = self.network.channels[at].reader_spans[position];
                    self.mismatch(at, end, span, (&ty, &wanted), "this port takes");
                }
                let process = &mut self.network.processes[end.process.idx()];
                if let Some(port) = process.ports.get_mut(end.port_idx) {
                    port.ty = if wanted == Type::Any { ty.clone() } else { wanted };
                }
            }
        }
        self.variables();
    }

    /// What callers ask against what the channel and the server take; replies are only known at run time.
    fn requests(&mut self, at: usize) {
        let channel = &self.network.channels[at];
        let (ty, writers) = (channel.ty.clone(), channel.writers.clone());
        // What else is joined here was reported.
        let is_serving = |end: &End| self.direction(*end) == Some(Direction::Serve);
        let readers: Vec<End> = channel.readers.iter().copied().filter(is_serving).collect();
        for (position, end) in writers.into_iter().enumerate() {
            if self.direction(end) != Some(Direction::Call) {
                continue;
            }
            let (given, span) = (self.port_type(end), self.network.channels[at].writer_spans[position]);
            let taken = readers.iter().map(|reader| self.wanted(*reader)).find(|taken| !given.fits(taken));
            if !given.fits(&ty) {
                self.mismatch(at, end, span, (&given, &ty), "the channel is declared as");
            } else if let Some(taken) = taken {
                self.mismatch(at, end, span, (&given, &taken), "the server takes");
            }
        }
        for end in readers {
            let wanted = self.wanted(end);
            if let Some(port) = self.network.processes[end.process.idx()].ports.get_mut(end.port_idx) {
                port.ty = if wanted == Type::Any { ty.clone() } else { wanted };
            }
        }
    }

    /// What a process takes at an input: its kind's type, or anything.
    fn wanted(&self, end: End) -> Type {
        let process = self.network.process(end.process);
        let Some(port) = process.ports.get(end.port_idx) else { return Type::Any };
        let specs = &self.specs[end.process.idx()];
        match specs.iter().find(|spec| spec.name == port.name).map(|spec| &spec.ty) {
            Some(PortType::Is(ty)) => ty.clone(),
            _ => Type::Any,
        }
    }

    fn mismatch(
        &mut self,
        channel: usize,
        end: End,
        span: Span,
        (given, wanted): (&Type, &Type),
        what: &str,
    ) {
        let channel = &self.network.channels[channel];
        // The channels of an `each` stand at one place and do not fit for the same reason.
        if self.found.has(Code::E0301, span) {
            return;
        }
        let shown = self.network.end_name(end);
        let direction = self.network.process(end.process).ports[end.port_idx].direction;
        let message = if direction == Direction::In {
            format!("`{shown}` takes `{wanted}`, and gets `{given}`")
        } else if direction == Direction::Call {
            format!("`{shown}` asks with `{given}`, and requests here are `{wanted}`")
        } else {
            format!("`{shown}` gives `{given}`, and the channel carries `{wanted}`")
        };
        let mut error = Diagnostic::new(Code::E0301, span, message).label(format!("{what} `{wanted}`"));
        if direction == Direction::In
            && let Some(origin) = self.origin(channel.id)
        {
            let process = self.network.process(origin.process);
            error = error.also(process.span, format!("`{}` gives `{given}`", process.name));
        }
        if direction == Direction::Call {
            let server = channel.readers.first().map(|end| self.network.process(end.process).signature.kind);
            let server = server.unwrap_or("KIND");
            error = error.help(format!("`csprun list {server}` says what can be asked for"));
        } else {
            error = error.maybe_help(convert(given, wanted));
        }
        self.found.push(error);
    }

    /// The end at which the type of a channel's tokens first appears: back through processes that pass it on.
    fn origin(&self, channel: ChannelId) -> Option<End> {
        let mut seen = HashSet::new();
        let mut at = *self.network.channel(channel).writers.first()?;
        while seen.insert(at.process) {
            let process = self.network.process(at.process);
            let port = process.ports.get(at.port_idx)?;
            let specs = &self.specs[at.process.idx()];
            let spec = specs.iter().find(|spec| spec.name == port.name)?;
            let PortType::Var(var) = &spec.ty else { break };
            let passes = |name: &str| {
                specs.iter().any(|spec| {
                    spec.name == name
                        && spec.direction == Direction::In
                        && matches!(&spec.ty, PortType::Var(other) if other == var)
                })
            };
            let input = process.ports.iter().find(|port| passes(&port.name))?;
            at = *self.network.channel(input.channel?).writers.first()?;
        }
        Some(at)
    }

    /// Inputs of one process that must have one type: where they join, each takes what they join to.
    fn variables(&mut self) {
        for at in 0..self.network.processes.len() {
            let specs = self.specs[at].clone();
            let process = &self.network.processes[at];
            for (first, port) in process.ports.iter().enumerate() {
                let Some(name) = variable(&specs, port) else { continue };
                let other = process.ports[..first].iter().find(|other| variable(&specs, other) == Some(name));
                let constant = match process.params.get(name) {
                    Some(Param::Constant(value)) => value.ty(),
                    _ => None,
                };
                let before = other.map(|other| (other.ty.clone(), format!("`{}`", other.label())));
                let before = before.or(constant.map(|ty| (ty, format!("the parameter `{name}`"))));
                let Some((ty, shown)) = before else { continue };
                if ty.join(&port.ty).is_some() {
                    continue;
                }
                if self.found.has(Code::E0301, process.span) {
                    break;
                }
                let message = format!(
                    "`{}.{}` gets `{}`, and {shown} of the same process is `{ty}`",
                    process.name,
                    port.label(),
                    port.ty
                );
                let error = Diagnostic::new(Code::E0301, process.span, message);
                self.found.push(error.label(format!("`{}` needs one type at both", process.signature.kind)));
                break;
            }
            self.join_inputs(at, &specs);
        }
    }

    fn join_inputs(&mut self, at: usize, specs: &[crate::signature::PortSpec]) {
        let ports = &mut self.network.processes[at].ports;
        let mut joined: BTreeMap<&str, Type> = BTreeMap::new();
        for port in ports.iter() {
            if let Some(name) = variable(specs, port) {
                let ty = joined.get(name).and_then(|ty| ty.join(&port.ty));
                joined.insert(name, ty.unwrap_or_else(|| port.ty.clone()));
            }
        }
        for port in ports.iter_mut() {
            if let Some(ty) = variable(specs, port).and_then(|name| joined.get(name)) {
                port.ty = ty.clone();
            }
        }
    }

    /// What an expression gives against what its parameter needs.
    pub(super) fn check_result(&mut self, index: usize, compiled: &Compiled) {
        let expression = &self.expressions[index];
        let wanted = match &expression.spec.result {
            ResultType::Any => return,
            ResultType::Bool if Type::fits(&compiled.ty, &Type::Bool) => return,
            ResultType::Bool => "`true` or `false`".to_owned(),
            ResultType::Ordered => match compiled.ty {
                Type::I64 | Type::F64 | Type::Text | Type::Bool | Type::Any | Type::Bytes | Type::List(_) => {
                    return;
                }
                _ => "something with an order".to_owned(),
            },
            ResultType::Is(ty) if compiled.ty.fits(ty) => return,
            ResultType::Is(ty) => format!("`{ty}`"),
            ResultType::State => {
                let state = expression.spec.variables.iter().position(|(_, var)| var.is_state());
                let Some((_, ty)) = state.and_then(|at| compiled.scope.variables.get(at)) else { return };
                if compiled.ty.fits(ty) {
                    return;
                }
                format!("`{ty}`, as its state")
            }
        };
        let kind = self.network.process(expression.process).signature.kind;
        let message =
            format!("`{}` of `{kind}` must give {wanted}, and gives `{}`", expression.param, compiled.ty);
        let error = Diagnostic::new(Code::E0805, expression.span, message);
        let compare = matches!(expression.spec.result, ResultType::Bool) && compiled.ty.is_numeric();
        let help = compare.then(|| "compare it: `.. > 0`, `.. == 0`".to_owned());
        self.found.push(error.label(format!("this is `{}`", compiled.ty)).maybe_help(help));
    }
}

/// The name that an input port's type has in common with others.
fn variable<'s>(specs: &'s [crate::signature::PortSpec], port: &crate::network::Port) -> Option<&'s str> {
    let spec = specs.iter().find(|spec| spec.name == port.name && spec.direction == Direction::In)?;
    match &spec.ty {
        PortType::Var(name) | PortType::OfParam(name) => Some(name),
        _ => None,
    }
}

/// How a person would make one type of the other.
fn convert(given: &Type, wanted: &Type) -> Option<String> {
    let expr = match (given, wanted) {
        (_, Type::Text) => "to_text(x)",
        (Type::Text, Type::I64) => "parse_int(x)",
        (Type::Text, Type::F64) => "parse_float(x)",
        (Type::F64, Type::I64) => "to_int(x)",
        _ => return None,
    };
    Some(format!("put `Map(expr: \"{expr}\")` between"))
}
