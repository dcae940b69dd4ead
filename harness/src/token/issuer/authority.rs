//! The certificate authority of this process, which vouches for the issuer where it is reached over https.

use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};
use tokio_rustls::TlsAcceptor;

use super::super::der;

/// The authority's certificate, the server's, and the server's key.
struct Made {
    authority: CertificateDer<'static>,
    server: CertificateDer<'static>,
    key: Vec<u8>,
}

static MADE: LazyLock<Result<Made, String>> =
    LazyLock::new(|| made().map_err(|error| format!("no certificate could be made: {error}")));

/// Parameters with a name and a validity of a few weeks: some clients distrust what is valid for ever.
fn params(name: &str, hosts: &[&str]) -> Result<CertificateParams, rcgen::Error> {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut params = CertificateParams::new(hosts)?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = OffsetDateTime::now_utc() - Duration::days(1);
    params.not_after = OffsetDateTime::now_utc() + Duration::days(30);
    Ok(params)
}

fn made() -> Result<Made, rcgen::Error> {
    let mut authority = params("poolproof test authority", &[])?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority = rcgen::CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
    let mut server = params("poolproof test issuer", &["127.0.0.1", "::1", "localhost"])?;
    server.use_authority_key_identifier_extension = true;
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let server = server.signed_by(&key, &authority)?;
    Ok(Made { authority: authority.der().clone(), server: server.der().clone(), key: key.serialize_der() })
}

/// What accepts connections; the authority's certificate is written to this file.
pub(super) fn acceptor(file: &Path) -> Result<TlsAcceptor, String> {
    let made = MADE.as_ref().map_err(Clone::clone)?;
    fs::write(file, der::pem("CERTIFICATE", &made.authority)).map_err(|error| {
        format!("cannot write the authority's certificate to {}: {error}", file.display())
    })?;
    let failed = |error: rustls::Error| format!("the issuer cannot be reached over https: {error}");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = PrivatePkcs8KeyDer::from(made.key.clone()).into();
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .with_no_client_auth()
        .with_single_cert(vec![made.server.clone()], key)
        .map_err(failed)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
