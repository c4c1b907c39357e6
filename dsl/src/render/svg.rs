//! The network as a drawing that stands alone: for a browser, a page, a slide.

mod measure;
mod route;
mod style;

use std::fmt::Write;

use super::layout::level::Point;
use super::layout::{Layout, Rect, layout};
use super::palette;
use super::picture::{Arrow, Item, Picture, Shape};
use super::xml;
use crate::network::Network;
use measure::{PILE, behind, round};

/// Around the whole drawing.
const MARGIN: f64 = 16.0;
/// Half the width of a token.
const TOKEN: f64 = 3.2;
/// Above the drawing, for the title.
const TITLE: f64 = 30.0;

/// The picture of a network as SVG, light or dark as the reader's system is.
///
/// Complexity: O(E log V), where E counts an arrow once for each rank of boxes that it passes.
pub fn svg(network: &Network) -> String {
    let picture = Picture::new(network);
    let layout = layout(&picture, &measure::space(&picture), &measure::headings(&picture));
    let words = measure::title_width(&picture.title);
    let width = (layout.size.x.max(words) + 2.0 * MARGIN).ceil();
    let height = (layout.size.y + TITLE + 2.0 * MARGIN).ceil();
    let mut out = Drawing { text: String::new() };
    out.line(&format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"csprun\" role=\"img\" \
         width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">"
    ));
    out.line(&format!("<title>{}</title>", xml::escape(&picture.title)));
    out.line(&format!("<style>{}</style>", style::sheet()));
    out.line(&style::markers());
    out.line("<rect class=\"page\" width=\"100%\" height=\"100%\"/>");
    out.words("title", Point { x: MARGIN, y: MARGIN + 14.0 }, "start", &picture.title);
    out.line(&format!("<g transform=\"translate({MARGIN} {})\">", MARGIN + TITLE));
    out.content(&picture, &layout);
    out.line("</g>");
    out.line("</svg>");
    out.text
}

struct Drawing {
    text: String,
}

impl Drawing {
    fn line(&mut self, line: &str) {
        writeln!(self.text, "{line}").expect("writing to a string does not fail");
    }

