//! `list` and `explain`: the library and the diagnostics, page by page.

use std::fmt::Write;

use csprun_dsl::diagnostic::{Code, did_you_mean, explain};
use csprun_dsl::{expr, render};
use csprun_runtime::library::library;
use csprun_runtime::library::script::GUIDE;

use crate::cli::{ExplainArgs, ListArgs};
use crate::exit;
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
            "a network is no kind but a graph file, which a process of another runs: \"part\": (run: Network(file: \
             \"part.ron\")); `csprun list` shows all kinds"
                .to_owned()
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

/// The page of the expressions for a terminal: each row of its table, a function, on lines that fit.
fn plain(page: &str) -> String {
    let mut plain = String::new();
    let mut is_head = true;
    for line in page.lines() {
        let cells = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |"));
        let cells: Vec<String> =
            cells.into_iter().flat_map(|cells| cells.split(" | ")).map(without_marks).collect();
        match &cells[..] {
            [call, gives, says, example] if !is_head => {
                // Writing to a `String` cannot fail.
                write!(plain, "{call}  gives {gives}\n    {says}\n    {example}\n").ok();
            }
            // The line below the head.
            _ if line.starts_with("|-") => is_head = false,
            _ if line.starts_with('|') => {
                plain.push_str("Functions: what they give and do, and an example\n\n")
            }
            _ => plain.extend([line, "\n"]),
        }
    }
    plain
}

/// A cell of a table in Markdown without its marks: code stands between as many back-ticks as it has not inside, and
/// `\|` is a bar.
fn without_marks(cell: &str) -> String {
    let (mut text, mut rest) = (String::new(), cell);
    while let Some(at) = rest.find('`') {
        let (before, code) = rest.split_at(at);
        let marks = &code[..code.len() - code.trim_start_matches('`').len()];
        let Some((code, behind)) = code[marks.len()..].split_once(marks) else { break };
        // Two back-ticks keep a blank from those that begin or end the code.
        text.push_str(before);
        text.push_str(if marks.len() > 1 { code.trim() } else { code });
        rest = behind;
    }
    text.push_str(rest);
    text.replace("\\|", "|")
}

#[cfg(test)]
mod tests {
    use csprun_dsl::expr::{self, Scope, compile};

    use super::{plain, without_marks};

    #[test]
    fn the_examples_of_the_functions_are_expressions_as_printed() {
        let page = plain(&expr::reference());
        let (_, functions) = page.split_once("and an example\n\n").unwrap();
        let lines: Vec<&str> = functions.lines().collect();
        assert!(lines.len() > 150 && lines.len().is_multiple_of(3), "{functions}");
        for function in lines.chunks(3) {
            assert!(function.iter().all(|line| line.chars().count() <= 100), "{function:#?}");
            for part in function[2].trim().split(" is ") {
                let errors = compile(part, &Scope::default()).err();
                assert!(errors.is_none(), "{part}: {errors:#?}");
            }
        }
    }

    #[test]
    fn marks_of_markdown_are_no_part_of_code() {
        assert_eq!(without_marks("``f(x, `\\d`)`` is `true`"), "f(x, `\\d`) is true");
        assert_eq!(without_marks("`` f(`\\d+`) `` is `1`"), "f(`\\d+`) is 1");
        assert_eq!(without_marks("map(x, `\\|x\\| x`), a ` b"), "map(x, |x| x), a ` b");
    }
}
