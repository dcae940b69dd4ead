//! What the ledger says of a whole sequence: a user pool with one user and one client, as small as the facts allow.
//!
//! It reads the steps of a case and nothing else. Values are names here: a token is the step that it came from. Where no
//! fact says what happens, there is no prediction, and what follows from it is in doubt until a fact says otherwise: a
//! token that is refused for good is so whatever happened before.

use std::collections::BTreeMap;

use poolproof_harness::prelude::*;

use super::session::{Account, Code, End, SignedIn, Tokens, bearer, field};

/// Seconds that a code lives (`token.code.lifetime`).
const CODE_SECONDS: u64 = 300;
/// Closer to the end of a lifetime than this many seconds nothing is predicted: requests take time.
const MARGIN: u64 = 30;

/// The predictions for the steps of a case.
pub(super) fn predict(case: &Case) -> Vec<Prediction> {
    let mut world = World::default();
    case.steps.iter().filter_map(|step| world.step(step)).collect()
}

/// The state of the pool as far as a case knows it.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own")]
pub(super) struct World {
    pub(super) user: Account,
    pub(super) client_deleted: bool,
    pub(super) code_flow: bool,
    /// Whether tokens that are issued in this very second may count as older than what happened to the user.
    pub(super) unsettled: bool,
    rotates: bool,
    access_seconds: u64,
    refresh_seconds: u64,
    now: u64,
    sign_ins: BTreeMap<String, SignedIn>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            user: Account::default(),
            client_deleted: false,
            code_flow: true,
            unsettled: false,
            rotates: false,
            access_seconds: 3600,
            refresh_seconds: 30 * 86_400,
            now: 0,
            sign_ins: BTreeMap::new(),
        }
    }
}

