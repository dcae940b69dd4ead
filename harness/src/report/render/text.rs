//! The result of a run for a person at a terminal. Colours are written into the text; who prints it takes them out
//! where they are not wanted.

mod absent;
mod grouped;
mod summary;

use anstyle::{AnsiColor, Style};

use self::grouped::grouped;
use super::detail::{self, Part};
use super::{costs, shown};
use crate::model::verdict::VerdictKind;
use crate::report::event::{Level, ScenarioResult};
use crate::report::fold::{Report, TargetReport};

const BAD: Style = AnsiColor::Red.on_default().bold();
const WARN: Style = AnsiColor::Yellow.on_default();
const GOOD: Style = AnsiColor::Green.on_default();
const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// How much is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// 0: what is not as it should be in full, accepted and weak differences in a line each. 1: those in full too,
    /// tolerated ones in a line, and what each suite cost. 2 and more: every scenario.
    pub verbosity: u8,
    /// Leaves out the lines about what is green.
    pub quiet: bool,
}

/// How much of a scenario is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Nothing,
    Line,
    Full,
}

/// The result as text, with colours as ANSI escapes.
pub fn render(report: &Report, options: Options) -> String {
    let mut out = Vec::new();
    for target in &report.targets {
        target_lines(report, target, options, &mut out);
    }
    if options.verbosity == 0 {
        absent::at_guards(report, options, &mut out);
    }
    for notice in &report.notices {
        let (style, word) = match notice.level {
            Level::Info => (DIM, "note"),
            Level::Warning => (WARN, "warning"),
            Level::Stale => (WARN, "stale"),
        };
        let about =
            notice.target.as_deref().map(|name| format!("{}: ", shown::line(name))).unwrap_or_default();
        out.push(format!("{}: {about}{}", paint(style, word), shown::line(&notice.text)));
    }
    if let Some(stopped) = &report.stopped {
        out.push(format!("{}: {}", paint(BAD, "stopped"), shown::line(stopped)));
    }
    out.extend(report.gaps.iter().map(|gap| format!("{}: {}", paint(BAD, "incomplete"), shown::line(gap))));
    if options.verbosity > 0 {
        report.targets.iter().for_each(|target| costs(target, &mut out));
    }
    summary::lines(report, options, &mut out);
    let strict = if report.strict { " · strict" } else { "" };
    out.push(format!(
        "seed {} · profile {}{strict} · poolproof {}",
        shown::line(&report.seed),
        shown::line(&report.profile),
        shown::line(&report.version)
    ));
    out.push(String::new());
    out.join("\n")
}

/// One scenario in full, without colour: what a test runner shows of a failed trial.
pub fn scenario(result: &ScenarioResult) -> String {
    let mut lines = vec![format!("{} {}", result.verdict.name(), name(result))];
    lines.extend(detail::lines(result).into_iter().map(|(_, line)| format!("  {line}")));
    lines.join("\n")
}

fn target_lines(report: &Report, target: &TargetReport, options: Options, out: &mut Vec<String>) {
    if let Some(failure) = &target.failure {
        out.push(format!(
            "{} {}: {}",
            paint(BAD, "not ready"),
            shown::line(&target.name),
            failure.lines().map(shown::line).collect::<Vec<_>>().join("\n")
        ));
        out.push(String::new());
    }
    let of = |wanted| {
        target.scenarios.iter().filter(move |result| extent(result, report.strict, options) == wanted)
    };
    let mut full: Vec<&ScenarioResult> = of(Extent::Full).collect();
    full.sort_by_key(|result| std::cmp::Reverse(result.verdict));
    // Without evidence there is nothing to tell apart but the reason: a target that is down fills one line, not pages.
    let (with, without): (Vec<_>, Vec<_>) = full
        .into_iter()
        .partition(|result| result.failure.is_some() || result.verdict == VerdictKind::HarnessFault);
    // What proves nothing for one and the same reason, such as a service that lets nothing in, is shown once.
    let mut told: Vec<&str> = Vec::new();
    let (first, again): (Vec<_>, Vec<_>) = with.into_iter().partition(|result| {
        let is_first = !told.contains(&result.reason.as_str());
        told.extend((result.verdict == VerdictKind::Inconclusive).then_some(result.reason.as_str()));
        is_first || result.verdict != VerdictKind::Inconclusive || options.verbosity > 0
    });
    for result in first {
        block(result, out);
    }
    grouped(&[again, without].concat(), options, out);
    let mut single: Vec<&ScenarioResult> = of(Extent::Line).collect();
    single.sort_by_key(|result| std::cmp::Reverse(result.verdict));
    let any = !single.is_empty();
    out.extend(single.into_iter().map(one_liner));
    if any {
        out.push(String::new());
    }
    if target.guard.is_some() && options.verbosity == 0 {
        return;
    }
    let absent: Vec<_> =
        of(Extent::Nothing).filter(|result| result.verdict == VerdictKind::NotApplicable).collect();
    grouped(&absent, options, out);
}

