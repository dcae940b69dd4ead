//! Things that are alike in something, together.

/// Those that have the same key together, in the order in which they are met.
pub(crate) fn alike<T: Copy, K: PartialEq>(
    things: impl IntoIterator<Item = T>,
    key: impl Fn(T) -> K,
) -> Vec<(K, Vec<T>)> {
    let mut groups: Vec<(K, Vec<T>)> = Vec::new();
    for thing in things {
        let key = key(thing);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, members)) => members.push(thing),
            None => groups.push((key, vec![thing])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_first_of_each_kind() {
        let groups = alike(["ccc", "a", "bbb", "b"], str::len);
        assert_eq!(groups, [(3, vec!["ccc", "bbb"]), (1, vec!["a", "b"])]);
        assert_eq!(alike([], str::len), []);
    }
}
