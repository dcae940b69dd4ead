//! Grant types that the token endpoint does not serve.

use proptest::prelude::*;

use super::turn::in_turn;

use crate::model::edit::Edit;

/// The grant types of the token endpoint of Cognito.
const SERVED: [&str; 3] = ["authorization_code", "refresh_token", "client_credentials"];

/// Grant types of other specifications, and names that are easily mistaken for a served one.
const UNSERVED: [&str; 13] = [
    "password",
    "implicit",
    "code",
    "token",
    "authorization-code",
    "client-credentials",
    "authorization_code client_credentials",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:openid:params:grant-type:ciba",
    "urn:ietf:params:oauth:grant-type:authorization_code",
];

/// A grant type that is none of the served ones, not even in another letter case.
pub fn unknown_grant_type() -> BoxedStrategy<String> {
    let near = prop_oneof![
        1 => (0_usize..24, prop::char::range('a', 'z')).prop_map(|(at, with)| Edit::Replace { at, with }),
        2 => "[a-z0-9_]{1,8}".prop_map(Edit::Append),
        1 => "[a-z0-9_]{1,8}".prop_map(Edit::Prepend),
        1 => (1_usize..=8).prop_map(Edit::DropLast),
    ];
    prop_oneof![
        1 => prop::sample::select(&UNSERVED[..]).prop_map(str::to_owned),
        2 => (prop::sample::select(&SERVED[..]), near).prop_map(|(served, edit)| edit.apply(served)),
        1 => "[a-zA-Z][a-zA-Z0-9_:./+&=-]{0,40}",
    ]
    .prop_filter("a grant type that is served", |name| !is_served(name))
    .boxed()
}

/// A served grant type with at least one letter in upper case.
pub fn grant_type_in_other_case() -> BoxedStrategy<String> {
    (prop::sample::select(&SERVED[..]), any::<u32>())
        .prop_map(|(served, upper)| {
            let spelled: String = served
                .chars()
                .enumerate()
                .map(|(at, letter)| if upper >> at & 1 == 1 { letter.to_ascii_uppercase() } else { letter })
                .collect();
            if spelled == served { served.to_ascii_uppercase() } else { spelled }
        })
        .boxed()
}

/// Response types of other specifications, and names that are easily mistaken for one of Cognito.
const UNSUPPORTED: [&str; 14] = [
    "id_token",
    "token id_token",
    "id_token token",
    "code token",
    "code id_token",
    "code id_token token",
    "none",
    "Code",
    "CODE",
    "Token",
    "code,token",
    "access_token",
    "authorization_code",
    "implicit",
];

/// A response type that is neither `code` nor `token`, to the letter.
pub fn unknown_response_type() -> BoxedStrategy<String> {
    in_turn(vec![
        prop::sample::select(&["Code", "CODE", "Token"][..]).prop_map(str::to_owned).boxed(),
        prop::sample::select(&["code token", "code id_token", "token code"][..])
            .prop_map(str::to_owned)
            .boxed(),
        prop::sample::select(&UNSUPPORTED[..]).prop_map(str::to_owned).boxed(),
        "[a-zA-Z][a-zA-Z0-9_:./+-]{0,24}".boxed(),
    ])
    .prop_filter("a response type that is supported", |name| !["code", "token"].contains(&name.as_str()))
    .boxed()
}

fn is_served(name: &str) -> bool {
    SERVED.iter().any(|served| served.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    use super::*;

    #[test]
    fn any_letter_may_keep_its_case_or_not() {
        let (class, mut runner) = (grant_type_in_other_case(), TestRunner::deterministic());
        let names: Vec<String> = (0..600).map(|_| class.new_tree(&mut runner).unwrap().current()).collect();
        for served in SERVED {
            for (at, letter) in served.char_indices().filter(|(_, letter)| *letter != '_') {
                for spelled in [letter, letter.to_ascii_uppercase()] {
                    let is_so =
                        |name: &&String| name.eq_ignore_ascii_case(served) && name[at..].starts_with(spelled);
                    assert!(names.iter().any(|name| is_so(&name)), "{served}: never {spelled} at {at}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn unknown_means_unknown(name in unknown_grant_type()) {
            prop_assert!(!name.is_empty() && !is_served(&name));
        }

        #[test]
        fn an_unknown_response_type_is_neither_of_both(name in unknown_response_type()) {
            prop_assert!(!name.is_empty() && name != "code" && name != "token", "{}", name);
        }

        #[test]
        fn only_the_case_differs(name in grant_type_in_other_case()) {
            prop_assert!(is_served(&name));
            prop_assert!(!SERVED.contains(&name.as_str()));
        }
    }
}
