//! The network for Mermaid, which GitHub and many wikis draw.

use std::fmt::Write;

use super::palette;
use super::picture::{Arrow, Item, Picture, Shape};
use crate::network::Network;

/// The picture of a network as a Mermaid flowchart.
pub fn mermaid(network: &Network) -> String {
    let picture = Picture::new(network);
    let mut text = format!("---\ntitle: \"{}\"\n---\nflowchart LR\n", title(&picture.title));
    cluster(&mut text, &picture, None, 1);
    for arrow in &picture.arrows {
        line(&mut text, 1, &edge(arrow));
    }
    for (name, paint) in palette::GROUPS {
        let used = |item: &Item| palette::of(item.shape).is_some_and(|(other, _)| other == name);
        let members: Vec<String> =
            (0..picture.items.len()).filter(|&i| used(&picture.items[i])).map(|i| format!("n{i}")).collect();
        if !members.is_empty() {
            let style = format!("fill:{},stroke:{},color:#222222", paint.light, paint.line);
            line(&mut text, 1, &format!("classDef {name} {style}"));
            line(&mut text, 1, &format!("class {} {name}", members.join(",")));
        }
    }
    let feedback: Vec<String> =
        (0..picture.arrows.len()).filter(|&i| picture.arrows[i].feedback).map(|i| i.to_string()).collect();
    if !feedback.is_empty() {
        line(&mut text, 1, &format!("linkStyle {} stroke:{}", feedback.join(","), palette::FEEDBACK));
    }
    text
}

/// The items of one sub-network (or of the root), and the sub-networks in it.
fn cluster(text: &mut String, picture: &Picture, of: Option<usize>, depth: usize) {
    for (idx, item) in picture.items.iter().enumerate().filter(|(_, item)| item.cluster == of) {
        line(text, depth, &format!("n{idx}{}", shape(item)));
    }
    for (idx, inner) in picture.clusters.iter().enumerate().filter(|(_, inner)| inner.parent == of) {
        line(text, depth, &format!("subgraph c{idx}[\"{}\"]", escape(&inner.title)));
        cluster(text, picture, Some(idx), depth + 1);
        line(text, depth, "end");
    }
}

fn line(text: &mut String, depth: usize, content: &str) {
    writeln!(text, "{:1$}{content}", "", depth * 4).expect("writing to a string does not fail");
}

fn shape(item: &Item) -> String {
    let (title, subtitle) = (escape(&item.title), escape(&item.subtitle));
    let gap = if subtitle.is_empty() { "" } else { " " };
    match item.shape {
        Shape::Process(_) => format!("(\"<b>{title}</b><br/>{subtitle}\")"),
        Shape::Pile(_) | Shape::Network => format!("[[\"<b>{title}</b><br/>{subtitle}\"]]"),
        Shape::Any => format!("{{\"{title}{gap}{subtitle}\"}}"),
        Shape::All => format!("((\"{title}{gap}{subtitle}\"))"),
    }
}

fn edge(arrow: &Arrow) -> String {
    let link = match (arrow.call, arrow.lossy) {
        (true, _) => "<-.->",
        (false, true) => "-.->",
        (false, false) => "-->",
    };
    // Mermaid has no labels at the ends of an arrow, so the ports stand in its middle.
    let ports = match (arrow.from_port.is_empty(), arrow.to_port.is_empty()) {
        (true, true) => String::new(),
        (false, true) => arrow.from_port.clone(),
        (true, false) => format!("→ {}", arrow.to_port),
        (false, false) => format!("{} → {}", arrow.from_port, arrow.to_port),
    };
    let words: Vec<String> =
        [ports, arrow.words()].iter().filter(|part| !part.is_empty()).map(|part| escape(part)).collect();
    let label = if words.is_empty() { String::new() } else { format!("|\"{}\"|", words.join("<br/>")) };
    format!("n{} {link}{label} n{}", arrow.from, arrow.to)
}

/// Text inside quotes: Mermaid reads `#name;` and `#number;` there as characters.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => escaped.push_str("#quot;"),
            '&' => escaped.push_str("#amp;"),
            '<' => escaped.push_str("#lt;"),
            '>' => escaped.push_str("#gt;"),
            // `#` begins such a name, `|` ends a label, the others are Markdown.
            '#' | '|' | '`' | '*' | '_' | '\\' => escaped.push_str(&format!("#{};", u32::from(c))),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The title stands in a YAML text.
