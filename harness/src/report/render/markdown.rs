//! The report as Markdown: a table of the targets, for a README or the summary of a job, and the deviations of each.

use super::{diff, shown};
use crate::model::text::one_line;
use crate::model::verdict::VerdictKind;
use crate::report::event::{Level, ScenarioResult};
use crate::report::fold::{Report, TargetReport};

/// The most scenarios in a list: the summary of a GitHub job may hold no more than 1 MiB.
const LISTED: usize = 100;

/// The columns of verdicts, with their headings.
const COLUMNS: [(VerdictKind, &str); 9] = [
    (VerdictKind::Conforms, "conforms"),
    (VerdictKind::Tolerated, "tolerated"),
    (VerdictKind::Advisory, "advisory"),
    (VerdictKind::AcceptedDeviation, "accepted deviation"),
    (VerdictKind::Deviates, "deviates"),
    (VerdictKind::Inconclusive, "inconclusive"),
    (VerdictKind::Stale, "stale"),
    (VerdictKind::HarnessFault, "harness fault"),
    (VerdictKind::NotApplicable, "not applicable"),
];

/// The lists below the table: the verdicts in them, one of them and several in words.
const LISTS: [(&[VerdictKind], &str, &str); 4] = [
    (&[VerdictKind::Deviates], "deviation", "deviations"),
    (
        &[VerdictKind::HarnessFault, VerdictKind::Stale, VerdictKind::Inconclusive],
        "scenario without a valid result",
        "scenarios without a valid result",
    ),
    (&[VerdictKind::AcceptedDeviation], "accepted deviation", "accepted deviations"),
    (&[VerdictKind::Advisory], "difference on weak evidence", "differences on weak evidence"),
];

/// The report as Markdown with a line break at the end.
pub fn render(report: &Report) -> String {
    let mut out = vec![heading(), rule()];
    out.extend(report.targets.iter().map(row));
    out.push(String::new());
    out.push(format!(
        "Seed {}, profile {}{}, poolproof {}.",
        code(&report.seed),
        escape(&report.profile),
        if report.strict { ", strict" } else { "" },
        escape(&report.version)
    ));
    out.push(String::new());
    let guards: Vec<String> = report
        .targets
        .iter()
        .filter_map(|target| Some(format!("- {}: {}", escape(&target.name), escape(target.guard.as_ref()?))))
        .collect();
    if !guards.is_empty() {
        out.extend(guards);
        out.push(String::new());
    }
    for line in warnings(report) {
        out.push(format!("**{line}**"));
        out.push(String::new());
    }
    for target in &report.targets {
        for (kinds, one, several) in LISTS {
            list(target, kinds, one, several, &mut out);
        }
        costs(target, &mut out);
    }
    out.join("\n")
}

fn heading() -> String {
    let verdicts: Vec<&str> = COLUMNS.iter().map(|(_, heading)| *heading).collect();
    format!("| target | kind | version | {} | requests | seconds |", verdicts.join(" | "))
}

fn rule() -> String {
    format!("| --- | --- | --- |{}", " ---: |".repeat(COLUMNS.len() + 2))
}

fn row(target: &TargetReport) -> String {
    let counts: Vec<String> = COLUMNS.iter().map(|(kind, _)| shown::number(target.count(*kind))).collect();
    format!(
        "| {} | {} | {} | {} | {} | {} |",
        escape(&target.name),
        escape(&target.kind),
        target.version.as_deref().map(escape).unwrap_or_default(),
        counts.join(" | "),
        shown::number(target.requests),
        shown::seconds(target.duration_ms)
    )
}

fn warnings(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    for target in &report.targets {
        if let Some(failure) = &target.failure {
            lines.push(format!("Not ready: {}: {}", escape(&target.name), escape(failure)));
        }
    }
    for target in report.targets.iter().filter(|target| target.critical() > 0) {
        lines.push(format!(
            "Critical: {}: {} that let in a token which is forged, unsigned, expired or foreign",
            escape(&target.name),
            shown::counted(target.critical(), "scenario")
        ));
    }
    lines.extend(report.stopped.iter().map(|why| format!("Stopped: {}", escape(why))));
    lines.extend(report.gaps.iter().map(|gap| format!("Incomplete: {}", escape(gap))));
    let stale = report.notices.iter().filter(|notice| notice.level == Level::Stale);
    lines.extend(stale.map(|notice| format!("Stale: {}", escape(&notice.text))));
    lines
}

