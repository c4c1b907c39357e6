//! Which arrows close a cycle: drawn backwards, all others forwards.

/// Marks the arrows that must be turned round so that no cycle is left. An arrow on which tokens wait at the
/// start is taken in last, so that it is the one that closes the cycle, as its author meant; the others in
/// the order given.
///
/// Complexity: O(V + E) without waiting tokens, O(V + E) more for each arrow that has some.
pub fn find(n_items: usize, arrows: &[(usize, usize)], initial: &[bool]) -> Vec<bool> {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); n_items];
    let mut has_entry = vec![false; n_items];
    for (idx, &(from, to)) in arrows.iter().enumerate().filter(|&(idx, _)| !initial[idx]) {
        next[from].push(idx);
        has_entry[to] = true;
    }
    let mut feedback = depth_first(&has_entry, &next, arrows);
    for (idx, &(from, to)) in arrows.iter().enumerate().filter(|&(idx, _)| initial[idx]) {
        feedback[idx] = reaches(to, from, &next, arrows, &feedback);
        next[from].push(idx);
    }
    feedback
}

/// Arrows that come back to where a depth-first walk still is. It begins at what nothing leads to.
fn depth_first(has_entry: &[bool], next: &[Vec<usize>], arrows: &[(usize, usize)]) -> Vec<bool> {
    let n = next.len();
    let mut feedback = vec![false; arrows.len()];
    let mut entered = vec![false; n];
    let mut open = vec![false; n];
    let starts = (0..n).filter(|&item| !has_entry[item]).chain((0..n).filter(|&item| has_entry[item]));
    for start in starts {
        if entered[start] {
            continue;
        }
        (entered[start], open[start]) = (true, true);
        let mut walk = vec![(start, 0)];
        while let Some((item, step)) = walk.last_mut() {
            let Some(&arrow) = next[*item].get(*step) else {
                open[*item] = false;
                walk.pop();
                continue;
            };
            *step += 1;
            let to = arrows[arrow].1;
            feedback[arrow] = open[to];
            if !entered[to] {
                (entered[to], open[to]) = (true, true);
                walk.push((to, 0));
            }
        }
    }
    feedback
}

/// Whether forward arrows lead from `from` to `to`.
fn reaches(
    from: usize,
    to: usize,
    next: &[Vec<usize>],
    arrows: &[(usize, usize)],
    feedback: &[bool],
) -> bool {
    let mut seen = vec![false; next.len()];
    let mut todo = vec![from];
    while let Some(item) = todo.pop() {
        if item == to {
            return true;
        }
        if !std::mem::replace(&mut seen[item], true) {
            todo.extend(next[item].iter().filter(|&&arrow| !feedback[arrow]).map(|&arrow| arrows[arrow].1));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn the_arrow_with_tokens_closes_the_cycle() {
        let ring = [(0, 1), (1, 2), (2, 0)];
        assert_eq!(find(3, &ring, &[false, false, false]), [false, false, true]);
        assert_eq!(find(3, &ring, &[true, false, false]), [true, false, false]);
        assert_eq!(find(3, &ring, &[true, true, false]), [false, true, false]);
    }

    #[test]
    fn the_walk_begins_where_nothing_leads_to() {
        assert_eq!(find(3, &[(1, 0), (0, 1), (2, 1)], &[false; 3]), [false, true, false]);
        assert_eq!(find(1, &[(0, 0)], &[false]), [true]);
    }
}
