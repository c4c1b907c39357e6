use expect_test::expect;
use proptest::prelude::{Strategy, prop, prop_assert, prop_assert_eq, proptest};

use super::{layout, measure, svg};
use crate::network::Network;
use crate::render::layout::Rect;
use crate::render::layout::level::Point;
use crate::render::picture::Picture;
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

/// Processes in sub-networks up to two deep, joined at random.
fn networks() -> impl Strategy<Value = Network> {
    let names = prop::collection::vec(0_usize..5, 1..14);
    let joined = prop::collection::vec((0_usize..14, 0_usize..14, 0_usize..14, 0_u8..8), 0..24);
    (names, joined).prop_map(|(places, joined)| {
        let mut net = sample::network("random");
        let place = |idx: usize| format!("{}p{idx}", ["", "a/", "b/", "a/c/", "d/e/"][places[idx]]);
        for idx in 0..places.len() {
            sample::process(&mut net, &place(idx), "Map", crate::signature::Group::Transform);
        }
        for (i, (from, to, also, how)) in joined.into_iter().enumerate() {
            let end = |idx: usize, port: &str| format!("{}.{port}{i}", place(idx % places.len()));
            let to = if how == 0 { format!("{} {}", end(to, "in"), end(also, "too")) } else { end(to, "in") };
            let channel = sample::channel(&mut net, &end(from, "out"), &to);
            if how == 1 {
                channel.initial.push(crate::ty::Constant::Unit);
            }
        }
        net
    })
}

/// Whether two rectangles have nothing in common.
fn apart(a: Rect, b: Rect) -> bool {
    let below = |a: Rect, b: Rect| a.corner.y + a.size.y <= b.corner.y;
    a.right() <= b.corner.x || b.right() <= a.corner.x || below(a, b) || below(b, a)
}

/// It took a hundred seconds once: whoever runs this notices.
#[test]
fn a_thousand_boxes_are_placed_apart_and_read_from_left_to_right() {
    for reach in [40, 1000] {
        let picture = Picture::new(&sample::branches(1000, reach));
        let layout = layout(&picture, &measure::space(&picture), &measure::headings(&picture));
        for (i, a) in layout.items.iter().enumerate() {
            assert!(layout.items[i + 1..].iter().all(|b| apart(*a, *b)), "{a:?}");
        }
        for (arrow, route) in picture.arrows.iter().zip(&layout.routes) {
            assert!(!route.backward);
            let (from, to) = (layout.items[arrow.from], layout.items[arrow.to]);
            let mut xs = vec![from.right()];
            xs.extend(route.ways.iter().map(|way| way.x));
            xs.push(to.corner.x);
            assert!(xs.is_sorted(), "{xs:?}");
        }
    }
}

/// The value of an attribute of an element.
fn attribute<'t>(element: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = element.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

/// Boxes, and the words beside them, as the drawing has them.
fn boxes_and_words(text: &str) -> (Vec<Rect>, Vec<(String, Rect)>) {
    let mut boxes = Vec::new();
    let mut words = Vec::new();
    for line in text.lines() {
        let number = |name: &str| attribute(line, name).unwrap().parse::<f64>().unwrap();
        let at = |x: f64, y: f64| Point { x, y };
        if line.starts_with("<rect") && attribute(line, "rx") == Some("8") {
            boxes.push(Rect {
                corner: at(number("x"), number("y")),
                size: at(number("width"), number("height")),
            });
        }
        let class = attribute(line, "class").unwrap_or_default();
        if line.starts_with("<text") && ["label", "port"].contains(&class) {
            let said = line.split(['>', '<']).nth(2).unwrap();
            let width = measure::port_width(said);
            let left = match attribute(line, "text-anchor") {
                Some("middle") => number("x") - width / 2.0,
                Some("end") => number("x") - width,
                _ => number("x"),
            };
            words.push((said.to_owned(), Rect { corner: at(left, number("y") - 7.0), size: at(width, 9.0) }));
        }
    }
    (boxes, words)
}

#[test]
fn no_word_stands_on_a_pile() {
    let mut farm = sample::farm();
    sample::channel(&mut farm, "work.rest", "print.more").name = "second".to_owned();
    sample::channel(&mut farm, "work.back", "work.again").initial.push(crate::ty::Constant::Unit);
    sample::channel(&mut farm, "print.ask", "work.told").initial.push(crate::ty::Constant::Unit);
    for net in [farm, sample::grid(15, 15), sample::dining()] {
        let (boxes, words) = boxes_and_words(&svg(&net));
        assert!(boxes.len() > 2 && !words.is_empty());
        for (said, word) in &words {
            let under = boxes.iter().find(|rect| !apart(**rect, *word));
            assert!(under.is_none(), "{}: `{said}` at {word:?} stands on {under:?}", net.name);
        }
    }
}

#[test]
fn what_goes_straight_through_a_pile_is_level() {
    let text = svg(&sample::farm());
    let arrows = text.lines().filter(|line| line.starts_with("<path"));
    let ways: Vec<&str> = arrows.filter_map(|line| attribute(line, "d")).collect();
    assert_eq!(ways.len(), 2, "{text}");
    let heights: Vec<&str> = ways.iter().flat_map(|way| way.split(['M', 'L', 'C']).skip(1)).collect();
    let heights: Vec<&str> = heights.iter().filter_map(|point| point.rsplit(' ').next()).collect();
    assert!(heights.windows(2).all(|pair| pair[0] == pair[1]), "{ways:?}");
}

#[test]
fn tokens_lie_on_the_line_of_their_channel() {
    for n in [1, 2, 3, 40] {
        let mut net = sample::comms_time();
        net.channels[3].initial = vec![crate::ty::Constant::I64(0); n];
        let text = svg(&net);
        let line = text.lines().find(|line| line.starts_with("<path") && line.contains("feedback")).unwrap();
        let points: Vec<(f64, f64)> = attribute(line, "d")
            .unwrap()
            .split(['M', 'L', 'C'])
            .skip(1)
            .map(|part| {
                let numbers: Vec<f64> = part.split(' ').map(|number| number.parse().unwrap()).collect();
                (numbers[numbers.len() - 2], numbers[numbers.len() - 1])
            })
            .collect();
        let tokens: Vec<&str> = text.lines().filter(|line| line.contains("class=\"token\"")).collect();
        assert_eq!(tokens.len(), if n == 40 { 1 } else { n });
        for token in tokens {
            let number = |name: &str| attribute(token, name).unwrap().parse::<f64>().unwrap();
            let (x, y, r) = (number("cx"), number("cy"), number("r"));
            let level = points.windows(2).any(|pair| {
                let (left, right) = (pair[0].0.min(pair[1].0), pair[0].0.max(pair[1].0));
                (pair[0].1, pair[1].1) == (y, y) && left <= x - r && x + r <= right
            });
            assert!(level, "{token} is not on {points:?}");
        }
        assert_eq!(text.contains(">40<"), n == 40, "{text}");
        assert!(!text.contains('●'), "{text}");
    }
}

proptest! {
    #[test]
    fn boxes_never_lie_on_one_another(net in networks()) {
        let picture = Picture::new(&net);
        let layout = layout(&picture, &measure::space(&picture), &measure::headings(&picture));
        for (i, a) in layout.items.iter().enumerate() {
            for b in &layout.items[i + 1..] {
                prop_assert!(apart(*a, *b), "{a:?} {b:?}");
            }
        }
        let text = svg(&net);
        prop_assert_eq!(&text, &svg(&net));
        prop_assert!(!text.contains("NaN"));
    }
}
