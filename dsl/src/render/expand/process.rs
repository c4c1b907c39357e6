//! One process of a flat file.

use super::code::Names;
use crate::network::{Collect, Deal, OnEnd, Place, Process, Replicate, Restart};
use crate::params::Param;
use crate::render::notation;
use crate::signature::{Default, ParamSpec, ParamType};

/// The fields of a process: `(run: Map(expr: "x + 1"), replicate: 4)`.
pub fn process(process: &Process, names: &mut Names<'_>) -> String {
    let mut fields = vec![format!("run: {}({})", process.signature.kind, arguments(process, names))];
    if let Some(replicate) = &process.replicate {
        fields.push(format!("replicate: {}", copies(replicate, names)));
    }
    if !process.rates.is_empty() {
        let rate = |rates: &Vec<u32>| match rates.as_slice() {
            [rate] => rate.to_string(),
            rates => notation::list(rates.iter().map(u32::to_string)),
        };
        let rates =
            process.rates.iter().map(|(port, rates)| format!("{}: {}", notation::quote(port), rate(rates)));
        fields.push(format!("rates: {{{}}}", rates.collect::<Vec<_>>().join(", ")));
    }
    if let Some(time) = process.time {
        fields.push(format!("time: {}", notation::duration(time)));
    }
    if let Restart::OnFailure { max, backoff, state_lost } = &process.restart {
        let lost = if *state_lost { ", state: Lost" } else { "" };
        fields
            .push(format!("restart: OnFailure(max: {max}, backoff: {}{lost})", notation::duration(*backoff)));
    }
    if process.on_end == OnEnd::Poison {
        fields.push("on_end: Poison".to_owned());
    }
    fields.extend(immunity(process));
    if !process.fuse {
        fields.push("fuse: false".to_owned());
    }
    if !process.doc.is_empty() {
        fields.push(format!("doc: {}", notation::text(&process.doc)));
    }
    format!("({})", fields.join(", "))
}

/// The parameters in the order of the signature, without those that only repeat a default.
fn arguments(process: &Process, names: &mut Names<'_>) -> String {
    let mut arguments = Vec::new();
    for spec in process.signature.params {
        let Some(param) = process.params.get(spec.name) else { continue };
        let value = by_copy(process, spec).unwrap_or_else(|| argument(param, process, names));
        let is_default = matches!(spec.default, Default::Ron(default) if default == value);
        if !is_default {
            arguments.push(format!("{}: {value}", name_of(process, spec)));
        }
    }
    arguments.join(", ")
}

/// A script is written out, wherever it stood.
fn name_of(process: &Process, spec: &ParamSpec) -> &'static str {
    let written = process.signature.params.iter().find(|other| matches!(other.ty, ParamType::Script));
    match written {
        Some(written) if matches!(spec.ty, ParamType::ScriptFile) => written.name,
        _ => spec.name,
    }
}

fn argument(param: &Param, process: &Process, names: &mut Names<'_>) -> String {
    let replicated = process.replicate.is_some();
    match param {
        Param::Bool(value) => value.to_string(),
        Param::Int(value) => value.to_string(),
        Param::Float(value) => format!("{value:?}"),
        Param::Text(value) => notation::text(value),
        Param::Duration(value) => notation::duration(*value),
        Param::Constant(value) => notation::constant(value),
        Param::Constants(values) => notation::list(values.iter().map(notation::constant)),
        Param::Type(ty) => notation::token_type(ty),
        Param::Names(values) => notation::list(values.iter().map(|name| notation::text(name))),
        Param::Expr(code) => notation::quote(&names.expression(code, replicated)),
        Param::Template(template) => notation::quote(&names.template(template, replicated)),
        Param::Script(code) => notation::quote(&names.script(code, replicated)),
    }
}

/// A parameter that differs from copy to copy of a replicated process, as arithmetic over `replica`: it was
/// written so, but only its values are left. `None` when all copies have the same.
fn by_copy(process: &Process, spec: &ParamSpec) -> Option<String> {
    let copies = &process.replicate.as_ref()?.params;
    let values: Vec<&Param> = copies.iter().filter_map(|params| params.get(spec.name)).collect();
    match values.first()? {
        Param::Int(_) => {
            let numbers: Option<Vec<i64>> =
                values.iter().map(|value| if let Param::Int(n) = value { Some(*n) } else { None }).collect();
            straight(&numbers?).map(|arithmetic| format!("\"${{{arithmetic}}}\""))
        }
        Param::Text(_) => {
            let texts: Option<Vec<&str>> = values
                .iter()
                .map(|value| if let Param::Text(s) = value { Some(s.as_str()) } else { None })
                .collect();
            numbered(&texts?)
        }
        _ => None,
    }
}

