//! Charts: named lines over a range, with ticks at round numbers.

mod scale;
pub(super) mod svg;
pub(super) mod text;

use scale::Scale;

/// One named line, or one set of points.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    pub(super) name: String,
    /// `[x, y]`; a line has a gap where one of them is not finite.
    pub(super) points: Vec<[f64; 2]>,
}

/// What is drawn.
#[derive(Clone, Debug, Default)]
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) series: Vec<Series>,
    /// Points, each by itself, instead of lines.
    pub(super) dots: bool,
}

impl Chart {
    /// The scale of an axis: 0 is x, 1 is y.
    fn scale(&self, axis: usize, n_ticks: u32) -> Scale {
        let points = self.series.iter().flat_map(|series| &series.points).filter(|point| is_finite(point));
        Scale::of(points.map(|point| point[axis]), n_ticks)
    }

    /// Whether a legend tells the series apart.
    fn has_legend(&self) -> bool {
        self.series.len() > 1
    }
}

/// Whether it can be drawn.
fn is_finite(point: &[f64; 2]) -> bool {
    point.iter().all(|x| x.is_finite())
}
