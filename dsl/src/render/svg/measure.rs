//! How much space things need. No font is at hand, so widths of words are estimates on the safe side.

use crate::render::layout::level::{Node, Point};
use crate::render::picture::{Picture, Shape};

/// Least height of the end of one arrow at a box.
pub const SLOT: f64 = 17.0;
/// How far the boxes of a pile lie apart.
pub const PILE: f64 = 4.0;
/// Height of a loop over its own box.
pub const LOOP: f64 = 28.0;

/// Space for each item of a picture.
pub fn space(picture: &Picture) -> Vec<Node> {
    let ends = ends(picture);
    picture
        .items
        .iter()
        .zip(ends)
        .map(|(item, ends)| {
            let gap = Point { x: 52.0 + 2.0 * ends.widest, y: 24.0 + 2.0 * LOOP * f64::from(ends.loops) };
            match item.shape {
                Shape::Any => Node { size: Point { x: 46.0, y: 28.0 }, gap: Point { x: 44.0, y: 40.0 } },
                Shape::All => Node {
                    size: Point { x: 10.0, y: 10.0 },
                    gap: Point { x: 50.0 + width(&item.subtitle, 10.0), y: 52.0 },
                },
                Shape::Process(_) | Shape::Pile(_) | Shape::Network => {
                    let words = (width(&item.title, 13.0) * 1.06).max(width(&item.subtitle, 11.0));
                    #[expect(clippy::cast_precision_loss, reason = "far fewer arrows than 2^52")]
                    let slots = ends.left.max(ends.right) as f64 * SLOT + 8.0;
                    let size = Point { x: (words + 24.0).max(64.0), y: slots.max(44.0) };
                    let behind = behind(item.shape);
                    Node { size: Point { x: size.x + behind, y: size.y + behind }, gap }
                }
            }
        })
        .collect()
}

/// How far the boxes behind the front one of a pile stick out of it, to the right and up.
pub fn behind(shape: Shape) -> f64 {
    if matches!(shape, Shape::Pile(_)) { 2.0 * PILE } else { 0.0 }
}

/// Width of the name of each cluster.
pub fn headings(picture: &Picture) -> Vec<f64> {
    picture.clusters.iter().map(|cluster| width(&cluster.title, 11.0) * 1.06).collect()
}

/// Width of the name of a port.
pub fn port_width(port: &str) -> f64 {
    width(port, 9.0)
}

/// Width of the title.
pub fn title_width(title: &str) -> f64 {
    width(title, 16.0) * 1.06
}

/// What meets one item.
#[derive(Clone, Copy, Default)]
struct Ends {
    left: usize,
    right: usize,
    /// Width of the longest name of a port.
    widest: f64,
    /// Arrows that lead back to it.
    loops: u32,
}

fn ends(picture: &Picture) -> Vec<Ends> {
    let mut ends = vec![Ends::default(); picture.items.len()];
    for arrow in &picture.arrows {
        if arrow.from == arrow.to {
            ends[arrow.from].loops += 1;
            continue;
        }
        let sides =
            [(arrow.from, !arrow.feedback, &arrow.from_port), (arrow.to, arrow.feedback, &arrow.to_port)];
        for (item, is_right, port) in sides {
            let ends = &mut ends[item];
            *(if is_right { &mut ends.right } else { &mut ends.left }) += 1;
            ends.widest = ends.widest.max(port_width(port));
        }
    }
    ends
}

/// Width of `words` in a font of that size: letters of the Latin alphabet are narrower than high, those of
/// others as wide as high.
fn width(words: &str, font_size: f64) -> f64 {
    let letters = words.chars().map(|c| match c {
        'i' | 'l' | 'j' | 't' | 'f' | 'r' | '.' | ',' | '[' | ']' | '(' | ')' | ' ' => 0.42,
        'm' | 'w' | 'M' | 'W' => 0.95,
        'A'..='Z' => 0.72,
        c if c < '\u{1100}' => 0.62,
        _ => 1.05,
    });
    letters.sum::<f64>() * font_size
}

/// A tenth of a pixel is finer than anyone sees.
pub fn round(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}
