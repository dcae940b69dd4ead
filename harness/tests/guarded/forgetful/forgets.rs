//! What the service can forget.

/// Names every check once: variant, stable name, and what the service does without it.
macro_rules! forgets {
    ($($variant:ident, $name:literal, $says:literal;)+) => {
        /// One check that the service leaves out.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Forgets {
            $(#[doc = $says] $variant,)+
        }

        impl Forgets {
            /// All of them.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What the service does without the check.
            pub(crate) const fn says(self) -> &'static str {
                match self { $(Self::$variant => $says,)+ }
            }
        }
    };
}

forgets! {
    // Where the token stands.
    NoToken, "no-token", "Lets requests without a token through.";
    EmptyBearer, "empty-bearer", "Lets an empty bearer token through.";
    Query, "query", "Takes the token from the query, too.";
    TwoMethods, "two-methods", "Takes the token from the header although there is one in the query.";
    Basic, "basic", "Takes the token from Basic credentials: as user name, as password, or bare.";
    AnyScheme, "any-scheme", "Takes what follows any scheme.";
    Bare, "bare", "Takes the whole header for the token.";
    SchemeCase, "scheme-case", "Knows the scheme in one spelling alone, and so refuses good requests.";
    FirstHeader, "first-header", "Takes the first of several headers.";
    LastHeader, "last-header", "Takes the last of several headers.";
    // What is said.
    Challenge, "challenge", "Refuses without a challenge.";
    TokenEcho, "token-echo", "Repeats the token that it refuses.";
    // How the token is written.
    InnerBlanks, "inner-blanks", "Strips blanks inside the token.";
    MoreParts, "more-parts", "Takes the first three of four or five parts.";
    Padding, "padding", "Takes parts with padding.";
    StandardAlphabet, "standard-alphabet", "Takes parts in the standard Base64 alphabet.";
    TrailingBits, "trailing-bits", "Ignores the spare bits of the last character of a part.";
    DuplicateFirst, "duplicate-first", "Takes the first of two members of the same name.";
    DuplicateLast, "duplicate-last", "Takes the last of two members of the same name.";
    HugeToken, "huge-token", "Fails at a token of more than 8 KiB.";
    InvalidJson, "invalid-json", "Fails at a part that is not a JSON object.";
    // How it is signed.
    Signature, "signature", "Verifies no signature.";
    EmptySignature, "empty-signature", "Verifies the signature only if there is one.";
    SeenSignature, "seen-signature", "Remembers header and signature, whatever the payload.";
    SeenJti, "seen-jti", "Remembers a good token by its jti, whatever else is sent.";
    SeenSub, "seen-sub", "Remembers a good token by its sub, whatever else is sent.";
    AlgNone, "alg-none", "Takes alg none.";
    AlgNoneAnyCase, "alg-none-any-case", "Takes alg none in any other spelling.";
    AlgMissing, "alg-missing", "Takes a header without alg for RS256.";
    AlgCase, "alg-case", "Takes RS256 in any spelling.";
    Hs256Pem, "hs256-pem", "Takes HS256 with the public key in PEM.";
    Hs256Der, "hs256-der", "Takes HS256 with the public key in DER, as SPKI or PKCS #1.";
    Hs256Modulus, "hs256-modulus", "Takes HS256 with the modulus, raw or in Base64.";
    Hs256Empty, "hs256-empty", "Takes HS256 with an empty secret.";
    Rs384, "rs384", "Takes RS384 with the same key.";
    Rs512, "rs512", "Takes RS512 with the same key.";
    Ps256, "ps256", "Takes PS256 with the same key.";
    Crit, "crit", "Ignores that the header calls something critical.";
    // Whose key it is.
    KidMissing, "kid-missing", "Tries every key if there is no kid.";
    KidUnknown, "kid-unknown", "Tries every key if the kid is unknown.";
    KidPath, "kid-path", "Reads the secret of HS256 from the file that kid names.";
    Jku, "jku", "Reads keys from where jku says.";
    EmbeddedJwk, "embedded-jwk", "Uses the key in the header.";
    X5u, "x5u", "Reads a certificate from where x5u says, and trusts it.";
    X5c, "x5c", "Trusts the certificate in the header.";
    KeyUse, "key-use", "Uses keys of the set that are not for signatures.";
    Rotation, "rotation", "Reads the keys once, and so refuses good tokens after a rotation.";
    ReadLimit, "read-limit", "Reads the keys for every unknown kid, however often.";
    KeysUnreachable, "keys-unreachable", "Lets tokens through while the keys cannot be had.";
    // What it claims.
    Exp, "exp", "Does not look at exp.";
    ExpMissing, "exp-missing", "Takes tokens without exp.";
    ExpText, "exp-text", "Takes an exp that is text, whatever it says.";
    ExpLeeway, "exp-leeway", "Takes tokens for an hour after exp.";
    Nbf, "nbf", "Does not look at nbf.";
    Iss, "iss", "Does not look at iss.";
    IssMissing, "iss-missing", "Takes tokens without iss.";
    IssPrefix, "iss-prefix", "Takes an iss that begins as it should.";
    IssHost, "iss-host", "Takes every pool of the same host.";
    IssList, "iss-list", "Takes a list of issuers with the right one in it.";
    Client, "client", "Does not look at the client.";
    ClientMissing, "client-missing", "Takes tokens without a client.";
    ClientCase, "client-case", "Compares the client without regard to case.";
    ClientFromAud, "client-from-aud", "Looks for the client of an access token in aud, too.";
    AudList, "aud-list", "Takes an ID token for several audiences.";
    TokenUse, "token-use", "Does not look at `token_use`, and takes the client from where it is.";
    TokenUseMissing, "token-use-missing", "Takes tokens without `token_use`.";
    Scope, "scope", "Does not look at scopes.";
    ScopeSubstring, "scope-substring", "Looks for scopes anywhere in the text.";
    ScopeAnyOf, "scope-any-of", "Is content with one of the scopes.";
    ScopeArray, "scope-array", "Takes scopes in an array.";
    ScopeCase, "scope-case", "Compares scopes without regard to case.";
    ScopeSeparators, "scope-separators", "Takes commas, tabs and line breaks between scopes.";
    ScopeScp, "scope-scp", "Takes scopes from scp, too.";
    ScopeFirst, "scope-first", "Looks at scopes before the signature.";
}

/// What one service forgets.
#[derive(Debug, Clone)]
pub(super) struct Forgotten(pub(super) Vec<Forgets>);

impl Forgotten {
    /// Whether this check is left out.
    pub(super) fn has(&self, check: Forgets) -> bool {
        self.0.contains(&check)
    }
}
