//! The sign-in pages in a real browser: Chromium, driven by chromedriver. Where these are missing, the trials are
//! ignored, and say so: a test that was not run must not look like one that passed.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]

mod driver;

use std::process::ExitCode;
use std::time::Duration;

use libtest_mimic::{Arguments, Trial};
use poolproof_double::Double;
use serde_json::{Value, json};
use url::Url;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use driver::{Browser, Programs};

/// How long a trial may take in all.
const PATIENCE: Duration = Duration::from_secs(100);

/// Set to a folder, every trial leaves pictures of what it saw there.
const PICTURES: &str = "POOLPROOF_PICTURES";

/// A state that every way of escaping shows in.
const STATE: &str = "a&b=\"<c>' d#e%41é";

#[expect(clippy::print_stderr, reason = "why nothing was run, for who reads the log")]
fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let programs = Programs::find();
    if let Err(missing) = &programs
        && !arguments.list
    {
        eprintln!("the trials are ignored: {missing}");
    }
    let trial = |name: &str, walk: fn(&Walk) -> Pinned<'_>| {
        let found = programs.clone();
        let run = move || {
            let runtime =
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
            runtime.block_on(async {
                let walked = tokio::time::timeout(PATIENCE, async {
                    let bench = Walk::start(&found?).await;
                    walk(&bench).await;
                    bench.browser.close().await;
                    Ok::<(), String>(())
                });
                walked.await.map_err(|_| format!("not done within {PATIENCE:?}"))?
            })?;
            Ok(())
        };
        Trial::test(name, run).with_kind("browser").with_ignored_flag(programs.is_err())
    };
    let trials = vec![
        trial("a_user_signs_in_once_until_signed_out", |walk| Box::pin(signs_in_once(walk))),
        trial("a_wrong_password_shows_the_form_again", |walk| Box::pin(wrong_password(walk))),
        trial("the_form_is_understood_without_being_seen", |walk| Box::pin(understood(walk))),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}

type Pinned<'a> = std::pin::Pin<Box<dyn Future<Output = ()> + 'a>>;

/// A browser, a double, a client that is registered on it, and the application that the client belongs to.
struct Walk {
    browser: Browser,
    double: Double,
    application: MockServer,
    client: String,
    user: Value,
    _profile: Profile,
}

/// A folder that is removed at the end.
struct Profile(std::path::PathBuf);

impl Drop for Profile {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Walk {
    async fn start(programs: &Programs) -> Self {
        let application = MockServer::start().await;
        let page = ResponseTemplate::new(200)
            .set_body_raw("<!DOCTYPE html><title>The application</title><h1>Landed</h1>", "text/html");
        Mock::given(any()).respond_with(page).mount(&application).await;
        let double = Double::start().await.unwrap();
        let fixture: Value = serde_json::from_str(&double.fixture_json()).unwrap();
        let client = json!({
            "UserPoolId": fixture["pool"]["id"],
            "ClientName": "browser",
            "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid"],
            "CallbackURLs": [format!("{}/callback", application.uri())],
            "LogoutURLs": [format!("{}/bye", application.uri())],
            "SupportedIdentityProviders": ["COGNITO"],
        });
        let request = http()
            .post(double.base_url())
            .header("X-Amz-Target", "AWSCognitoIdentityProviderService.CreateUserPoolClient")
            .header("Content-Type", "application/x-amz-json-1.1")
            .body(client.to_string());
        let made: Value = request.send().await.unwrap().json().await.unwrap();
        let client = made["UserPoolClient"]["ClientId"].as_str().unwrap().to_owned();
        let profile = std::env::temp_dir().join(format!("poolproof-browser-{}-{client}", std::process::id()));
        std::fs::create_dir(&profile).unwrap();
        let profile = Profile(profile);
        let browser = Browser::start(programs, &profile.0).await;
        Self {
            browser,
            double,
            application,
            client,
            user: fixture["user"]["main"].clone(),
            _profile: profile,
        }
    }

    fn callback(&self) -> String {
        format!("{}/callback", self.application.uri())
    }

    fn url(&self, path: &str, params: &[(&str, &str)]) -> String {
        let mut url = Url::parse(&self.double.base_url()).unwrap().join(path).unwrap();
        url.query_pairs_mut().append_pair("client_id", &self.client).extend_pairs(params);
        url.into()
    }

    async fn authorize(&self) {
        let params = [
            ("response_type", "code"),
            ("redirect_uri", &self.callback()),
            ("scope", "openid"),
            ("state", STATE),
        ];
        self.browser.open(&self.url("/oauth2/authorize", &params)).await;
    }

    fn account(&self, member: &str) -> &str {
        self.user[member].as_str().unwrap()
    }

    async fn submit(&self, username: &str, password: &str) {
        self.browser.element("input[name=username]").await.fill(username).await;
        self.browser.element("input[name=password]").await.fill(password).await;
        self.browser.element("[type=submit]").await.click().await;
    }

