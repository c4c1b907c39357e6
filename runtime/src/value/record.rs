//! Named fields. Generic over what the fields hold, so that it stands below the token that contains it.

use std::sync::Arc;

/// The names of a record's fields, in order, shared by all records that have them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields(Arc<[String]>);

impl Fields {
    /// These names, sorted; `None` when two are equal.
    pub fn new(mut names: Vec<String>) -> Option<Fields> {
        names.sort_unstable();
        let distinct = names.windows(2).all(|pair| pair[0] != pair[1]);
        distinct.then(|| Fields(names.into()))
    }

    /// Place of a name among the values of a record.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.0.binary_search_by(|own| own.as_str().cmp(name)).ok()
    }

    /// The names, sorted.
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

/// A record: named fields with values.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordOf<V> {
    fields: Fields,
    values: Vec<V>,
}

impl<V> RecordOf<V> {
    /// A record with these values in the order of the sorted names; `None` when their number differs.
    pub fn new(fields: &Fields, values: Vec<V>) -> Option<RecordOf<V>> {
        (fields.0.len() == values.len()).then(|| RecordOf { fields: fields.clone(), values })
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&V> {
        self.fields.position(name).map(|idx| &self.values[idx])
    }

    /// The value of a field, to be changed.
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.fields.position(name).map(|idx| &mut self.values[idx])
    }

    /// Its names.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Its values, in the order of the sorted names.
    pub fn values(&self) -> &[V] {
        &self.values
    }

    /// Names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.fields.0.iter().map(String::as_str).zip(&self.values)
    }

    /// Its names and its values.
    pub fn into_parts(self) -> (Fields, Vec<V>) {
        (self.fields, self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, RecordOf};

    #[test]
    fn fields_are_found_by_name() {
        let fields = Fields::new(vec!["b".to_owned(), "a".to_owned()]).expect("names differ");
        let record = RecordOf::new(&fields, vec![1, 2]).expect("two values");
        assert_eq!((record.get("a"), record.get("b"), record.get("c")), (Some(&1), Some(&2), None));
    }

    #[test]
    fn two_fields_of_one_name_are_refused() {
        assert!(Fields::new(vec!["a".to_owned(), "a".to_owned()]).is_none());
    }
}