/// `2 * replica + 1` for 1, 3, 5; `None` for numbers on no line, or all the same.
fn straight(numbers: &[i64]) -> Option<String> {
    let [first, second, ..] = numbers else { return None };
    let step = second.checked_sub(*first)?;
    if step == 0 || numbers.windows(2).any(|pair| pair[1].checked_sub(pair[0]) != Some(step)) {
        return None;
    }
    let factor = if step == 1 { "replica".to_owned() } else { format!("{step} * replica") };
    Some(match *first {
        0 => factor,
        first if first < 0 => format!("{factor} - {}", first.unsigned_abs()),
        first => format!("{factor} + {first}"),
    })
}

/// `"out-${replica}.txt"` for texts that differ in one number.
fn numbered(texts: &[&str]) -> Option<String> {
    let (first, rest) = texts.split_first()?;
    let alike = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let before = rest.iter().map(|text| alike(first, text)).min()?;
    let alike_end =
        |a: &str, b: &str| a.bytes().rev().zip(b.bytes().rev()).take_while(|(a, b)| a == b).count();
    let shortest = texts.iter().map(|text| text.len()).min()? - before;
    let after = rest.iter().map(|text| alike_end(first, text)).min()?.min(shortest);
    let number = |text: &&str| text.get(before..text.len() - after)?.parse::<i64>().ok();
    let arithmetic = straight(&texts.iter().map(number).collect::<Option<Vec<i64>>>()?)?;
    let escaped = |part: &str| part.replace("${", "$${");
    let (head, tail) = (first.get(..before)?, first.get(first.len() - after..)?);
    Some(notation::quote(&format!("{}${{{arithmetic}}}{}", escaped(head), escaped(tail))))
}

fn copies(replicate: &Replicate, names: &mut Names<'_>) -> String {
    let mut fields = vec![format!("n: {}", replicate.n)];
    match &replicate.deal {
        Deal::Any => {}
        Deal::RoundRobin => fields.push("deal: RoundRobin".to_owned()),
        Deal::All => fields.push("deal: All".to_owned()),
        Deal::Key(code) => {
            fields.push(format!("deal: Key({})", notation::quote(&names.expression(code, false))))
        }
    }
    match replicate.collect {
        Collect::Any => {}
        Collect::RoundRobin => fields.push("collect: RoundRobin".to_owned()),
        Collect::InOrder => fields.push("collect: InOrder".to_owned()),
    }
    if fields.len() == 1 { replicate.n.to_string() } else { format!("({})", fields.join(", ")) }
}

/// `immunity:` for ports that have some, once for a list port.
fn immunity(process: &Process) -> Option<String> {
    let mut ports: Vec<(&str, u32)> = process
        .ports
        .iter()
        .filter(|port| port.immunity > 0)
        .map(|port| (port.name.as_str(), port.immunity))
        .collect();
    ports.dedup();
    let (_, first) = ports.first()?;
    if process.ports.iter().all(|port| port.immunity == *first) {
        return Some(format!("immunity: {first}"));
    }
    let ports = ports.iter().map(|(port, n)| format!("{}: {n}", notation::quote(port)));
    Some(format!("immunity: {{{}}}", ports.collect::<Vec<_>>().join(", ")))
}

/// The fields of a place; `None` when nothing was asked.
pub fn place(place: &Place) -> Option<String> {
    let numbers = |numbers: &[u32]| notation::list(numbers.iter().map(u32::to_string));
    let mut fields = Vec::new();
    fields.extend(place.worker.map(|worker| format!("worker: {worker}")));
    fields.extend(place.thread.then(|| "thread: true".to_owned()));
    fields.extend(place.child.as_ref().map(|child| format!("child: {}", notation::text(child))));
    fields.extend(place.rank.map(|rank| format!("rank: {rank}")));
    fields.extend((!place.ranks.is_empty()).then(|| format!("ranks: {}", numbers(&place.ranks))));
    fields.extend(place.gpu.map(|gpu| format!("gpu: {gpu}")));
    fields.extend((!place.pin.is_empty()).then(|| format!("pin: {}", numbers(&place.pin))));
    (!fields.is_empty()).then(|| format!("({})", fields.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::{numbered, straight};

    #[test]
    fn numbers_on_a_line_become_arithmetic() {
        assert_eq!(straight(&[0, 1, 2]).as_deref(), Some("replica"));
        assert_eq!(straight(&[1, 3, 5]).as_deref(), Some("2 * replica + 1"));
        assert_eq!(straight(&[-1, -3]).as_deref(), Some("-2 * replica - 1"));
        assert_eq!(straight(&[1, 1]), None);
        assert_eq!(straight(&[1, 2, 4]), None);
    }

    #[test]
    fn texts_that_differ_in_a_number_become_arithmetic() {
        let texts = ["out-9.txt", "out-10.txt"];
        assert_eq!(numbered(&texts).as_deref(), Some("\"out-${replica + 9}.txt\""));
        assert_eq!(numbered(&["a", "b"]), None);
        assert_eq!(numbered(&["a", "a"]), None);
    }
}
