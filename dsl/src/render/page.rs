//! The process library for readers: one kind for the terminal, all kinds in a list, the whole reference in Markdown.

mod reference;
mod words;

use crate::expr::host::HOST;
use crate::params::Params;
use crate::signature::{Catalog, Direction, ParamSpec, PortSpec, Signature};

pub use reference::reference;

/// Columns of the terminal that a page is made for.
const WIDTH: usize = 90;

/// `csprun list`: every kind with its sentence, by chapter.
pub fn index(catalog: &Catalog) -> String {
    let width = catalog.iter().map(|signature| signature.kind.len() + 1).max().unwrap_or(0);
    let mut page = String::new();
    let mut unavailable = false;
    for group in words::GROUPS {
        let kinds: Vec<&Signature> =
            catalog.iter().map(AsRef::as_ref).filter(|signature| signature.group == group).collect();
        if kinds.is_empty() {
            continue;
        }
        page.push_str(&format!("{}\n", words::group(group)));
        for signature in kinds {
            let available = catalog.is_available(signature.kind);
            unavailable |= !available;
            let name = format!("{}{}", signature.kind, if available { "" } else { "*" });
            let head = format!("  {name:<width$}  ");
            hang(&mut page, &head, signature.doc.summary);
        }
        page.push('\n');
    }
    if unavailable {
        page.push_str("Kinds with a * can be checked and drawn, but not run by this build.\n");
    }
    page.push_str("`csprun list KIND` describes one, with an example.\n");
    page
}

/// `csprun list KIND`: all that is to know of one kind.
pub fn page(signature: &Signature) -> String {
    let doc = &signature.doc;
    let mut page = String::new();
    hang(&mut page, "", &format!("{}: {}", signature.kind, doc.summary));
    if !doc.diagram.is_empty() {
        page.push_str(&format!("\n{}\n", doc.diagram.trim_matches('\n')));
    }
    let ports = signature.ports.of(&Params::default());
    let rows = ports.iter().map(|port| [words::port_name(port), port_cell(port), port.doc.to_owned()]);
    table(&mut page, "Ports", &rows.collect::<Vec<_>>());
    let rows =
        signature.params.iter().map(|param| [param.name.to_owned(), param_cell(param), param.doc.to_owned()]);
    table(&mut page, "Parameters", &rows.collect::<Vec<_>>());
    if words::has_script(signature) {
        page.push_str("\nFunctions of the script, beside those of expressions\n");
        for function in HOST {
            hang(&mut page, &format!("  {:<26}  ", function.signature()), function.doc);
        }
    }
    let sentences =
        [("Order", doc.order), ("Ending", doc.ending), ("Cost", doc.complexity), ("Source", doc.source)];
    if sentences.iter().any(|(_, sentence)| !sentence.is_empty()) {
        page.push('\n');
    }
    for (head, sentence) in sentences.into_iter().filter(|(_, sentence)| !sentence.is_empty()) {
        hang(&mut page, &format!("{head:<8}"), sentence);
    }
    if !doc.example.is_empty() {
        page.push_str("\nExample\n");
        indent(&mut page, doc.example);
        if doc.example.contains("graphs/") {
            page.push_str("run in the folder of csprun's sources, where its files are,\n");
        }
        page.push_str("prints\n");
        indent(&mut page, doc.output);
    }
    page
}

fn port_cell(port: &PortSpec) -> String {
    let direction = match port.direction {
        Direction::In => "takes",
        Direction::Out => "gives",
        Direction::Call => "calls",
        Direction::Serve => "serves",
    };
    format!("{direction} {}", words::port_type(&port.ty))
}

fn param_cell(param: &ParamSpec) -> String {
    words::with_default(&words::param_type(&param.ty), param)
}

/// A heading and three columns, the last one wrapped; nothing when there is no row.
fn table(page: &mut String, heading: &str, rows: &[[String; 3]]) {
    if rows.is_empty() {
        return;
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (first, second) = (width(0), width(1).min(36));
    page.push_str(&format!("\n{heading}\n"));
    for [name, cell, text] in rows {
        hang(page, &format!("  {name:<first$}  {cell:<second$}  "), text);
    }
}

/// Appends `text` behind `head`, wrapped, its further lines below where it began.
fn hang(page: &mut String, head: &str, text: &str) {
    let left = head.chars().count();
    page.push_str(head);
    let mut column = left;
    for word in text.split(' ') {
        let n = word.chars().count();
        if column > left && column + 1 + n > WIDTH {
            page.push('\n');
            page.push_str(&" ".repeat(left));
            column = left;
        } else if column > left {
            page.push(' ');
            column += 1;
        }
        page.push_str(word);
        column += n;
    }
    page.truncate(page.trim_end().len());
    page.push('\n');
}

fn indent(page: &mut String, text: &str) {
    for line in text.lines() {
        page.push_str(&format!("  {line}"));
        page.truncate(page.trim_end().len());
        page.push('\n');
    }
}

#[cfg(test)]
mod tests;
