//! Which faults a user means, and whether what is declared of them holds.

use globset::Glob;

use crate::model::ledger::Ledger;
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
    let best = all
        .iter()
        .map(|fault| (strsim::jaro_winkler(word, &fault.id), &fault.id))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.8);
    best.map_or_else(String::new, |(_, id)| format!(". Did you mean {id}?"))
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
