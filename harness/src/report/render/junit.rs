//! The report as `JUnit` XML, for the test pages of continuous integration.

use std::time::Duration;

use quick_junit::{NonSuccessKind, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{detail, shown};
use crate::model::verdict::VerdictKind;
use crate::report::event::{Level, ScenarioResult};
use crate::report::fold::{Report, TargetReport};

/// One suite a target, and one more for what went wrong with the run itself: a reader of this file alone must not take
/// an incomplete run for a green one.
///
/// # Errors
/// None that a report can bring about.
pub fn render(report: &Report) -> Result<String, SerializeError> {
    let mut document = quick_junit::Report::new("poolproof");
    document.add_test_suites(report.targets.iter().map(|target| suite(report, target)));
    let troubles = troubles(report);
    if !troubles.is_empty() {
        let mut suite = TestSuite::new("poolproof");
        suite.add_properties(run_properties(report));
        suite.add_test_cases(troubles);
        document.add_test_suite(suite);
    }
    document.to_string()
}

fn suite(report: &Report, target: &TargetReport) -> TestSuite {
    let mut suite = TestSuite::new(shown::line(&target.name));
    suite.set_time(Duration::from_millis(target.duration_ms));
    suite.add_properties(run_properties(report));
    suite.add_properties([
        ("kind".to_owned(), shown::line(&target.kind)),
        ("version".to_owned(), target.version.as_deref().map_or_else(|| "unknown".to_owned(), shown::line)),
        ("requests".to_owned(), target.requests.to_string()),
        ("machine-tokens".to_owned(), target.machine_tokens.to_string()),
    ]);
    suite.add_test_cases(target.scenarios.iter().map(|result| case(report.strict, result)));
    suite
}

fn run_properties(report: &Report) -> [(String, String); 4] {
    [
        ("seed".to_owned(), shown::line(&report.seed)),
        ("profile".to_owned(), shown::line(&report.profile)),
        ("strict".to_owned(), report.strict.to_string()),
        ("poolproof".to_owned(), shown::line(&report.version)),
    ]
}

fn case(strict: bool, result: &ScenarioResult) -> TestCase {
    let mut status = match result.verdict {
        VerdictKind::Conforms | VerdictKind::Tolerated => TestCaseStatus::success(),
        VerdictKind::Advisory if !strict => TestCaseStatus::success(),
        VerdictKind::NotApplicable | VerdictKind::AcceptedDeviation => TestCaseStatus::skipped(),
        VerdictKind::Advisory | VerdictKind::Deviates | VerdictKind::Stale => {
            TestCaseStatus::non_success(NonSuccessKind::Failure)
        }
        VerdictKind::Inconclusive | VerdictKind::HarnessFault => {
            TestCaseStatus::non_success(NonSuccessKind::Error)
        }
    };
    let body = body(result);
    let critical = if result.critical { "critical: " } else { "" };
    status.set_type(result.verdict.name()).set_message(format!("{critical}{}", shown::line(&result.reason)));
    if !matches!(result.verdict, VerdictKind::NotApplicable) {
        // Some readers show the text and not the message.
        status.set_description(body.as_str());
    }
    let passed_with_remark = matches!(status, TestCaseStatus::Success { .. }) && !result.reason.is_empty();
    let mut case = TestCase::new(shown::line(&result.id), status);
    case.set_classname(class(result)).set_time(Duration::from_millis(result.duration_ms));
    case.add_properties([
        (
            "facts".to_owned(),
            result.facts.iter().map(|fact| shown::line(fact)).collect::<Vec<_>>().join(", "),
        ),
        ("confidence".to_owned(), shown::line(&result.confidence)),
        ("verdict".to_owned(), result.verdict.name().to_owned()),
        ("cases".to_owned(), result.cases.to_string()),
    ]);
    if result.critical {
        case.add_property(("critical".to_owned(), "true".to_owned()));
    }
    if passed_with_remark {
        case.set_system_out(body);
    }
    case
}

fn body(result: &ScenarioResult) -> String {
    let lines: Vec<String> = detail::lines(result).into_iter().map(|(_, line)| line).collect();
    format!("\n{}\n", lines.join("\n"))
}

/// `poolproof.<target>.<suite>`, by which readers of the file group.
fn class(result: &ScenarioResult) -> String {
    let suite = result.id.rsplit_once("::").map_or("", |(suite, _)| suite).replace("::", ".");
    let class = format!("poolproof.{}.{}", shown::line(&result.target), shown::line(&suite));
    class.trim_end_matches('.').to_owned()
}

fn troubles(report: &Report) -> Vec<TestCase> {
    let error = NonSuccessKind::Error;
    let mut troubles = Vec::new();
    for target in &report.targets {
        if let Some(failure) = &target.failure {
            troubles.push((error, "target-ready", format!("{} is not ready: {failure}", target.name)));
        }
    }
    troubles.extend(report.stopped.iter().map(|why| (error, "stopped", why.clone())));
    troubles.extend(report.gaps.iter().map(|gap| (error, "complete", gap.clone())));
    troubles.extend(
        report
            .notices
            .iter()
            .filter(|notice| notice.level == Level::Stale)
            .map(|notice| (NonSuccessKind::Failure, "stale", notice.text.clone())),
    );
    troubles
        .into_iter()
        .enumerate()
        .map(|(index, (kind, name, text))| {
            let mut status = TestCaseStatus::non_success(kind);
            let text = shown::line(&text);
            status.set_type(name).set_message(text.as_str()).set_description(text);
            // Of two cases with the same name some readers keep only one.
            let mut case = TestCase::new(format!("{name}-{}", index + 1), status);
            case.set_classname("poolproof.run");
            case
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fold::Notice;
    use crate::report::sample;

    fn only(kinds: &[VerdictKind]) -> Report {
        let mut report = sample::report();
        report.targets[0].scenarios.retain(|result| kinds.contains(&result.verdict));
        report.targets[0].settle();
        report
    }

    #[test]
    fn the_document_of_a_run() {
        let report = only(&[VerdictKind::Conforms, VerdictKind::Deviates, VerdictKind::NotApplicable]);
        insta::assert_snapshot!(render(&report).unwrap(), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="poolproof" tests="3" skipped="1" failures="1" errors="0">
            <testsuite name="double" tests="3" skipped="1" errors="0" failures="1" time="1.234">
                <properties>
                    <property name="seed" value="2026"/>
                    <property name="profile" value="default"/>
                    <property name="strict" value="false"/>
                    <property name="poolproof" value="0.1.0"/>
                    <property name="kind" value="double"/>
                    <property name="version" value="0.1.0"/>
                    <property name="requests" value="2345"/>
                    <property name="machine-tokens" value="120"/>
                </properties>
                <testcase name="token::client-auth::right-secret" classname="poolproof.double.token.client-auth" time="0.016">
                    <properties>
                        <property name="facts" value="token.first, token.second"/>
                        <property name="confidence" value="documented"/>
                        <property name="verdict" value="conforms"/>
                        <property name="cases" value="16"/>
                    </properties>
                </testcase>
                <testcase name="token::client-auth::wrong-secret" classname="poolproof.double.token.client-auth" time="0.016">
                    <properties>
                        <property name="facts" value="token.first, token.second"/>
                        <property name="confidence" value="documented"/>
                        <property name="verdict" value="deviates"/>
                        <property name="cases" value="16"/>
                    </properties>
                    <failure message="differs from the reference in error" type="deviates">
        what holds for every input of its class
        facts   token.first, token.second (documented)
        reason  differs from the reference in error
        cases   15 conforms, 1 deviates

            expected                | actual
            status: 400             | status: 400
          ! error: invalid_client   | error: invalid_grant
            cache-control: no-store | cache-control: no-store
          !                         | set-cookie: present

        input   secret = &lt;client.machine.secret&gt; followed by &quot;x&quot;
        from    case 3, made simpler in 12 steps
        steps   probe: POST /oauth2/token -&gt; 400
        curl    curl -sS -u &quot;$CLIENT_ID:$SECRET&quot; \
                  -d grant_type=client_credentials &quot;$BASE/oauth2/token&quot;
        stored  poolproof-report/cases/1.json
        repeat  poolproof run token::client-auth::wrong-secret --seed 2026 --case 3
        </failure>
                </testcase>
                <testcase name="userinfo::answer" classname="poolproof.double.userinfo" time="0.000">
                    <properties>
                        <property name="facts" value="token.first, token.second"/>
                        <property name="confidence" value="documented"/>
                        <property name="verdict" value="not-applicable"/>
                        <property name="cases" value="0"/>
                    </properties>
                    <skipped message="the target does not claim userinfo" type="not-applicable"/>
                </testcase>
            </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn each_verdict_has_its_element() {
        for (kind, strict, element) in [
            (
                VerdictKind::NotApplicable,
                false,
                "<skipped message=\"the target does not claim userinfo\" type=\"not-applicable\"/>",
            ),
            (VerdictKind::Conforms, false, ""),
            (VerdictKind::Tolerated, false, "<system-out>"),
            (VerdictKind::Advisory, false, "<system-out>"),
            (VerdictKind::Advisory, true, "<failure "),
            (
                VerdictKind::AcceptedDeviation,
                false,
                "<skipped message=\"accepted: known and harmless\" type=\"accepted-deviation\">",
            ),
            (VerdictKind::Inconclusive, false, "<error "),
            (VerdictKind::Stale, false, "<failure "),
            (VerdictKind::Deviates, false, "<failure "),
            (VerdictKind::HarnessFault, false, "<error "),
        ] {
            let mut report = only(&[kind]);
            report.strict = strict;
            let text = render(&report).unwrap();
            let found: Vec<&str> = ["<skipped ", "<failure ", "<error ", "<system-out>"]
                .into_iter()
                .filter(|tag| text.contains(tag))
                .collect();
            assert!(
                text.contains(element) && found.len() == usize::from(!element.is_empty()),
                "{kind}: {text}"
            );
        }
    }

    #[test]
    fn an_incomplete_run_is_not_green() {
        let mut report = only(&[VerdictKind::Conforms]);
        report.targets[0].failure = Some("connection refused".to_owned());
        report.stopped = Some("interrupted".to_owned());
        report.gaps = vec!["one".to_owned(), "two".to_owned()];
        report.notices.push(Notice { target: None, level: Level::Stale, text: "no longer true".to_owned() });
        let text = render(&report).unwrap();
        assert!(
            text.contains(r#"<testsuites name="poolproof" tests="6" skipped="0" failures="1" errors="4">"#),
            "{text}"
        );
        for name in ["target-ready-1", "stopped-2", "complete-3", "complete-4", "stale-5"] {
            assert!(
                text.contains(&format!("<testcase name=\"{name}\" classname=\"poolproof.run\">")),
                "{text}"
            );
        }
    }

    #[test]
    fn hostile_text_stays_text() {
        let text = render(&sample::hostile()).unwrap();
        assert!(!text.contains("<script") && !text.contains("]]>"), "{text}");
        let cases = text.matches("</testcase>").count();
        assert_eq!(cases, text.matches("<testcase ").count(), "{text}");
    }
}
