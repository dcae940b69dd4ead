//! The operations of a sequence, and the steps that they come to.

use poolproof_harness::prelude::*;

use super::model::World;
use super::session::Account;
use crate::flow::{by_throwaway, create_throwaway, openid, sign_in, with_param};

/// Times of issue are whole seconds: what happens to a user within the same one may count for a younger token too.
const A_SECOND: u64 = 1100;

/// The most waits of a sequence after which something may still wait: its time is that of its waits.
const MOST_WAITS: usize = 2;

/// One of the two sign-ins that a sequence may have. Each has its name for good, so that leaving one out does not rename
/// the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    First,
    Second,
}

impl Who {
    /// What comes before the names of everything that the sign-in brings.
    const fn prefix(self) -> &'static str {
        match self {
            Self::First => "first-",
            Self::Second => "second-",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
        }
    }
}

/// One operation. What it works on is worked out when it is turned into steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// The user signs in and gets a code.
    SignIn(Who),
    /// The code is sent to the token endpoint.
    Redeem(Who),
    /// The code is sent again after it was redeemed.
    Replay(Who),
    /// The newest refresh token is used.
    Refresh(Who),
    /// The last refresh token that gave way to a successor is used.
    RefreshOld(Who),
    /// userInfo is asked with the first access token.
    UserInfo(Who),
    /// userInfo is asked with the newest access token.
    UserInfoNewest(Who),
    /// The newest refresh token is revoked at the endpoint.
    Revoke(Who),
    /// The same through the management API.
    RevokeByApi(Who),
    /// The user is signed out everywhere.
    SignOut,
    /// The user is disabled.
    Disable,
    /// The user is enabled.
    Enable,
    /// The user is deleted.
    DeleteUser,
    /// The code flow of the client gives way to the implicit one.
    FlowOff,
    /// The client has its code flow again.
    FlowOn,
    /// The client is deleted.
    DeleteClient,
    /// So many seconds go by.
    Advance(u64),
}

/// What sequences of one kind are made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Theme {
    /// The role of the client.
    pub(super) role: &'static str,
    /// Whether each case has a client of its own, with the settings of the role.
    pub(super) own_client: bool,
    /// The most operations of a sequence.
    pub(super) longest: usize,
    /// The operations, by how often they are chosen where they apply.
    pub(super) menu: &'static [(u32, Op)],
    /// How sequences may begin, in turn with those that begin in any way: what chance puts together too seldom.
    pub(super) openings: &'static [&'static [Op]],
}

impl Theme {
    /// All cases: sequences of operations by a user made for each.
    pub(super) fn cases(self) -> BoxedStrategy<Case> {
        let openings = [&[][..]].into_iter().chain(self.openings.iter().copied());
        in_turn(openings.map(|opening| self.beginning_with(opening)).collect())
    }

    fn beginning_with(self, opening: &'static [Op]) -> BoxedStrategy<Case> {
        let next = move |before: &[Op]| {
            if let Some(op) = opening.get(before.len()) {
                return vec![(1, *op)];
            }
            let mut builder = Builder::new(self, "someone", AuthStyle::Basic);
            for op in before {
                builder.push(*op);
            }
            self.menu.iter().copied().filter(|(_, op)| builder.applies(*op)).collect()
        };
        // The sequence comes first: it is what has to shrink.
        (sequence(self.longest / 2..=self.longest, next), throwaway_username(), Just(AuthStyle::Post))
            .prop_map(move |(ops, username, style)| {
                let mut builder = Builder::new(self, &username, style);
                for op in ops {
                    builder.push(op);
                }
                builder.finish()
            })
            .boxed()
    }
}

/// Turns operations into steps, keeping up with what they come to.
pub(super) struct Builder<'a> {
    theme: Theme,
    username: &'a str,
    style: AuthStyle,
    case: Case,
    world: World,
}

impl<'a> Builder<'a> {
    pub(super) fn new(theme: Theme, username: &'a str, style: AuthStyle) -> Self {
        let mut builder = Self { theme, username, style, case: Case::default(), world: World::default() };
        builder.add(|case, _| case.api(create_throwaway(username)));
        if theme.own_client {
            let call = ApiCall::CreateClient { like: theme.role.to_owned(), with: ClientSettings::default() };
            builder.add(|case, _| case.api(call));
        }
        builder
    }

