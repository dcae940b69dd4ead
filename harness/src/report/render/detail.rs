//! What a reader needs to understand one verdict, as lines: the terminal and the `JUnit` report show the same.

use super::diff;
use super::shown;
use crate::report::event::{Failure, ScenarioResult};

/// What a line is, for whoever colours it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Something to read.
    Plain,
    /// A line of the comparison that shows a difference.
    Difference,
    /// Something to look up only when needed.
    Aside,
}

/// What a critical finding is.
const CRITICAL: &str = "CRITICAL: a token that is forged, unsigned, expired or foreign is let in";

/// The block about a scenario, below its name.
pub(super) fn lines(result: &ScenarioResult) -> Vec<(Part, String)> {
    let mut lines = vec![(Part::Plain, shown::line(&result.says))];
    if result.critical {
        lines.push((Part::Difference, CRITICAL.to_owned()));
    }
    if !result.facts.is_empty() {
        let facts: Vec<String> = result.facts.iter().map(|fact| shown::line(fact)).collect();
        lines.push((
            Part::Aside,
            labelled("facts", &format!("{} ({})", facts.join(", "), shown::line(&result.confidence))),
        ));
    }
    if !result.reason.is_empty() {
        lines.push((Part::Plain, labelled("reason", &shown::line(&result.reason))));
    }
    if !result.case_verdicts.is_empty() {
        let cases: Vec<String> = result
            .case_verdicts
            .iter()
            .map(|(kind, count)| format!("{} {}", shown::number(*count), shown::line(kind)))
            .collect();
        lines.push((Part::Aside, labelled("cases", &cases.join(", "))));
    }
    if let Some(failure) = &result.failure {
        evidence(failure, &mut lines);
    }
    lines
}

fn evidence(failure: &Failure, lines: &mut Vec<(Part, String)>) {
    let part = |differs| if differs { Part::Difference } else { Part::Plain };
    lines.push((Part::Plain, String::new()));
    if failure.actual.starts_with("blocked at: ") {
        // Nothing of the probe was seen, so there is nothing to compare it with.
        lines.extend(
            failure.actual.lines().map(|line| (Part::Difference, format!("    {}", shown::line(line)))),
        );
        lines.push((Part::Plain, String::new()));
        return about_the_case(failure, lines);
    }
    lines.extend(
        diff::lines(&failure.expected, &failure.actual)
            .into_iter()
            .map(|line| (part(line.differs), format!("  {}", line.text))),
    );
    lines.push((Part::Plain, String::new()));
    if failure.seen.len() > 1 {
        for (text, cases) in &failure.seen {
            let answer = text.lines().map(shown::line).collect::<Vec<_>>().join(", ");
            lines.push((Part::Plain, labelled("seen", &format!("{}×: {answer}", shown::number(*cases)))));
        }
    }
    about_the_case(failure, lines);
}

/// The case itself: what was generated, what happened, and how to do it again.
fn about_the_case(failure: &Failure, lines: &mut Vec<(Part, String)>) {
    for (place, (name, value)) in failure.case.inputs.iter().enumerate() {
        let label = if place == 0 { "input" } else { "" };
        lines
            .push((Part::Plain, labelled(label, &format!("{} = {}", shown::line(name), shown::line(value)))));
    }
    let shrunk = match failure.shrink_steps {
        0 => format!("case {}", failure.index),
        steps => format!("case {}, made simpler in {}", failure.index, shown::counted(steps, "step")),
    };
    lines.push((Part::Aside, labelled("from", &shrunk)));
    several("steps", failure.transcript.iter().map(|step| shown::line(step)), Part::Plain, lines);
    several("curl", shown::lines(&failure.curl), Part::Aside, lines);
    if let Some(file) = &failure.replay {
        lines.push((Part::Aside, labelled("stored", &shown::line(file))));
    }
    lines.push((Part::Plain, labelled("repeat", &shown::line(&failure.repeat))));
}

fn several(
    label: &str,
    texts: impl IntoIterator<Item = String>,
    part: Part,
    lines: &mut Vec<(Part, String)>,
) {
    for (place, text) in texts.into_iter().enumerate() {
        lines.push((part, labelled(if place == 0 { label } else { "" }, &text)));
    }
}

fn labelled(label: &str, text: &str) -> String {
    format!("{label:7} {text}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::verdict::VerdictKind;
    use crate::report::sample;

    #[test]
    fn a_deviation_says_what_was_expected_and_how_to_repeat_it() {
        let lines = lines(&sample::result(VerdictKind::Deviates));
        let text: Vec<&str> = lines.iter().map(|(_, line)| line.as_str()).collect();
        insta::assert_snapshot!(text.join("\n"), @r#"
        what holds for every input of its class
        facts   token.first, token.second (documented)
        reason  differs from the reference in error
        cases   15 conforms, 1 deviates

            expected                | actual
            status: 400             | status: 400
          ! error: invalid_client   | error: invalid_grant
            cache-control: no-store | cache-control: no-store
          !                         | set-cookie: present

        input   secret = <client.machine.secret> followed by "x"
        from    case 3, made simpler in 12 steps
        steps   probe: POST /oauth2/token -> 400
        curl    curl -sS -u "$CLIENT_ID:$SECRET" \
                  -d grant_type=client_credentials "$BASE/oauth2/token"
        stored  poolproof-report/cases/1.json
        repeat  poolproof run token::client-auth::wrong-secret --seed 2026 --case 3
        "#);
    }

    #[test]
    fn only_differences_are_marked() {
        let lines = lines(&sample::result(VerdictKind::Deviates));
        let marked: Vec<&str> =
            lines.iter().filter(|(part, _)| *part == Part::Difference).map(|(_, line)| line.trim()).collect();
        assert_eq!(marked.len(), 2, "{marked:?}");
        assert!(marked[0].starts_with("! error: invalid_client"), "{marked:?}");
    }
}
