//! The whole library as a Markdown document.

use std::fmt::Write;

use super::words;
use crate::expr::host::HOST;
use crate::params::Params;
use crate::signature::{Catalog, Direction, Signature};

/// Reference of every kind that this build can run, and a list of the others.
pub fn reference(catalog: &Catalog) -> String {
    let mut page = "# The process library\n\n`csprun list KIND` shows the same on the terminal.\n".to_owned();
    for group in words::GROUPS {
        let mut kinds =
            catalog.iter().filter(|s| s.group == group && catalog.is_available(s.kind)).peekable();
        if kinds.peek().is_some() {
            line(&mut page, &format!("\n## {}", words::group(group)));
        }
        kinds.for_each(|signature| section(&mut page, signature));
    }
    let mut others = catalog.iter().filter(|signature| !catalog.is_available(signature.kind)).peekable();
    if others.peek().is_some() {
        line(&mut page, "\n## Checked and drawn, but not run by this build\n");
        line(&mut page, "| kind | what it is |\n|---|---|");
    }
    for signature in others {
        line(&mut page, &format!("| `{}` | {} |", signature.kind, cell(signature.doc.summary)));
    }
    page
}

fn section(page: &mut String, signature: &Signature) {
    let doc = &signature.doc;
    line(page, &format!("\n### {}\n\n{}", signature.kind, doc.summary));
    line(page, &format!("\n```text\n{}\n```", doc.diagram.trim_matches('\n')));
    let ports = signature.ports.of(&Params::default());
    if !ports.is_empty() {
        line(page, "\n| port | direction | tokens | meaning |\n|---|---|---|---|");
    }
    for port in &ports {
        let direction = match port.direction {
            Direction::In => "in",
            Direction::Out => "out",
            Direction::Call => "call",
            Direction::Serve => "serve",
        };
        let (name, ty) = (words::port_name(port), words::port_type(&port.ty));
        line(page, &format!("| `{name}` | {direction} | {} | {} |", cell(&ty), cell(port.doc)));
    }
    if !signature.params.is_empty() {
        line(page, "\n| parameter | value | meaning |\n|---|---|---|");
    }
    for param in signature.params {
        let value = words::with_default(&words::param_type(&param.ty), param);
        line(page, &format!("| `{}` | {} | {} |", param.name, cell(&value), cell(param.doc)));
    }
    if words::has_script(signature) {
        line(page, "\n| function of the script | what it does |\n|---|---|");
        for function in HOST {
            line(page, &format!("| `{}` | {} |", function.signature(), cell(function.doc)));
        }
    }
    for (head, sentence) in
        [("Order", doc.order), ("Ending", doc.ending), ("Cost", doc.complexity), ("Source", doc.source)]
    {
        line(page, &format!("\n*{head}.* {sentence}"));
    }
    line(page, &format!("\n```ron\n{}\n```\n\nprints", doc.example.trim_end()));
    line(page, &format!("\n```text\n{}\n```", doc.output.trim_end()));
}

/// A text inside a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn line(page: &mut String, text: &str) {
    // Writing to a `String` cannot fail.
    writeln!(page, "{text}").ok();
}
