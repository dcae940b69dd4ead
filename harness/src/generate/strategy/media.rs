//! Media types and other header values of a token request. All of them are visible ASCII.

use proptest::prelude::*;

use super::order::order;
use crate::model::edit::Edit;
use crate::model::request::FORM;

/// A `Content-Type` that is not the form media type: quoted, misspelt, or of another kind of body. JSON is left out,
/// which has its own answer.
pub fn wrong_content_type() -> BoxedStrategy<String> {
    let near = prop_oneof![
        (0_usize..33, prop::char::range('a', 'z')).prop_map(|(at, with)| Edit::Replace { at, with }),
        "[a-z]{1,6}".prop_map(Edit::Append),
        "[a-z]{1,6}".prop_map(Edit::Prepend),
        (1_usize..=12).prop_map(Edit::DropLast),
        (0_usize..32).prop_map(Edit::SwapNeighbours),
    ];
    let others = [
        "text/plain",
        "text/plain; charset=UTF-8",
        "text/html",
        "application/xml",
        "application/octet-stream",
        "application/jwt",
        "application/form-urlencoded",
        "x-www-form-urlencoded",
        "form",
    ];
    prop_oneof![
        2 => prop::sample::select(&["'", "\"", "`"][..]).prop_map(|quote| format!("{quote}{FORM}{quote}")),
        4 => near.prop_map(|edit| edit.apply(FORM)),
        2 => prop::sample::select(others.to_vec()).prop_map(str::to_owned),
        1 => "(text|image|audio|video)/[a-z]{3,12}",
    ]
    .boxed()
}

/// The form media type with a `charset` parameter, in the spellings that clients use.
pub fn form_with_charset() -> BoxedStrategy<String> {
    let between = prop::sample::select(&["; ", ";", " ; "][..]);
    let charset = prop::sample::select(&["UTF-8", "utf-8", "\"UTF-8\""][..]);
    (between, charset).prop_map(|(between, charset)| format!("{FORM}{between}charset={charset}")).boxed()
}

/// An `Accept` header with the entries with which a client library was refused, and perhaps others, in any order.
pub fn odd_accept() -> BoxedStrategy<String> {
    let odd = ["*+json", "application/xml", "*"];
    let others = ["application/json", "text/json", "text/x-json", "text/javascript", "text/xml", "*+xml"];
    (prop::sample::subsequence(others.to_vec(), 0..=others.len()), order())
        .prop_map(move |(others, order)| order.of(odd.into_iter().chain(others).collect()).join(", "))
        .boxed()
}

/// An `Origin` (RFC 6454 section 7).
pub fn origin() -> BoxedStrategy<String> {
    prop_oneof![
        Just("https://app.poolproof.test".to_owned()),
        "[a-z]{3,12}".prop_map(|host| format!("https://{host}.example.test")),
        ("[a-z]{3,12}", 1024_u16..).prop_map(|(host, port)| format!("https://{host}.example.test:{port}")),
        (1024_u16..).prop_map(|port| format!("http://localhost:{port}")),
    ]
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits_a_header(text: &str) -> bool {
        !text.is_empty() && text.trim() == text && text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_wrong_type_is_wrong_whatever_its_case(text in wrong_content_type()) {
            let bare = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            prop_assert!(bare != FORM && bare != "application/json", "{}", text);
            prop_assert!(fits_a_header(&text), "{}", text);
        }

        #[test]
        fn a_charset_leaves_the_type_alone(text in form_with_charset()) {
            prop_assert_eq!(text.split(';').next().map(str::trim), Some(FORM));
            prop_assert!(fits_a_header(&text));
        }

        #[test]
        fn odd_entries_are_all_there(text in odd_accept()) {
            let entries: Vec<&str> = text.split(", ").collect();
            prop_assert!(["*+json", "application/xml", "*"].iter().all(|odd| entries.contains(odd)));
            prop_assert!(fits_a_header(&text));
        }

        #[test]
        fn an_origin_has_no_path(text in origin()) {
            prop_assert!(fits_a_header(&text));
            prop_assert_eq!(text.matches('/').count(), 2);
        }
    }
}
