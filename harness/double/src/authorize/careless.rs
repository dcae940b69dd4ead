//! Careless ways to compare a URL with a registered one, each of them a fault: what servers do that parse, normalise or
//! search instead of comparing letter by letter.

use url::Url;

use crate::call::Call;
use crate::fault::Fault;

/// Whether a URL passes for a registered one.
type Comparison = fn(registered: &str, wanted: &str) -> bool;

/// By fault, at the authorization endpoint and the sign-in page.
const CALLBACKS: &[(Fault, Comparison)] = &[
    (Fault::REDIRECT_PREFIX_MATCHED, |registered, wanted| wanted.starts_with(registered)),
    (Fault::REDIRECT_PORT_IGNORED, same_but_port),
    (Fault::REDIRECT_CASE_IGNORED, str::eq_ignore_ascii_case),
    (Fault::REDIRECT_HOST_CASE_IGNORED, same_but_case_of_host),
    (Fault::REDIRECT_PATH_CASE_IGNORED, same_but_case_of_path),
    (Fault::REDIRECT_END_SLASH_IGNORED, same_but_slash),
    (Fault::REDIRECT_DEFAULT_PORT_IGNORED, same_but_default_port),
    (Fault::REDIRECT_SCHEME_IGNORED, same_but_scheme),
    (Fault::REDIRECT_USERINFO_IGNORED, same_but_userinfo),
    (Fault::REDIRECT_QUERY_IGNORED, same_but_query),
    (Fault::REDIRECT_FRAGMENT_CUT, |registered, wanted| wanted.split('#').next() == Some(registered)),
    (Fault::REDIRECT_DECODED, |registered, wanted| decoded(wanted) == registered),
    (Fault::REDIRECT_NORMALISED, same_once_parsed),
    (Fault::REDIRECT_BELOW_REGISTERED, is_below),
    (Fault::REDIRECT_ORIGIN_ALONE, same_origin),
    (Fault::REDIRECT_HOST_BY_SUFFIX, |registered, wanted| {
        other_host(registered, wanted, |host, known| host.ends_with(known))
    }),
    (Fault::REDIRECT_HOST_BY_PREFIX, |registered, wanted| {
        other_host(registered, wanted, |host, known| host.starts_with(known))
    }),
    (Fault::REDIRECT_SUBDOMAIN_ACCEPTED, |registered, wanted| {
        other_host(registered, wanted, |host, known| host.ends_with(&format!(".{known}")))
    }),
    (Fault::REDIRECT_DOT_IS_ANY, any_for_dot),
    (Fault::REDIRECT_HOST_ANYWHERE, |registered, wanted| {
        Url::parse(registered).is_ok_and(|url| url.host_str().is_some_and(|host| wanted.contains(host)))
    }),
    (Fault::LOOPBACK_PORT_IGNORED, |registered, wanted| {
        registered.starts_with("http://localhost") && same_but_port(registered, wanted)
    }),
];

/// By fault, at the sign-out endpoint.
const SIGN_OUT_URLS: &[(Fault, Comparison)] = &[
    (Fault::LOGOUT_URI_BY_PREFIX, |registered, wanted| wanted.starts_with(registered)),
    (Fault::LOGOUT_URI_CASE_IGNORED, str::eq_ignore_ascii_case),
    (Fault::LOGOUT_URI_END_SLASH_IGNORED, same_but_slash),
    (Fault::LOGOUT_URI_QUERY_IGNORED, same_but_query),
    (Fault::LOGOUT_URI_ORIGIN_ALONE, same_origin),
    (Fault::LOGOUT_URI_SCHEME_IGNORED, same_but_scheme),
];

/// Whether a fault that is switched on takes this for a registered callback.
pub(super) fn takes_callback(call: &Call<'_>, registered: &str, wanted: &str) -> bool {
    any(CALLBACKS, call, registered, wanted)
}

/// Whether a fault that is switched on takes this for a registered sign-out URL.
pub(crate) fn takes_sign_out_url(call: &Call<'_>, registered: &str, wanted: &str) -> bool {
    any(SIGN_OUT_URLS, call, registered, wanted)
}

/// A fault that would make no difference here is not asked for.
fn any(ways: &[(Fault, Comparison)], call: &Call<'_>, registered: &str, wanted: &str) -> bool {
    ways.iter().any(|(fault, passes)| passes(registered, wanted) && call.has(*fault))
}

fn parsed(registered: &str, wanted: &str) -> Option<(Url, Url)> {
    Some((Url::parse(registered).ok()?, Url::parse(wanted).ok()?))
}

/// A URL as scheme, authority, path and the rest, to the letter.
fn parts(url: &str) -> Option<[&str; 4]> {
    let (scheme, rest) = url.split_once("://")?;
    let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (path, rest) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    Some([scheme, authority, path, rest])
}

/// Whether all parts but this one are the same, and this one passes.
fn same_but(part: usize, registered: &str, wanted: &str, passes: impl Fn(&str, &str) -> bool) -> bool {
    let (Some(known), Some(other)) = (parts(registered), parts(wanted)) else { return false };
    (0..known.len()).all(|index| {
        if index == part { passes(known[index], other[index]) } else { known[index] == other[index] }
    })
}

fn same_but_scheme(registered: &str, wanted: &str) -> bool {
    same_but(0, registered, wanted, |_, scheme| scheme.eq_ignore_ascii_case("http"))
}

