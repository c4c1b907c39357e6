use expect_test::expect;

use super::svg;
use crate::render::sample;

#[test]
fn one_process_is_one_box() {
    let mut net = sample::network("one");
    sample::process(&mut net, "a", "Range", crate::signature::Group::Source).doc =
        "makes <numbers>".to_owned();
    let text = svg(&net);
    let (_, body) = text.split_once("</defs>").unwrap();
    expect![[r#"

        <rect class="page" width="100%" height="100%"/>
        <text class="title" x="16" y="30">one</text>
        <g transform="translate(16 46)">
        <g>
        <title>makes &lt;numbers&gt;</title>
        <rect class="source" rx="8" x="26" y="12" width="64" height="44"/>
        <text class="name" x="58" y="31" text-anchor="middle">a</text>
        <text class="kind" x="58" y="47" text-anchor="middle">Range</text>
        </g>
        </g>
        </svg>
    "#]]
    .assert_eq(body);
}

#[test]
fn every_drawing_is_well_formed() {
    let networks = [
        sample::dining(),
        sample::farm(),
        sample::comms_time(),
        sample::hubs(),
        sample::calls(),
        sample::grid(4, 4),
        sample::grid(15, 15),
        sample::lanes(3, 4),
        sample::odd_names(),
        sample::network(""),
    ];
    for net in networks {
        let text = svg(&net);
        well_formed(&text);
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    }
}

/// Every element that is opened is closed, in order, and nothing between is unescaped.
fn well_formed(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    for part in text.split('<').skip(1) {
        let (tag, rest) = part.split_once('>').unwrap();
        assert!(!rest.contains('>') || open.last() == Some(&"style"), "unescaped: {rest}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
    }
    assert!(open.is_empty(), "{open:?}");
}
