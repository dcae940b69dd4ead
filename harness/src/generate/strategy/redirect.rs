//! Redirect URIs that are not the one of the authorization request.

use proptest::prelude::*;

use super::turn::in_turn;
use crate::model::edit::Edit;

/// One difference from a registered `https` URL, by scheme, host, port, path, query, fragment, user name, letter case or
/// encoding. A trailing slash is a class of its own and left out.
pub fn redirect_near_miss() -> BoxedStrategy<Edit> {
    let mut classes = redirect_near_misses();
    classes.push(prop_oneof![Just(String::new()), "[a-z]{1,8}"].prop_map(Edit::Fragment).boxed());
    in_turn(classes)
}

/// Its classes, but that of a fragment.
pub fn redirect_near_misses() -> Vec<BoxedStrategy<Edit>> {
    let host = |host: &str| Edit::Host(host.to_owned());
    let below = |path: &str| Edit::PathSuffix(path.to_owned());
    let scheme = |scheme: &str| Edit::Scheme(scheme.to_owned());
    vec![
        Just(scheme("http")).boxed(),
        // Far from the other change of case: few cases in a row have one of the two.
        Just(Edit::HostCase).boxed(),
        "[a-z]{1,8}".prop_map(Edit::Userinfo).boxed(),
        "[a-s]{1,6}=[a-z0-9]{0,6}".prop_map(Edit::QuerySuffix).boxed(),
        Just(below("/deeper")).boxed(),
        Just(Edit::EncodePath).boxed(),
        "[a-zA-Z0-9]{1,8}".prop_map(Edit::Append).boxed(),
        "[a-z]{1,12}\\.example\\.test".prop_map(Edit::Host).boxed(),
        prop::char::range('a', 'z').prop_map(Edit::ReplaceDot).boxed(),
        prop_oneof![Just(443_u16), Just(80), 1_u16..].prop_map(Edit::Port).boxed(),
        (2_usize..8).prop_map(Edit::DropLast).boxed(),
        (0_usize..48).prop_map(Edit::SwapCase).boxed(),
        prop::sample::select(&["HTTPS", "ftp", "javascript"][..]).prop_map(scheme).boxed(),
        prop::sample::select(&["app.poolproof.test.", "poolproof.test", "localhost", "127.0.0.1"][..])
            .prop_map(host)
            .boxed(),
        prop::sample::select(&["/../callback", "%2F", ";v=1", "//", "%20"][..]).prop_map(below).boxed(),
        "[a-zA-Z0-9]{1,8}".prop_map(Edit::PathSuffix).boxed(),
        Just(Edit::QuerySuffix(String::new())).boxed(),
        (0_usize..48, prop::char::range('a', 'z')).prop_map(|(at, with)| Edit::Replace { at, with }).boxed(),
    ]
}

/// A redirect URI that has nothing to do with a registered one, or is no URL at all.
pub fn redirect_elsewhere() -> BoxedStrategy<String> {
    in_turn(vec![
        ("[a-z]{3,12}", "(/[a-z0-9]{1,8}){0,3}")
            .prop_map(|(host, path)| format!("https://{host}.example.test{path}"))
            .boxed(),
        (1024_u16.., "(/[a-z]{1,8}){0,2}")
            .prop_map(|(port, path)| format!("http://localhost:{port}{path}"))
            .boxed(),
        "[a-z]{4,10}".prop_map(|scheme| format!("{scheme}x://callback")).boxed(),
        "/[a-z]{1,12}".prop_filter("a page of the domain", |path| !is_own_page(path)).boxed(),
        Just("urn:ietf:wg:oauth:2.0:oob".to_owned()).boxed(),
        "[a-z]{1,12}".prop_filter("a page of the domain", |path| !is_own_page(path)).boxed(),
    ])
}

/// Whether a path alone would be one of the pages to which the domain itself leads.
fn is_own_page(path: &str) -> bool {
    ["login", "error", "logout", "signup"].contains(&path.trim_start_matches('/'))
}

