//! Deliberate defects of the double, so that a suite can prove that its checks notice them.
//!
//! Each one is declared in the module of its area and nowhere else: its id, its class, what the double does wrong, and
//! the ids of the facts that this violates. The ids are labels for the reader of a report: the double looks none of them
//! up, and what it answers does not depend on them.

use std::collections::BTreeSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

/// Declares the faults of an area: constant, id, class, description, violated facts.
macro_rules! faults {
    ($($name:ident = $id:literal, $class:ident, $text:literal, [$($fact:literal),* $(,)?];)+) => {
        impl Fault {
            $(
                #[doc = $text]
                pub const $name: Fault = Fault(&super::Declaration {
                    id: $id,
                    class: Class::$class,
                    text: $text,
                    violates: &[$($fact),*],
                });
            )+
        }

        /// The faults of this area, in the order of declaration.
        pub(super) const ALL: &[Fault] = &[$(Fault::$name,)+];
    };
}

mod authorize;
mod claims;
mod discovery;
mod guard_http;
mod guard_rest;
mod guard_service;
mod lifecycle;
mod revoke;
mod sign_in;
mod sign_out;
mod token;
mod user_info;

const AREAS: &[&[Fault]] = &[
    token::ALL,
    authorize::ALL,
    sign_in::ALL,
    sign_out::ALL,
    revoke::ALL,
    user_info::ALL,
    discovery::ALL,
    claims::ALL,
    lifecycle::ALL,
    guard_rest::ALL,
    guard_http::ALL,
    guard_service::ALL,
];

/// One deliberate defect, switched on by [`Options::faults`](crate::Options::faults).
///
/// The handler that would do the right thing asks for the fault at that very place.
#[derive(Clone, Copy)]
pub struct Fault(&'static Declaration);

/// What a fault is, by what goes wrong for who relies on the right answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Something is accepted that must be refused, or shown that must be hidden.
    Security,
    /// An error has the wrong code, the wrong status or the wrong place; or there is one where there should be none.
    Error,
    /// The form of an answer differs: header fields, members, encodings.
    Shape,
    /// A token says something wrong, or lacks a claim.
    Claims,
    /// What was done before is forgotten, or remembered too long.
    State,
    /// Whatever a guarded API or service does wrong.
    Guard,
}

impl Class {
    /// The name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::Error => "error",
            Self::Shape => "shape",
            Self::Claims => "claims",
            Self::State => "state",
            Self::Guard => "guard",
        }
    }
}

struct Declaration {
    id: &'static str,
    class: Class,
    text: &'static str,
    violates: &'static [&'static str],
}

impl Fault {
    /// Every fault, area by area, in the order of declaration.
    pub fn all() -> impl Iterator<Item = Fault> {
        AREAS.iter().flat_map(|area| area.iter().copied())
    }

    /// The stable name in kebab case, as [`FromStr`] reads it.
    pub fn id(self) -> &'static str {
        self.0.id
    }

    /// What kind of defect it is.
    pub fn class(self) -> Class {
        self.0.class
    }

    /// One sentence that says what the double does wrong.
    pub fn describe(self) -> &'static str {
        self.0.text
    }

    /// The ids of the facts about the real service that a server with this fault violates.
    pub fn violates(self) -> &'static [&'static str] {
        self.0.violates
    }
}

impl PartialEq for Fault {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Fault {}

impl Hash for Fault {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
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
        Fault::all().find(|fault| fault.id() == id).ok_or_else(|| UnknownFault(id.to_owned()))
    }
}

/// The faults that are switched on, and which ones a handler has asked for.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    on: BTreeSet<&'static str>,
    asked: Mutex<BTreeSet<&'static str>>,
}

impl Faults {
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(fault.id());
        self.on.contains(fault.id())
    }

    /// What was asked for since the last time.
    pub(crate) fn take_asked(&self) -> BTreeSet<&'static str> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl FromIterator<Fault> for Faults {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Self {
        Self { on: faults.into_iter().map(Fault::id).collect(), asked: Mutex::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_distinct_and_read_back() {
        let ids: BTreeSet<_> = Fault::all().map(Fault::id).collect();
        assert_eq!(ids.len(), Fault::all().count());
        for fault in Fault::all() {
            assert_eq!(fault.id().parse(), Ok(fault));
            assert!(fault.describe().ends_with('.'), "{fault}");
        }
        assert!("no-such-fault".parse::<Fault>().is_err());
    }

    #[test]
    fn what_was_asked_for_is_told_once() {
        let faults: Faults = [Fault::CODE_REUSABLE].into_iter().collect();
        assert!(faults.has(Fault::CODE_REUSABLE) && !faults.has(Fault::PKCE_UNCHECKED));
        assert_eq!(faults.take_asked(), BTreeSet::from(["code-reusable", "pkce-unchecked"]));
        assert_eq!(faults.take_asked(), BTreeSet::new());
    }
}
