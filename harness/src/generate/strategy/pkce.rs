//! Code verifiers (RFC 7636 section 4.1).

use proptest::prelude::*;

use super::token::uuid;

/// The shortest verifier, in characters.
const SHORTEST: usize = 43;
/// The longest verifier, in characters.
const LONGEST: usize = 128;
/// The characters of a verifier.
const UNRESERVED: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

/// A verifier of any length and of any character that the RFC allows.
pub fn verifier() -> BoxedStrategy<String> {
    prop_oneof![4 => text(SHORTEST..=LONGEST), 1 => text(SHORTEST..=SHORTEST), 1 => text(LONGEST..=LONGEST)]
        .boxed()
}

fn text(length: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = String> {
    let character = prop::sample::select(UNRESERVED.chars().collect::<Vec<char>>());
    prop::collection::vec(character, length).prop_map(String::from_iter)
}

/// A verifier and another one of valid form: made up too, or one that differs by a single character, by case, by its
/// order or by its end.
pub fn other_verifier() -> BoxedStrategy<(String, String)> {
    let difference = (0_usize..5, any::<prop::sample::Index>(), any::<prop::sample::Index>());
    (verifier(), difference, verifier())
        .prop_map(|(right, (kind, place, with), made_up)| {
            let mut characters: Vec<char> = right.chars().collect();
            let alphabet: Vec<char> = UNRESERVED.chars().collect();
            let at = place.index(characters.len());
            match kind {
                0 => characters[at] = alphabet[with.index(alphabet.len())],
                1 => characters[at] = swapped_case(characters[at]),
                2 => characters.rotate_left(1),
                3 if characters.len() < LONGEST => characters.push(alphabet[with.index(alphabet.len())]),
                3 => drop(characters.pop()),
                _ => characters = made_up.chars().collect(),
            }
            let other: String = characters.into_iter().collect();
            let other = if other == right { differing(&right) } else { other };
            (right, other)
        })
        .boxed()
}

fn swapped_case(letter: char) -> char {
    if letter.is_ascii_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
}

/// The same verifier with another first character.
fn differing(verifier: &str) -> String {
    let first = if verifier.starts_with('a') { 'b' } else { 'a' };
    std::iter::once(first).chain(verifier.chars().skip(1)).collect()
}

/// A verifier that is shorter than the RFC allows, a UUID among them.
pub fn short_verifier() -> BoxedStrategy<String> {
    prop_oneof![uuid(), text(1..=SHORTEST - 1)].boxed()
}

#[cfg(test)]
mod tests {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    use super::*;

    type Differs<'a> = &'a dyn Fn(&str, &str) -> bool;

    #[test]
    fn the_other_one_differs_in_every_way() {
        let (class, mut runner) = (other_verifier(), TestRunner::deterministic());
        let pairs: Vec<(String, String)> =
            (0..400).map(|_| class.new_tree(&mut runner).unwrap().current()).collect();
        let apart = |one: &str, other: &str| one.chars().zip(other.chars()).filter(|(a, b)| a != b).count();
        let ways: [(&str, Differs<'_>); 6] = [
            ("by a character", &|one, other| {
                apart(one, other) == 1 && one[..1] == other[..1] && !one.eq_ignore_ascii_case(other)
            }),
            ("by case", &|one, other| apart(one, other) == 1 && one.eq_ignore_ascii_case(other)),
            ("by its order", &|one, other| format!("{}{}", &one[1..], &one[..1]) == other),
            ("by what follows", &|one, other| one.len() + 1 == other.len() && other.starts_with(one)),
            ("by its end", &|one, other| one.len() == other.len() + 1 && one.starts_with(other)),
            ("altogether", &|one, other| apart(one, other) > 20 && !one.contains(&other[1..20])),
        ];
        for (way, differs) in ways {
            assert!(pairs.iter().any(|(one, other)| differs(one, other)), "never {way}");
        }
    }

    fn is_valid(verifier: &str) -> bool {
        (SHORTEST..=LONGEST).contains(&verifier.len()) && verifier.chars().all(|c| UNRESERVED.contains(c))
    }

    #[test]
    fn the_alphabet_is_that_of_the_rfc() {
        let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
        assert_eq!(UNRESERVED.chars().filter(|c| unreserved(*c)).count(), 66);
        assert_eq!(UNRESERVED.len(), 66);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn verifiers_are_valid(verifier in verifier()) {
            prop_assert!(is_valid(&verifier), "{}", verifier);
        }

        #[test]
        fn the_other_one_is_valid_and_another((right, other) in other_verifier()) {
            prop_assert!(is_valid(&right) && is_valid(&other), "{} {}", right, other);
            prop_assert_ne!(right, other);
        }

        #[test]
        fn short_means_too_short(verifier in short_verifier()) {
            prop_assert!((1..SHORTEST).contains(&verifier.len()));
        }
    }
}
