//! The page with the form: how it is reached, what stands on it, and the cookie that guards it.

use poolproof_harness::prelude::*;

use super::SIGN_IN;
use crate::browser::{asked, noted, visit};

const PAGE: &[Need] = &[Need::Endpoint(Endpoint::Login), Need::Client("web"), Need::Client("public")];

const XSRF: &[Field] = &[Field::CookieGuards("XSRF-TOKEN")];

const FORM: Scenario = Scenario {
    id: "form",
    says: "a browser that asks to sign in arrives at a form that is posted, with user name, password and a hidden CSRF field",
    covers: &["login.get.form"],
    needs: SIGN_IN,
    cases: || {
        asked()
            .prop_map(|asked| {
                let walk = SignIn { omits: Some(Omission::Submission), ..asked.clone() };
                noted(Case::default().probe_sign_in("page", walk), &asked)
            })
            .boxed()
    },
    watch: &[Field::Status, Field::LeadsTo, Field::SignInForm],
    effort: Effort::Flow,
};

const DIRECT: Scenario = Scenario {
    id: "direct",
    says: "the sign-in page can be opened without a detour over the authorization endpoint",
    covers: &["login.get.direct"],
    needs: PAGE,
    cases: || asked().prop_map(|asked| noted(Case::one(visit(Endpoint::Login, &asked)), &asked)).boxed(),
    watch: &[Field::Status, Field::LeadsTo],
    effort: Effort::Single,
};

const WITHOUT_CLIENT: Scenario = Scenario {
    id: "without-client-id",
    says: "without client_id, or with its name misspelt, there is no sign-in page",
    covers: &["login.get.params-missing"],
    needs: PAGE,
    cases: || {
        let misspelt =
            prop::sample::select(&["clientId", "client-id", "clientid", "Client_Id", "client", "id"][..]);
        let left = prop::sample::subsequence(
            vec!["response_type", "redirect_uri", "scope", "state", "code_challenge"],
            0..=5,
        );
        (asked(), left, prop::option::of(misspelt))
            .prop_map(|(asked, left, misspelt)| {
                let mut request = Request::get(Endpoint::Login);
                for (name, value) in &asked.params {
                    if left.contains(&name.as_str()) {
                        request = request.param(name, value.clone());
                    } else if let ("client_id", Some(misspelt)) = (name.as_str(), misspelt) {
                        request = request.param(misspelt, value.clone());
                    }
                }
                Case::one(request)
                    .input("sent", left.join(" "))
                    .input("client_id sent as", misspelt.unwrap_or("nothing"))
            })
            .boxed()
    },
    watch: &[Field::Status, Field::LeadsTo],
    effort: Effort::Single,
};

const COOKIE_AT_AUTHORIZE: Scenario = Scenario {
    id: "xsrf-cookie-at-authorize",
    says: "the first answer of the authorization endpoint sets the guarded cookie XSRF-TOKEN",
    covers: &["login.cookie.xsrf"],
    needs: &[Need::Endpoint(Endpoint::Authorize), Need::Client("web"), Need::Client("public")],
    cases: || asked().prop_map(|asked| noted(Case::one(visit(Endpoint::Authorize, &asked)), &asked)).boxed(),
    watch: XSRF,
    effort: Effort::Single,
};

const COOKIE_AT_LOGIN: Scenario = Scenario {
    id: "xsrf-cookie-at-login",
    says: "the sign-in page that is opened first sets the guarded cookie XSRF-TOKEN",
    covers: &["login.cookie.xsrf"],
    needs: PAGE,
    cases: || asked().prop_map(|asked| noted(Case::one(visit(Endpoint::Login, &asked)), &asked)).boxed(),
    watch: XSRF,
    effort: Effort::Single,
};

/// The page with the form.
pub const SUITE: Suite = Suite {
    name: "login::page",
    scenarios: &[FORM, DIRECT, WITHOUT_CLIENT, COOKIE_AT_AUTHORIZE, COOKIE_AT_LOGIN],
};
