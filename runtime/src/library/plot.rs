//! `Plot`: numbers as a chart.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};

use super::batch::drain;
use super::chart::{Chart, Series, svg, text};
use super::file::{Place, Target};
use super::held::{Held, MEMORY};
use crate::process::{Ended, Params, Ports};
use crate::value::{Value, View};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Plot",
    group: Group::Sink,
    doc: Doc {
        summary: "Draws numbers as a chart: a picture in a file, or characters on standard output.",
        diagram: r"
      +------+
  in >| Plot |  -> SVG file, or standard output
      +------+",
        order: "Points are joined in the order of the tokens. A number is the height of the next point; a list \
                `[x, y]` is a point; a record has a line for each field, over its field `x` if there is one. Where a \
                number is not finite, or `()`, a line has a gap.",
        ending: "Draws when its input ends; fails when a token is no point, when the points take more \
                 than `memory`, or when the file cannot be written.",
        complexity: "O(1) a token; keeps all of them.",
        example: r##"Network(
    processes: {
        "angles": (run: Generate(n: 65, expr: "n / 10.0")),
        "waves": (run: Map(expr: "#{x: x, sine: sin(x), cosine: cos(x)}")),
        "plot": (run: Plot(title: "Waves")),
    },
    channels: [
        (from: "angles", to: "waves"),
        (from: "waves", to: "plot"),
    ],
)
"##,
        output: WAVES,
        source: "gnuplot; Python: matplotlib.pyplot.plot",
    },
    ports: signature::Ports::Fixed(&[PortSpec::input("in", PortType::Var("T"), "the points")]),
    params: &[
        ParamSpec::optional(
            "path",
            ParamType::Path,
            "the file, an SVG picture whose name ends with `.svg`; else standard output, as text",
        ),
        ParamSpec::optional("title", ParamType::Text, "what stands above it"),
        ParamSpec::with_default(
            "style",
            ParamType::Word(&["Lines", "Points"]),
            "Lines",
            "how points are drawn",
        ),
        MEMORY,
    ],
    cost: Cost::Blocking,
    traits: Traits { terminal: true, ..Traits::KAHN },
};

/// What the example prints.
const WAVES: &str = r"      Waves
 1.0 +***       ++++++                               ****
     |   ***  ++      ++                           **
     |      ++         ++                        **
     |     ++*           ++                      *
 0.5 +    +   **          +                    **
     |   +     *           ++                 *
     |  +       *            +               *
     | +         **           +             **          +
 0.0 ++            *          ++           *            +
     |             *            +         *           ++
     |              *            +       *           +
     |               **           +     *           +
-0.5 +                 *          ++   *           ++
     |                 **           + *           +
     |                   **         *++          +
     |                    **      **  +++     +++
-1.0 +                      ******       +++++
     ++---------------+---------------+--------------+---------------+
      0               2               4              6               8
      * cosine   + sine
";

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut input = ports.input("in");
    fits(Place::of(&params))?;
    let Target { mut to, place, .. } = Target::new(&params, ports)?;
    let (mut lines, mut held) = (Lines::default(), Held::of(&params));
    drain(&mut input, |token| {
        let n_before = lines.n_bytes;
        lines.add(&token).map_err(Ended::fail)?;
        held.exchange(n_before, lines.n_bytes)
    })
    .await?;
    let chart = Chart {
        title: params.maybe_text("title").unwrap_or_default().to_owned(),
        series: lines.series,
        dots: params.text("style") == "Points",
    };
    let drawn = if place.is_stdout() { text::draw(&chart) } else { svg::draw(&chart) };
    to.write_all(drawn.as_bytes()).and_then(|()| to.flush()).map_err(|error| place.unwritten(&error))
}

/// Refuses a file whose name promises another picture.
fn fits(place: Place<'_>) -> Result<(), Ended> {
    let Place::File(path) = place else { return Ok(()) };
    let extension = Path::new(path).extension().and_then(OsStr::to_str);
    match extension {
        Some(extension) if !extension.eq_ignore_ascii_case("svg") => Err(Ended::fail(format!(
            "cannot write `{path}`: a chart is an SVG picture, no `{extension}`; let the name end with `.svg`"
        ))),
        _ => Ok(()),
    }
}

/// Points so far, by the name of their line in order of first appearance.
#[derive(Default)]
struct Lines {
    places: BTreeMap<String, usize>,
    series: Vec<Series>,
    n_tokens: u32,
    /// What they take in memory.
    n_bytes: usize,
}

impl Lines {
    fn add(&mut self, token: &Value) -> Result<(), String> {
        let n = f64::from(self.n_tokens);
        let wrong = |value: &Value| {
            let n = self.n_tokens;
            format!(
                "token {n} (from 0) is no point: {} is neither a number nor a point [x, y]",
                value.shown()
            )
        };
        let read = |value: &Value| number(value).ok_or_else(|| wrong(value));
        let points: Vec<(&str, [f64; 2])> = match token.view() {
            View::List([x, y]) => vec![("", [read(x)?, read(y)?])],
            View::Record(record) => {
                let x = record.get("x").map_or(Ok(n), read)?;
                let fields = record.iter().filter(|(name, _)| *name != "x");
                fields.map(|(name, y)| Ok((name, [x, read(y)?]))).collect::<Result<_, String>>()?
            }
            _ => vec![("", [n, read(token)?])],
        };
        for (name, point) in points {
            let place = match self.places.get(name) {
                Some(place) => *place,
                None => {
                    self.places.insert(name.to_owned(), self.series.len());
                    self.series.push(Series { name: name.to_owned(), points: Vec::new() });
                    self.n_bytes += size_of::<Series>() + 2 * name.len();
                    self.series.len() - 1
                }
            };
            self.n_bytes += size_of_val(&point);
            self.series[place].points.push(point);
        }
        self.n_tokens = self.n_tokens.saturating_add(1);
        Ok(())
    }
}

/// A coordinate; `()` is none.
fn number(value: &Value) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a picture has less than 53 bits")]
    match value.view() {
        View::I64(n) => Some(n as f64),
        View::F64(x) => Some(x),
        View::Unit => Some(f64::NAN),
        _ => None,
    }
}
