//! How arrows run: out of a box to the side, along the way that the layout found, and in from the side.

use std::fmt::Write;

use super::measure::{LOOP, behind, port_width, round};
use crate::render::layout::level::Point;
use crate::render::layout::{Layout, Rect, Route};
use crate::render::picture::{Arrow, Picture};

/// So many tokens are drawn one by one.
pub const MOST_TOKENS: usize = 3;

/// An arrow ready to be drawn.
pub struct Curve {
    /// In the language of SVG.
    pub path: String,
    /// Where it begins.
    pub tail: Point,
    /// Where it ends.
    pub head: Point,
    /// Whether it runs from right to left.
    pub backward: bool,
    /// Middle of its label, right over the line.
    pub label: Point,
    /// Where the line passes under its label, and tokens lie on it.
    pub under: Point,
    /// What the label says.
    pub words: String,
}

/// All arrows of a picture.
pub fn curves(picture: &Picture, layout: &Layout) -> Vec<Curve> {
    let slots = slots(picture, layout);
    let mut loops = vec![0; picture.items.len()];
    picture
        .arrows
        .iter()
        .enumerate()
        .map(|(idx, arrow)| {
            let route = &layout.routes[idx];
            if arrow.from == arrow.to {
                loops[arrow.from] += 1;
                return own_loop(arrow, layout.items[arrow.from], loops[arrow.from]);
            }
            curve(arrow, route, slots[idx])
        })
        .collect()
}

fn curve(arrow: &Arrow, route: &Route, [left, right]: [Point; 2]) -> Curve {
    let (left_port, right_port) = match route.backward {
        false => (&arrow.from_port, &arrow.to_port),
        true => (&arrow.to_port, &arrow.from_port),
    };
    let mut points = vec![left];
    // Level under the names of its ports.
    if !left_port.is_empty() {
        points.push(Point { x: left.x + port_width(left_port) + 6.0, ..left });
    }
    points.extend(&route.ways);
    if !right_port.is_empty() {
        points.push(Point { x: right.x - port_width(right_port) - 10.0, ..right });
    }
    points.push(right);
    let under = route.label.unwrap_or_default();
    if route.backward {
        points.reverse();
    }
    let (tail, head) = (points[0], points[points.len() - 1]);
    let (label, words) = (over(under, arrow), words(arrow));
    Curve { path: path(&points), tail, head, backward: route.backward, label, under, words }
}

/// Curves that are level at each point.
fn path(points: &[Point]) -> String {
    let mut path = format!("M{} {}", round(points[0].x), round(points[0].y));
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let (x, y) = (round(to.x), round(to.y));
        if (from.y - to.y).abs() < 0.05 {
            write!(path, "L{x} {y}").expect("writing to a string does not fail");
            continue;
        }
        let middle = round((from.x + to.x) / 2.0);
        write!(path, "C{middle} {} {middle} {y} {x} {y}", round(from.y))
            .expect("writing to a string does not fail");
    }
    path
}

/// The `n`-th loop over a box. There is no room beside it, so its label tells the ports.
fn own_loop(arrow: &Arrow, rect: Rect, n: u32) -> Curve {
    let top = rect.corner.y;
    let middle = rect.middle().x;
    let height = LOOP * f64::from(n);
    let half = (8.0 + 10.0 * f64::from(n)).min(rect.size.x / 2.0 - 16.0);
    let (tail, head) = (Point { x: middle + half, y: top }, Point { x: middle - half, y: top });
    let (right, left, up) = (round(tail.x + 8.0), round(head.x - 8.0), round(top - height));
    let (from, to) = (round(tail.x), round(head.x));
    let path = format!("M{from} {0}C{right} {up} {left} {up} {to} {0}", round(top));
    let label = words(arrow);
    let words = match (arrow.from_port.as_str(), arrow.to_port.as_str()) {
        ("", "") => label,
        (from, to) => format!("{from} → {to} {label}"),
    };
    // A curve of this kind reaches three quarters of the height of its handles.
    let under = Point { x: middle, y: top - height * 0.75 };
    let (label, words) = (over(under, arrow), words.trim().to_owned());
    Curve { path, tail, head, backward: false, label, under, words }
}

/// Where the words stand over a line, higher where tokens lie on it.
fn over(line: Point, arrow: &Arrow) -> Point {
    Point { x: line.x, y: line.y - if arrow.n_initial > 0 { 6.0 } else { 4.0 } }
}

/// What stands over the line: tokens lie on it, and many are one with their number.
fn words(arrow: &Arrow) -> String {
    if arrow.n_initial <= MOST_TOKENS {
        return arrow.label.clone();
    }
    format!("{} {}", arrow.label, arrow.n_initial).trim().to_owned()
}

/// Where each arrow meets its left and its right item: spread over the side, in the order in which they come,
/// so that they do not cross there.
fn slots(picture: &Picture, layout: &Layout) -> Vec<[Point; 2]> {
    let n = picture.items.len();
    let mut sides: [Vec<Vec<(f64, usize)>>; 2] = [vec![Vec::new(); n], vec![Vec::new(); n]];
    for (idx, arrow) in picture.arrows.iter().enumerate().filter(|(_, arrow)| arrow.from != arrow.to) {
        let route = &layout.routes[idx];
        let (left, right) = if route.backward { (arrow.to, arrow.from) } else { (arrow.from, arrow.to) };
        let y = |way: Option<&Point>, other: usize| way.map_or(layout.items[other].middle().y, |way| way.y);
        sides[0][left].push((y(route.ways.first(), right), idx));
        sides[1][right].push((y(route.ways.last(), left), idx));
    }
    let mut slots = vec![[Point::default(); 2]; picture.arrows.len()];
    for (end, items) in sides.iter_mut().enumerate() {
        for (item, arrows) in items.iter_mut().enumerate() {
            arrows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let rect = layout.items[item];
            let hub = picture.items[item].shape.is_hub();
            let x = if end == 0 { rect.right() } else { rect.corner.x };
            for (place, &(_, idx)) in arrows.iter().enumerate() {
                let y = if hub {
                    rect.middle().y
                } else {
                    spread(rect, behind(picture.items[item].shape), place, arrows.len())
                };
                slots[idx][end] = Point { x, y };
            }
        }
    }
    slots
}

/// The `place`-th of `n` points on the side of a box. Those of a pile lie where its front one and its hindmost one
/// both have a side, so that what goes straight through is level.
fn spread(rect: Rect, behind: f64, place: usize, n: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far fewer arrows than 2^52")]
    let (place, n) = (place as f64, n as f64);
    rect.middle().y + (rect.size.y - behind - 10.0) * ((place + 0.5) / n - 0.5)
}
