//! The harness as the issuer that guards are told to trust, as long as a target is up.

use tempfile::TempDir;

use super::wiring::TrustedIssuer;
use crate::target::spec::Target;
use crate::token::issuer::{Issuer, IssuerOptions};

/// The file with the authority that vouches for the issuer's certificate.
const AUTHORITY: &str = "authority.pem";

/// The harness's own issuer.
pub(super) struct OwnIssuer {
    /// What serves its documents and signs.
    pub(super) issuer: Issuer,
    /// The folder of its authority, where it serves HTTPS.
    authority: Option<TempDir>,
}

impl OwnIssuer {
    /// Starts it as the target's settings say.
    ///
    /// # Errors
    /// It cannot listen, or no folder can be made.
    pub(super) async fn start(target: &Target) -> Result<Self, String> {
        let settings = target.own_issuer;
        let authority = settings
            .tls
            .then(|| tempfile::Builder::new().prefix("poolproof-authority-").tempdir())
            .transpose()
            .map_err(|error| format!("no folder for the authority of the issuer: {error}"))?;
        let tls = authority.as_ref().map(|folder| folder.path().join(AUTHORITY));
        let issuer = Issuer::start(IssuerOptions { port: settings.port, tls }).await?;
        Ok(Self { issuer, authority })
    }

    /// What a service has to be told of it.
    pub(super) fn trusted(&self) -> TrustedIssuer {
        let fixture = self.issuer.fixture();
        let client = fixture.client.get("web").map(|client| client.id.clone()).unwrap_or_default();
        TrustedIssuer { url: self.issuer.url().to_owned(), client, pool: fixture.pool.id }
    }

    /// Its URL, and the file of its authority; empty where it needs none.
    pub(super) fn texts(&self) -> (String, String) {
        let authority =
            self.authority.as_ref().map(|folder| folder.path().join(AUTHORITY).display().to_string());
        (self.issuer.url().to_owned(), authority.unwrap_or_default())
    }
}
