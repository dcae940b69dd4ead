//! Which faults a user means, and whether what is declared of them holds.

use globset::Glob;

use crate::model::ledger::Ledger;
use crate::model::text::one_line;
use crate::selftest::SeededFault;
use crate::target::names;

/// The faults that any of these words means: an id, its beginning (`revoke`), a glob (`*-prefix*`), a class (`security`)
/// or a fact that is violated. All of them without a word.
///
/// # Errors
/// A text for the user about a word that means none.
pub(super) fn chosen(all: Vec<SeededFault>, words: &[String]) -> Result<Vec<SeededFault>, String> {
    let mut wanted = vec![words.is_empty(); all.len()];
    for word in words {
        let glob = Glob::new(word)
            .map_err(|error| format!("{:?} is not a glob: {}", one_line(word), error.kind()))?;
        let glob = glob.compile_matcher();
        let means = |fault: &SeededFault| {
            glob.is_match(&fault.id)
                || fault.id.strip_prefix(word.as_str()).is_some_and(|rest| rest.starts_with('-'))
                || fault.class == *word
                || fault.violates.contains(word)
        };
        let mut any = false;
        for (is_wanted, fault) in wanted.iter_mut().zip(&all) {
            let this = means(fault);
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
    let ids: Vec<&str> = all.iter().map(|fault| fault.id.as_str()).collect();
    names::nearest(word, &ids).map_or_else(String::new, |id| format!(". Did you mean {id}?"))
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
    fn a_word_that_means_none_is_told_with_the_nearest_id() {
        let told = chosen(all(), &["revoke-ltae".to_owned()]).unwrap_err();
        assert!(told.contains("Did you mean revoke-late?"), "{told}");
        assert!(chosen(all(), &["[".to_owned()]).unwrap_err().contains("is not a glob"));
    }

    #[test]
    fn a_fact_that_the_ledger_does_not_have_is_told() {
        let told = check(&all(), &Ledger::parse(&[]).unwrap()).unwrap_err();
        assert!(told.contains("revoke-any-secret") && told.contains("revoke.a"), "{told}");
    }
}
