//! Which faults a user means, and whether what is declared of them holds.

use globset::{Glob, GlobMatcher};

use crate::model::ledger::Ledger;
use crate::model::names;
use crate::model::text::one_line;
use crate::selftest::SeededFault;

/// The faults that any of these words means: an id, its beginning (`revoke`), a glob (`*-prefix*`), a class (`security`)
/// or a fact that is violated. All of them without a word.
///
/// # Errors
/// A text for the user about a word that means none.
pub(super) fn chosen(all: Vec<SeededFault>, words: &[String]) -> Result<Vec<SeededFault>, String> {
    let mut wanted = vec![words.is_empty(); all.len()];
    for word in words {
        let means = Meaning::of(word)?;
        let mut any = false;
        for (is_wanted, fault) in wanted.iter_mut().zip(&all) {
            let this = means.fits(fault);
            *is_wanted |= this;
            any |= this;
        }
        if !any {
            return Err(format!(
                "{:?} is no fault of the double, no class and no fact that one violates{}; `poolproof double --fault list` shows them",
                one_line(word),
                nearest(word, &all)
            ));
        }
    }
    Ok(all.into_iter().zip(wanted).filter(|(_, is_wanted)| *is_wanted).map(|(fault, _)| fault).collect())
}

fn nearest(word: &str, all: &[SeededFault]) -> String {
    let ids = all.iter().map(|fault| fault.id.as_str());
    let classes = all.iter().map(|fault| fault.class.as_str());
    let facts = all.iter().flat_map(|fault| &fault.violates).map(String::as_str);
    let known: Vec<&str> = ids.chain(classes).chain(facts).collect();
    names::nearest(word, &known).map_or_else(String::new, |name| format!(". Did you mean {name}?"))
}

/// What a word means.
struct Meaning<'a> {
    word: &'a str,
    glob: GlobMatcher,
}

impl<'a> Meaning<'a> {
    fn of(word: &'a str) -> Result<Self, String> {
        let glob = Glob::new(word)
            .map_err(|error| format!("{:?} is not a glob: {}", one_line(word), error.kind()))?;
        Ok(Self { word, glob: glob.compile_matcher() })
    }

    fn fits(&self, fault: &SeededFault) -> bool {
        self.glob.is_match(&fault.id)
            || fault.id.strip_prefix(self.word).is_some_and(|rest| rest.starts_with('-'))
            || fault.class == self.word
            || fault.violates.iter().any(|fact| fact == self.word)
    }
}

/// Whether each of the words means a fault that is met, and without words whether any is.
///
/// # Errors
/// The first word that means none; nothing where there are no words.
pub(super) fn check_met<'a>(
    chosen: &[SeededFault],
    words: &'a [String],
    is_met: impl Fn(&SeededFault) -> bool,
) -> Result<(), Option<&'a str>> {
    let met: Vec<&SeededFault> = chosen.iter().filter(|fault| is_met(fault)).collect();
    if words.is_empty() {
        return if met.is_empty() { Err(None) } else { Ok(()) };
    }
    let means_none =
        |word: &&String| Meaning::of(word).is_ok_and(|means| !met.iter().any(|fault| means.fits(fault)));
    words.iter().find(means_none).map_or(Ok(()), |word| Err(Some(word.as_str())))
}

/// The ledger has the facts that faults violate.
///
/// # Errors
/// The first fault of which that is not so.
pub(super) fn check(faults: &[SeededFault], ledger: &Ledger) -> Result<(), String> {
    for fault in faults {
        if let Some(unknown) = fault.violates.iter().find(|fact| ledger.get(fact).is_none()) {
            return Err(format!(
                "the fault {} of the double violates {unknown}, which the ledger does not have",
                fault.id
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<SeededFault> {
        [
            ("revoke-any-secret", "security", "revoke.a"),
            ("revoke-late", "state", "revoke.b"),
            ("revoked", "state", "token.c"),
        ]
        .map(|(id, class, fact)| SeededFault {
            id: id.to_owned(),
            class: class.to_owned(),
            says: "It errs.".to_owned(),
            violates: vec![fact.to_owned()],
        })
        .to_vec()
    }

    fn ids(words: &[&str]) -> Vec<String> {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        chosen(all(), &words).unwrap().into_iter().map(|fault| fault.id).collect()
    }

    #[test]
    fn faults_are_chosen_in_five_ways() {
        assert_eq!(ids(&[]).len(), 3);
        assert_eq!(ids(&["revoke-late"]), ["revoke-late"]);
        assert_eq!(ids(&["revoke"]), ["revoke-any-secret", "revoke-late"], "a whole word");
        assert_eq!(ids(&["*-secret"]), ["revoke-any-secret"]);
        assert_eq!(ids(&["state"]), ["revoke-late", "revoked"]);
        assert_eq!(ids(&["token.c", "revoke.a"]), ["revoke-any-secret", "revoked"]);
    }

    #[test]
    fn each_word_has_to_mean_a_fault_that_is_met() {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        let late = |fault: &SeededFault| fault.id == "revoke-late";
        for (given, expected) in [
            (&["revoke"][..], Ok(())),
            (&["state", "revoke.b"], Ok(())),
            (&["revoke-late", "revoked"], Err(Some("revoked"))),
            (&["security"], Err(Some("security"))),
            (&[], Ok(())),
        ] {
            assert_eq!(check_met(&all(), &words(given), late), expected, "{given:?}");
        }
        assert_eq!(check_met(&all(), &[], |_| false), Err(None));
    }

    #[test]
    fn a_word_that_means_none_is_told_with_the_nearest_id() {
        let told = chosen(all(), &["revoke-ltae".to_owned()]).unwrap_err();
        assert!(told.contains("Did you mean revoke-late?"), "{told}");
        for (given, meant) in [("securty", "security"), ("token.d", "token.c")] {
            let told = chosen(all(), &[given.to_owned()]).unwrap_err();
            assert!(told.contains(&format!("Did you mean {meant}?")), "{told}");
        }
        assert!(chosen(all(), &["[".to_owned()]).unwrap_err().contains("is not a glob"));
    }

    #[test]
    fn a_fact_that_the_ledger_does_not_have_is_told() {
        let told = check(&all(), &Ledger::parse(&[]).unwrap()).unwrap_err();
        assert!(told.contains("revoke-any-secret") && told.contains("revoke.a"), "{told}");
    }
}