    /// Whether an operation means anything now. One that does not is left out, so that every sub-sequence is a sequence.
    fn applies(&self, op: Op) -> bool {
        let world = &self.world;
        let has_tokens = |who: Who| world.refresh_holder(who.prefix(), false).is_some();
        let exists = matches!(world.user, Account::Enabled | Account::Disabled);
        match op {
            Op::SignIn(who) => {
                let is_free = !world.knows(who.prefix());
                is_free && world.user == Account::Enabled && !world.client_deleted && world.code_flow
            }
            Op::Redeem(who) => world.knows(who.prefix()) && !world.is_redeemed(who.prefix()),
            Op::Replay(who) => world.is_redeemed(who.prefix()),
            // What the API says to a token that is good no more is no fact of the ledger.
            Op::RevokeByApi(who) => world.is_alive(who.prefix()),
            Op::Refresh(who) | Op::Revoke(who) | Op::UserInfo(who) => has_tokens(who),
            Op::RefreshOld(who) => world.refresh_holder(who.prefix(), true).is_some(),
            Op::UserInfoNewest(who) => world.holders(who.prefix()).len() > 1,
            // Of what happens to a user before the first tokens, little is known.
            Op::SignOut | Op::DeleteUser => exists && world.has_tokens() && self.may_wait(),
            Op::Disable => world.user == Account::Enabled && world.has_tokens() && self.may_wait(),
            Op::Enable => world.user == Account::Disabled,
            Op::FlowOff => world.code_flow && !world.client_deleted && !world.is_empty(),
            Op::FlowOn => !world.code_flow && !world.client_deleted,
            Op::DeleteClient => !world.client_deleted && !world.is_empty(),
            Op::Advance(_) => !world.is_empty(),
        }
    }

    /// Whether the sequence has not waited too often.
    fn may_wait(&self) -> bool {
        let waits = self.case.steps.iter().filter(|step| matches!(step.action, Action::Pause(_))).count();
        waits < MOST_WAITS
    }

    /// Adds an operation, if it means anything now.
    pub(super) fn push(&mut self, op: Op) {
        if !self.applies(op) {
            return;
        }
        match op {
            Op::SignIn(who) => {
                if self.world.unsettled {
                    self.wait();
                }
                let sign_in = self.sign_in(who);
                self.add(|case, _| case.sign_in(sign_in));
            }
            Op::Redeem(who) | Op::Replay(who) => {
                let code = Value::captured(&format!("{}code", who.prefix()));
                let request = crate::flow::code_request(code, crate::flow::callback(self.theme.role));
                let what = if self.world.is_redeemed(who.prefix()) { "redeem again" } else { "redeem" };
                self.ask(what, who, self.authenticated(request, self.style), true);
            }
            Op::Refresh(who) => self.refresh("refresh", who, false),
            Op::RefreshOld(who) => self.refresh("refresh with the old token", who, true),
            Op::UserInfo(who) => self.user_info("userInfo", who, 0),
            Op::UserInfoNewest(who) => {
                let newest = self.world.holders(who.prefix()).len() - 1;
                self.user_info("userInfo with the newest token", who, newest);
            }
            Op::Revoke(who) => {
                let Some(token) = self.refresh_token(who, false) else { return };
                let request = Request::post_form(Endpoint::Revoke).field("token", token);
                self.ask("revoke", who, self.authenticated(request, AuthStyle::Basic), false);
            }
            Op::RevokeByApi(who) => {
                let Some(token) = self.refresh_token(who, false) else { return };
                let client = self.theme.role.to_owned();
                self.call(&format!("revoke {}", who.name()), ApiCall::RevokeToken { client, token });
            }
            Op::SignOut => self.end("sign out everywhere", |username| ApiCall::GlobalSignOut { username }),
            Op::Disable => self.end("disable the user", |username| ApiCall::DisableUser { username }),
            Op::DeleteUser => self.end("delete the user", |username| ApiCall::DeleteUser { username }),
            Op::Enable => {
                self.call("enable the user", ApiCall::EnableUser { username: self.username.into() });
            }
            Op::FlowOff => self.flows("switch the code flow off", "implicit"),
            Op::FlowOn => self.flows("switch the code flow on", "code"),
            Op::DeleteClient => {
                self.call("delete the client", ApiCall::DeleteClient { client_id: self.client_id() });
            }
            Op::Advance(seconds) => {
                self.call(&format!("let {seconds} seconds go by"), ApiCall::AdvanceClock(seconds));
            }
        }
    }