fn same_but_case_of_host(registered: &str, wanted: &str) -> bool {
    same_but(1, registered, wanted, str::eq_ignore_ascii_case)
}

fn same_but_userinfo(registered: &str, wanted: &str) -> bool {
    same_but(1, registered, wanted, |known, other| other.rsplit('@').next() == Some(known))
}

fn same_but_default_port(registered: &str, wanted: &str) -> bool {
    same_but(1, registered, wanted, |known, other| other.strip_suffix(":443") == Some(known))
}

fn same_but_case_of_path(registered: &str, wanted: &str) -> bool {
    same_but(2, registered, wanted, str::eq_ignore_ascii_case)
}

fn same_but_slash(registered: &str, wanted: &str) -> bool {
    same_but(2, registered, wanted, |known, other| other.strip_suffix('/') == Some(known))
}

fn same_but_query(registered: &str, wanted: &str) -> bool {
    same_but(3, registered, wanted, |_, other| !other.contains('#'))
}

fn same_but_port(registered: &str, wanted: &str) -> bool {
    parsed(registered, wanted).is_some_and(|(mut known, mut other)| {
        known.set_port(None).is_ok() && other.set_port(None).is_ok() && known == other
    })
}

fn same_once_parsed(registered: &str, wanted: &str) -> bool {
    parsed(registered, wanted).is_some_and(|(known, other)| known == other)
}

fn same_origin(registered: &str, wanted: &str) -> bool {
    parsed(registered, wanted)
        .is_some_and(|(known, other)| known.origin() == other.origin() && other.fragment().is_none())
}

fn is_below(registered: &str, wanted: &str) -> bool {
    same_but(2, registered, wanted, |known, other| {
        other.strip_prefix(known).is_some_and(|rest| rest.starts_with('/'))
    })
}

/// The same but for a host that passes for the registered one.
fn other_host(registered: &str, wanted: &str, passes: fn(&str, &str) -> bool) -> bool {
    parsed(registered, wanted).is_some_and(|(known, other)| {
        known.scheme() == other.scheme()
            && known.path() == other.path()
            && known.query() == other.query()
            && other
                .host_str()
                .zip(known.host_str())
                .is_some_and(|(host, known)| host != known && passes(host, known))
    })
}

/// The registered URL as a regular expression in which nobody escaped the dots.
fn any_for_dot(registered: &str, wanted: &str) -> bool {
    registered.chars().count() == wanted.chars().count()
        && registered.chars().zip(wanted.chars()).all(|(known, other)| known == '.' || known == other)
}

/// Percent-decoded as a query is, once more than it was.
fn decoded(url: &str) -> String {
    crate::form::form_decoded(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTERED: &str = "https://app.test/cb?tenant=one";

    /// The faults of a table that take this for the registered URL.
    fn takers(ways: &[(Fault, Comparison)], wanted: &str) -> Vec<&'static str> {
        ways.iter().filter(|(_, passes)| passes(REGISTERED, wanted)).map(|(fault, _)| fault.id()).collect()
    }

    #[test]
    fn each_overlooks_its_own_difference() {
        for (wanted, fault) in [
            ("https://app.test/cb?tenant=one&x=y", "redirect-prefix-matched"),
            ("https://app.test:9/cb?tenant=one", "redirect-port-ignored"),
            ("https://app.test:443/cb?tenant=one", "redirect-default-port-ignored"),
            ("https://app.test/cb?tenant=One", "redirect-case-ignored"),
            ("https://APP.test/cb?tenant=one", "redirect-host-case-ignored"),
            ("https://app.test/Cb?tenant=one", "redirect-path-case-ignored"),
            ("https://app.test/cb/?tenant=one", "redirect-end-slash-ignored"),
            ("http://app.test/cb?tenant=one", "redirect-scheme-ignored"),
            ("https://me@app.test/cb?tenant=one", "redirect-userinfo-ignored"),
            ("https://app.test/cb", "redirect-query-ignored"),
            ("https://app.test/cb?tenant=one#x", "redirect-fragment-cut"),
            ("https://app.test/c%62?tenant=one", "redirect-decoded"),
            ("https://app.test/x/../cb?tenant=one", "redirect-normalised"),
            ("https://app.test/cb/x?tenant=one", "redirect-below-registered"),
            ("https://app.test/other", "redirect-origin-alone"),
            ("https://myapp.test/cb?tenant=one", "redirect-host-by-suffix"),
            ("https://my.app.test/cb?tenant=one", "redirect-subdomain-accepted"),
            ("https://app.test.evil.test/cb?tenant=one", "redirect-host-by-prefix"),
            ("https://appxtest/cb?tenant=one", "redirect-dot-is-any"),
            ("https://evil.test/?app.test", "redirect-host-anywhere"),
        ] {
            assert!(takers(CALLBACKS, wanted).contains(&fault), "{fault}: {:?}", takers(CALLBACKS, wanted));
        }
        assert_eq!(takers(CALLBACKS, "https://other.test/cb?tenant=one"), Vec::<&str>::new());
        assert_eq!(takers(CALLBACKS, "no URL"), Vec::<&str>::new());
        assert_eq!(
            takers(SIGN_OUT_URLS, "https://app.test/CB?tenant=one"),
            ["logout-uri-case-ignored", "logout-uri-origin-alone"]
        );
    }
}
