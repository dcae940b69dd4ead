//! The userInfo endpoint.

use super::{Class, Fault};

faults! {
    USERINFO_AFTER_REVOCATION = "userinfo-after-revocation", State, "userInfo takes access tokens whose session was ended.", [];
    USERINFO_OF_ID_TOKEN = "userinfo-of-id-token", Security, "userInfo takes ID tokens.", [];
    USERINFO_SIGNATURE_UNCHECKED = "userinfo-signature-unchecked", Security, "userInfo does not verify signatures.", [];
    USERINFO_EXPIRY_UNCHECKED = "userinfo-expiry-unchecked", Security, "userInfo takes expired access tokens.", [];
    USERINFO_WITHOUT_OPENID = "userinfo-without-openid", Security, "userInfo takes access tokens without the scope openid.", [];
    USERINFO_OF_OTHER_POOL = "userinfo-of-other-pool", Security, "userInfo takes access tokens of every pool.", [];
    USERINFO_SCOPES_IGNORED = "userinfo-scopes-ignored", Security, "userInfo shows all readable attributes, whatever the scopes are.", [];
    VERIFIED_AS_BOOLEANS = "verified-as-booleans", Shape, "userInfo shows verification marks as booleans.", [];
}
