//! A chart as a picture.

use std::fmt::Write;

use super::scale::Scale;
use super::{Chart, Series, is_finite};

/// Size of the picture, in pixels.
const SIZE: [f64; 2] = [800.0, 480.0];
/// Pixels of a character, about.
const CHARACTER: f64 = 7.0;
/// Okabe and Ito's colors, which everybody can tell apart.
const COLORS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];
/// Up to so many points of a line have a mark each.
const N_MARKED: usize = 60;

/// Where the drawing stands in the picture.
struct Area {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    x: Scale,
    y: Scale,
}

impl Area {
    fn of(chart: &Chart) -> Area {
        let (x, y) = (chart.scale(0, 8), chart.scale(1, 6));
        let n_widest = y.ticks().map(|(_, label)| label.len()).max().unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "a label is short")]
        let left = 24.0 + CHARACTER * n_widest as f64;
        let above = [!chart.title.is_empty(), chart.has_legend()].map(|is| if is { 26.0 } else { 0.0 });
        Area { left, top: 16.0 + above[0] + above[1], right: SIZE[0] - 24.0, bottom: SIZE[1] - 36.0, x, y }
    }

    fn place(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [
            self.left + (self.right - self.left) * self.x.place(x),
            self.bottom - (self.bottom - self.top) * self.y.place(y),
        ]
    }
}

/// Draws it. The same chart gives the same bytes.
pub(in crate::library) fn draw(chart: &Chart) -> String {
    let mut svg = String::new();
    let [width, height] = SIZE;
    // Writing to a text does not fail.
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#333\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>"
    );
    let area = Area::of(chart);
    if !chart.title.is_empty() {
        let title = escaped(&chart.title);
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"26\" font-size=\"16\" text-anchor=\"middle\">{title}</text>",
            width / 2.0
        );
    }
    axes(&area, &mut svg);
    for (series, color) in chart.series.iter().zip(COLORS.into_iter().cycle()) {
        if !chart.dots {
            lines(series, color, &area, &mut svg);
        }
        marks(series, color, chart.dots, &area, &mut svg);
    }
    if chart.has_legend() {
        legend(chart, &area, &mut svg);
    }
    svg + "</svg>\n"
}

fn axes(area: &Area, svg: &mut String) {
    let Area { left, top, right, bottom, x, y } = area;
    for (tick, label) in x.ticks() {
        let [at, _] = area.place([tick, 0.0]);
        let _ = writeln!(
            svg,
            "<line x1=\"{at:.1}\" y1=\"{top:.1}\" x2=\"{at:.1}\" y2=\"{bottom:.1}\" stroke=\"#e4e4e4\"/>\n\
             <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>",
            bottom + 18.0
        );
    }
    for (tick, label) in y.ticks() {
        let [_, at] = area.place([0.0, tick]);
        let _ = writeln!(
            svg,
            "<line x1=\"{left:.1}\" y1=\"{at:.1}\" x2=\"{right:.1}\" y2=\"{at:.1}\" stroke=\"#e4e4e4\"/>\n\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
            left - 8.0,
            at + 4.0
        );
    }
    let _ = writeln!(
        svg,
        "<path d=\"M{left:.1} {top:.1}V{bottom:.1}H{right:.1}\" fill=\"none\" stroke=\"#666\"/>"
    );
}

/// The lines between points, with gaps where a point is not finite.
fn lines(series: &Series, color: &str, area: &Area, svg: &mut String) {
    for run in series.points.split(|point| !is_finite(point)).filter(|run| run.len() > 1) {
        let places: Vec<[f64; 2]> = run.iter().map(|point| area.place(*point)).collect();
        let points = thinned(&places).into_iter().map(|[x, y]| format!("{x:.1},{y:.1}"));
        let points = points.collect::<Vec<_>>().join(" ");
        let _ = writeln!(
            svg,
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"1.8\" \
             stroke-linejoin=\"round\"/>"
        );
    }
}

/// What can be seen of a line: of the points in one column of pixels, the first, the lowest, the highest and the last.
fn thinned(places: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut seen = Vec::new();
    for column in places.chunk_by(|a, b| a[0].round() == b[0].round()) {
        let by_height = |a: &&[f64; 2], b: &&[f64; 2]| a[1].total_cmp(&b[1]);
        let ends =
            [column.first(), column.iter().min_by(by_height), column.iter().max_by(by_height), column.last()];
        if column.len() > ends.len() { seen.extend(ends.into_iter().flatten()) } else { seen.extend(column) }
    }
    seen
}

/// Marks at points: at each when there are no lines, at those of a short series, and at those without a neighbour.
fn marks(series: &Series, color: &str, dots: bool, area: &Area, svg: &mut String) {
    let all = dots || series.points.len() <= N_MARKED;
    let mut last = None;
    for run in series.points.split(|point| !is_finite(point)).filter(|run| all || run.len() == 1) {
        for point in run {
            let place = area.place(*point).map(|at| format!("{at:.1}"));
            // What lies on the one before cannot be seen.
            if last.as_ref() != Some(&place) {
                let [x, y] = &place;
                let _ = writeln!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"2.6\" fill=\"{color}\"/>");
            }
            last = Some(place);
        }
    }
}

fn legend(chart: &Chart, area: &Area, svg: &mut String) {
    let (mut x, y) = (area.left, area.top - 14.0);
    for (series, color) in chart.series.iter().zip(COLORS.into_iter().cycle()) {
        let name = escaped(&series.name);
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"14\" height=\"4\" fill=\"{color}\"/>\n\
             <text x=\"{:.1}\" y=\"{:.1}\">{name}</text>",
            y - 6.0,
            x + 20.0,
            y
        );
        #[expect(clippy::cast_precision_loss, reason = "a name is short")]
        let n_characters = series.name.chars().count() as f64;
        x += 40.0 + CHARACTER * n_characters;
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{draw, thinned};
    use crate::library::chart::{Chart, Series};

    #[test]
    fn a_line_is_broken_where_a_point_is_not_finite() {
        let points = [1.0, 2.0, f64::NAN, 4.0, 3.0, f64::INFINITY, 1.0]
            .into_iter()
            .zip([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let series = Series { name: "a & b".to_owned(), points: points.map(|(y, x)| [x, y]).collect() };
        let chart = Chart { title: "<t>".to_owned(), series: vec![series.clone(), series], dots: false };
        let svg = draw(&chart);
        assert_eq!(svg.matches("<polyline").count(), 4);
        assert_eq!(svg.matches("<circle").count(), 10);
        assert!(svg.contains("&lt;t&gt;") && svg.contains("a &amp; b"), "{svg}");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }

    #[test]
    fn a_long_line_is_as_long_as_can_be_seen() {
        let places: Vec<[f64; 2]> =
            (0..1_000_000).map(|at| [f64::from(at) / 1e4, f64::from(at % 7)]).collect();
        let seen = thinned(&places);
        assert!(seen.len() <= 4 * 101);
        assert!(seen.iter().any(|place| place[1] == 0.0) && seen.iter().any(|place| place[1] == 6.0));
    }
}
