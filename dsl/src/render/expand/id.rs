//! Names of a flat file: `w[0]` and `stat/split` are no ids.

use std::collections::BTreeSet;

use crate::fields::is_id;

/// A legal name for each, all different; one that is legal already stays as it is.
pub fn legal_names<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    let mut taken: BTreeSet<String> = names.clone().filter(|name| is_id(name)).map(str::to_owned).collect();
    names
        .map(|name| {
            if is_id(name) {
                return name.to_owned();
            }
            let plain = legal(name);
            let mut candidate = plain.clone();
            let mut n = 1_u32;
            while !taken.insert(candidate.clone()) {
                n += 1;
                candidate = format!("{plain}_{n}");
            }
            candidate
        })
        .collect()
}

/// `w[0]` becomes `w_0`, `grid[1,2]` `grid_1_2`, `stat/split` `stat-split`.
fn legal(name: &str) -> String {
    let letter = |c: char| match c {
        ']' => None,
        '/' => Some('-'),
        c if c.is_alphanumeric() || c == '-' => Some(c),
        _ => Some('_'),
    };
    let id: String = name.chars().filter_map(letter).collect();
    if id.is_empty() { "_".to_owned() } else { id }
}

#[cfg(test)]
mod tests {
    use super::legal_names;

    #[test]
    fn names_become_legal_and_stay_different() {
        let names = ["w[0]", "grid[1,2]", "stat/split", "w_0", "stat/w[0]", "stat-w[0]", "]"];
        let legal = legal_names(names.into_iter());
        assert_eq!(legal, ["w_0_2", "grid_1_2", "stat-split", "w_0", "stat-w_0", "stat-w_0_2", "_"]);
    }
}