    /// The code with which the browser landed at the application.
    async fn landed(&self) -> String {
        let url = Url::parse(&self.browser.url().await).unwrap();
        assert_eq!(format!("{}{}", url.origin().ascii_serialization(), url.path()), self.callback());
        let param = |wanted: &str| {
            let mut pairs = url.query_pairs();
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        assert_eq!(param("state").as_deref(), Some(STATE));
        assert_eq!(self.browser.element("h1").await.text().await, "Landed");
        let asked = self.application.received_requests().await.unwrap();
        assert!(asked.iter().any(|request| request.url.query() == url.query()), "the application was asked");
        param("code").unwrap()
    }

    async fn asks_to_sign_in(&self) {
        let url = self.browser.url().await;
        assert!(url.starts_with(&format!("{}/login?", self.double.base_url())), "{url}");
        assert_eq!(self.browser.count("form input[type=password]").await, 1);
    }

    async fn picture(&self, name: &str) {
        use base64::Engine as _;
        let Some(folder) = std::env::var_os(PICTURES) else { return };
        let png = base64::engine::general_purpose::STANDARD.decode(self.browser.screenshot().await).unwrap();
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), png).unwrap();
    }
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn signs_in_once(walk: &Walk) {
    walk.authorize().await;
    walk.asks_to_sign_in().await;
    walk.picture("sign-in").await;
    walk.submit(walk.account("username"), walk.account("password")).await;
    let code = walk.landed().await;
    walk.picture("landed").await;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", &walk.client),
        ("code", &code),
        ("redirect_uri", &walk.callback()),
    ];
    let redeemed = http().post(format!("{}/oauth2/token", walk.double.base_url())).form(&form).send().await;
    assert_eq!(redeemed.unwrap().status(), 200, "the code that came to the application is good");

    walk.authorize().await;
    assert_ne!(walk.landed().await, code, "the session brings another code, and no form");

    walk.browser
        .open(&walk.url("/logout", &[("logout_uri", &format!("{}/bye", walk.application.uri()))]))
        .await;
    assert_eq!(walk.browser.url().await, format!("{}/bye", walk.application.uri()));
    walk.authorize().await;
    walk.asks_to_sign_in().await;
}

async fn wrong_password(walk: &Walk) {
    walk.authorize().await;
    for (username, password) in [(walk.account("username"), "wrong"), ("nobody", walk.account("password"))] {
        walk.submit(username, password).await;
        walk.asks_to_sign_in().await;
        let notice = walk.browser.element("[role=alert]").await;
        assert_eq!(notice.text().await, "Incorrect username or password.");
        let kept = walk.browser.element("input[name=username]").await.property("value").await;
        assert_eq!(kept, username, "nobody types a name twice");
        assert_eq!(walk.browser.element("input[name=password]").await.property("value").await, "");
    }
    walk.picture("wrong-password").await;
    walk.authorize().await;
    walk.asks_to_sign_in().await;
    assert_eq!(walk.browser.count("[role=alert]").await, 0, "a new attempt begins without the notice");
    walk.submit(walk.account("username"), walk.account("password")).await;
    walk.landed().await;
}

async fn understood(walk: &Walk) {
    walk.authorize().await;
    let browser = &walk.browser;
    assert_eq!(browser.count("html[lang]").await, 1);
    assert_eq!(browser.count("script, [onclick], [onsubmit], [onload], [style]").await, 0);
    for (css, role, label, autocomplete) in [
        ("input[name=username]", "textbox", "Username", "username"),
        ("input[name=password]", "textbox", "Password", "current-password"),
    ] {
        let input = browser.element(css).await;
        assert_eq!((input.role().await.as_str(), input.label().await.as_str()), (role, label));
        assert_eq!(input.property("autocomplete").await, autocomplete);
    }
    let button = browser.element("[type=submit]").await;
    assert_eq!((button.role().await.as_str(), button.label().await.as_str()), ("button", "Sign in"));
    assert_eq!(browser.element("h1").await.text().await, "Sign in");
    let guard = browser.cookie("XSRF-TOKEN").await;
    assert_eq!(guard["value"], browser.element("input[name=_csrf]").await.property("value").await.as_str());
    assert_eq!((&guard["httpOnly"], &guard["sameSite"]), (&json!(true), &json!("Lax")));
    assert_eq!(guard["secure"], true, "a browser keeps such a cookie of this machine without TLS too");
    // By the keyboard alone: the first field has the focus, and Enter submits.
    let first = browser.focused().await;
    assert_eq!(first.property("name").await, "username");
    first.keys(&format!("{}\u{e004}", walk.account("username"))).await;
    let second = browser.focused().await;
    assert_eq!(second.property("name").await, "password");
    second.keys(&format!("{}\u{e007}", walk.account("password"))).await;
    // Keys do not wait for the page to which they lead.
    for _ in 0..100 {
        if browser.url().await.starts_with(&walk.callback()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    walk.landed().await;
    let lost =
        walk.url("/oauth2/authorize", &[("response_type", "code"), ("redirect_uri", "https://evil.test/")]);
    browser.open(&lost).await;
    assert!(browser.url().await.starts_with(&walk.double.base_url()), "not to the other site");
    assert_eq!(browser.count("html[lang] h1").await, 1);
}
