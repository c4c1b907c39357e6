//! `list` and `explain`: the library and the diagnostics, page by page.

use std::fmt::Write;

use csprun_dsl::diagnostic::{Code, did_you_mean, explain};
use csprun_dsl::{expr, render};
use csprun_runtime::library::library;
use csprun_runtime::library::script::GUIDE;

use crate::cli::{ExplainArgs, ListArgs};
use crate::exit;
use crate::table::table;
use crate::terminal::{complain, print};

/// Pages that `explain` has beside those of the codes.
pub const TOPICS: [&str; 3] = ["expressions", "scripts", "exploring"];

/// How schedules are explored.
const EXPLORING: &str = include_str!("pages/exploring.md");

/// `csprun list`
pub fn list(args: &ListArgs) -> u8 {
    let library = library();
    let catalog = library.catalog();
    let Some(kind) = &args.kind else { return print(&render::index(catalog)) };
    if let Some(signature) = catalog.get(kind) {
        return print(&render::page(signature));
    }
    let kinds = || catalog.iter().map(|signature| signature.kind);
    let begin: Vec<String> = kinds()
        .filter(|name| name.to_lowercase().starts_with(&kind.to_lowercase()))
        .map(|name| format!("`{name}`"))
        .collect();
    let near = did_you_mean(kind, kinds()).map(|near| format!("did you mean `{near}`?"));
    let help = match near {
        _ if kind == "Network" => {
            "a network is a graph file (dsl/FORMAT.md), and one in another a `use`; `csprun list` shows all kinds".to_owned()
        }
        _ if !begin.is_empty() => format!("these begin so: {}", begin.join(", ")),
        Some(near) => near,
        None => "`csprun list` shows all".to_owned(),
    };
    complain(&format!("unknown kind `{kind}`; {help}"));
    exit::USAGE
}

/// `csprun explain`
pub fn explain(args: &ExplainArgs) -> u8 {
    match args.topic.as_deref() {
        None => print(&codes()),
        Some("expressions") => print(&plain(&expr::reference())),
        Some("scripts") => print(GUIDE),
        Some("exploring") => print(EXPLORING),
        Some(topic) => match Code::parse(topic) {
            Some(code) => print(&explain::explain_page(code)),
            None => {
                let codes: Vec<String> = Code::ALL.iter().map(ToString::to_string).collect();
                let known = TOPICS.iter().copied().chain(codes.iter().map(String::as_str));
                let near = did_you_mean(topic, known).map(|near| format!("did you mean `{near}`? "));
                let near = near.unwrap_or_default();
                complain(&format!("unknown code `{topic}`; {near}`csprun explain` shows all"));
                exit::USAGE
            }
        },
    }
}

fn codes() -> String {
    let mut page = String::new();
    for code in Code::ALL {
        // Writing to a `String` cannot fail.
        writeln!(page, "{code}  {}", code.title()).ok();
    }
    page.push_str(
        "\n`csprun explain E0203` explains one; `csprun explain expressions` the language of expressions,\n\
         `csprun explain scripts` how to write the body of a process in it, `csprun explain exploring` what `--explore` does\n",
    );
    page
}

/// A page of Markdown for a terminal: its tables as columns.
fn plain(page: &str) -> String {
    let (mut plain, mut rows) = (String::new(), Vec::new());
    let close = |rows: &mut Vec<Vec<String>>, plain: &mut String| {
        if let [head, all @ ..] = &rows[..] {
            let head: Vec<&str> = head.iter().map(String::as_str).collect();
            plain.push_str(&table(&head, all));
        }
        rows.clear();
    };
    for line in page.lines() {
        // A cell may be empty.
        let line = line.replace("| |", "|  |");
        match line.strip_prefix("| ").and_then(|line| line.strip_suffix('|')) {
            Some(cells) => rows.push(cells.split(" | ").map(|cell| cell.trim().replace('`', "")).collect()),
            // The line below the head.
            None if line.starts_with("|-") => {}
            None => {
                close(&mut rows, &mut plain);
                plain.push_str(&line);
                plain.push('\n');
            }
        }
    }
    close(&mut rows, &mut plain);
    plain
}
