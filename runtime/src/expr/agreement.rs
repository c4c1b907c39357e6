//! The interpreter, Rhai and column programs give the same result for random well-typed expressions and random
//! values: equal values, or an error both. The result has the type that the checker promised.

mod arrays;
mod forms;
mod random;
mod states;

use std::fmt::Write as _;
use std::sync::Arc;

use csprun_dsl::expr::{Scope, compile};
use csprun_dsl::ty::Type;
use proptest::prelude::{ProptestConfig, any};
use proptest::{prop_assert, prop_assert_eq, proptest};

use super::Evaluator;
use super::column::{Columns, N_LANES};
use crate::value::Value;
use forms::Want;
use random::{Random, expression, plain_expression, scope, values};

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn the_interpreter_and_rhai_agree(seed in any::<u64>(), depth in 1_usize..5) {
        let random = &mut Random(seed);
        let wants = [Want::Int, Want::Float, Want::Bool, Want::Text, Want::Ints, Want::Texts];
        let source = expression(wants[random.below(wants.len())], depth, random);
        let compiled = match compile(&source, &scope()) {
            Ok(compiled) => Arc::new(compiled),
            // An `any` among typed items may not meet them; nothing else is ill-typed.
            Err(errors) => {
                prop_assert!(false, "{source}: {errors:#?}");
                return Ok(());
            }
        };
        let (mut native, mut scripted) = (Evaluator::new(&compiled), Evaluator::scripted(&compiled));
        prop_assert!(native.is_native(), "{source}: {:?}", compiled.body);
        for _ in 0..4 {
            let values = values(random);
            let (ours, theirs) = (native.eval(&values), scripted.eval(&values));
            if let Ok(value) = &ours {
                prop_assert!(value.conforms(&compiled.ty), "{source} gives {value:?}, not {}", compiled.ty);
            }
            let mut context = format!("{source}\n");
            for ((name, _), value) in compiled.scope.variables.iter().zip(&values) {
                // Writing to a String cannot fail.
                let _ = writeln!(context, "{name} = {value:?}");
            }
            match (&ours, &theirs) {
                (Err(_), Err(_)) => {}
                _ => prop_assert_eq!(format!("{ours:?}"), format!("{theirs:?}"), "{}", context),
            }
        }
    }

    #[test]
    fn column_programs_and_the_interpreter_agree(seed in any::<u64>(), depth in 1_usize..6) {
        let random = &mut Random(seed);
        let wants = [Want::Int, Want::Float, Want::Bool];
        let source = plain_expression(wants[random.below(wants.len())], depth, random);
        let compiled = Arc::new(compile(&source, &scope()).unwrap_or_else(|errors| panic!("{source}: {errors:#?}")));
        let Some(columns) = Columns::new(&compiled) else {
            prop_assert!(false, "{source} has no program");
            return Ok(());
        };
        let mut evaluator = Evaluator::new(&compiled);
        let n = 1 + random.below(N_LANES);
        let tokens: Vec<Vec<Value>> = (0..n).map(|_| values(random)).collect();
        let one_by_one: Result<Vec<Value>, _> = tokens.iter().map(|token| evaluator.eval(token)).collect();
        let mut together = Vec::new();
        let done = columns.eval(n, |index, lane| &tokens[lane][index], |column| column.append_to(&mut together));
        prop_assert_eq!(done.is_some(), one_by_one.is_ok(), "{}: {:?}", &source, &one_by_one);
        let scripted = Evaluator::scripted(&compiled).eval(&tokens[0]).ok();
        let first = evaluator.eval(&tokens[0]).ok();
        prop_assert_eq!(format!("{first:?}"), format!("{scripted:?}"), "{}", &source);
        if let Ok(one_by_one) = one_by_one {
            prop_assert_eq!(format!("{together:?}"), format!("{one_by_one:?}"), "{}", source);
        }
    }

    #[test]
    fn a_slice_in_brackets_is_the_function(text in ".{0,6}", first in -8_i64..8, last in -8_i64..8) {
        let scope = Scope {
            variables: vec![("s".to_owned(), Type::Text), ("a".to_owned(), Type::I64), ("b".to_owned(), Type::I64)],
            constants: Vec::new(),
        };
        let values = [Value::from(text), Value::from(first), Value::from(last)];
        let run = |source: &str| {
            let compiled = Arc::new(compile(source, &scope).expect("is right"));
            Evaluator::new(&compiled).eval(&values).ok()
        };
        prop_assert_eq!(run("s[a..b]"), run("slice(s, a, b)"));
        prop_assert_eq!(run("split(s, \"\")[a..b]"), run("s[a..b].split(\"\")"));
    }
}
