//! A started double, its fixture, and the walk through the sign-in pages.

use poolproof_double::{Clock, Double, Fault, Options};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use serde_json::Value;

pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(crate) const CALLBACK: &str = "https://app.poolproof.test/callback";

pub(crate) struct Bench {
    pub(crate) double: Double,
    pub(crate) fixture: Value,
    pub(crate) http: Client,
}

pub(crate) async fn bench() -> Bench {
    faulty(&[]).await
}

pub(crate) async fn faulty(faults: &[Fault]) -> Bench {
    let options =
        Options { faults: faults.to_vec(), clock: Clock::frozen(1_800_000_000), ..Options::default() };
    let double = Double::start_with(options).await.unwrap();
    let fixture = serde_json::from_str(&double.fixture_json()).unwrap();
    let http = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
    Bench { double, fixture, http }
}

/// Status and JSON body.
pub(crate) async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

pub(crate) fn location(response: &Response) -> String {
    response.headers()[LOCATION].to_str().unwrap().to_owned()
}

pub(crate) fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(&url.replace('#', "?")).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

impl Bench {
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.double.base_url())
    }

    pub(crate) fn client(&self, role: &str, member: &str) -> &str {
        self.fixture["client"][role][member].as_str().unwrap_or_default()
    }

    pub(crate) fn id(&self, role: &str) -> &str {
        self.client(role, "id")
    }

    /// A token request with Basic, or with the client id alone for public clients.
    pub(crate) async fn token(&self, role: &str, form: &[(&str, &str)]) -> (u16, Value) {
        self.token_at("/oauth2/token", role, form).await
    }

    pub(crate) async fn token_at(&self, path: &str, role: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let mut form = form.to_vec();
        let mut request = self.http.post(self.url(path));
        if self.client(role, "secret").is_empty() {
            form.push(("client_id", self.id(role)));
        } else {
            request = request.basic_auth(self.id(role), Some(self.client(role, "secret")));
        }
        read(request.form(&form).send().await.unwrap()).await
    }

    pub(crate) async fn refresh(&self, role: &str, token: &str) -> (u16, Value) {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.token(role, &form).await
    }

    pub(crate) async fn authorize(&self, query: &[(&str, &str)], cookies: &str) -> Response {
        let request = self.http.get(self.url("/oauth2/authorize")).query(query);
        request.header(COOKIE, cookies).send().await.unwrap()
    }

    /// Signs a user in through the form; the last answer.
    pub(crate) async fn walk(&self, query: &[(&str, &str)], user: &str, password: Option<&str>) -> Response {
        let start = self.authorize(query, "").await;
        assert_eq!(start.status(), StatusCode::FOUND);
        let login = location(&start);
        assert!(login.starts_with(&self.url("/login?")), "{login}");
        let cookie = start.headers()[SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let page = self.http.get(&login).header(COOKIE, &cookie).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        let page = page.text().await.unwrap();
        let attribute = |before: &str| {
            let (_, rest) = page.split_once(before).unwrap();
            rest.split_once('"').unwrap().0.replace("&amp;", "&")
        };
        let action = Url::parse(&login).unwrap().join(&attribute("action=\"")).unwrap();
        let account = &self.fixture["user"][user];
        let form = [
            ("_csrf", attribute("name=\"_csrf\" value=\"")),
            ("cognitoAsfData", String::new()),
            ("username", account["username"].as_str().unwrap().to_owned()),
            ("password", password.or(account["password"].as_str()).unwrap().to_owned()),
        ];
        let post = self.http.post(action).header(COOKIE, cookie).form(&form);
        post.send().await.unwrap()
    }

    /// A code of the main user for a client with the given scopes; further parameters may be added.
    pub(crate) async fn code(&self, role: &str, scope: &str, more: &[(&str, &str)]) -> String {
        let mut query = vec![
            ("response_type", "code"),
            ("client_id", self.id(role)),
            ("redirect_uri", CALLBACK),
            ("scope", scope),
            ("state", "s&=#1"),
        ];
        query.extend(more);
        let back = location(&self.walk(&query, "main", None).await);
        assert!(back.starts_with(&format!("{CALLBACK}?")), "{back}");
        assert_eq!(parameter(&back, "state").as_deref(), Some("s&=#1"));
        parameter(&back, "code").unwrap()
    }

    pub(crate) async fn redeem(&self, role: &str, code: &str, more: &[(&str, &str)]) -> (u16, Value) {
        let mut form = vec![("grant_type", "authorization_code"), ("code", code)];
        form.extend(more);
        if !more.iter().any(|(name, _)| *name == "redirect_uri") {
            form.push(("redirect_uri", CALLBACK));
        }
        self.token(role, &form).await
    }

    /// The tokens of a full sign-in.
    pub(crate) async fn tokens(&self, role: &str, scope: &str) -> Value {
        let code = self.code(role, scope, &[]).await;
        let (status, body) = self.redeem(role, &code, &[]).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// The claims of a token, verified with the published keys.
    pub(crate) async fn verified(&self, pool: &str, token: &str) -> Value {
        use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
        let issuer = self.fixture[pool]["issuer"].as_str().unwrap();
        let keys = self.http.get(format!("{issuer}/.well-known/jwks.json"));
        let (_, keys) = read(keys.send().await.unwrap()).await;
        let header = decode_header(token).unwrap();
        assert_eq!(header.typ, None);
        let kid = header.kid.unwrap();
        let key = keys["keys"].as_array().unwrap().iter();
        let key = key.clone().find(|key| key["kid"] == kid.as_str()).unwrap();
        let key =
            DecodingKey::from_rsa_components(key["n"].as_str().unwrap(), key["e"].as_str().unwrap()).unwrap();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_issuer(&[issuer]);
        validation.validate_aud = false;
        // The double's clock is not the system's.
        validation.validate_exp = false;
        decode::<Value>(token, &key, &validation).unwrap().claims
    }
}
