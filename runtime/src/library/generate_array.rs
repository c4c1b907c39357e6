//! `GenerateArray`: arrays whose elements are the values of an expression.

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, NATURAL, ParamFault, ParamSpec, ParamType, PortSpec, PortType,
    ResultType, Signature, Traits, VarType,
};
use csprun_dsl::ty::{Elem, Type};

use super::arrays::{EXAMPLE, form};
use super::expression::Expression;
use crate::expr::append;
use crate::process::{Ended, Params, Ports};
use crate::value::{Array, ArrayData, Value};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "GenerateArray",
    group: Group::Source,
    doc: Doc {
        summary: "Gives arrays whose elements are the values of an expression of their indices.",
        diagram: r"
  +---------------------------+
  | GenerateArray: type, expr |> out
  +---------------------------+",
        order: "For `n` = 0 first, then one more each time; in each array the last index moves first.",
        ending: "Ends after so many arrays (without `n`, after 2^63), or when nobody reads its output; fails when \
                 the expression has no value, or one that is no element.",
        complexity: "One evaluation an element, many at a time; where the expression does not use `n`, for the first \
                     array alone, which all tokens share.",
        example: r#"Network(
    processes: {
        "tables": (run: GenerateArray(n: 2, type: Array(I32, [2, 3]), expr: "100 * n + 10 * i + j")),
        "print": (run: Print()),
    },
    channels: [
        (from: "tables", to: "print"),
    ],
)
"#,
        output: "[[0, 1, 2], [10, 11, 12]]\n[[100, 101, 102], [110, 111, 112]]\n",
        source: "Python: numpy.fromfunction; Futhark: tabulate",
    },
    ports: signature::Ports::Fixed(&[PortSpec::output("out", PortType::OfParam("type"), "the arrays")]),
    params: &[
        ParamSpec::optional("n", NATURAL, "how many; else without end"),
        ParamSpec::required(
            "type",
            ParamType::Type,
            "of an array with one to three extents, all known: `Array(F32, [64, 64])`; up to 1 GiB",
        )
        .rule(has_axes)
        .example(EXAMPLE),
        ParamSpec::required(
            "expr",
            ParamType::Expr(ExprSpec {
                variables: &[
                    ("n", VarType::Is(Type::I64)),
                    ("i", VarType::Is(Type::I64)),
                    ("j", VarType::Is(Type::I64)),
                    ("k", VarType::Is(Type::I64)),
                ],
                result: ResultType::Any,
            }),
            "the element of array `n` with these indices; `j` and `k` are 0 where there is no such extent",
        ),
    ],
    cost: Cost::Heavy,
    traits: Traits::KAHN,
};

/// Elements that are computed before they are put away.
const N_PART: usize = 4096;

/// An element has up to three indices.
fn has_axes(params: &Params) -> Result<(), ParamFault> {
    let ty = params.token_type("type");
    match form(ty)?.1.len() {
        1..=3 => Ok(()),
        n => Err(ParamFault::new(
            format!("`type` is {ty}, with {n} extents"),
            format!("an array has one to three extents here: write `{EXAMPLE}`"),
        )),
    }
}

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut output = ports.output("out");
    has_axes(&params)?;
    let (elem, shape) = form(params.token_type("type"))?;
    let mut expr = Expression::of(&params, "expr");
    let (mut same, is_same) = (None, expr.ignores(0));
    for n in 0..params.maybe_int("n").unwrap_or(i64::MAX) {
        let array = match same.take() {
            Some(array) => array,
            None => Value::from(array(&mut expr, elem, &shape, n)?),
        };
        if is_same {
            same = Some(array.clone());
        }
        output.send(array).await?;
    }
    Ok(())
}

/// Array `n`.
fn array(expr: &mut Expression, elem: Elem, shape: &[usize], n: i64) -> Result<Array, Ended> {
    let (n_cols, n_layers) = match *shape {
        [_] => (1, 1),
        [_, n_cols] => (n_cols, 1),
        [_, n_cols, n_layers] => (n_cols, n_layers),
        _ => unreachable!("`has_axes` has seen the type"),
    };
    let index = |variable, at: usize| {
        let index = match variable {
            0 => return Value::from(n),
            1 => at / n_layers / n_cols,
            2 => at / n_layers % n_cols,
            _ => at % n_layers,
        };
        Value::from(i64::try_from(index).unwrap_or(i64::MAX))
    };
    let n_elements = shape.iter().product();
    let mut elements = ArrayData::with_capacity(elem, n_elements);
    let mut numbers = Vec::new();
    for first in (0..n_elements).step_by(N_PART) {
        let of = |variable, at| index(variable, first + at);
        expr.eval_sets(N_PART.min(n_elements - first), of, &mut numbers)?;
        append(&numbers, &mut elements).map_err(|at| {
            let given = numbers[at].shown();
            let indices: Vec<Value> = (0..4).map(|variable| of(variable, at)).collect();
            expr.refusal(&indices, format!("{given} is no element of type {elem:?}"))
        })?;
        numbers.clear();
    }
    Ok(Array::new(shape.to_vec(), elements).expect("there is an element for each index"))
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;
    use csprun_dsl::ty::{Elem, Type};

    use crate::library::bench::{expr, run};
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};
    use crate::value::{Array, Value};

    fn generated(source: &str, elem: Elem, extents: &[u64], n: i64) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let ty = Type::Array(elem, extents.iter().map(|extent| Some(*extent)).collect());
        let bench = bench.param("type", Param::Type(ty)).param("n", Param::Int(n));
        run(bench.param("expr", expr(source, &["n", "i", "j", "k"])))
    }

    #[test]
    fn each_index_runs_through_its_extent() {
        let ran = generated("100 * i + 10 * j + k + n", Elem::U16, &[2, 3, 2], 2);
        let array = |n: u16| {
            let items = [0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121].map(|item| item + n);
            Value::from(Array::new(vec![2, 3, 2], items.to_vec()).expect("twelve elements"))
        };
        assert_eq!((ran.output("out"), &ran.fate), (&[array(0), array(1)][..], &Some(Fate::Done)));
    }

    #[test]
    fn an_array_longer_than_a_part_has_all_its_elements() {
        let ran = generated("i * 0.5", Elem::F32, &[10_000], 2);
        let items: Vec<f32> = (0..10_000_u16).map(|i| f32::from(i) * 0.5).collect();
        let array = Value::from(Array::flat(items));
        assert_eq!(ran.output("out"), [array.clone(), array]);
    }

    #[test]
    fn what_is_no_element_is_shown_with_its_indices() {
        let why = |source, elem| match generated(source, elem, &[300], 1).fate {
            Some(Fate::Failed(why)) => why,
            fate => panic!("{fate:?}"),
        };
        assert_eq!(
            why("i", Elem::U8),
            "`i` failed with n = 0, i = 256, j = 0, k = 0: 256 is no element of type U8"
        );
        let fault = why("1 / (299 - i)", Elem::I64);
        assert!(
            fault.starts_with("`1 / (299 - i)` failed with n = 0, i = 299, j = 0, k = 0: 1 / 0 divides"),
            "{fault}"
        );
    }
}