    /// Text at a place; nothing when there is none.
    fn words(&mut self, class: &str, at: Point, anchor: &str, words: &str) {
        if words.is_empty() {
            return;
        }
        let anchor = if anchor == "start" { String::new() } else { format!(" text-anchor=\"{anchor}\"") };
        let (x, y, words) = (round(at.x), round(at.y), xml::escape(words));
        self.line(&format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\"{anchor}>{words}</text>"));
    }

    fn content(&mut self, picture: &Picture, layout: &Layout) {
        for (cluster, frame) in picture.clusters.iter().zip(&layout.clusters) {
            self.line(&format!("<rect class=\"frame\" rx=\"10\" {}/>", place(*frame)));
            let at = Point { x: frame.corner.x + 12.0, y: frame.corner.y + 17.0 };
            self.words("cluster", at, "start", &cluster.title);
        }
        let curves = route::curves(picture, layout);
        for (arrow, curve) in picture.arrows.iter().zip(&curves) {
            self.line(&format!(
                "<path class=\"{}\" d=\"{}\"{}/>",
                class(arrow),
                curve.path,
                heads(picture, arrow)
            ));
        }
        for (item, rect) in picture.items.iter().zip(&layout.items) {
            self.item(item, *rect);
        }
        for (arrow, curve) in picture.arrows.iter().zip(&curves) {
            self.tokens(arrow.n_initial, curve.under);
        }
        // Words last: no line runs over them.
        for (arrow, curve) in picture.arrows.iter().zip(&curves) {
            self.words("label", curve.label, "middle", &curve.words);
            if arrow.from == arrow.to {
                continue;
            }
            self.port(curve.tail, curve.backward, &arrow.from_port);
            self.port(curve.head, !curve.backward, &arrow.to_port);
        }
    }

    /// Tokens on their line, as in a marked graph; one stands for many.
    fn tokens(&mut self, n: usize, middle: Point) {
        let n = if n > route::MOST_TOKENS { 1 } else { n };
        #[expect(clippy::cast_precision_loss, reason = "they are few")]
        let shift = |idx: usize| (idx as f64 - (n as f64 - 1.0) / 2.0) * 2.4 * TOKEN;
        for idx in 0..n {
            let (x, y) = (round(middle.x + shift(idx)), round(middle.y));
            self.line(&format!("<circle class=\"token\" cx=\"{x}\" cy=\"{y}\" r=\"{TOKEN}\"/>"));
        }
    }

    /// The name of a port beside where its arrow meets the box.
    fn port(&mut self, at: Point, is_left_of_box: bool, name: &str) {
        let (dx, anchor) = if is_left_of_box { (-9.0, "end") } else { (5.0, "start") };
        self.words("port", Point { x: at.x + dx, y: at.y - 4.0 }, anchor, name);
    }

    fn item(&mut self, item: &Item, rect: Rect) {
        match item.shape {
            Shape::Any => {
                let (middle, right, left) = (rect.middle(), rect.right(), rect.corner.x);
                let (top, bottom) = (rect.corner.y, rect.corner.y + rect.size.y);
                let corners = [(left, middle.y), (middle.x, top), (right, middle.y), (middle.x, bottom)];
                let corners = corners.map(|(x, y)| format!("{},{}", round(x), round(y))).join(" ");
                self.line(&format!("<polygon class=\"hub\" points=\"{corners}\"/>"));
                self.words("port", Point { x: middle.x, y: middle.y + 3.0 }, "middle", &item.title);
                self.words("label", Point { x: middle.x, y: bottom + 11.0 }, "middle", &item.subtitle);
            }
            Shape::All => {
                let middle = rect.middle();
                let (x, y, r) = (round(middle.x), round(middle.y), round(rect.size.x / 2.0));
                self.line(&format!("<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>"));
                let words = if item.subtitle.is_empty() {
                    item.title.clone()
                } else {
                    format!("{} {}", item.title, item.subtitle)
                };
                self.words("label", Point { x: middle.x, y: middle.y + 18.0 }, "middle", &words);
            }
            Shape::Process(_) | Shape::Pile(_) | Shape::Network => self.process(item, rect),
        }
    }

    fn process(&mut self, item: &Item, rect: Rect) {
        let class = palette::of(item.shape).map_or("", |(name, _)| name);
        self.line("<g>");
        if !item.doc.is_empty() {
            self.line(&format!("<title>{}</title>", xml::escape(&item.doc)));
        }
        // The space of a pile holds all its boxes; the front one is at its lower left.
        let behind = behind(item.shape);
        let size = Point { x: rect.size.x - behind, y: rect.size.y - behind };
        let front = Rect { corner: Point { x: rect.corner.x, y: rect.corner.y + behind }, size };
        let shifts: &[f64] = if behind > 0.0 { &[2.0 * PILE, PILE, 0.0] } else { &[0.0] };
        for by in shifts {
            let corner = Point { x: front.corner.x + by, y: front.corner.y - by };
            self.line(&format!("<rect class=\"{class}\" rx=\"8\" {}/>", place(Rect { corner, size })));
        }
        let middle = front.middle();
        self.words("name", Point { x: middle.x, y: middle.y - 3.0 }, "middle", &item.title);
        self.words("kind", Point { x: middle.x, y: middle.y + 13.0 }, "middle", &item.subtitle);
        self.line("</g>");
    }
}

fn class(arrow: &Arrow) -> String {
    let mut class = "arrow".to_owned();
    for (is, name) in [(arrow.call, " call"), (arrow.lossy, " lossy"), (arrow.feedback, " feedback")] {
        class.push_str(if is { name } else { "" });
    }
    class
}

/// The half on the way to a hub has no point: tokens only pass there.
fn heads(picture: &Picture, arrow: &Arrow) -> String {
    let marker = if arrow.feedback { "csprun-back" } else { "csprun-head" };
    let is_hub = |idx: usize| picture.items[idx].shape.is_hub();
    let mut heads = String::new();
    if !is_hub(arrow.to) {
        heads.push_str(&format!(" marker-end=\"url(#{marker})\""));
    }
    if arrow.call && !is_hub(arrow.from) {
        heads.push_str(&format!(" marker-start=\"url(#{marker})\""));
    }
    heads
}

fn place(rect: Rect) -> String {
    let (x, y) = (round(rect.corner.x), round(rect.corner.y));
    format!("x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\"", round(rect.size.x), round(rect.size.y))
}

#[cfg(test)]
mod tests;
