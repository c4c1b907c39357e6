//! `ReadArray`: the arrays of a file of raw elements.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};

use super::arrays::{EXAMPLE, form, is_sized};
use super::file::{READ, open, read_block};
use crate::process::{Ended, Params, Ports};
use crate::value::{Array, ArrayData, Value};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "ReadArray",
    group: Group::Source,
    doc: Doc {
        summary: "Gives the arrays that a file of raw elements holds.",
        diagram: r"
          +-----------------+
  file -> | ReadArray: type |> out
          +-----------------+",
        order: "As in the file: array behind array, row by row, elements little-endian, with nothing between them.",
        ending: "Ends with the file, or when nobody reads its output; fails when the file cannot be read, or ends \
                 within an array.",
        complexity: "O(1) an element; one array at a time.",
        example: r#"Network(
    processes: {
        "pixels": (run: ReadArray(path: "graphs/data/glider.raw", type: Array(U8, [5, 5]))),
        "twice": (run: Map(expr: "x * 2")),
        "print": (run: Print()),
    },
    channels: [
        (from: "pixels", to: "twice"),
        (from: "twice", to: "print"),
    ],
)
"#,
        output: "[[0, 0, 0, 0, 0], [0, 0, 2, 0, 0], [0, 0, 0, 2, 0], [0, 2, 2, 2, 0], [0, 0, 0, 0, 0]]\n",
        source: "Python: numpy.fromfile",
    },
    ports: signature::Ports::Fixed(&[PortSpec::output("out", PortType::OfParam("type"), "the arrays")]),
    params: &[
        READ,
        ParamSpec::required(
            "type",
            ParamType::Type,
            "of an array, with all its extents: `Array(F32, [64, 64])`; up to 1 GiB",
        )
        .rule(is_sized)
        .example(EXAMPLE),
    ],
    cost: Cost::Blocking,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut output = ports.output("out");
    let (elem, shape) = form(params.token_type("type"))?;
    let n_bytes = shape.iter().product::<usize>() * elem.n_bytes();
    let mut file = open(&params, ports)?;
    for n_arrays in 0_u64.. {
        let block = read_block(&mut file, n_bytes, &params, ports)?;
        if block.is_empty() {
            break;
        }
        if block.len() < n_bytes {
            let (path, ty, n_left) = (params.text("path"), params.token_type("type"), block.len());
            let left =
                if n_left == 1 { "1 byte is left".to_owned() } else { format!("{n_left} bytes are left") };
            let why =
                format!("`{path}` ends within array {n_arrays} (from 0): {left}, and {ty} has {n_bytes}");
            return Err(Ended::fail(why));
        }
        let data = ArrayData::from_le_bytes(elem, &block).expect("the block is of whole elements");
        let array = Array::new(shape.clone(), data).expect("the block is of all elements");
        output.send(Value::from(array)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;
    use csprun_dsl::ty::{Elem, Type};

    use crate::library::bench::run;
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};
    use crate::value::{Array, Value};

    fn read(path: &str, elem: Elem, extents: &[Option<u64>]) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let ty = Param::Type(Type::Array(elem, extents.to_vec()));
        run(bench.param("path", Param::Text(path.to_owned())).param("type", ty))
    }

    #[test]
    fn arrays_stand_one_behind_the_other() {
        let path = std::env::temp_dir().join(format!("csprun-read-array-{}", std::process::id()));
        let name = path.to_str().expect("the test's path is text");
        std::fs::write(&path, [1, 0, 2, 0, 3, 0, 0xff, 0xff]).expect("the test's folder can be written");
        let ran = read(name, Elem::I16, &[Some(1), Some(2)]);
        let array =
            |items: [i16; 2]| Value::from(Array::new(vec![1, 2], items.to_vec()).expect("two elements"));
        assert_eq!((ran.output("out"), &ran.fate), (&[array([1, 2]), array([3, -1])][..], &Some(Fate::Done)));
        let ran = read(name, Elem::I16, &[Some(3)]);
        let why =
            format!("`{name}` ends within array 1 (from 0): 2 bytes are left, and Array(I16, [3]) has 6");
        assert_eq!((ran.output("out").len(), ran.fate), (1, Some(Fate::Failed(why))));
        std::fs::write(&path, [1]).expect("the test's folder can be written");
        let Some(Fate::Failed(why)) = read(name, Elem::I16, &[Some(1)]).fate else { panic!("it is half") };
        assert!(why.ends_with("array 0 (from 0): 1 byte is left, and Array(I16, [1]) has 2"), "{why}");
        std::fs::remove_file(&path).expect("it is there");
    }

    #[test]
    fn a_type_without_a_size_is_refused() {
        for (extents, part) in [
            (&[None][..], "of which no size is known"),
            (&[Some(0), Some(3)], "which has no element"),
            (&[Some(u64::MAX), Some(2)], "of more than 1 GiB"),
            (&[Some(1 << 28)], "of more than 1 GiB"),
        ] {
            let Some(Fate::Failed(why)) = read("/dev/zero", Elem::F64, extents).fate else {
                panic!("{part}")
            };
            assert!(why.contains(part), "{why}");
        }
    }
}