/// What is expected of a token request, or that nothing is known.
type Said = Option<(&'static str, Expected)>;

#[expect(clippy::unnecessary_wraps, reason = "beside it stands that nothing is known")]
fn granted(fact: &'static str) -> Said {
    Some((fact, Expected::Granted))
}

#[expect(clippy::unnecessary_wraps, reason = "beside it stands that nothing is known")]
fn refused(fact: &'static str, error: &'static [&'static str]) -> Said {
    Some((fact, Expected::Refused { status: 400, errors: error }))
}

const GRANT: &[&str] = &["invalid_grant"];

impl World {
    /// Does a step, and says what is expected of it.
    pub(super) fn step(&mut self, step: &Step) -> Option<Prediction> {
        match &step.action {
            Action::SignIn(sign_in) => self.sign_in(sign_in),
            Action::Api(call) => self.api(call),
            Action::Pause(_) => self.unsettled = false,
            Action::Send(request) | Action::UntilRefused(request) => return self.send(&step.name, request),
        }
        None
    }

    /// Whether somebody signed in under this prefix.
    pub(super) fn knows(&self, prefix: &str) -> bool {
        self.sign_ins.contains_key(prefix)
    }

    /// Whether the code of a sign-in must have been redeemed.
    pub(super) fn is_redeemed(&self, prefix: &str) -> bool {
        self.sign_ins.get(prefix).is_some_and(|it| it.code == Code::Used)
    }

    /// Whether nothing has ended a sign-in whose tokens must have come.
    pub(super) fn is_alive(&self, prefix: &str) -> bool {
        self.sign_ins.get(prefix).is_some_and(|it| it.end.is_none() && !it.doubtful && !it.tokens.is_empty())
    }

    /// Whether there are tokens that something could end.
    pub(super) fn has_tokens(&self) -> bool {
        self.sign_ins.values().any(|it| !it.tokens.is_empty())
    }

    /// Whether nobody has signed in yet.
    pub(super) fn is_empty(&self) -> bool {
        self.sign_ins.is_empty()
    }

    /// The steps whose answers hold the tokens of a sign-in, the oldest first.
    pub(super) fn holders(&self, prefix: &str) -> Vec<&str> {
        self.sign_ins
            .get(prefix)
            .map_or_else(Vec::new, |it| it.tokens.iter().map(|tokens| tokens.step.as_str()).collect())
    }

    /// The step whose answer holds the refresh token to be used next, and the last one that gave way to a successor.
    pub(super) fn refresh_holder(&self, prefix: &str, rotated_out: bool) -> Option<&str> {
        let tokens = &self.sign_ins.get(prefix)?.tokens;
        tokens.iter().rev().find(|it| it.refresh && it.rotated_out == rotated_out).map(|it| it.step.as_str())
    }

    fn sign_in(&mut self, sign_in: &SignIn) {
        let role = sign_in.params.iter().find_map(|(_, value)| match value {
            Value::Fixture(slot) => slot.0.strip_prefix("client.").and_then(|rest| rest.split('.').next()),
            _ => None,
        });
        self.rotates = role == Some("rotating");
        if role == Some("short-lived") {
            (self.access_seconds, self.refresh_seconds) = (300, 3600);
        }
        let signed_in = SignedIn {
            at: self.now,
            code: Code::Fresh,
            overtaken: false,
            end: None,
            doubtful: false,
            tokens: Vec::new(),
        };
        self.sign_ins.insert(sign_in.prefix.clone(), signed_in);
    }

    fn api(&mut self, call: &ApiCall) {
        match call {
            ApiCall::CreateUser { .. } | ApiCall::EnableUser { .. } => self.user = Account::Enabled,
            ApiCall::DisableUser { .. } => self.end_all(End::Disabled, Account::Disabled),
            ApiCall::DeleteUser { .. } => self.end_all(End::Deleted, Account::Deleted),
            ApiCall::GlobalSignOut { .. } => self.end_all(End::SignedOut, self.user),
            ApiCall::SetFlows { flows, .. } => self.code_flow = flows.iter().any(|flow| flow == "code"),
            ApiCall::DeleteClient { .. } => self.client_deleted = true,
            ApiCall::AdvanceClock(seconds) => self.now += seconds,
            ApiCall::RevokeToken { token, .. } => {
                if let Some((prefix, at)) = self.find(token) {
                    self.revoke(&prefix, at);
                }
            }
            ApiCall::CreateClient { .. }
            | ApiCall::UpdateClient { .. }
            | ApiCall::AddToGroup { .. }
            | ApiCall::PasswordSignIn { .. } => {}
        }
    }

    fn end_all(&mut self, end: End, user: Account) {
        self.user = user;
        self.unsettled = true;
        for signed_in in self.sign_ins.values_mut() {
            signed_in.overtaken |= signed_in.code == Code::Fresh;
            if !signed_in.tokens.is_empty() {
                signed_in.end.get_or_insert(end);
            }
        }
    }

    fn send(&mut self, step: &str, request: &Request) -> Option<Prediction> {
        let (what, sign, said) = match request.endpoint {
            Endpoint::UserInfo => ("userInfo", Sign::User, self.user_info(bearer(request)?)),
            Endpoint::Revoke => {
                let (prefix, at) = self.find(field(request, "token")?)?;
                ("revoke", Sign::Success, self.revoke(&prefix, at))
            }
            Endpoint::Token => {
                if let Some(Value::Captured(code)) = field(request, "code") {
                    let prefix = code.strip_suffix("code")?.to_owned();
                    ("redeem", Sign::Tokens, self.redeem(&prefix, step))
                } else {
                    let (prefix, at) = self.find(field(request, "refresh_token")?)?;
                    ("refresh", Sign::Tokens, self.refresh(&prefix, at, step))
                }
            }
            _ => return None,
        };
        let (fact, expected) = said?;
        // Only where a refresh token is used that stays good does none come with the others.
        let renewable = sign == Sign::Tokens && (what == "redeem" || self.rotates);
        let sign = if renewable && expected == Expected::Granted { Sign::Renewable } else { sign };
        Some(Prediction { step: step.to_owned(), what, fact, sign, expected })
    }

    /// The sign-in of a token, and its place among the answers.
    fn find(&self, token: &Value) -> Option<(String, usize)> {
        let Value::Captured(name) = token else { return None };
        let (holder, _) = name.rsplit_once('.')?;
        self.sign_ins.iter().find_map(|(prefix, signed_in)| {
            let at = signed_in.tokens.iter().position(|tokens| tokens.step == holder)?;
            Some((prefix.clone(), at))
        })
    }

    fn redeem(&mut self, prefix: &str, step: &str) -> Said {
        let (now, refresh_until) = (self.now, self.now + self.refresh_seconds);
        let (user, client_deleted, code_flow) = (self.user, self.client_deleted, self.code_flow);
        let signed_in = self.sign_ins.get_mut(prefix)?;
        let age = now - signed_in.at;
        let said = match signed_in.code {
            _ if client_deleted => refused("lifecycle.client-deleted.code", &["invalid_client"]),
            Code::Fresh if !code_flow => refused("token.code.flow-not-allowed", &["unauthorized_client"]),
            _ if !code_flow => None,
            Code::Used => {
                // Whether the tokens of the first redemption stay good is not known (`token.code.reuse-revokes`).
                signed_in.doubtful = true;
                refused("token.code.reused", GRANT)
            }
            Code::Fresh | Code::InDoubt if age > CODE_SECONDS + MARGIN => {
                refused("token.code.expired", GRANT)
            }
            Code::InDoubt => None,
            Code::Fresh if age + MARGIN > CODE_SECONDS => None,
            Code::Fresh if user == Account::Disabled => refused("lifecycle.user-disabled.code", GRANT),
            Code::Fresh if user == Account::Deleted => refused("lifecycle.user-deleted.code", GRANT),
            Code::Fresh if signed_in.overtaken => None,
            Code::Fresh => granted("token.code.success"),
        };
        let sure = matches!(said, Some((_, Expected::Granted)));
        // These facts are strong enough that nothing came.
        let came_to_nothing =
            client_deleted || signed_in.code == Code::Used || age > CODE_SECONDS + MARGIN || !code_flow;
        if sure {
            signed_in.code = Code::Used;
        } else if signed_in.code == Code::Fresh {
            signed_in.code = Code::InDoubt;
        }
        if !came_to_nothing {
            signed_in.doubtful |= !sure;
            signed_in.tokens.push(Tokens {
                step: step.to_owned(),
                issued: now,
                refresh_until,
                refresh: true,
                sure,
                used: 0,
                rotated_out: false,
            });
        }
        said
    }

    fn refresh(&mut self, prefix: &str, at: usize, step: &str) -> Said {
        let (now, rotates) = (self.now, self.rotates);
        let elsewhere =
            self.sign_ins.iter().any(|(other, it)| other != prefix && it.end == Some(End::Revoked));
        let (client_deleted, code_flow) = (self.client_deleted, self.code_flow);
        let signed_in = self.sign_ins.get_mut(prefix)?;
        let presented = signed_in.tokens.get_mut(at)?;
        if client_deleted {
            return refused("lifecycle.client-deleted.token", &["invalid_client"]);
        }
        if !code_flow {
            // No fact says what the flow has to do with a refresh.
            signed_in.doubtful = true;
            return None;
        }
        if let Some(end) = signed_in.end {
            let fact = match end {
                End::Revoked => "token.refresh.revoked",
                End::SignedOut => "token.refresh.global-sign-out",
                End::Disabled => "token.refresh.user-disabled",
                End::Deleted => "token.refresh.user-deleted",
            };
            return refused(fact, GRANT);
        }
        if now > presented.refresh_until + MARGIN {
            return refused("token.refresh.expired", GRANT);
        }
        if presented.rotated_out {
            // Whether that ends its successors is not known (`token.refresh.rotation-reuse-kills-family`).
            signed_in.doubtful = true;
            return refused("token.refresh.rotation-reuse", GRANT);
        }
        let sure = presented.sure && !signed_in.doubtful && now + MARGIN < presented.refresh_until;
        let said = match presented.used {
            _ if !sure => None,
            _ if elsewhere => granted("revoke.effect.other-sessions"),
            _ if rotates => granted("token.refresh.success-rotation"),
            0 => granted("token.refresh.success"),
            _ => granted("token.refresh.original-reusable"),
        };
        presented.used += 1;
        presented.rotated_out = rotates && sure;
        let refresh_until = presented.refresh_until;
        signed_in.tokens.push(Tokens {
            step: step.to_owned(),
            issued: now,
            refresh_until,
            refresh: rotates,
            sure,
            used: 0,
            rotated_out: false,
        });
        said
    }

    fn user_info(&self, token: &Value) -> Said {
        let (prefix, at) = self.find(token)?;
        let signed_in = self.sign_ins.get(&prefix)?;
        let presented = signed_in.tokens.get(at)?;
        let is_gone = matches!(self.user, Account::Disabled | Account::Deleted);
        let fact = match signed_in.end {
            _ if self.client_deleted || !self.code_flow => return None,
            _ if is_gone => "userinfo.user-disabled",
            Some(End::Revoked) => "userinfo.revoked",
            Some(End::SignedOut) => "userinfo.signed-out",
            Some(End::Disabled) => "lifecycle.user-disabled.tokens",
            Some(End::Deleted) => return None,
            None if self.now > presented.issued + self.access_seconds + MARGIN => "userinfo.expired",
            None => {
                let sure = presented.sure && !signed_in.doubtful;
                let young = self.now + MARGIN < presented.issued + self.access_seconds;
                return if sure && young { granted("userinfo.success") } else { None };
            }
        };
        Some((fact, Expected::Refused { status: 401, errors: &["invalid_token"] }))
    }

    fn revoke(&mut self, prefix: &str, at: usize) -> Said {
        let (client_deleted, code_flow) = (self.client_deleted, self.code_flow);
        let is_usable = self.user == Account::Enabled && !client_deleted && code_flow;
        let signed_in = self.sign_ins.get_mut(prefix)?;
        let sure = signed_in.tokens.get(at)?.sure && !signed_in.doubtful && is_usable;
        match signed_in.end {
            Some(End::Revoked) => granted("revoke.already-revoked"),
            Some(_) => None,
            None if sure => {
                signed_in.end = Some(End::Revoked);
                granted("revoke.success")
            }
            None => {
                signed_in.doubtful = true;
                None
            }
        }
    }
}
