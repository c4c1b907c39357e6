//! A state that an evaluation may change in place is followed by the same state as one that is copied.

use std::sync::Arc;

use csprun_dsl::expr::{Scope, compile};
use csprun_dsl::ty::Type;
use proptest::prelude::{ProptestConfig, any};
use proptest::{prop_assert, prop_assert_eq, proptest};

use super::forms::Want;
use super::random::{Random, expression, scope, values};
use crate::expr::Evaluator;
use crate::value::Value;

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_state_is_taken_only_where_nobody_reads_it_any_more(
        seed in any::<u64>(),
        depth in 1_usize..5,
        state in 0_usize..9,
    ) {
        let random = &mut Random(seed);
        let wants = [Want::Int, Want::Text, Want::Ints, Want::Texts];
        let source = expression(wants[random.below(wants.len())], depth, random);
        let mut scope = scope();
        scope.variables.swap(0, state);
        let compiled = Arc::new(compile(&source, &scope).unwrap_or_else(|errors| panic!("{source}: {errors:#?}")));
        let (mut copying, mut owning) = (Evaluator::new(&compiled), Evaluator::new(&compiled));
        for _ in 0..4 {
            let seed = random.below(usize::MAX) as u64;
            // Made twice, so that they share nothing.
            let [mut kept, mut given] = [seed, seed].map(|seed| values(&mut Random(seed)));
            kept.swap(0, state);
            given.swap(0, state);
            let (copied, owned) = (copying.eval(&kept), owning.eval_state(&mut given));
            match &owned {
                Err((is_whole, _)) if *is_whole => prop_assert_eq!(format!("{:?}", given[0]), format!("{:?}", kept[0])),
                _ => {}
            }
            prop_assert_eq!(format!("{:?}", given[1..].to_vec()), format!("{:?}", kept[1..].to_vec()));
            let owned = owned.map_err(|(_, error)| error);
            prop_assert_eq!(format!("{:?}", owned.ok()), format!("{:?}", copied.ok()), "{} of {:?}", source, kept);
        }
        prop_assert!(owning.is_native());
    }
}

/// The states that an expression goes through, each taken from the one before.
fn folded(source: &str, init: Value, ty: Type, n: i64) -> Value {
    let scope =
        Scope { variables: vec![("acc".to_owned(), ty), ("x".to_owned(), Type::I64)], ..Scope::default() };
    let compiled = Arc::new(compile(source, &scope).unwrap_or_else(|errors| panic!("{source}: {errors:#?}")));
    let mut evaluator = Evaluator::new(&compiled);
    (0..n).fold(init, |state, x| {
        evaluator.eval_state(&mut [state, Value::from(x)]).unwrap_or_else(|(_, error)| panic!("{error}"))
    })
}

#[test]
fn a_state_grows_in_place() {
    // With a copy for each token these would take hours.
    const N: i64 = 200_000;
    let list = || Value::from(Vec::<Value>::new());
    let ints = Type::I64.list();
    for source in [
        "push(acc, x)",
        "acc + [x]",
        "let a = acc; a += [x]; a",
        "if x % 2 == 0 { push(acc, x) } else { acc + [x] }",
        "let more = [x]; if len(acc) < 0 { acc } else { acc + more }",
        "push(acc, x + len(acc) - x)",
    ] {
        let all = folded(source, list(), ints.clone(), N);
        assert_eq!(all.as_list().map(<[Value]>::len), usize::try_from(N).ok(), "{source}");
    }
    let text = folded("acc + `${x},`", Value::from(""), Type::Text, N);
    assert_eq!(text.as_text().map(|text| text.matches(',').count()), usize::try_from(N).ok());
    let record = |n: i64, items: Value| {
        Value::record([("n".to_owned(), Value::from(n)), ("items".to_owned(), items)].into())
    };
    let ty = Type::record([("n", Type::I64), ("items", ints)]);
    for source in
        ["#{n: acc.n + 1, items: push(acc.items, x)}", "#{items: acc.items + [acc.n], n: acc.n + 1}"]
    {
        let all = folded(source, record(0, list()), ty.clone(), N);
        let n_items = all.as_record().and_then(|all| all.get("items")?.as_list()).map(<[Value]>::len);
        assert_eq!(n_items, usize::try_from(N).ok(), "{source}");
    }
}

#[test]
fn what_a_state_was_is_shown_as_long_as_it_is_whole() {
    let scope = Scope {
        variables: vec![("acc".to_owned(), Type::I64.list()), ("x".to_owned(), Type::I64)],
        ..Scope::default()
    };
    let is_whole = |source: &str| {
        let compiled =
            Arc::new(compile(source, &scope).unwrap_or_else(|errors| panic!("{source}: {errors:#?}")));
        let mut values = [Value::from(vec![Value::from(7)]), Value::from(0)];
        let failed = Evaluator::new(&compiled).eval_state(&mut values).expect_err(source);
        assert_eq!(values[0].as_list().is_some(), failed.0, "{source}");
        failed.0
    };
    assert!(is_whole("push(acc, 1 / x)"));
    assert!(is_whole("acc + [1 / x]"));
    assert!(!is_whole("let a = push(acc, x); a + [1 / x]"));
}
