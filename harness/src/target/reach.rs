//! Whether anything answers at the URLs of a target, before a run begins.

use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

use super::error::ConfigError;
use super::place::is_on_this_machine;
use super::spec::Target;
use crate::model::text::one_line;

impl Target {
    /// Opens a connection to the host of the URL of this setting and closes it again; nothing is sent. A URL that
    /// leads away from this machine may need a proxy, so it is left to the first request.
    ///
    /// # Errors
    /// Nothing answers there: the setting, the URL and what to do.
    pub async fn check_reachable(&self, key: &str, url: &str) -> Result<(), ConfigError> {
        if !is_on_this_machine(url) {
            return Ok(());
        }
        let Err(cause) = connect(url, self.timeout).await else { return Ok(()) };
        // A domain or issuer that is not written follows from another setting.
        let key = if self.origin.lines.contains_key(key) { key } else { "endpoint" };
        let advice = match self.launch {
            Some(_) => "start the server, let it be started from [target.X.launch], or correct the URL",
            None => "start the server, or correct the URL",
        };
        Err(self.fault(key, format!("nothing answers at {}: {cause}", one_line(url)), advice))
    }
}

async fn connect(url: &str, patience: Duration) -> Result<(), String> {
    let url = Url::parse(url).map_err(|cause| cause.to_string())?;
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return Err("not the URL of a web server".to_owned());
    };
    match timeout(patience, TcpStream::connect((host.trim_matches(['[', ']']), port))).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(cause)) => Err(one_line(&cause.to_string())),
        Err(_) => Err(format!("no connection within {} s", patience.as_secs_f64())),
    }
}