fn list(target: &TargetReport, kinds: &[VerdictKind], one: &str, several: &str, out: &mut Vec<String>) {
    let entries: Vec<&ScenarioResult> =
        target.scenarios.iter().filter(|result| kinds.contains(&result.verdict)).collect();
    if entries.is_empty() {
        return;
    }
    let noun = if entries.len() == 1 { one } else { several };
    let count = shown::number(entries.len() as u64);
    out.push(format!("<details><summary>{}: {count} {noun}</summary>", html(&target.name)));
    // Without an empty line the list would be taken for HTML.
    out.push(String::new());
    out.extend(entries.iter().take(LISTED).map(|result| entry(result)));
    if entries.len() > LISTED {
        out.push(format!("- and {} more", shown::number((entries.len() - LISTED) as u64)));
    }
    out.push(String::new());
    out.push("</details>".to_owned());
    out.push(String::new());
}

/// What each suite cost, the dearest first.
fn costs(target: &TargetReport, out: &mut Vec<String>) {
    let costs = target.costs_by_requests();
    if costs.is_empty() {
        return;
    }
    out.push(format!(
        "<details><summary>{}: what each suite cost (several run at a time)</summary>",
        html(&target.name)
    ));
    out.push(String::new());
    out.push("| suite | scenarios | cases | requests | seconds |".to_owned());
    out.push(format!("| --- |{}", " ---: |".repeat(4)));
    out.extend(costs.iter().map(|cost| {
        let [scenarios, cases, requests] = [cost.scenarios, cost.cases, cost.requests].map(shown::number);
        let seconds = shown::seconds(cost.duration_ms);
        format!("| {} | {scenarios} | {cases} | {requests} | {seconds} |", escape(&cost.suite))
    }));
    out.push(String::new());
    out.push("</details>".to_owned());
    out.push(String::new());
}

fn entry(result: &ScenarioResult) -> String {
    let reason = if result.reason.is_empty() { &result.says } else { &result.reason };
    let comparison = result.failure.as_ref().map(|failure| {
        let (expected, actual) = diff::in_one_line(&failure.expected, &failure.actual);
        format!(": expected {}, got {}", code(&expected), code(&actual))
    });
    let critical = if result.critical { "**critical** " } else { "" };
    format!("- {critical}{}{} ({})", code(&result.id), comparison.unwrap_or_default(), escape(reason))
}

/// Foreign text for a place where Markdown is not read: there, a backslash would be shown.
fn html(foreign: &str) -> String {
    let mut escaped = String::new();
    for character in one_line(foreign).chars() {
        if character.is_ascii_punctuation() && !matches!(character, '-' | '.' | '_') {
            escaped.extend(["&#", &u32::from(character).to_string(), ";"]);
        } else {
            escaped.push(character);
        }
    }
    escaped
}

fn code(foreign: &str) -> String {
    format!("<code>{}</code>", escape(foreign))
}

/// Foreign text in which Markdown and HTML find nothing of theirs, links and mentions included.
fn escape(foreign: &str) -> String {
    escape_visible(&one_line(foreign))
}

