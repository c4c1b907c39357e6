//! Rows for people.

use std::fmt::Write;

use super::compare::Row;

/// The rows as a table, a line each; who could not take part is said below it.
pub fn table(rows: &[Row]) -> String {
    let mut lines = vec![["name", "value", "unit", "floor", "floor value", "ratio"].map(str::to_owned)];
    for row in rows {
        let floor = row.floor.as_ref();
        lines.push([
            row.name.clone(),
            number(row.value),
            row.unit.clone(),
            floor.map_or("-".to_owned(), |floor| floor.name.clone()),
            floor.map_or("-".to_owned(), |floor| number(floor.value)),
            floor.map_or("-".to_owned(), |floor| format!("{:.2}", floor.ratio)),
        ]);
    }
    let widths: Vec<usize> = (0..6)
        .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0))
        .collect();
    let mut table = String::new();
    for [name, value, unit, floor, floor_value, ratio] in &lines {
        // Writing to a `String` cannot fail.
        writeln!(
            table,
            "{name:<0$}  {value:>1$}  {unit:<2$}  {floor:<3$}  {floor_value:>4$}  {ratio:>5$}",
            widths[0], widths[1], widths[2], widths[3], widths[4], widths[5],
        )
        .ok();
    }
    let absent: std::collections::BTreeSet<String> =
        rows.iter().flat_map(|row| &row.absent).map(|(who, why)| format!("without {who}: {why}\n")).collect();
    table.extend(absent);
    table
}

/// Three digits that mean something.
fn number(value: f64) -> String {
    match value {
        _ if value >= 99.95 => format!("{value:.0}"),
        _ if value >= 9.995 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}