fn extent(result: &ScenarioResult, strict: bool, options: Options) -> Extent {
    match (result.verdict, options.verbosity) {
        // That it is accepted does not make it less critical.
        (VerdictKind::AcceptedDeviation, 0) if result.critical => Extent::Line,
        (VerdictKind::NotApplicable, _) | (VerdictKind::Conforms, 0 | 1) | (VerdictKind::Tolerated, 0) => {
            Extent::Nothing
        }
        (kind, _) if options.quiet && kind.is_green(strict) => Extent::Nothing,
        (VerdictKind::Conforms | VerdictKind::Tolerated, _) => Extent::Line,
        (VerdictKind::AcceptedDeviation, 0) => Extent::Nothing,
        (kind @ VerdictKind::Advisory, 0) if kind.is_green(strict) => Extent::Line,
        _ => Extent::Full,
    }
}

fn block(result: &ScenarioResult, out: &mut Vec<String>) {
    out.push(format!(
        "{} {}",
        paint(style(result.verdict), result.verdict.name()),
        paint(BOLD, &name(result))
    ));
    out.extend(detail::lines(result).into_iter().map(|(part, line)| match part {
        _ if line.is_empty() => line,
        Part::Plain => format!("  {line}"),
        Part::Difference => format!("  {}", paint(BAD, &line)),
        Part::Aside => format!("  {}", paint(DIM, &line)),
    }));
    out.push(String::new());
}

fn one_liner(result: &ScenarioResult) -> String {
    let reason = if result.reason.is_empty() { &result.says } else { &result.reason };
    let facts = result.facts.first().map(|fact| format!(" ({})", shown::line(fact))).unwrap_or_default();
    let verdict = paint(style(result.verdict), result.verdict.name());
    let critical = if result.critical { paint(BAD, " critical") } else { String::new() };
    format!("{verdict}{critical} {}: {}{}", name(result), shown::line(reason), paint(DIM, &facts))
}

fn costs(target: &TargetReport, out: &mut Vec<String>) {
    let rows = costs::table(target);
    let Some((head, rows)) = rows.split_first() else { return };
    let name = shown::line(&target.name);
    out.push(format!("{}: what each suite cost; several run at a time", paint(BOLD, &name)));
    out.push(format!("  {}", paint(DIM, head)));
    out.extend(rows.iter().map(|row| format!("  {row}")));
    out.push(String::new());
}

fn name(result: &ScenarioResult) -> String {
    format!("{}::{}", shown::line(&result.target), shown::line(&result.id))
}

const fn style(kind: VerdictKind) -> Style {
    match kind {
        VerdictKind::Conforms | VerdictKind::Tolerated => GOOD,
        VerdictKind::NotApplicable => DIM,
        VerdictKind::Advisory
        | VerdictKind::AcceptedDeviation
        | VerdictKind::Inconclusive
        | VerdictKind::Stale => WARN,
        VerdictKind::Deviates | VerdictKind::HarnessFault => BAD,
    }
}

