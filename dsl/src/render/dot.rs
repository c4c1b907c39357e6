//! The network for Graphviz.

use std::fmt::Write;

use super::palette;
use super::picture::{Arrow, Item, Picture, Shape};
use super::xml;
use crate::network::Network;

const HEAD: &str = "    rankdir=LR;
    labelloc=t;
    fontname=\"Helvetica\";
    node [shape=box, style=\"rounded,filled\", fillcolor=\"#eeeeee\", fontname=\"Helvetica\", fontsize=11];
    edge [fontname=\"Helvetica\", fontsize=9, color=\"#555555\", arrowsize=0.7];
";

/// The picture of a network in DOT, the language of Graphviz.
pub fn dot(network: &Network) -> String {
    let picture = Picture::new(network);
    let mut text = format!("digraph {} {{\n{HEAD}", quote(&picture.title));
    line(&mut text, 1, &format!("label=<<b>{}</b>>;", xml::escape(&picture.title)));
    cluster(&mut text, &picture, None, 1);
    for arrow in &picture.arrows {
        line(&mut text, 1, &edge(arrow));
    }
    text.push_str("}\n");
    text
}

/// The items of one sub-network (or of the root), and the sub-networks in it.
fn cluster(text: &mut String, picture: &Picture, of: Option<usize>, depth: usize) {
    for (idx, item) in picture.items.iter().enumerate().filter(|(_, item)| item.cluster == of) {
        line(text, depth, &format!("n{idx} [{}];", attributes(item)));
    }
    for (idx, inner) in picture.clusters.iter().enumerate().filter(|(_, inner)| inner.parent == of) {
        line(text, depth, &format!("subgraph cluster_{idx} {{"));
        let label = quote(&inner.title);
        line(text, depth + 1, &format!("label={label}; style=\"rounded\"; color=\"#aaaaaa\"; fontsize=11;"));
        cluster(text, picture, Some(idx), depth + 1);
        line(text, depth, "}");
    }
}

fn line(text: &mut String, depth: usize, content: &str) {
    writeln!(text, "{:1$}{content}", "", depth * 4).expect("writing to a string does not fail");
}

fn attributes(item: &Item) -> String {
    let label = format!("<b>{}</b><br/>{}", xml::escape(&item.title), xml::escape(&item.subtitle));
    let mut text = match item.shape {
        Shape::Any => {
            let size = "shape=diamond, style=filled, margin=0, width=0.5, height=0.35, fontsize=9";
            format!("{size}, label={}{}", quote(&item.title), outside("", &item.subtitle))
        }
        Shape::All => {
            let size = "shape=circle, style=filled, fillcolor=\"#555555\", width=0.13, fixedsize=true";
            format!("{size}, label=\"\"{}", outside(&item.title, &item.subtitle))
        }
        Shape::Process(_) | Shape::Network => format!("label=<{label}>"),
        Shape::Pile(_) => format!("label=<{label}>, peripheries=2"),
    };
    if let Some((_, paint)) = palette::of(item.shape) {
        write!(text, ", fillcolor=\"{}\", color=\"{}\"", paint.light, paint.line)
            .expect("writing to a string does not fail");
    }
    if !item.doc.is_empty() {
        write!(text, ", tooltip={}", quote(&item.doc)).expect("writing to a string does not fail");
    }
    text
}

/// Text beside a hub.
fn outside(title: &str, subtitle: &str) -> String {
    let words: Vec<&str> = [title, subtitle].into_iter().filter(|word| !word.is_empty()).collect();
    if words.is_empty() { String::new() } else { format!(", fontsize=9, xlabel={}", quote(&words.join(" "))) }
}

fn edge(arrow: &Arrow) -> String {
    let mut marks = Vec::new();
    let mut text = |key: &str, value: &str| {
        if !value.is_empty() {
            marks.push(format!("{key}={}", quote(value)));
        }
    };
    text("taillabel", &arrow.from_port);
    text("headlabel", &arrow.to_port);
    text("label", &arrow.words());
    if arrow.call {
        marks.push("dir=both".to_owned());
    }
    if arrow.call || arrow.lossy {
        marks.push("style=dashed".to_owned());
    }
    if arrow.feedback {
        marks.push(format!("color=\"{}\", fontcolor=\"{0}\", constraint=false", palette::FEEDBACK));
    }
    let marks = if marks.is_empty() { String::new() } else { format!(" [{}]", marks.join(", ")) };
    format!("n{} -> n{}{marks};", arrow.from, arrow.to)
}

fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{dot, quote};
    use crate::render::sample;

    #[test]
    fn a_ring_shows_its_feedback() {
        expect![[r##"
            digraph "comms-time" {
                rankdir=LR;
                labelloc=t;
                fontname="Helvetica";
                node [shape=box, style="rounded,filled", fillcolor="#eeeeee", fontname="Helvetica", fontsize=11];
                edge [fontname="Helvetica", fontsize=9, color="#555555", arrowsize=0.7];
                label=<<b>comms-time</b>>;
                n0 [label=<<b>prefix</b><br/>Prefix>, fillcolor="#f7f1da", color="#ad9440"];
                n1 [label=<<b>delta</b><br/>Delta>, fillcolor="#f7f1da", color="#ad9440"];
                n2 [label=<<b>succ</b><br/>Successor>, fillcolor="#f7f1da", color="#ad9440"];
                n3 [label=<<b>consume</b><br/>Consumer>, fillcolor="#fde8e4", color="#c96a58"];
                n0 -> n1;
                n1 -> n2 [taillabel="out[0]"];
                n1 -> n3 [taillabel="out[1]"];
                n2 -> n0 [label="●", color="#c0504d", fontcolor="#c0504d", constraint=false];
            }
        "##]].assert_eq(&dot(&sample::comms_time()));
    }

    #[test]
    fn sub_networks_are_clusters_and_shared_ends_hubs() {
        expect![[r##"
            digraph "hubs" {
                rankdir=LR;
                labelloc=t;
                fontname="Helvetica";
                node [shape=box, style="rounded,filled", fillcolor="#eeeeee", fontname="Helvetica", fontsize=11];
                edge [fontname="Helvetica", fontsize=9, color="#555555", arrowsize=0.7];
                label=<<b>hubs</b>>;
                n0 [label=<<b>a</b><br/>Range>, fillcolor="#e3f4e1", color="#4f9a55"];
                n1 [label=<<b>b</b><br/>ReadLines>, fillcolor="#fcecd9", color="#cb8b45"];
                n6 [label=<<b>show</b><br/>Print>, fillcolor="#fde8e4", color="#c96a58"];
                n7 [label=<<b>log</b><br/>WriteLines>, fillcolor="#fcecd9", color="#cb8b45"];
                n8 [shape=diamond, style=filled, margin=0, width=0.5, height=0.35, fontsize=9, label="any"];
                n9 [shape=circle, style=filled, fillcolor="#555555", width=0.13, fixedsize=true, label="", fontsize=9, xlabel="all statistics"];
                subgraph cluster_0 {
                    label="stat"; style="rounded"; color="#aaaaaa"; fontsize=11;
                    n2 [label=<<b>split</b><br/>Delta>, fillcolor="#f7f1da", color="#ad9440"];
                    n5 [label=<<b>merge</b><br/>Plex>, fillcolor="#f7f1da", color="#ad9440"];
                    subgraph cluster_1 {
                        label="mean"; style="rounded"; color="#aaaaaa"; fontsize=11;
                        n3 [label=<<b>sum</b><br/>Fold>, fillcolor="#e4eefb", color="#5b8cc4"];
                        n4 [label=<<b>div</b><br/>Map>, fillcolor="#e4eefb", color="#5b8cc4"];
                    }
                }
                n0 -> n8;
                n1 -> n8;
                n8 -> n2;
                n2 -> n3 [taillabel="out[0]", label="[8, drops oldest]", style=dashed];
                n3 -> n4;
                n4 -> n5 [headlabel="in[0]"];
                n2 -> n5 [taillabel="out[1]", headlabel="in[1]"];
                n5 -> n9;
                n9 -> n6;
                n9 -> n7;
            }
        "##]].assert_eq(&dot(&sample::hubs()));
    }

    #[test]
    fn names_are_escaped() {
        assert_eq!(quote("a\"b\\c\nd\u{1}"), r#""a\"b\\c\nd ""#);
        expect![[r##"
            digraph "a <\"b\"> & \\ 'c'\nd" {
                rankdir=LR;
                labelloc=t;
                fontname="Helvetica";
                node [shape=box, style="rounded,filled", fillcolor="#eeeeee", fontname="Helvetica", fontsize=11];
                edge [fontname="Helvetica", fontsize=9, color="#555555", arrowsize=0.7];
                label=<<b>a &lt;&quot;b&quot;&gt; &amp; \ &#39;c&#39;
            d</b>>;
                n0 [label=<<b>x&quot;&lt;&amp;&gt;\y</b><br/>Map>, fillcolor="#e4eefb", color="#5b8cc4", tooltip="says \"<&>\"\n--- `#`"];
                subgraph cluster_0 {
                    label="日本"; style="rounded"; color="#aaaaaa"; fontsize=11;
                    n1 [label=<<b>é[0]</b><br/>Print>, fillcolor="#fde8e4", color="#c96a58"];
                    n2 [label=<<b>end</b><br/>Print>, fillcolor="#fde8e4", color="#c96a58"];
                }
                n0 -> n1 [taillabel="out", label="a|b \"<c>\" #1; & ]"];
                n0 -> n2 [taillabel="err"];
            }
        "##]].assert_eq(&dot(&sample::odd_names()));
    }
}