fn title(text: &str) -> String {
    let escape = |c: char| match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        c if c.is_control() => " ".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::mermaid;
    use crate::render::sample;

    #[test]
    fn a_farm_and_its_channels_are_drawn() {
        expect![[r#"
            ---
            title: "farm"
            ---
            flowchart LR
                n0("<b>src</b><br/>Range")
                n1[["<b>work</b><br/>Map x4"]]
                n2("<b>print</b><br/>Print")
                n0 -->|"[64]"| n1
                n1 -->|"results"| n2
                classDef source fill:#e3f4e1,stroke:#4f9a55,color:#222222
                class n0 source
                classDef sink fill:#fde8e4,stroke:#c96a58,color:#222222
                class n2 sink
                classDef transform fill:#e4eefb,stroke:#5b8cc4,color:#222222
                class n1 transform
        "#]]
        .assert_eq(&mermaid(&sample::farm()));
    }

    #[test]
    fn sub_networks_hubs_and_lossy_channels_are_drawn() {
        expect![[r#"
            ---
            title: "hubs"
            ---
            flowchart LR
                n0("<b>a</b><br/>Range")
                n1("<b>b</b><br/>ReadLines")
                n6("<b>show</b><br/>Print")
                n7("<b>log</b><br/>WriteLines")
                n8{"any"}
                n9(("all statistics"))
                subgraph c0["stat"]
                    n2("<b>split</b><br/>Delta")
                    n5("<b>merge</b><br/>Plex")
                    subgraph c1["mean"]
                        n3("<b>sum</b><br/>Fold")
                        n4("<b>div</b><br/>Map")
                    end
                end
                n0 --> n8
                n1 --> n8
                n8 --> n2
                n2 -.->|"out[0]<br/>[8, drops oldest]"| n3
                n3 --> n4
                n4 -->|"→ in[0]"| n5
                n2 -->|"out[1] → in[1]"| n5
                n5 --> n9
                n9 --> n6
                n9 --> n7
                classDef source fill:#e3f4e1,stroke:#4f9a55,color:#222222
                class n0 source
                classDef sink fill:#fde8e4,stroke:#c96a58,color:#222222
                class n6 sink
                classDef transform fill:#e4eefb,stroke:#5b8cc4,color:#222222
                class n3,n4 transform
                classDef csp fill:#f7f1da,stroke:#ad9440,color:#222222
                class n2,n5 csp
                classDef outside fill:#fcecd9,stroke:#cb8b45,color:#222222
                class n1,n7 outside
        "#]]
        .assert_eq(&mermaid(&sample::hubs()));
    }

    #[test]
    fn calls_point_both_ways() {
        expect![[r#"
            ---
            title: "lock"
            ---
            flowchart LR
                n0("<b>log</b><br/>Print")
                n1("<b>lock</b><br/>Lock")
                n2("<b>client[0]</b><br/>Script")
                n3("<b>client[1]</b><br/>Script")
                n4("<b>client[2]</b><br/>Script")
                n5{"any"}
                n6{"any"}
                n2 <-.->|"lock"| n5
                n3 <-.->|"lock"| n5
                n4 <-.->|"lock"| n5
                n5 <-.-> n1
                n2 -->|"out"| n6
                n3 -->|"out"| n6
                n4 -->|"out"| n6
                n6 --> n0
                classDef sink fill:#fde8e4,stroke:#c96a58,color:#222222
                class n0 sink
                classDef coordination fill:#efe6f8,stroke:#9470bd,color:#222222
                class n1 coordination
                classDef outside fill:#fcecd9,stroke:#cb8b45,color:#222222
                class n2,n3,n4 outside
        "#]]
        .assert_eq(&mermaid(&sample::calls()));
    }

    #[test]
    fn feedback_and_odd_names_are_drawn() {
        expect![[r#"
            ---
            title: "comms-time"
            ---
            flowchart LR
                n0("<b>prefix</b><br/>Prefix")
                n1("<b>delta</b><br/>Delta")
                n2("<b>succ</b><br/>Successor")
                n3("<b>consume</b><br/>Consumer")
                n0 --> n1
                n1 -->|"out[0]"| n2
                n1 -->|"out[1]"| n3
                n2 -->|"●"| n0
                classDef sink fill:#fde8e4,stroke:#c96a58,color:#222222
                class n3 sink
                classDef csp fill:#f7f1da,stroke:#ad9440,color:#222222
                class n0,n1,n2 csp
                linkStyle 3 stroke:#c0504d
        "#]]
        .assert_eq(&mermaid(&sample::comms_time()));
        expect![[r#"
            ---
            title: "a <\"b\"> & \\ 'c' d"
            ---
            flowchart LR
                n0("<b>x#quot;#lt;#amp;#gt;#92;y</b><br/>Map")
                subgraph c0["日本"]
                    n1("<b>é[0]</b><br/>Print")
                    n2("<b>end</b><br/>Print")
                end
                n0 -->|"out<br/>a#124;b #quot;#lt;c#gt;#quot; #35;1; #amp; ]"| n1
                n0 -->|"err"| n2
                classDef sink fill:#fde8e4,stroke:#c96a58,color:#222222
                class n1,n2 sink
                classDef transform fill:#e4eefb,stroke:#5b8cc4,color:#222222
                class n0 transform
        "#]]
        .assert_eq(&mermaid(&sample::odd_names()));
    }
}
