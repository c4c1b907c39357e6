//! Arithmetic on tokens, by the rules of expressions.

use csprun_dsl::expr::ir::Binary;
use csprun_dsl::signature::{PortSpec, PortType, Ports as PortSpecs};

use crate::expr;
use crate::process::{Ended, Ports, recv_from_each};
use crate::value::Value;

/// The ports of a kind that combines two streams.
pub(super) const OPERANDS: PortSpecs = PortSpecs::Fixed(&[
    PortSpec::input("a", PortType::Var("T"), "left operands"),
    PortSpec::input("b", PortType::Var("T"), "right operands"),
    PortSpec::output("out", PortType::Var("T"), "the results"),
]);

/// `a operator b`.
#[inline]
pub(super) fn apply(operator: Binary, a: &Value, b: &Value) -> Result<Value, Ended> {
    expr::apply(operator, a, b).map_err(Ended::fail)
}

/// Receives one of each operand, whichever comes first, and gives what the operator makes of them; again and again.
pub(super) async fn combine(operator: Binary, ports: &mut Ports) -> Result<(), Ended> {
    let (mut inputs, mut output) = ([ports.input("a"), ports.input("b")], ports.output("out"));
    loop {
        let pair = recv_from_each(&mut inputs).await?;
        output.send(apply(operator, &pair[0], &pair[1])?).await?;
    }
}

#[cfg(test)]
mod tests {
    use csprun_dsl::expr::ir::Binary;

    use super::apply;
    use crate::value::Value;

    #[test]
    fn tokens_are_combined_as_expressions_combine_them() {
        let value = |operator, a: Value, b: Value| apply(operator, &a, &b).map_err(|why| why.to_string());
        assert_eq!(value(Binary::Add, 1.into(), 0.5.into()), Ok(1.5.into()));
        assert_eq!(value(Binary::Divide, 7.into(), (-2).into()), Ok((-3).into()));
        assert_eq!(value(Binary::Divide, 1.0.into(), 0.0.into()), Ok(f64::INFINITY.into()));
        assert_eq!(value(Binary::Divide, 1.into(), 0.into()), Err("1 / 0 divides by zero".to_owned()));
        assert_eq!(
            value(Binary::Multiply, i64::MAX.into(), 2.into()),
            Err("9223372036854775807 * 2 does not fit into an integer".to_owned())
        );
        assert_eq!(
            value(Binary::Add, "a".into(), 1.into()),
            Err("cannot add: \"a\" + 1 is between `Text` and `I64`".to_owned())
        );
    }
}