/// A host that a careless comparison, or a careless reader, takes for the registered one: by its beginning, by its end,
/// or with the registered one in a part of the URL that is no host.
pub fn look_alike_host() -> BoxedStrategy<Edit> {
    in_turn(vec![
        "\\.[a-z]{3,8}\\.example\\.test".prop_map(Edit::HostSuffix).boxed(),
        "[a-z]{1,8}".prop_map(Edit::HostPrefix).boxed(),
        "@[a-z]{3,8}\\.example\\.test".prop_map(Edit::HostSuffix).boxed(),
        "[a-z]{1,8}\\.".prop_map(Edit::HostPrefix).boxed(),
        ("[a-z]{3,8}", prop::sample::select(&["/", "\\", "\\@", "/@", "?", "#@", "?@", "%2f@"][..]))
            .prop_map(|(host, between)| Edit::HostPrefix(format!("{host}.example.test{between}")))
            .boxed(),
        "-?[a-z]{1,6}".prop_map(Edit::HostSuffix).boxed(),
        "[a-z]{1,8}-".prop_map(Edit::HostPrefix).boxed(),
        "%2e[a-z]{3,8}\\.test".prop_map(Edit::HostSuffix).boxed(),
    ])
}

#[cfg(test)]
mod tests {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    use url::Url;

    use super::*;

    const REGISTERED: [&str; 2] =
        ["https://app.poolproof.test/callback", "https://app.poolproof.test/callback?tenant=one"];

    #[test]
    fn every_part_of_a_url_is_missed() {
        let mut runner = TestRunner::deterministic();
        let mut some = |class: &BoxedStrategy<Edit>| -> Vec<Edit> {
            (0..16).map(|_| class.new_tree(&mut runner).unwrap().current()).collect()
        };
        let edits: Vec<Edit> = redirect_near_misses().iter().flat_map(&mut some).collect();
        let parts = |edit: &Edit| {
            let url = Url::parse(&edit.apply(REGISTERED[0])).ok();
            let registered = Url::parse(REGISTERED[0]).unwrap();
            url.map_or([false; 6], |url| {
                [
                    url.scheme() != registered.scheme(),
                    url.username() != registered.username(),
                    url.host() != registered.host(),
                    url.port() != registered.port(),
                    url.path() != registered.path(),
                    url.query() != registered.query(),
                ]
            })
        };
        for (number, part) in ["scheme", "user name", "host", "port", "path", "query"].into_iter().enumerate()
        {
            assert!(edits.iter().any(|edit| parts(edit)[number]), "{part}: {edits:?}");
        }
        // A reader of URLs sees no difference.
        assert!(edits.contains(&Edit::HostCase));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_page_of_the_domain_is_known_with_and_without_a_slash(other in "[a-z]{1,3}") {
            for page in ["login", "error", "logout", "signup"] {
                let own = [page.to_owned(), format!("/{page}")];
                prop_assert!(own.iter().all(|path| is_own_page(path)));
                let beside = [format!("{page}{other}"), format!("/{other}{page}"), format!("/{other}")];
                prop_assert!(!beside.iter().any(|path| is_own_page(path)));
            }
        }

        #[test]
        fn a_near_miss_misses_more_than_a_slash(edit in redirect_near_miss()) {
            for registered in REGISTERED {
                let missed = edit.apply(registered);
                prop_assert_ne!(&missed, registered);
                prop_assert_ne!(missed, format!("{registered}/"));
            }
        }

        #[test]
        fn a_look_alike_differs(edit in look_alike_host()) {
            for registered in REGISTERED {
                let other = edit.apply(registered);
                prop_assert_ne!(&other, registered);
                prop_assert!(other.contains("app.poolproof.test"), "{}", other);
            }
        }

        #[test]
        fn elsewhere_is_not_registered(uri in redirect_elsewhere()) {
            prop_assert!(!uri.is_empty() && !uri.contains("poolproof.test") && !is_own_page(&uri));
        }
    }
}
