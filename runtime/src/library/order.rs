//! Which of two keys comes first.

use std::cmp::Ordering;

use csprun_dsl::signature::ParamType;

use crate::process::Params;
use crate::value::Value;

/// The words for it in a graph file.
pub(super) const ORDER: ParamType = ParamType::Word(&["Ascending", "Descending"]);

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The smallest first.
    Ascending,
    /// The largest first.
    Descending,
}

impl Order {
    /// The parameter `order`.
    pub(super) fn of(params: &Params) -> Order {
        match params.text("order") {
            "Descending" => Order::Descending,
            _ => Order::Ascending,
        }
    }

    /// `Less` when `a` comes before `b`.
    pub(super) fn compare(self, a: &Value, b: &Value) -> Ordering {
        match self {
            Order::Ascending => a.cmp_total(b),
            Order::Descending => b.cmp_total(a),
        }
    }
}
