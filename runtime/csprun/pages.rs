//! `list` and `explain`: the library and the diagnostics, page by page.

use std::fmt::Write;

use csprun_dsl::diagnostic::{Code, did_you_mean, explain};
use csprun_dsl::{expr, render};
use csprun_runtime::library::library;
use csprun_runtime::library::script::GUIDE;

use crate::cli::{ExplainArgs, ListArgs};
use crate::exit;
use crate::terminal::{complain, print};

/// `csprun list`
pub fn list(args: &ListArgs) -> u8 {
    let library = library();
    let catalog = library.catalog();
    let Some(kind) = &args.kind else { return print(&render::index(catalog)) };
    if let Some(signature) = catalog.get(kind) {
        return print(&render::page(signature));
    }
    let near = did_you_mean(kind, catalog.iter().map(|signature| signature.kind));
    let help =
        near.map_or_else(|| "`csprun list` shows all".to_owned(), |near| format!("did you mean `{near}`?"));
    complain(&format!("unknown kind `{kind}`; {help}"));
    exit::USAGE
}

/// `csprun explain`
pub fn explain(args: &ExplainArgs) -> u8 {
    match args.topic.as_deref() {
        None => print(&codes()),
        Some("expressions") => print(&expr::reference()),
        Some("scripts") => print(GUIDE),
        Some(topic) => match Code::parse(topic) {
            Some(code) => print(&explain::explain_page(code)),
            None => {
                complain(&format!("unknown code `{topic}`; `csprun explain` shows all"));
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
         `csprun explain scripts` how to write the body of a process in it\n",
    );
    page
}