fn paint(style: Style, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{style}{text}{style:#}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn plain(report: &Report, verbosity: u8) -> String {
        anstream::adapter::strip_str(&render(report, Options { verbosity, quiet: false })).to_string()
    }

    #[test]
    fn the_result_of_a_run() {
        insta::assert_snapshot!(plain(&sample::report(), 0), @r#"
        harness-fault double::token::pkce::plain
          what holds for every input of its class
          facts   token.first, token.second (documented)
          reason  the reference snapshot is missing

        deviates double::token::client-auth::wrong-secret
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

        stale double::token::refresh::rotated
          what holds for every input of its class
          facts   token.first, token.second (documented)
          reason  accepted as different, but conforms now

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

        inconclusive double: 1 scenario: no complete answer within 5s
          revoke::twice

        advisory double::token::transport::cache: differs, but the evidence is only inferred (token.first)

        not-applicable double: 1 scenario: the target does not claim userinfo
          userinfo::answer

        warning: double: a fixture of an earlier run was left over
        double: 8 scenarios in 1.2 s: 1 conforms, 1 tolerated, 1 advisory, 1 accepted deviation, 1 deviates, 1 inconclusive, 1 stale, 1 harness fault, 1 not applicable · 2,345 requests, 120 machine tokens
        seed 2026 · profile default · poolproof 0.1.0
        "#);
    }

    #[test]
    fn a_green_run_is_two_lines() {
        let mut report = sample::report();
        report.notices.clear();
        report.targets[0].scenarios.retain(|result| result.verdict == VerdictKind::Conforms);
        report.targets[0].settle();
        insta::assert_snapshot!(plain(&report, 0), @"
        double: 1 scenario in 1.2 s: 1 conforms, 0 deviate · 2,345 requests, 120 machine tokens
        seed 2026 · profile default · poolproof 0.1.0
        ");
    }

    #[test]
    fn a_target_that_is_down_is_told_once() {
        let mut report = sample::report();
        report.notices.clear();
        let target = &mut report.targets[0];
        target.failure = Some("connection refused: is the target running at that address?".to_owned());
        for (index, result) in target.scenarios.iter_mut().enumerate() {
            *result = sample::result(VerdictKind::Inconclusive);
            result.id = format!("suite::scenario-{index}");
        }
        target.settle();
        insta::assert_snapshot!(plain(&report, 0), @"
        not ready double: connection refused: is the target running at that address?

        inconclusive double: 9 scenarios: no complete answer within 5s
          suite::scenario-0, suite::scenario-1, suite::scenario-2, suite::scenario-3, suite::scenario-4, and 4 more (-v lists them)

        double: 9 scenarios in 1.2 s: 0 conform, 0 deviate, 9 inconclusive · 2,345 requests, 120 machine tokens
        seed 2026 · profile default · poolproof 0.1.0
        ");
    }

    #[test]
    fn what_proves_nothing_for_one_reason_is_shown_once_in_full() {
        let mut report = sample::report();
        report.notices.clear();
        let target = &mut report.targets[0];
        let open = |id: &str, reason: &str| {
            let mut result = sample::result(VerdictKind::Inconclusive);
            (result.id, result.reason) = (id.to_owned(), reason.to_owned());
            result.failure = sample::result(VerdictKind::Deviates).failure;
            assert!(result.failure.is_some());
            result
        };
        target.scenarios = vec![open("a::one", "401"), open("a::two", "401"), open("a::three", "500")];
        target.settle();
        let text = plain(&report, 0);
        let in_full = |text: &str, id: &str| text.contains(&format!("inconclusive double::{id}\n"));
        assert!(
            in_full(&text, "a::one") && in_full(&text, "a::three") && !in_full(&text, "a::two"),
            "{text}"
        );
        assert!(text.contains("inconclusive double: 1 scenario: 401\n  a::two\n"), "{text}");
        assert!(in_full(&plain(&report, 1), "a::two"));
    }

    #[test]
    fn more_is_shown_when_asked_for() {
        let report = sample::report();
        let (quiet, more, most) = (plain(&report, 0), plain(&report, 1), plain(&report, 2));
        let blocks =
            |text: &str| text.lines().filter(|line| line.trim_start().starts_with("repeat ")).count();
        assert_eq!((blocks(&quiet), blocks(&more)), (2, 4));
        assert!(!quiet.contains("tolerated double::") && more.contains("tolerated double::"));
        assert!(!more.contains("conforms double::") && most.contains("conforms double::"));
        let table: Vec<&str> = more.lines().skip_while(|line| !line.contains("suite cost")).take(4).collect();
        insta::assert_snapshot!(table.join("\n"), @"
        double: what each suite cost; several run at a time
          suite               cases  requests  seconds
          token::client-auth     32        64      0.0
          token::transport       32        64      0.0
        ");
        assert!(!quiet.contains("suite cost"));
        let mut strict = report;
        strict.strict = true;
        assert_eq!(blocks(&plain(&strict, 0)), 3, "what fails the run is shown in full");
    }

    #[test]
    fn an_incomplete_run_says_so() {
        let mut events = sample::events();
        events.truncate(4);
        let mut report = Report::fold(&events).unwrap();
        report.stopped = Some("interrupted".to_owned());
        let text = plain(&report, 0);
        assert!(
            text.contains("stopped: interrupted\nincomplete: double: the target was not finished"),
            "{text}"
        );
        assert!(text.contains("1 of 9 planned") || text.contains("0 of 9 planned"), "{text}");
    }

    #[test]
    fn colours_are_ours_alone() {
        let text = render(&sample::hostile(), Options { verbosity: 3, quiet: false });
        for (place, _) in text.match_indices('\u{1b}') {
            let rest = &text[place + 1..];
            assert!(rest.starts_with('[') && rest.find('m').is_some_and(|end| end < 6), "{rest:.20}");
        }
        assert!(!text.contains("\u{1b}[2J"));
    }
}
