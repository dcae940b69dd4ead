//! Deliberate defects of the double, so that a suite can prove that its checks notice them.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Declares the faults once: variant, stable id and description.
macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $id:literal, $text:literal;)+) => {
        /// One deliberate defect, switched on by [`Options::faults`](crate::Options::faults).
        ///
        /// The handler that would do the right thing asks for the fault at that very place.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Fault {
            $(#[doc = $text] $(#[$doc])* $variant,)+
        }

        impl Fault {
            /// Every fault, in the order of declaration.
            pub const ALL: &'static [Fault] = &[$(Fault::$variant,)+];

            /// The stable name in kebab case, as [`FromStr`] reads it.
            pub fn id(self) -> &'static str {
                match self { $(Fault::$variant => $id,)+ }
            }

            /// One sentence that says what the double does wrong.
            pub fn describe(self) -> &'static str {
                match self { $(Fault::$variant => $text,)+ }
            }
        }
    };
}

faults! {
    SecretCaseIgnored = "secret-case-ignored", "The client secret is compared without regard to case.";
    SecretPrefixAccepted = "secret-prefix-accepted", "A prefix of the client secret is accepted.";
    WrongSecretIs401 = "wrong-secret-is-401", "A wrong secret at the token endpoint is answered with 401 instead of 400.";
    CodeReusable = "code-reusable", "An authorization code may be redeemed more than once.";
    CodeOfOtherClient = "code-of-other-client", "A code may be redeemed by another client than the one it was issued to.";
    CodeNeverExpires = "code-never-expires", "An authorization code is accepted however old it is.";
    RedirectSlashIgnored = "redirect-slash-ignored", "A trailing slash of the redirect URI makes no difference when a code is redeemed.";
    RedirectUnchecked = "redirect-unchecked", "The authorization endpoint sends the browser to an unregistered redirect URI.";
    RedirectUncheckedAtLogin = "redirect-unchecked-at-login", "The sign-in page takes any redirect URI where it is opened directly.";
    RedirectPrefixMatched = "redirect-prefix-matched", "A redirect URI need only begin like a registered one.";
    RedirectPortIgnored = "redirect-port-ignored", "The port of a redirect URI makes no difference at the authorization endpoint.";
    MismatchAtCallback = "mismatch-at-callback", "The error about an unregistered redirect URI is sent to that URI.";
    UnknownClientRedirected = "unknown-client-redirected", "The error about an unknown client is sent to the redirect URI of the request.";
    ErrorPageIs200 = "error-page-is-200", "The error page comes with status 200.";
    CodeInFragment = "code-in-fragment", "The code stands in the fragment of the callback.";
    ResponseTypeDefaulted = "response-type-defaulted", "A request that names no response type is taken for one for a code.";
    DisabledFlowServed = "disabled-flow-served", "A flow is served that is not enabled for the client.";
    PlainPkceAccepted = "plain-pkce-accepted", "The authorization endpoint takes a challenge with any method and without one.";
    PkceUnchecked = "pkce-unchecked", "The PKCE verifier is not compared with the challenge.";
    UnknownScopeDropped = "unknown-scope-dropped", "A scope that does not exist is dropped silently.";
    ForbiddenScopeGranted = "forbidden-scope-granted", "A scope that exists but is not enabled for the client is granted.";
    CacheControlAbsent = "cache-control-absent", "Answers carry neither Cache-Control nor Pragma.";
    RevokedRefreshWorks = "revoked-refresh-works", "A revoked refresh token still yields new tokens.";
    RotatedRefreshWorks = "rotated-refresh-works", "A refresh token that was rotated out works after its grace period.";
    ContentTypeUnchecked = "content-type-unchecked", "The token endpoint reads a form whatever its media type is called.";
    ErrorInside200 = "error-inside-200", "The token endpoint sends its errors with status 200.";
    StateDropped = "state-dropped", "The state parameter is missing from the redirect to the client.";
    RevokeDoesNothing = "revoke-does-nothing", "The revocation endpoint answers with 200 and revokes nothing.";
    RevokeAnySecret = "revoke-any-secret", "The revocation endpoint takes any client secret.";
    RevokeOfOtherClient = "revoke-of-other-client", "A client may revoke the refresh tokens of other clients.";
    RevokeOtherTypesIgnored = "revoke-other-types-ignored", "The revocation endpoint answers with 200 to access and ID tokens.";
    RevokeEndsAllSessions = "revoke-ends-all-sessions", "A revocation ends every session of the user.";
    UserInfoAfterRevocation = "userinfo-after-revocation", "userInfo takes access tokens whose session was ended.";
    UserInfoOfIdToken = "userinfo-of-id-token", "userInfo takes ID tokens.";
    UserInfoSignatureUnchecked = "userinfo-signature-unchecked", "userInfo does not verify signatures.";
    UserInfoExpiryUnchecked = "userinfo-expiry-unchecked", "userInfo takes expired access tokens.";
    UserInfoWithoutOpenid = "userinfo-without-openid", "userInfo takes access tokens without the scope openid.";
    UserInfoOfOtherPool = "userinfo-of-other-pool", "userInfo takes access tokens of every pool.";
    UserInfoScopesIgnored = "userinfo-scopes-ignored", "userInfo shows all readable attributes, whatever the scopes are.";
    VerifiedAsBooleans = "verified-as-booleans", "userInfo shows verification marks as booleans.";
    AnyPasswordAccepted = "any-password-accepted", "The sign-in page does not look at the password.";
    EmptyPasswordAccepted = "empty-password-accepted", "The sign-in page accepts an empty password.";
    PasswordCaseIgnored = "password-case-ignored", "The password is compared without regard to case.";
    UnknownUserSignsIn = "unknown-user-signs-in", "A user name that the pool does not have signs in as some user of it.";
    CsrfUnchecked = "csrf-unchecked", "The sign-in page does not compare the CSRF field with its cookie.";
    XsrfCookieBare = "xsrf-cookie-bare", "The cookie against forged requests can be read by scripts and goes along with foreign requests.";
    LoginWithoutClient = "login-without-client", "The sign-in page is shown without a client.";
    SessionIgnored = "session-ignored", "The session cookie is not recognised at the authorization endpoint.";
    SessionOfOneClient = "session-of-one-client", "The session cookie is recognised only for the client of the sign-in.";
    SessionSurvivesLogout = "session-survives-logout", "A sign-out leaves the session and its cookie alone.";
    PromptIgnored = "prompt-ignored", "The parameter prompt makes no difference.";
    LogoutUriUnchecked = "logout-uri-unchecked", "A sign-out leads to any sign-out URL.";
    LogoutUriByPrefix = "logout-uri-by-prefix", "A sign-out leads to a sign-out URL that begins like a registered one.";
    LogoutClientUnchecked = "logout-client-unchecked", "A sign-out leads to the sign-out URL whatever the client is.";
    LogoutPrefersRedirect = "logout-prefers-redirect", "Where a sign-out names both, the callback counts and the sign-out URL does not.";
    LogoutHonoursOidc = "logout-honours-oidc", "A sign-out leads to the URL that `OpenID` Connect would have it lead to.";
    LogoutLosesQuery = "logout-loses-query", "A sign-out leads to the sign-in page with no more than the client.";
    StateNotEncoded = "state-not-encoded", "The state parameter is not percent-encoded in the redirect to the client.";
    ImplicitIdTokenAlways = "implicit-id-token-always", "The implicit grant yields an ID token without the scope openid.";
    ResourceIgnored = "resource-ignored", "A resource that the authorization request names does not become the audience of the access token.";
    OneKeyForBothTokens = "one-key-for-both-tokens", "ID and access tokens are signed with the same key.";
    UnknownKid = "unknown-kid", "Tokens name a key that is not in the key set.";
    SignatureOfOtherKey = "signature-of-other-key", "Tokens name one key of the set and are signed with the other.";
    OneKeyInSet = "one-key-in-set", "The key set has the key of ID tokens alone.";
    AnyPoolServed = "any-pool-served", "There is a discovery document for pools that do not exist.";
    AudInAccessToken = "aud-in-access-token", "Access tokens have aud, whether a resource was asked for or not.";
    IssuerWithSlash = "issuer-with-slash", "The iss of tokens ends with a slash.";
    LifetimeIgnored = "lifetime-ignored", "Tokens are good for an hour whatever the client's settings say.";
    ExpiresInConstant = "expires-in-constant", "`expires_in` is 3600 whatever the client's settings say.";
    OriginJtiRenewed = "origin-jti-renewed", "A refresh gives tokens with another `origin_jti`.";
    OriginJtiDiffers = "origin-jti-differs", "ID and access token of one sign-in differ in `origin_jti`.";
    JtiShared = "jti-shared", "ID and access token of one answer have the same jti.";
    MarksAreTexts = "marks-are-texts", "`email_verified` and `phone_number_verified` are strings in the ID token.";
    CustomIsNumber = "custom-is-number", "A custom attribute of digits is a number in the ID token.";
    ScopesUnfiltered = "scopes-unfiltered", "The ID token has all readable attributes whatever scopes were asked for.";
    ReadingUnchecked = "reading-unchecked", "The ID token has attributes that the client may not read.";
    GroupsAreText = "groups-are-text", "A single group of a user is a string in tokens.";
    UsernameMissing = "username-missing", "The access tokens of users have no username.";
    MachineUsername = "machine-username", "The token of a machine has a username.";
    MachineSubIsOther = "machine-sub-is-other", "sub in the token of a machine is not the client.";
    ScopeWithoutServer = "scope-without-server", "Custom scopes in tokens lack the identifier of their resource server.";
    AtHashWrong = "at-hash-wrong", "`at_hash` is the whole hash of the access token.";
    SubDiffers = "sub-differs", "sub differs between ID and access token.";
    ScopeInIdToken = "scope-in-id-token", "ID tokens have a claim scope.";
    DisablingKeepsTokens = "disabling-keeps-tokens", "Disabling a user revokes no tokens: they work again once the user is enabled.";
    EnablingRevivesTokens = "enabling-revives-tokens", "Enabling a user makes every token work again that was revoked for that user.";
    SecondRevocationUndoes = "second-revocation-undoes", "Revoking a refresh token for the second time makes it work again.";
    DiscoveryDown = "discovery-down", "The discovery document and the key set are answered with 404 and an empty object.";
    ClaimsUnreadable = "claims-unreadable", "Tokens hold nothing but an acr that is a number and an empty list of groups.";
    NonceDropped = "nonce-dropped", "The nonce of the authorization request is missing from the ID token.";
    GuardHttpOpen = "guard-http-open", "A guarded HTTP API hands requests without a token to its backend.";
    GuardHttpEmptyTokenPasses = "guard-http-empty-token-passes", "A guarded HTTP API hands requests with an empty token to its backend.";
    GuardHttpRawTokenRefused = "guard-http-raw-token-refused", "An HTTP API takes a token only after Bearer.";
    GuardHttpSchemeRefused = "guard-http-scheme-refused", "An HTTP API takes Bearer for a part of the token.";
    GuardHttpBlanksRemoved = "guard-http-blanks-removed", "An HTTP API takes blanks out of the token before it reads it.";
    GuardHttpQueryToken = "guard-http-query-token", "An HTTP API takes the token from the query where the header field is missing.";
    GuardHttpQuerySourceIgnored = "guard-http-query-source-ignored", "An HTTP API whose identity source is the query looks in the header field.";
    GuardHttpNoneAccepted = "guard-http-none-accepted", "An HTTP API takes tokens whose algorithm is none.";
    GuardHttpNoneInCapitals = "guard-http-none-in-capitals", "An HTTP API refuses the algorithm none only where it is in lower case.";
    GuardHttpHmacAccepted = "guard-http-hmac-accepted", "An HTTP API takes tokens that are signed with the modulus of the public key, or nothing, as secret.";
    GuardHttpEs256Accepted = "guard-http-es256-accepted", "An HTTP API takes tokens that claim to be signed with ES256.";
    GuardHttpSignatureUnchecked = "guard-http-signature-unchecked", "An HTTP API does not look at signatures.";
    GuardHttpKnownKidIsEnough = "guard-http-known-kid-is-enough", "An HTTP API does not look at the signature of a token that names a key of the issuer.";
    GuardHttpUnknownKidAccepted = "guard-http-unknown-kid-accepted", "An HTTP API does not look at the signature of a token that names no key of the issuer.";
    GuardHttpEveryKeyTried = "guard-http-every-key-tried", "An HTTP API tries every key where the token names none of them.";
    GuardHttpKeyOfHeader = "guard-http-key-of-header", "An HTTP API takes the key that stands in the header of the token.";
    GuardHttpTwoPartsPass = "guard-http-two-parts-pass", "An HTTP API takes tokens whose signature is missing.";
    GuardHttpFurtherPartsIgnored = "guard-http-further-parts-ignored", "An HTTP API passes over further segments of a token.";
    GuardHttpUnreadablePasses = "guard-http-unreadable-passes", "An HTTP API hands requests whose token cannot be decoded to its backend.";
    GuardHttpExpiryUnchecked = "guard-http-expiry-unchecked", "An HTTP API does not look at exp.";
    GuardHttpExpiryLate = "guard-http-expiry-late", "An HTTP API takes tokens for an hour after their end.";
    GuardHttpNbfUnchecked = "guard-http-nbf-unchecked", "An HTTP API does not look at nbf.";
    GuardHttpIatUnchecked = "guard-http-iat-unchecked", "An HTTP API does not look at iat.";
    GuardHttpAnyPool = "guard-http-any-pool", "An HTTP API takes tokens of every pool.";
    GuardHttpIssuerUnchecked = "guard-http-issuer-unchecked", "An HTTP API does not look at iss.";
    GuardHttpIssuerSlashIgnored = "guard-http-issuer-slash-ignored", "A slash at the end of iss makes no difference to an HTTP API.";
    GuardHttpIssuerByPool = "guard-http-issuer-by-pool", "An HTTP API compares only the pool id in iss.";
    GuardHttpAudienceUnchecked = "guard-http-audience-unchecked", "An HTTP API looks neither at aud nor at `client_id`.";
    GuardHttpAudienceByPrefix = "guard-http-audience-by-prefix", "An HTTP API takes an audience that begins like a configured one.";
    GuardHttpAudienceCaseIgnored = "guard-http-audience-case-ignored", "An HTTP API compares audiences without regard to case.";
    GuardHttpClientIdUnchecked = "guard-http-client-id-unchecked", "An HTTP API looks at aud and not at `client_id`.";
    GuardHttpClientIdFirst = "guard-http-client-id-first", "An HTTP API looks at aud only where there is no `client_id`.";
    GuardHttpClientIdIgnored = "guard-http-client-id-ignored", "An HTTP API takes no token without aud.";
    GuardHttpIdTokensOnly = "guard-http-id-tokens-only", "An HTTP API takes ID tokens alone on routes without scopes, as REST APIs do.";
    GuardHttpAccessTokensOnly = "guard-http-access-tokens-only", "An HTTP API takes no ID tokens.";
    GuardHttpMachinesRefused = "guard-http-machines-refused", "An HTTP API takes no tokens of machines.";
    GuardHttpScopesUnchecked = "guard-http-scopes-unchecked", "An HTTP API does not look at scopes.";
    GuardHttpNoScopeIsEnough = "guard-http-no-scope-is-enough", "An HTTP API looks at scopes only where the token has some.";
    GuardHttpScopeByPrefix = "guard-http-scope-by-prefix", "An HTTP API takes a scope that begins like that of the route.";
    GuardHttpAllScopesNeeded = "guard-http-all-scopes-needed", "An HTTP API asks for every scope of the route.";
    GuardHttpScpIgnored = "guard-http-scp-ignored", "An HTTP API looks for scopes in scope and not in scp.";
    GuardHttpScopeIs401 = "guard-http-scope-is-401", "An HTTP API answers 401 where a scope is missing, as REST APIs do.";
    GuardHttpEndedRefused = "guard-http-ended-refused", "An HTTP API asks the pool whether a session is over.";
    GuardHttpKeysGuessed = "guard-http-keys-guessed", "An HTTP API takes tokens although the documents of the issuer cannot be read.";
    GuardHttpOtherKeyTrouble = "guard-http-other-key-trouble", "An HTTP API does not say that the keys of the issuer cannot be read.";
    GuardHttpNoTokenIs403 = "guard-http-no-token-is-403", "An HTTP API answers 403 where the token is missing.";
    GuardHttpTextOfRest = "guard-http-text-of-rest", "The body of a refusal by an HTTP API has another text.";
    GuardHttpNoChallenge = "guard-http-no-challenge", "The refusals of an HTTP API have no challenge.";
    GuardHttpBareChallengeFull = "guard-http-bare-challenge-full", "The challenge of an HTTP API names an error where there is no token.";
    GuardHttpCommas = "guard-http-commas", "The attributes of a challenge by an HTTP API are separated by commas.";
    GuardHttpScopesNotNamed = "guard-http-scopes-not-named", "The challenge of an HTTP API names no scopes.";
    GuardHttpErrorIsRequest = "guard-http-error-is-request", "The challenge of an HTTP API names `invalid_request` for bad tokens.";
    GuardHttpOneText = "guard-http-one-text", "The challenge of an HTTP API has the same description for all bad tokens.";
    GuardHttpHeadersOfRest = "guard-http-headers-of-rest", "An HTTP API answers with the header fields of REST APIs.";
    GuardHttpPlainText = "guard-http-plain-text", "The refusals of an HTTP API are text/plain.";
    GuardHttpNotFoundIs403 = "guard-http-not-found-is-403", "An HTTP API answers 403 where no route fits, as REST APIs do.";
    GuardHttpPreflightOpen = "guard-http-preflight-open", "An HTTP API answers every preflight.";
    GuardHttpPreflightGuarded = "guard-http-preflight-guarded", "An HTTP API asks for a token in preflights although it has CORS settings.";
    GuardHttpPreflightBare = "guard-http-preflight-bare", "An HTTP API allows no origin in its answer to preflights.";
    GuardHttpAnySize = "guard-http-any-size", "An HTTP API takes header fields of any size.";
    GuardHttpClaimsAsJson = "guard-http-claims-as-json", "The backend of an HTTP API sees claims with their JSON types.";
    GuardHttpListsAsJson = "guard-http-lists-as-json", "The backend of an HTTP API sees lists as JSON text.";
    GuardHttpTimesAsDates = "guard-http-times-as-dates", "The backend of an HTTP API sees times as dates, as that of REST APIs does.";
    GuardHttpNullsShown = "guard-http-nulls-shown", "The backend of an HTTP API sees claims that are null.";
    GuardHttpClaimsElsewhere = "guard-http-claims-elsewhere", "The backend of an HTTP API finds the claims elsewhere.";
    GuardHttpScopesAlways = "guard-http-scopes-always", "The backend of an HTTP API is handed a list of scopes on routes without scopes too.";
    GuardHttpScopesIntersected = "guard-http-scopes-intersected", "The backend of an HTTP API is handed the scopes of the route alone.";
    GuardRsNoToken = "guard-rs-no-token", "A service lets requests without a token in.";
    GuardRsEmptyBearer = "guard-rs-empty-bearer", "A service lets an empty bearer token in.";
    GuardRsQueryToken = "guard-rs-query-token", "A service takes the token from the query, too.";
    GuardRsBodyToken = "guard-rs-body-token", "A service takes the token from the body, too.";
    GuardRsTwoMethods = "guard-rs-two-methods", "A service does not mind a second token in the query.";
    GuardRsBasic = "guard-rs-basic", "A service takes the token from Basic credentials.";
    GuardRsAnyScheme = "guard-rs-any-scheme", "A service takes what follows any scheme.";
    GuardRsSchemeCase = "guard-rs-scheme-case", "A service knows the scheme in one spelling alone.";
    GuardRsFirstHeader = "guard-rs-first-header", "A service takes the first of several headers.";
    GuardRsLastHeader = "guard-rs-last-header", "A service takes the last of several headers.";
    GuardRsNoChallenge = "guard-rs-no-challenge", "A service refuses without a challenge.";
    GuardRsTokenRepeated = "guard-rs-token-repeated", "A service repeats the token that it refuses.";
    GuardRsBlanksInside = "guard-rs-blanks-inside", "A service strips blanks inside the token.";
    GuardRsMoreParts = "guard-rs-more-parts", "A service passes over what follows the third part of a token.";
    GuardRsPadding = "guard-rs-padding", "A service takes parts with padding.";
    GuardRsStandardAlphabet = "guard-rs-standard-alphabet", "A service takes parts in the standard Base64 alphabet.";
    GuardRsSpareBits = "guard-rs-spare-bits", "A service ignores the spare bits of the last character of a part.";
    GuardRsFirstOfTwo = "guard-rs-first-of-two", "A service takes the first of two members of the same name.";
    GuardRsHugeToken = "guard-rs-huge-token", "A service fails at a token of more than 8 KiB.";
    GuardRsInvalidJson = "guard-rs-invalid-json", "A service fails at a part that is not a JSON object.";
    GuardRsCrit = "guard-rs-crit", "A service ignores what a header calls critical.";
    GuardRsSignature = "guard-rs-signature", "A service verifies no signature.";
    GuardRsNoSignature = "guard-rs-no-signature", "A service verifies a signature only if there is one.";
    GuardRsSeenSignature = "guard-rs-seen-signature", "A service remembers header and signature of a good token, whatever the payload.";
    GuardRsSeenJti = "guard-rs-seen-jti", "A service remembers a good token by its jti.";
    GuardRsAlgNone = "guard-rs-alg-none", "A service takes alg none.";
    GuardRsAlgNoneAnyCase = "guard-rs-alg-none-any-case", "A service takes alg none where it is not in lower case.";
    GuardRsAlgMissing = "guard-rs-alg-missing", "A service takes a header without alg for RS256.";
    GuardRsAlgCase = "guard-rs-alg-case", "A service takes RS256 in any spelling.";
    GuardRsOtherHash = "guard-rs-other-hash", "A service takes RS384 and RS512.";
    GuardRsOtherPadding = "guard-rs-other-padding", "A service takes PS256.";
    GuardRsHmacPem = "guard-rs-hmac-pem", "A service takes HS256 with the public key in PEM.";
    GuardRsHmacModulus = "guard-rs-hmac-modulus", "A service takes HS256 with the modulus of the public key.";
    GuardRsKidPath = "guard-rs-kid-path", "A service reads the secret of HS256 from the file that kid names.";
    GuardRsKidMissing = "guard-rs-kid-missing", "A service tries every key where there is no kid.";
    GuardRsKidUnknown = "guard-rs-kid-unknown", "A service tries every key where the kid is unknown.";
    GuardRsJwk = "guard-rs-jwk", "A service uses the key in the header of a token.";
    GuardRsJku = "guard-rs-jku", "A service reads keys from where jku says.";
    GuardRsX5c = "guard-rs-x5c", "A service trusts the certificate in the header of a token.";
    GuardRsX5u = "guard-rs-x5u", "A service trusts the certificate to which x5u points.";
    GuardRsKeysReadOnce = "guard-rs-keys-read-once", "A service reads the keys of its issuer once.";
    GuardRsKeyUse = "guard-rs-key-use", "A service takes signatures of keys that are for encryption.";
    GuardRsNoKeys = "guard-rs-no-keys", "A service lets tokens in while keys cannot be read.";
    GuardRsExp = "guard-rs-exp", "A service does not look at exp.";
    GuardRsExpMissing = "guard-rs-exp-missing", "A service takes tokens without exp.";
    GuardRsExpText = "guard-rs-exp-text", "A service takes an exp that is text.";
    GuardRsExpLeeway = "guard-rs-exp-leeway", "A service takes tokens for an hour after exp.";
    GuardRsNbf = "guard-rs-nbf", "A service does not look at nbf.";
    GuardRsIatText = "guard-rs-iat-text", "A service takes an iat that is text.";
    GuardRsIss = "guard-rs-iss", "A service does not look at iss.";
    GuardRsIssMissing = "guard-rs-iss-missing", "A service takes tokens without iss.";
    GuardRsIssPrefix = "guard-rs-iss-prefix", "A service takes an iss that begins as it should.";
    GuardRsIssHost = "guard-rs-iss-host", "A service takes every pool of the same host.";
    GuardRsIssCase = "guard-rs-iss-case", "A service compares iss without regard to case.";
    GuardRsIssSlash = "guard-rs-iss-slash", "A service passes over slashes at the end of iss.";
    GuardRsIssList = "guard-rs-iss-list", "A service takes a list of issuers with the right one in it.";
    GuardRsClient = "guard-rs-client", "A service does not look at the client.";
    GuardRsClientMissing = "guard-rs-client-missing", "A service takes tokens without a client.";
    GuardRsClientCase = "guard-rs-client-case", "A service compares the client without regard to case.";
    GuardRsClientPrefix = "guard-rs-client-prefix", "A service takes a client id that begins as it should.";
    GuardRsClientFromAud = "guard-rs-client-from-aud", "A service looks for the client of an access token in aud, too.";
    GuardRsAudList = "guard-rs-aud-list", "A service takes a token for several clients.";
    GuardRsTokenUse = "guard-rs-token-use", "A service takes ID and access tokens alike.";
    GuardRsTokenUseMissing = "guard-rs-token-use-missing", "A service takes tokens without `token_use`.";
    GuardRsTokenUseUnknown = "guard-rs-token-use-unknown", "A service takes a `token_use` that it does not know.";
    GuardRsScope = "guard-rs-scope", "A service does not look at scopes.";
    GuardRsScopePrefix = "guard-rs-scope-prefix", "A service takes a scope that begins as it should.";
    GuardRsScopeSubstring = "guard-rs-scope-substring", "A service looks for scopes anywhere in the text.";
    GuardRsScopeCase = "guard-rs-scope-case", "A service compares scopes without regard to case.";
    GuardRsScopeList = "guard-rs-scope-list", "A service takes a list of scopes.";
    GuardRsScopeSeparators = "guard-rs-scope-separators", "A service takes commas, tabs and line breaks between scopes.";
    GuardRsScopeScp = "guard-rs-scope-scp", "A service takes scopes from scp, too.";
    GuardRsScopeFirst = "guard-rs-scope-first", "A service looks at scopes before the signature.";
    GuardRsScopeIs400 = "guard-rs-scope-is-400", "A service answers a missing scope with 400.";
    GuardRsAllScopes = "guard-rs-all-scopes", "A service asks for all of its scopes, and calls tokens without one of them invalid.";
    GuardRsNoScheme = "guard-rs-no-scheme", "A service fails at a header without a scheme.";
    GuardRsDuplicate = "guard-rs-duplicate", "A service fails at a claim that stands there twice.";
    GuardRsIatAhead = "guard-rs-iat-ahead", "A service fails at an iat that lies ahead.";
    GuardRsAsksPool = "guard-rs-asks-pool", "A service asks the pool whether the session of a token goes on.";
    GuardRsPreflight = "guard-rs-preflight", "A service fails at a preflight.";
    GuardRsMachine = "guard-rs-machine", "A service with scopes refuses tokens without a user name.";
    GuardRestTokenOptional = "guard-rest-token-optional", "REST API: a request without a token is let in.";
    GuardRestUnreadableTaken = "guard-rest-unreadable-taken", "REST API: a text that is no token is let in.";
    GuardRestTwoPartsTaken = "guard-rest-two-parts-taken", "REST API: a token without a signature part is let in.";
    GuardRestNoneTaken = "guard-rest-none-taken", "REST API: a token that says it is not signed is let in.";
    GuardRestNoneInCapitals = "guard-rest-none-in-capitals", "REST API: a token that says it is not signed is let in, except where `none` is in lower case.";
    GuardRestPublicKeyIsSecret = "guard-rest-public-key-is-secret", "REST API: the modulus of a public key, or nothing, is taken for the secret of an HMAC.";
    GuardRestOtherAlgorithmTaken = "guard-rest-other-algorithm-taken", "REST API: the signature is verified for RS256 alone, and other algorithms of RSA and EC are let in.";
    GuardRestUnknownKeyTaken = "guard-rest-unknown-key-taken", "REST API: a token that names an unknown key is let in.";
    GuardRestSignatureUnchecked = "guard-rest-signature-unchecked", "REST API: signatures are not verified.";
    GuardRestLastByteUnchecked = "guard-rest-last-byte-unchecked", "REST API: only the beginning of a signature is compared.";
    GuardRestKeyOfToken = "guard-rest-key-of-token", "REST API: the key that a token brings along is trusted.";
    GuardRestRefreshTaken = "guard-rest-refresh-taken", "REST API: refresh tokens are let in.";
    GuardRestBlanksRemoved = "guard-rest-blanks-removed", "REST API: blanks within a token are passed over.";
    GuardRestRawRefused = "guard-rest-raw-refused", "REST API: a token without a scheme is refused.";
    GuardRestBearerRefused = "guard-rest-bearer-refused", "REST API: a token after Bearer is refused.";
    GuardRestQueryRead = "guard-rest-query-read", "REST API: a token in the query counts.";
    GuardRestAuthorizationToo = "guard-rest-authorization-too", "REST API: Authorization is read too where the token is looked for in another header.";
    GuardRestExpiryUnchecked = "guard-rest-expiry-unchecked", "REST API: expired tokens are let in.";
    GuardRestExpiryUnnamed = "guard-rest-expiry-unnamed", "REST API: expired tokens are refused in the same words as all others.";
    GuardRestAnyPool = "guard-rest-any-pool", "REST API: tokens of any pool are let in.";
    GuardRestFirstPoolOnly = "guard-rest-first-pool-only", "REST API: of several pools only the first one counts.";
    GuardRestOneClientOnly = "guard-rest-one-client-only", "REST API: tokens of other clients are refused without an expression.";
    GuardRestExpressionIgnored = "guard-rest-expression-ignored", "REST API: the validation expression makes no difference.";
    GuardRestExpressionPassesAccess = "guard-rest-expression-passes-access", "REST API: the validation expression makes no difference to access tokens.";
    GuardRestAccessWithoutScopes = "guard-rest-access-without-scopes", "REST API: a method without scopes lets access tokens in.";
    GuardRestMachineWithoutScopes = "guard-rest-machine-without-scopes", "REST API: a method without scopes lets the access tokens of machines in.";
    GuardRestIdTokenWithScopes = "guard-rest-id-token-with-scopes", "REST API: a method with scopes lets ID tokens in.";
    GuardRestScopesIgnored = "guard-rest-scopes-ignored", "REST API: a method with scopes lets every access token in.";
    GuardRestEveryScopeNeeded = "guard-rest-every-scope-needed", "REST API: a token needs every scope of the method.";
    GuardRestLastScopeOnly = "guard-rest-last-scope-only", "REST API: of several scopes only the last one counts.";
    GuardRestScopesByServer = "guard-rest-scopes-by-server", "REST API: any scope of the same resource server will do.";
    GuardRestBuiltInScopesUnknown = "guard-rest-built-in-scopes-unknown", "REST API: only scopes of resource servers count.";
    GuardRestEndedRefused = "guard-rest-ended-refused", "REST API: tokens whose session has ended are refused.";
    GuardRestChallenges = "guard-rest-challenges", "REST API: refusals carry WWW-Authenticate.";
    GuardRestErrorTypeAbsent = "guard-rest-error-type-absent", "REST API: refusals carry no x-amzn-errortype.";
    GuardRestIdsAbsent = "guard-rest-ids-absent", "REST API: answers carry no request ids.";
    GuardRestPlainText = "guard-rest-plain-text", "REST API: refusals are declared to be plain text.";
    GuardRestReasonDisclosed = "guard-rest-reason-disclosed", "REST API: refusals say what is wrong with the token.";
    GuardRest401Is403 = "guard-rest-401-is-403", "REST API: refusals of tokens come with status 403.";
    GuardRestUndefinedIs404 = "guard-rest-undefined-is-404", "REST API: what is not defined is answered with 404.";
    GuardRestSignatureUnread = "guard-rest-signature-unread", "REST API: where nothing is defined, Authorization is not read as a signature.";
    GuardRestStageIs404 = "guard-rest-stage-is-404", "REST API: a stage that there is not is answered with 404.";
    GuardRestApiKeyUnchecked = "guard-rest-api-key-unchecked", "REST API: the API key is not looked at.";
    GuardRestApiKeyFirst = "guard-rest-api-key-first", "REST API: the API key is looked at before the token.";
    GuardRestPolicyIgnored = "guard-rest-policy-ignored", "REST API: the resource policy makes no difference.";
    GuardRestPolicyMember = "guard-rest-policy-member", "REST API: the refusal of a policy spells message in lower case.";
    GuardRestWafOff = "guard-rest-waf-off", "REST API: the firewall blocks nothing.";
    GuardRestPreflightGuarded = "guard-rest-preflight-guarded", "REST API: preflights need a token where they should not.";
    GuardRestPreflightOpen = "guard-rest-preflight-open", "REST API: preflights are answered without a token where one is needed.";
    GuardRestPreflightBare = "guard-rest-preflight-bare", "REST API: the answer to a preflight names neither headers nor methods.";
    GuardRestCorsOnRefusal = "guard-rest-cors-on-refusal", "REST API: every refusal carries Access-Control-Allow-Origin.";
    GuardRestCorsNotCustomised = "guard-rest-cors-not-customised", "REST API: the customised header of refusals is missing.";
    GuardRestMisconfiguredIs401 = "guard-rest-misconfigured-is-401", "REST API: an authorizer that cannot be used is answered like a bad token.";
    GuardRestLongHeadersTaken = "guard-rest-long-headers-taken", "REST API: header fields may be of any length.";
    GuardRestLongArnTaken = "guard-rest-long-arn-taken", "REST API: the ARN of a method may be of any length.";
    GuardRestClaimsElsewhere = "guard-rest-claims-elsewhere", "REST API: the backend finds the claims where an HTTP API has them.";
    GuardRestDatesAsNumbers = "guard-rest-dates-as-numbers", "REST API: the backend sees exp and iat as digits.";
    GuardRestNumbersKept = "guard-rest-numbers-kept", "REST API: the backend sees numbers as such, but for exp and iat.";
    GuardRestBooleansKept = "guard-rest-booleans-kept", "REST API: the backend sees booleans as such.";
    GuardRestGroupsInBrackets = "guard-rest-groups-in-brackets", "REST API: the backend sees groups in brackets.";
}

/// A fault id that names no [`Fault`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFault(String);

impl fmt::Display for UnknownFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the double has no fault called `{}`", self.0)
    }
}

impl std::error::Error for UnknownFault {}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(id: &str) -> Result<Self, UnknownFault> {
        Fault::ALL.iter().copied().find(|fault| fault.id() == id).ok_or_else(|| UnknownFault(id.to_owned()))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// The faults that are switched on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(BTreeSet<Fault>);

impl Faults {
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }
}

impl FromIterator<Fault> for Faults {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Self {
        Self(faults.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_distinct_and_read_back() {
        let ids: BTreeSet<_> = Fault::ALL.iter().map(|fault| fault.id()).collect();
        assert_eq!(ids.len(), Fault::ALL.len());
        for fault in Fault::ALL {
            assert_eq!(fault.id().parse(), Ok(*fault));
            assert!(fault.describe().ends_with('.'));
        }
        assert!("no-such-fault".parse::<Fault>().is_err());
    }
}