/// The same for a text that is visible already.
pub(crate) fn escape_visible(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '|' | '`' | '\\' | '*' | '_' | '[' | ']' | '#' | '~' | '$' | '@' | '!' => {
                escaped.push('\\');
                escaped.push(character);
            }
            // Bare URLs become links by these two alone.
            ':' if characters.peek() == Some(&'/') => escaped.push_str("\\:"),
            '.' if escaped.to_ascii_lowercase().ends_with("www") => escaped.push_str("\\."),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_document_of_a_run() {
        let mut report = sample::report();
        let mut pool = report.targets[0].clone();
        pool.name = "my-pool".to_owned();
        pool.kind = "pool".to_owned();
        pool.version = None;
        pool.scenarios.retain(|result| result.verdict == VerdictKind::Conforms);
        pool.settle();
        report.targets.push(pool);
        insta::assert_snapshot!(render(&report), @r#"
        | target | kind | version | conforms | tolerated | advisory | accepted deviation | deviates | inconclusive | stale | harness fault | not applicable | requests | seconds |
        | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | double | double | 0.1.0 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 2,345 | 1.2 |
        | my-pool | pool |  | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 2,345 | 1.2 |

        Seed <code>2026</code>, profile default, poolproof 0.1.0.

        <details><summary>double: 1 deviation</summary>

        - <code>token::client-auth::wrong-secret</code>: expected <code>error: invalid\_client</code>, got <code>error: invalid\_grant; set-cookie: present</code> (differs from the reference in error)

        </details>

        <details><summary>double: 3 scenarios without a valid result</summary>

        - <code>revoke::twice</code> (no complete answer within 5s)
        - <code>token::pkce::plain</code> (the reference snapshot is missing)
        - <code>token::refresh::rotated</code>: expected <code>error: invalid\_client</code>, got <code>error: invalid\_grant; set-cookie: present</code> (accepted as different, but conforms now)

        </details>

        <details><summary>double: 1 accepted deviation</summary>

        - <code>logout::unknown-client</code>: expected <code>error: invalid\_client</code>, got <code>error: invalid\_grant; set-cookie: present</code> (accepted: known and harmless)

        </details>

        <details><summary>double: 1 difference on weak evidence</summary>

        - <code>token::transport::cache</code>: expected <code>error: invalid\_client</code>, got <code>error: invalid\_grant; set-cookie: present</code> (differs, but the evidence is only inferred)

        </details>

        <details><summary>double: what each suite cost (several run at a time)</summary>

        | suite | scenarios | cases | requests | seconds |
        | --- | ---: | ---: | ---: | ---: |
        | token::client-auth | 2 | 32 | 64 | 0.0 |
        | token::transport | 2 | 32 | 64 | 0.0 |
        | logout | 1 | 16 | 32 | 0.0 |
        | revoke | 1 | 16 | 32 | 0.0 |
        | token::pkce | 1 | 16 | 32 | 0.0 |
        | token::refresh | 1 | 16 | 32 | 0.0 |

        </details>

        <details><summary>my-pool: what each suite cost (several run at a time)</summary>

        | suite | scenarios | cases | requests | seconds |
        | --- | ---: | ---: | ---: | ---: |
        | token::client-auth | 1 | 16 | 32 | 0.0 |

        </details>
        "#);
    }

    #[test]
    fn what_a_reader_must_know_is_above_the_lists() {
        let mut report = sample::report();
        report.targets[0].scenarios.clear();
        report.targets[0].settle();
        report.stopped = Some("interrupted".to_owned());
        report.gaps = vec!["one is missing".to_owned()];
        let text = render(&report);
        assert!(text.contains("\n\n**Stopped: interrupted**\n\n**Incomplete: one is missing**\n"), "{text}");
        assert!(!text.contains("<details>"), "{text}");
    }

    #[test]
    fn long_lists_are_cut() {
        let mut report = sample::report();
        let deviation = sample::result(VerdictKind::Deviates);
        report.targets[0].scenarios = (0..LISTED + 3)
            .map(|index| ScenarioResult { id: format!("a::{index}"), ..deviation.clone() })
            .collect();
        let text = render(&report);
        assert!(text.contains("103 deviations") && text.contains("\n- and 3 more\n"), "{text}");
        assert!(text.contains("\n| a | 103 | 1,648 | 3,296 | 1.6 |\n"), "{text}");
    }

    #[test]
    fn hostile_text_stays_text() {
        assert_eq!(
            escape("a|b`c<i>[x](http://e.test) www.e.test &lt; @you #1 \\|\u{1b}"),
            r"a\|b\`c&lt;i&gt;\[x\](http\://e.test) www\.e.test &amp;lt; \@you \#1 \\\|\\u{1b}"
        );
        let text = render(&sample::hostile());
        for tag in ["<script", "</testcase", "[x]", "http://"] {
            assert!(!text.contains(tag), "{tag} in {text}");
        }
        assert_eq!(html("a_b|[c]<d>\\"), "a_b&#124;&#91;c&#93;&#60;d&#62;&#92;");
        let cells = |line: &str| line.replace("\\\\", "").replace("\\|", "").matches('|').count();
        let table: Vec<usize> = text.lines().take(3).map(cells).collect();
        assert_eq!(table, [15, 15, 15]);
    }
}
