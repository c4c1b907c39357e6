//! How often edges cross between two ranks.

/// Crossings among segments, given where each begins in the one rank and ends in the other.
///
/// Complexity: O(E log V), by an accumulation tree.
///
/// Source: Barth, Jünger and Mutzel, "Simple and Efficient Bilayer Cross Counting", 2002.
pub fn count(segments: &mut [(usize, usize)]) -> usize {
    segments.sort_unstable();
    let n = segments.iter().map(|&(_, end)| end + 1).max().unwrap_or(0);
    let mut tree = vec![0; n + 1];
    let mut n_crossings = 0;
    for (n_before, &(_, end)) in segments.iter().enumerate() {
        // Those that began above and end no lower do not cross it.
        let mut at = end + 1;
        let mut n_above = 0;
        while at > 0 {
            n_above += tree[at];
            at &= at - 1;
        }
        n_crossings += n_before - n_above;
        at = end + 1;
        while at <= n {
            tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    n_crossings
}

/// Crossings between the segments of two members of a rank that stand one over the other: how many there are, and
/// how many there would be the other way round. The places of their neighbours are sorted.
///
/// Complexity: O(number of neighbours).
pub fn of_pair(upper: &[usize], lower: &[usize]) -> (usize, usize) {
    (inversions(upper, lower), inversions(lower, upper))
}

/// Pairs of an element of `a` and a smaller one of `b`.
fn inversions(a: &[usize], b: &[usize]) -> usize {
    let mut n_smaller = 0;
    let mut sum = 0;
    for place in a {
        while b.get(n_smaller).is_some_and(|other| other < place) {
            n_smaller += 1;
        }
        sum += n_smaller;
    }
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, prop_assert_eq, proptest};

    use super::{count, of_pair};

    #[test]
    fn segments_from_or_to_one_place_do_not_cross() {
        assert_eq!(count(&mut [(0, 0), (0, 5), (1, 5)]), 0);
        assert_eq!(count(&mut [(0, 1), (1, 0)]), 1);
        assert_eq!(of_pair(&[1, 3], &[0, 2]), (3, 1));
        assert_eq!(of_pair(&[1], &[1]), (0, 0));
    }

    proptest! {
        #[test]
        fn counts_are_those_of_comparing_every_pair(
            segments in prop::collection::vec((0_usize..9, 0_usize..9), 0..40)
        ) {
            let crosses = |a: &(usize, usize), b: &(usize, usize)| a.0 < b.0 && a.1 > b.1;
            let each = segments.iter().map(|a| segments.iter().filter(|b| crosses(a, b)).count());
            let expected: usize = each.sum();
            prop_assert_eq!(count(&mut segments.clone()), expected);
        }
    }
}
