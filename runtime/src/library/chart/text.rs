//! A chart of characters, for a terminal.

use super::{Chart, is_finite};

/// Columns and lines of the drawing.
const N_COLUMNS: usize = 64;
const N_LINES: usize = 17;
/// A mark a series.
const MARKS: [char; 6] = ['*', '+', 'o', 'x', '#', '@'];

/// Draws it, lines with their ends.
pub(in crate::library) fn draw(chart: &Chart) -> String {
    let (x, y) = (chart.scale(0, 5), chart.scale(1, 4));
    let mut field = vec![[' '; N_COLUMNS]; N_LINES];
    let place =
        |point: [f64; 2]| [cell(x.place(point[0]), N_COLUMNS), cell(1.0 - y.place(point[1]), N_LINES)];
    for (series, mark) in chart.series.iter().zip(MARKS.into_iter().cycle()) {
        for run in series.points.split(|point| !is_finite(point)) {
            let mut last = None;
            for place in run.iter().map(|point| place(*point)) {
                let from = last.replace(place).filter(|_| !chart.dots).unwrap_or(place);
                between(from, place, |column, line| field[line][column] = mark);
            }
        }
    }
    let ticks: Vec<(usize, String)> =
        y.ticks().map(|(tick, label)| (cell(1.0 - y.place(tick), N_LINES), label)).collect();
    let n_label = ticks.iter().map(|(_, label)| label.len()).max().unwrap_or(0);
    let mut text = String::new();
    if !chart.title.is_empty() {
        text += &format!("{:n_label$}  {}\n", "", chart.title);
    }
    for (at, line) in field.iter().enumerate() {
        let label = ticks.iter().find(|(line, _)| *line == at).map_or("", |(_, label)| label);
        let edge = if label.is_empty() { '|' } else { '+' };
        let line: String = line.iter().collect();
        text += format!("{label:>n_label$} {edge}{line}").trim_end();
        text.push('\n');
    }
    let (mut edge, mut labels) = (vec!['-'; N_COLUMNS], String::new());
    for (tick, label) in x.ticks() {
        let column = cell(x.place(tick), N_COLUMNS);
        edge[column] = '+';
        let begin = column.saturating_sub(label.len() / 2).min(N_COLUMNS - label.len().min(N_COLUMNS));
        if labels.is_empty() || begin > labels.len() {
            labels += &format!("{:>width$}", label, width = begin + label.len() - labels.len());
        }
    }
    text +=
        &format!("{:n_label$} +{}\n{:n_label$}  {labels}\n", "", edge.into_iter().collect::<String>(), "");
    if chart.has_legend() {
        let names = chart.series.iter().zip(MARKS.into_iter().cycle());
        let names: Vec<String> = names.map(|(series, mark)| format!("{mark} {}", series.name)).collect();
        text += &format!("{:n_label$}  {}\n", "", names.join("   "));
    }
    text
}

/// The cell of `n` at a part of the way.
fn cell(part: f64, n: usize) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a part of few cells"
    )]
    let cell = (part * (n - 1) as f64).round().max(0.0) as usize;
    cell.min(n - 1)
}

/// Marks the cells of a straight line.
fn between(from: [usize; 2], to: [usize; 2], mut mark: impl FnMut(usize, usize)) {
    let n = from[0].abs_diff(to[0]).max(from[1].abs_diff(to[1])).max(1);
    let along = |from: usize, to: usize, at: usize| (from * (n - at) + to * at + n / 2) / n;
    (0..=n).for_each(|at| mark(along(from[0], to[0], at), along(from[1], to[1], at)));
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::library::chart::{Chart, Series};

    #[test]
    fn the_largest_numbers_are_drawn() {
        let points = vec![[0.0, 1e300], [1.0, -1e300], [2.0, f64::MAX]];
        let chart =
            Chart { series: vec![Series { name: String::new(), points }], dots: true, ..Chart::default() };
        let drawn = draw(&chart);
        assert_eq!(drawn.matches('*').count(), 3, "{drawn}");
        assert!(!drawn.contains("inf") && !drawn.contains("NaN"), "{drawn}");
    }

    #[test]
    fn a_line_of_any_numbers_is_drawn_in_its_field() {
        for numbers in [&[][..], &[1.0], &[f64::NAN], &[f64::MIN, f64::MAX, 0.0], &[1e299, -1e-300]] {
            let points = numbers.iter().map(|y| [*y, *y]).collect();
            let chart = Chart { series: vec![Series { name: String::new(), points }], ..Chart::default() };
            let drawn = draw(&chart);
            assert_eq!(drawn.lines().count(), 19, "{drawn}");
            assert!(drawn.lines().all(|line| line.len() < 100), "{drawn}");
        }
    }
}
