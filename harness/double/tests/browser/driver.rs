//! Headless Chromium by the `WebDriver` protocol (W3C), spoken to chromedriver as plain JSON over HTTP.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};

/// The longest that one command may take, the start of the browser included.
const PATIENCE: Duration = Duration::from_secs(30);

/// The member under which `WebDriver` names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The two programs, wherever `PATH` leads to them.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    driver: PathBuf,
    browser: PathBuf,
}

impl Programs {
    /// Both, or what is missing.
    pub(crate) fn find() -> Result<Self, String> {
        let find = |names: &[&str]| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
            let all = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
            let found = all.into_iter().find(|program| program.is_file());
            found.ok_or_else(|| format!("there is no {} in PATH", names.join(" and no ")))
        };
        let driver = find(&["chromedriver"])?;
        let browser = find(&["chromium", "chromium-browser", "google-chrome"])?;
        Ok(Self { driver, browser })
    }
}

/// A browser with a profile of its own. Dropped, it and its driver are ended.
pub(crate) struct Browser {
    driver: Child,
    // Kept open: whoever prints into a closed pipe is ended.
    _said: BufReader<std::process::ChildStdout>,
    process: Option<u64>,
    http: Client,
    session: String,
}

impl Browser {
    /// Starts one with its profile in this folder.
    pub(crate) async fn start(programs: &Programs, profile: &Path) -> Self {
        let mut driver = Command::new(&programs.driver)
            .args(["--port=0", "--allowed-ips=127.0.0.1", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(driver.stdout.take().unwrap());
        let mut port = None;
        let mut line = String::new();
        while port.is_none() && said.read_line(&mut line).unwrap() > 0 {
            let digits = line.trim_end().trim_end_matches('.').rsplit(' ').next().unwrap_or_default();
            port = line.contains("successfully on port").then(|| digits.parse::<u16>().unwrap());
            line.clear();
        }
        let http = Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        let session = format!("http://127.0.0.1:{}/session", port.unwrap_or_default());
        // From here on it is ended whatever happens.
        let mut browser = Self { driver, _said: said, process: None, http, session };
        let profile = format!("--user-data-dir={}", profile.display());
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "timeouts": { "pageLoad": 15_000, "implicit": 0, "script": 5_000 },
            "goog:chromeOptions": {
                "binary": programs.browser,
                "args": [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-dev-shm-usage", "--no-proxy-server", &profile,
                ],
            },
        } } });
        let made = browser.ask(Method::POST, "", Some(capabilities)).await;
        browser.process = made["capabilities"]["goog:processID"].as_u64();
        browser.session = format!("{}/{}", browser.session, made["sessionId"].as_str().unwrap());
        browser
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let mut request = self.http.request(method, format!("{}{path}", self.session));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let mut body: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "{path}: {body}");
        body["value"].take()
    }

    async fn read(&self, path: &str) -> String {
        self.ask(Method::GET, path, None).await.as_str().unwrap_or_default().to_owned()
    }

    /// Opens a URL, and waits until the page is there to which it leads.
    pub(crate) async fn open(&self, url: &str) {
        self.ask(Method::POST, "/url", Some(json!({ "url": url }))).await;
    }

    /// The URL of the page.
    pub(crate) async fn url(&self) -> String {
        self.read("/url").await
    }

    /// The one element that this CSS selector finds.
    pub(crate) async fn element(&self, css: &str) -> Element<'_> {
        let wanted = json!({ "using": "css selector", "value": css });
        let found = self.ask(Method::POST, "/elements", Some(wanted)).await;
        assert_eq!(found.as_array().map(Vec::len), Some(1), "{css} at {}", self.url().await);
        Element { browser: self, path: format!("/element/{}", found[0][ELEMENT].as_str().unwrap()) }
    }

    /// How many elements this CSS selector finds.
    pub(crate) async fn count(&self, css: &str) -> usize {
        let wanted = json!({ "using": "css selector", "value": css });
        self.ask(Method::POST, "/elements", Some(wanted)).await.as_array().map_or(0, Vec::len)
    }

    /// The attributes of a cookie that the browser keeps for the page.
    pub(crate) async fn cookie(&self, name: &str) -> Value {
        self.ask(Method::GET, &format!("/cookie/{name}"), None).await
    }

    /// What has the focus.
    pub(crate) async fn focused(&self) -> Element<'_> {
        let found = self.ask(Method::GET, "/element/active", None).await;
        Element { browser: self, path: format!("/element/{}", found[ELEMENT].as_str().unwrap()) }
    }

    /// A picture of the page, as PNG in base64.
    pub(crate) async fn screenshot(&self) -> String {
        self.read("/screenshot").await
    }

    /// Ends the browser as its user does.
    pub(crate) async fn close(mut self) {
        self.ask(Method::DELETE, "", None).await;
        self.process = None;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver puts the browser into a group of its own, which outlives it.
        if let Some(id) = self.process {
            let _ = Command::new("kill").args(["-KILL", &id.to_string()]).status();
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// An element of the page.
pub(crate) struct Element<'a> {
    browser: &'a Browser,
    path: String,
}

impl Element<'_> {
    /// Types a text into it, in the place of what it holds.
    pub(crate) async fn fill(&self, text: &str) {
        self.browser.ask(Method::POST, &format!("{}/clear", self.path), Some(json!({}))).await;
        self.keys(text).await;
    }

    /// Presses these keys; `\u{e007}` is Enter, `\u{e004}` is Tab.
    pub(crate) async fn keys(&self, text: &str) {
        self.browser.ask(Method::POST, &format!("{}/value", self.path), Some(json!({ "text": text }))).await;
    }

    /// Clicks on it, and waits until the page is there to which that leads.
    pub(crate) async fn click(&self) {
        self.browser.ask(Method::POST, &format!("{}/click", self.path), Some(json!({}))).await;
    }

    /// Its visible text.
    pub(crate) async fn text(&self) -> String {
        self.browser.read(&format!("{}/text", self.path)).await
    }

    /// What it holds, or another property.
    pub(crate) async fn property(&self, name: &str) -> String {
        self.browser.read(&format!("{}/property/{name}", self.path)).await
    }

    /// Its name for those who do not see it.
    pub(crate) async fn label(&self) -> String {
        self.browser.read(&format!("{}/computedlabel", self.path)).await
    }

    /// What it is for those who do not see it.
    pub(crate) async fn role(&self) -> String {
        self.browser.read(&format!("{}/computedrole", self.path)).await
    }
}
