//! Which scenarios a user means.

use std::collections::BTreeSet;

use globset::{Glob, GlobMatcher};

use super::wiring::Wiring;
use crate::trial::Planned;

/// A selection that cannot be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum SelectError {
    /// A pattern that is no glob.
    #[error("{pattern:?} is not a glob: {reason}")]
    Malformed {
        /// The pattern.
        pattern: String,
        /// Why not.
        reason: String,
    },
    /// A filter that matches nothing.
    #[error("{0:?} matches no scenario and no fact; `poolproof list` shows what there is{hint}", hint = near(.1))]
    NoMatch(String, Vec<String>),
    /// Filters that leave nothing.
    #[error("nothing is left after --skip")]
    NothingLeft,
}

fn near(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(". Did you mean: {}?", names.join(", ")) }
}

enum Filter {
    Glob(GlobMatcher),
    Name(String),
}

impl Filter {
    fn new(pattern: &str) -> Result<Self, SelectError> {
        if pattern.contains(['*', '?', '[', '{']) {
            let glob = Glob::new(pattern).map_err(|error| SelectError::Malformed {
                pattern: pattern.to_owned(),
                reason: error.kind().to_string(),
            })?;
            return Ok(Self::Glob(glob.compile_matcher()));
        }
        Ok(Self::Name(pattern.to_owned()))
    }

    fn matches(&self, planned: &Planned) -> bool {
        let id = planned.id();
        match self {
            Self::Glob(glob) => {
                glob.is_match(&id) || planned.scenario.covers.iter().any(|fact| glob.is_match(fact))
            }
            Self::Name(name) => {
                id == *name
                    || id.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with("::"))
                    || planned.scenario.id == name
                    || planned.scenario.covers.contains(&name.as_str())
            }
        }
    }
}

/// Every scenario, sorted by id.
pub(super) fn all(wiring: &Wiring) -> Vec<Planned> {
    let mut planned: Vec<Planned> = wiring
        .suites
        .iter()
        .flat_map(|suite| suite.scenarios.iter().map(move |scenario| Planned { suite, scenario }))
        .collect();
    planned.sort_by_key(Planned::id);
    planned
}

/// The scenarios that any of `ids` means (all, where there is none) without those that any of `skip` means.
///
/// # Errors
/// [`SelectError`] for a filter that matches nothing, and where nothing is left.
pub(super) fn select(wiring: &Wiring, ids: &[String], skip: &[String]) -> Result<Vec<Planned>, SelectError> {
    let everything = all(wiring);
    let compile = |patterns: &[String]| {
        patterns
            .iter()
            .map(|pattern| {
                let filter = Filter::new(pattern)?;
                if everything.iter().any(|planned| filter.matches(planned)) {
                    Ok(filter)
                } else {
                    Err(SelectError::NoMatch(pattern.clone(), nearest(pattern, &everything)))
                }
            })
            .collect::<Result<Vec<_>, _>>()
    };
    let (wanted, unwanted) = (compile(ids)?, compile(skip)?);
    let selected: Vec<Planned> = everything
        .iter()
        .filter(|planned| wanted.is_empty() || wanted.iter().any(|filter| filter.matches(planned)))
        .filter(|planned| !unwanted.iter().any(|filter| filter.matches(planned)))
        .copied()
        .collect();
    if selected.is_empty() { Err(SelectError::NothingLeft) } else { Ok(selected) }
}

/// A question for the scenarios and facts that were probably meant.
pub(super) fn hint(pattern: &str, everything: &[Planned]) -> String {
    near(&nearest(pattern, everything))
}

/// Up to three ids, of scenarios or facts, that begin like the pattern and share the longest words with it.
fn nearest(pattern: &str, everything: &[Planned]) -> Vec<String> {
    // A report shows an id with its target before it, `double` or `double/guard`.
    if let Some((_, rest)) = pattern.split_once("::")
        && rest.contains("::")
        && everything.iter().any(|planned| Filter::Name(rest.to_owned()).matches(planned))
    {
        return vec![rest.to_owned()];
    }
    let words: Vec<&str> = pattern.split([':', '.', '-', '*']).filter(|word| word.len() > 2).collect();
    let facts = everything.iter().flat_map(|planned| planned.scenario.covers).map(|fact| (*fact).to_owned());
    let ids: BTreeSet<String> = everything.iter().map(Planned::id).chain(facts).collect();
    let mut scored: Vec<(usize, String)> = ids
        .into_iter()
        .map(|id| {
            let shared: usize = words.iter().filter(|word| id.contains(**word)).map(|word| word.len()).sum();
            let begins = pattern.bytes().zip(id.bytes()).take_while(|(a, b)| a == b).count();
            (shared + begins, id)
        })
        .filter(|(score, _)| *score > 0)
        .collect();
    scored.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    scored.into_iter().take(3).map(|(_, id)| id).collect()
}
