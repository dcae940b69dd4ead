//! Names that were probably meant.

use super::text::one_line;

/// A question for the possible name that is nearest to `given`, or else the list of all of them.
pub(crate) fn suggest<'a>(given: &str, possible: impl IntoIterator<Item = &'a str>) -> String {
    let mut possible: Vec<&str> = possible.into_iter().collect();
    possible.sort_unstable();
    possible.dedup();
    match nearest(given, &possible) {
        Some(name) => format!("did you mean {name:?}?"),
        None if possible.is_empty() => "there is none".to_owned(),
        None => {
            format!("possible: {}", possible.iter().map(|name| one_line(name)).collect::<Vec<_>>().join(", "))
        }
    }
}

/// The nearest name, if one is so near that a slip of the keys explains the difference.
pub(crate) fn nearest<'a>(given: &str, possible: &[&'a str]) -> Option<&'a str> {
    // Two slips at most, and fewer in a short name, where two would reach any other short name.
    let length = given.chars().count();
    let slips = (length / 3).clamp(1, 2);
    possible
        .iter()
        .filter(|name| length.abs_diff(name.chars().count()) <= slips)
        .map(|name| (strsim::osa_distance(&given.to_lowercase(), name), *name))
        .filter(|(distance, _)| *distance <= slips)
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let names = ["endpoint", "domain", "issuer", "rate"];
        assert_eq!(suggest("endpiont", names), "did you mean \"endpoint\"?");
        assert_eq!(suggest("Issuer", names), "did you mean \"issuer\"?");
        assert_eq!(
            suggest("colour", [&names[..], &["rate"]].concat()),
            "possible: domain, endpoint, issuer, rate"
        );
        assert_eq!(suggest("x", []), "there is none");
    }
}
