//! Which secrets of a client are right (`token.client-auth.*`).

use super::Proof;
use crate::call::Call;
use crate::fault::Fault;
use crate::form::form_decoded;
use crate::pool::{Client, Pool};

/// How many characters of a secret count under [`Fault::SECRET_CUT`].
const CUT: usize = 40;

/// True when this is one of the client's secrets, as it is or percent-encoded
/// (`token.client-auth.basic-percent-encoding`).
pub(super) fn is_active(call: &Call<'_>, pool: &Pool, client: &Client, sent: &str) -> bool {
    let decoded = form_decoded(sent);
    let has_second = client.secrets.len() > 1;
    let count = if has_second && call.has(Fault::SECOND_SECRET_IGNORED) { 1 } else { client.secrets.len() };
    let replaced =
        if has_second && call.has(Fault::NEWEST_SECRET_ALONE) { client.secrets.len() - 1 } else { 0 };
    let is_own = client.secrets.iter().take(count).skip(replaced).any(|secret| {
        let value = secret.value.as_str();
        value == sent || value == decoded || is_near(call, value, sent)
    });
    is_own || is_no_secret_of(call, pool, client, sent)
}

/// What a careless comparison takes for the secret.
fn is_near(call: &Call<'_>, value: &str, sent: &str) -> bool {
    let beginning = value.get(..CUT);
    (value.eq_ignore_ascii_case(sent) && call.has(Fault::SECRET_CASE_IGNORED))
        || (value.starts_with(sent) && call.has(Fault::SECRET_PREFIX_ACCEPTED))
        || (sent.starts_with(value) && call.has(Fault::SECRET_WITH_MORE_TAKEN))
        || (beginning.is_some() && sent.get(..CUT) == beginning && call.has(Fault::SECRET_CUT))
}

/// What is no secret of the client, or none any more.
fn is_no_secret_of(call: &Call<'_>, pool: &Pool, client: &Client, sent: &str) -> bool {
    if client.is_public() {
        return false;
    }
    let is_of_other =
        || pool.clients.values().flat_map(|other| &other.secrets).any(|secret| secret.value == sent);
    (client.deleted_secrets.iter().any(|deleted| deleted == sent) && call.has(Fault::DELETED_SECRET_TAKEN))
        || (sent == client.id && call.has(Fault::CLIENT_ID_TAKEN_FOR_SECRET))
        || (is_of_other() && call.has(Fault::SECRET_OF_OTHER_CLIENT_TAKEN))
}

/// True where a fault lets a wrong secret pass.
pub(super) fn is_excused(call: &Call<'_>, client: &Client, grant_type: Option<&str>, proof: Proof) -> bool {
    if client.is_public() {
        return false;
    }
    let by_grant = match grant_type {
        Some("authorization_code") => call.has(Fault::SECRET_UNCHECKED_WITH_CODE),
        Some("refresh_token") => call.has(Fault::SECRET_UNCHECKED_WITH_REFRESH_TOKEN),
        _ => false,
    };
    let by_place = match proof {
        Proof::Basic => call.has(Fault::BASIC_SECRET_UNCHECKED),
        Proof::Body => grant_type.is_some() && call.has(Fault::BODY_SECRET_UNCHECKED),
        Proof::None => false,
    };
    let rotates = client.settings.rotation_grace().is_some();
    by_grant || by_place || (rotates && call.has(Fault::SECRET_OF_ROTATING_UNCHECKED))
}
