//! What a code means, the smallest graph file that raises it, and the file mended.
//!
//! Each code has a page in Markdown beside this file. A fenced block on it is a file: after the language stands
//! whether it belongs to the example (`wrong`) or to the fix (`right`), then a name where it is not the graph
//! file, then what the command line says: `--set name=value`, `--deploy name`.

use super::Code;

/// Name of an example's graph file.
pub const ROOT: &str = "graph.ron";

const FENCE: &str = "```";

/// The page of one code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What it means and why it matters.
    pub text: &'static str,
    /// What raises it.
    pub example: Example,
    /// The same, mended.
    pub fix: Example,
}

/// Files, and how they are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Example {
    /// Name and text; the graph file first.
    pub files: Vec<(&'static str, &'static str)>,
    /// `--set name=value`.
    pub set: Vec<(&'static str, &'static str)>,
    /// `--deploy name`.
    pub deploy: Option<&'static str>,
}

/// What is known about a code.
pub fn explain(code: Code) -> Explanation {
    let page = code.page();
    // The line before the first block only introduces it.
    let before = page.find(FENCE).and_then(|fence| page[..fence].trim_end().rsplit_once("\n\n"));
    let text = before.map_or(page, |(text, _)| text);
    let mut explanation = Explanation { text, example: Example::default(), fix: Example::default() };
    for part in parts(page) {
        let Part::File { info, text } = part else { continue };
        let example = if info.wrong { &mut explanation.example } else { &mut explanation.fix };
        example.files.push((info.name.unwrap_or(ROOT), text));
        example.set.extend(info.set);
        example.deploy = example.deploy.or(info.deploy);
    }
    explanation
}

/// The page of a code as a terminal shows it.
pub fn explain_page(code: Code) -> String {
    let mut shown = format!("{code}: {}\n\n", code.title());
    for part in parts(code.page()) {
        match part {
            Part::Text(text) => shown.push_str(text),
            Part::File { info, text } => {
                for line in info.heading().iter().map(String::as_str).chain(text.lines()) {
                    shown.push_str(format!("    {line}").trim_end());
                    shown.push('\n');
                }
            }
        }
    }
    shown
}

/// A page consists of text and files.
enum Part {
    Text(&'static str),
    File { info: Info, text: &'static str },
}

/// What the first line of a block says.
#[derive(Default)]
struct Info {
    wrong: bool,
    name: Option<&'static str>,
    set: Vec<(&'static str, &'static str)>,
    deploy: Option<&'static str>,
}

impl Info {
    fn read(line: &'static str) -> Info {
        let mut words = line.split_whitespace().skip(1);
        let mut info = Info { wrong: words.next() == Some("wrong"), ..Info::default() };
        while let Some(word) = words.next() {
            match word {
                "--set" => info.set.extend(words.next().and_then(|set| set.split_once('='))),
                "--deploy" => info.deploy = words.next(),
                name => info.name = Some(name),
            }
        }
        info
    }

    /// A comment above the file: its name, or how the graph is run.
    fn heading(&self) -> Option<String> {
        let set = self.set.iter().map(|(name, value)| format!(" --set {name}={value}"));
        let asked: String = set.chain(self.deploy.map(|name| format!(" --deploy {name}"))).collect();
        match self.name {
            Some(name) => Some(format!("// {name}{asked}")),
            None if asked.is_empty() => None,
            None => Some(format!("// csprun {ROOT}{asked}")),
        }
    }
}

/// Takes a page apart at its fences.
fn parts(page: &'static str) -> Vec<Part> {
    let mut parts = Vec::new();
    for (at, piece) in page.split(FENCE).enumerate() {
        if at % 2 == 0 {
            // The line end behind a closing fence belongs to the fence.
            parts.push(Part::Text(if at == 0 { piece } else { piece.strip_prefix('\n').unwrap_or(piece) }));
        } else if let Some((info, text)) = piece.split_once('\n') {
            parts.push(Part::File { info: Info::read(info), text });
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{Code, explain, explain_page};

    #[test]
    fn every_page_is_short_and_has_an_example_and_its_fix() {
        for &code in Code::ALL {
            let explanation = explain(code);
            let n_lines = explanation.text.lines().count();
            assert!((2..=9).contains(&n_lines), "{code} is explained in {n_lines} lines");
            assert!(code.page().lines().all(|line| line.len() <= 110), "{code} has a long line");
            assert!(!explanation.example.files.is_empty(), "{code} has no example");
            assert!(!explanation.fix.files.is_empty(), "{code} has no fix");
            assert_ne!(explanation.example, explanation.fix, "{code}");
        }
    }

    #[test]
    fn blocks_are_indented_on_the_terminal_and_the_command_line_is_shown() {
        let page = explain_page(Code::E0704);
        assert!(page.starts_with("E0704: a parameter out of range\n\nA number is outside"), "{page}");
        assert!(page.contains("\n    // csprun graph.ron --set n=0\n    Network(\n"), "{page}");
        assert!(page.contains("    )\n\nMended:\n\n    // csprun graph.ron --set n=8\n"), "{page}");
        assert!(!page.contains("```"), "{page}");
    }
}
