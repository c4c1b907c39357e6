use expect_test::expect;

use super::{index, page, reference};
use crate::signature::{
    Catalog, Cost, Doc, ExprSpec, Group, INT, ParamSpec, ParamType, PortSpec, PortType, Ports, ResultType,
    Signature, Traits, VarType,
};

const TALLY: Signature = Signature {
    kind: "Tally",
    group: Group::Transform,
    doc: Doc {
        summary: "Counts.",
        diagram: "\n     +-------+\n in >| Tally |> out\n     +-------+",
        order: "In order.",
        ending: "Ends with its last input, which is a sentence so long that it has to go on in another line.",
        complexity: "O(1) a token.",
        example: "Network(\n    processes: {},\n)\n",
        output: "1\n2\n",
        source: "None.",
    },
    ports: Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens").list(),
        PortSpec::output("out", PortType::OfExpr("expr"), "the counts"),
    ]),
    params: &[
        ParamSpec::with_default("from", INT, "0", "where it begins | ends"),
        ParamSpec::required("expr", ParamType::Expr(ONE), "what is counted"),
        ParamSpec::optional("path", ParamType::Path, ""),
    ],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

const ONE: ExprSpec = ExprSpec { variables: &[("x", VarType::Port("in"))], result: ResultType::Bool };

const BARE: Doc = Doc { summary: "Is planned.", ..Doc::NONE };

fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    catalog.add(TALLY);
    catalog.add_unavailable(Signature { kind: "Lock", group: Group::Coordination, doc: BARE, ..TALLY });
    catalog
}

#[test]
fn a_page_has_everything_in_reading_order() {
    expect![[r#"
        Tally: Counts.

             +-------+
         in >| Tally |> out
             +-------+

        Ports
          in[0..]  takes T                  any tokens
          out      gives what `expr` gives  the counts

        Parameters
          from  integer = 0               where it begins | ends
          expr  condition of x, required  what is counted
          path  path of a file, optional

        Order   In order.
        Ending  Ends with its last input, which is a sentence so long that it has to go on in
                another line.
        Cost    O(1) a token.
        Source  None.

        Example
          Network(
              processes: {},
          )
        prints
          1
          2
    "#]]
    .assert_eq(&page(&TALLY));
}

#[test]
fn an_example_with_files_of_the_sources_says_where_it_runs() {
    let doc = Doc { example: "(path: \"graphs/data/planets.csv\")", ..TALLY.doc };
    let page = page(&Signature { doc, ..TALLY });
    assert!(
        page.contains("\nrun in the folder of csprun's sources, where its files are,\nprints\n"),
        "{page}"
    );
}

#[test]
fn a_page_without_a_text_has_no_empty_heading() {
    let bare = Signature { kind: "Bare", doc: BARE, ports: Ports::Fixed(&[]), params: &[], ..TALLY };
    expect![[r#"
        Bare: Is planned.
    "#]]
    .assert_eq(&page(&bare));
}

#[test]
fn the_index_marks_what_cannot_run() {
    expect![[r#"
        Transforms: from tokens to tokens
          Tally   Counts.

        Coordination: servers that others call
          Lock*   Is planned.

        Kinds with a * can be checked and drawn, but not run by this build.
        `csprun list KIND` describes one, with an example.
    "#]]
    .assert_eq(&index(&catalog()));
}

#[test]
fn the_reference_is_markdown() {
    expect![[r#"
        # The process library

        `csprun list KIND` shows the same on the terminal.

        ## Transforms: from tokens to tokens

        ### Tally

        Counts.

        ```text
             +-------+
         in >| Tally |> out
             +-------+
        ```

        | port | direction | tokens | meaning |
        |---|---|---|---|
        | `in[0..]` | in | T | any tokens |
        | `out` | out | what `expr` gives | the counts |

        | parameter | value | meaning |
        |---|---|---|
        | `from` | integer = 0 | where it begins \| ends |
        | `expr` | condition of x, required | what is counted |
        | `path` | path of a file, optional |  |

        *Order.* In order.

        *Ending.* Ends with its last input, which is a sentence so long that it has to go on in another line.

        *Cost.* O(1) a token.

        *Source.* None.

        ```ron
        Network(
            processes: {},
        )
        ```

        prints

        ```text
        1
        2
        ```

        ## Checked and drawn, but not run by this build

        | kind | what it is |
        |---|---|
        | `Lock` | Is planned. |
    "#]]
    .assert_eq(&reference(&catalog()));
}
