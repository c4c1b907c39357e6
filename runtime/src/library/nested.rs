//! Lists inside one another, taken as an array.

use crate::value::Value;

/// The extents and the elements, row by row, of lists that are `n_axes` deep; `None` when some list is not as long as
/// those beside it.
pub(super) fn flatten(list: &Value, n_axes: usize) -> Option<(Vec<usize>, Vec<&Value>)> {
    let mut shape = Vec::new();
    let mut first = Some(list);
    while let Some(items) = first.and_then(Value::as_list).filter(|_| shape.len() < n_axes) {
        shape.push(items.len());
        first = items.first();
    }
    shape.resize(n_axes, 0);
    let mut flat = Vec::new();
    gather(list, &shape, &mut flat)?;
    Some((shape, flat))
}

fn gather<'a>(value: &'a Value, shape: &[usize], flat: &mut Vec<&'a Value>) -> Option<()> {
    let Some((extent, rest)) = shape.split_first() else {
        flat.push(value);
        return Some(());
    };
    let items = value.as_list().filter(|items| items.len() == *extent)?;
    items.iter().try_for_each(|item| gather(item, rest, flat))
}

#[cfg(test)]
mod tests {
    use super::flatten;
    use crate::value::Value;

    #[test]
    fn lists_of_one_length_are_rows() {
        let list = |items: Vec<Value>| Value::from(items);
        let [one, two] = [1, 2].map(Value::from);
        let rows = list(vec![list(vec![one.clone(), two.clone()]), list(vec![two.clone(), one.clone()])]);
        assert_eq!(flatten(&rows, 2), Some((vec![2, 2], vec![&one, &two, &two, &one])));
        assert_eq!(flatten(&rows, 3), None);
        assert_eq!(flatten(&list(vec![rows.clone(), one.clone()]), 2), None);
        assert_eq!(flatten(&list(vec![]), 2), Some((vec![0, 0], vec![])));
        assert_eq!(flatten(&one, 0), Some((vec![], vec![&one])));
    }
}
