//! Records with the same names again and again.

use crate::value::{Fields, Record, Value};

/// The names of `N` fields, sorted.
pub(super) struct Shape<const N: usize>(Fields);

impl<const N: usize> Shape<N> {
    /// These names, which must be sorted and differ.
    pub(super) fn new(names: [&str; N]) -> Shape<N> {
        debug_assert!(names.is_sorted(), "values are given in the order of the sorted names");
        Shape(Fields::new(names.map(str::to_owned).to_vec()).expect("the names differ"))
    }

    /// A record with these values, in the order of the names.
    pub(super) fn record(&self, values: [Value; N]) -> Value {
        Value::from(Record::new(&self.0, values.into()).expect("there is one value a name"))
    }
}