    /// The case, which takes away what it made.
    pub(super) fn finish(self) -> Case {
        let username = Value::from(self.username);
        let case = self.case.cleanup("clean-up", ApiCall::DeleteUser { username });
        let client_id = Value::captured("client_id");
        let case = if self.theme.own_client {
            case.cleanup("clean-up-client", ApiCall::DeleteClient { client_id })
        } else {
            case
        };
        case.input("user", self.username)
    }

    /// Adds to the case, and lets the model follow.
    fn add(&mut self, more: impl FnOnce(Case, &World) -> Case) {
        let done = self.case.steps.len();
        self.case = more(std::mem::take(&mut self.case), &self.world);
        for step in &self.case.steps[done..] {
            self.world.step(step);
        }
    }

    /// A name that no step has yet.
    fn fresh(&self, name: &str) -> String {
        let is_taken = |name: &str| self.case.steps.iter().any(|step| step.name == name);
        let numbered = (2..).map(|number| format!("{name} ({number})"));
        std::iter::once(name.to_owned()).chain(numbered).find(|name| !is_taken(name)).unwrap_or_default()
    }

    fn call(&mut self, name: &str, call: ApiCall) {
        let name = self.fresh(name);
        self.add(|case, _| case.api_named(&name, call));
    }

    fn ask(&mut self, what: &str, who: Who, request: Request, keeps: bool) {
        let name = self.fresh(&format!("{what} {}", who.name()));
        let keep: &[&str] = if keeps { &["access_token", "refresh_token"] } else { &[] };
        self.add(|case, _| case.attempt_keeping(&name, request, keep));
    }

    fn wait(&mut self) {
        let name = self.fresh("pause");
        self.add(|case, _| {
            let mut case = case.pause(A_SECOND);
            if let Some(step) = case.steps.last_mut() {
                step.name = name;
            }
            case
        });
    }

    /// What ends all sign-ins of the user.
    fn end(&mut self, name: &str, call: fn(Value) -> ApiCall) {
        self.wait();
        self.call(name, call(self.username.into()));
    }

    fn refresh(&mut self, what: &str, who: Who, old: bool) {
        let Some(token) = self.refresh_token(who, old) else { return };
        self.ask(what, who, self.authenticated(crate::flow::refresh(token), self.style), true);
    }

    fn user_info(&mut self, what: &str, who: Who, at: usize) {
        let Some(token) = self
            .world
            .holders(who.prefix())
            .get(at)
            .map(|step| Value::captured(&format!("{step}.access_token")))
        else {
            return;
        };
        let header = Value::Joined(vec!["Bearer ".into(), token]);
        self.ask(what, who, Request::get(Endpoint::UserInfo).header("Authorization", header), false);
    }

    fn refresh_token(&self, who: Who, old: bool) -> Option<Value> {
        let holder = self.world.refresh_holder(who.prefix(), old)?;
        Some(Value::captured(&format!("{holder}.refresh_token")))
    }

    fn sign_in(&self, who: Who) -> SignIn {
        let sign_in = by_throwaway(sign_in(self.theme.role, &openid()), self.username);
        let sign_in = SignIn { prefix: who.prefix().to_owned(), ..sign_in };
        if self.theme.own_client { with_param(sign_in, "client_id", self.client_id()) } else { sign_in }
    }

    fn flows(&mut self, name: &str, flow: &str) {
        let (client_id, like) = (self.client_id(), self.theme.role.to_owned());
        self.call(name, ApiCall::SetFlows { client_id, like, flows: vec![flow.to_owned()] });
    }

    fn client_id(&self) -> Value {
        if self.theme.own_client { Value::captured("client_id") } else { Value::client_id(self.theme.role) }
    }

    fn authenticated(&self, request: Request, style: AuthStyle) -> Request {
        let secret = if self.theme.own_client {
            Value::captured("client_secret")
        } else {
            Value::client_secret(self.theme.role)
        };
        request.credentials(style, self.client_id(), secret)
    }
}
