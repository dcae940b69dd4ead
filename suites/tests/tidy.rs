//! The order of the source: short files, stages that do not know one another, suites that know the prelude alone.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::files_below;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of this repository below its two folders of source, by their path from the root, with their text.
fn sources(extension: &str) -> Vec<(String, String)> {
    let files: Vec<PathBuf> =
        ["suites", "harness"].iter().flat_map(|folder| files_below(&root().join(folder))).collect();
    let wanted = files.iter().filter(|file| file.extension().is_some_and(|found| found == extension));
    wanted
        .filter(|file| {
            !file.components().any(|part| part.as_os_str() == "target" || part.as_os_str() == "node_modules")
        })
        .map(|file| {
            (file.strip_prefix(root()).unwrap().display().to_string(), fs::read_to_string(file).unwrap())
        })
        .collect()
}

fn must_be_empty(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn a_file_is_short() {
    let long: Vec<String> = sources("rs")
        .iter()
        .filter(|(_, text)| text.lines().count() >= 400)
        .map(|(file, text)| format!("{file}: {} lines", text.lines().count()))
        .collect();
    must_be_empty("files of 400 lines or more", &long);
}

/// What a stage of the engine may use besides itself. Composers (`trial`, `entry`, `lint`, `replay`) may use all.
const STAGES: [(&str, &[&str]); 9] = [
    ("model", &[]),
    ("target", &["model"]),
    ("generate", &["model", "token", "target"]),
    ("token", &["model"]),
    ("exec", &["model", "token", "target"]),
    ("observe", &["model"]),
    ("judge", &["model"]),
    ("report", &["model"]),
    ("coverage", &["model", "report"]),
];

/// What every stage may use: it knows none of them.
const TOOLS: [&str; 1] = ["whole"];

#[test]
fn a_stage_does_not_know_another_one() {
    let mut found = Vec::new();
    for (file, text) in sources("rs") {
        let Some(inner) = file.strip_prefix("harness/src/") else { continue };
        let stage = inner.split(['/', '.']).next().unwrap_or_default();
        let Some((_, allowed)) = STAGES.iter().find(|(name, _)| *name == stage) else { continue };
        for (number, line) in text.lines().enumerate() {
            for (at, _) in line.match_indices("crate::") {
                let used = line[at + 7..]
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .next()
                    .unwrap_or_default();
                if used != stage && !allowed.contains(&used) && !TOOLS.contains(&used) {
                    found.push(format!("{file}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    must_be_empty("stages that use what they should not know", &found);
}

#[test]
fn suites_know_the_prelude_alone() {
    let entries =
        ["suites/lib.rs", "suites/main.rs", "suites/conformance.rs", "suites/service.rs", "suites/wiring.rs"];
    let outside = ["suites/tests/", "suites/benches/"];
    let mut found = Vec::new();
    for (file, text) in sources("rs") {
        let is_suite = file.starts_with("suites/") && !outside.iter().any(|folder| file.starts_with(folder));
        if !is_suite || entries.contains(&file.as_str()) {
            continue;
        }
        for line in text.lines().map(str::trim) {
            let others = line.starts_with("use ")
                && !["use super::", "use crate::", "use std::", "use poolproof_harness::prelude::forgery::"]
                    .iter()
                    .any(|own| line.starts_with(own));
            if (others && line != "use poolproof_harness::prelude::*;")
                || line.contains("poolproof_harness::") && !line.contains("poolproof_harness::prelude")
            {
                found.push(format!("{file}: {line}"));
            }
        }
    }
    must_be_empty("suites that use more than the prelude", &found);
}

#[test]
fn the_double_cannot_know_what_is_expected() {
    let manifest: toml::Table =
        fs::read_to_string(root().join("harness/double/Cargo.toml")).unwrap().parse().unwrap();
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let Some(dependencies) = manifest.get(section).and_then(toml::Value::as_table) else { continue };
        let ours: Vec<String> =
            dependencies.keys().filter(|name| name.starts_with("poolproof")).cloned().collect();
        must_be_empty("the double depends on", &ours);
    }
    let reading: Vec<String> = sources("rs")
        .into_iter()
        .filter(|(file, text)| {
            file.starts_with("harness/double/") && (text.contains("snapshots/") || text.contains("suites/"))
        })
        .map(|(file, _)| file)
        .collect();
    must_be_empty("the double reads what is expected", &reading);
}

#[test]
fn the_engine_names_no_suite() {
    let naming: Vec<String> = sources("toml")
        .into_iter()
        .filter(|(file, _)| file == "harness/Cargo.toml")
        .filter(|(_, text)| text.contains("poolproof-double") || text.contains("poolproof-provision"))
        .map(|(file, _)| file)
        .collect();
    must_be_empty("the engine depends on what it is handed", &naming);
}

#[test]
fn nothing_unfinished_is_kept() {
    // Not spelled out, or this file would find itself.
    let words =
        ["TO DO", "FIX ME", "d bg!(", "to do!(", "un implemented!("].map(|word| word.replace(' ', ""));
    let found: Vec<String> = sources("rs")
        .iter()
        .flat_map(|(file, text)| {
            let lines = text.lines().enumerate();
            lines
                .filter(|(_, line)| words.iter().any(|word| line.contains(word.as_str())))
                .map(move |(number, line)| format!("{file}:{}: {}", number + 1, line.trim()))
        })
        .collect();
    must_be_empty("unfinished", &found);
}

#[test]
fn no_pending_snapshot_is_committed() {
    let tracked = std::process::Command::new("git").arg("ls-files").current_dir(root()).output();
    // Out of a repository, such as in an unpacked package, nothing is committed.
    let Some(tracked) = tracked.ok().filter(|out| out.status.success()) else { return };
    let pending: Vec<String> = String::from_utf8_lossy(&tracked.stdout)
        .lines()
        .filter(|file| file.ends_with(".snap.new") || file.ends_with(".pending-snap"))
        .map(str::to_owned)
        .collect();
    must_be_empty("pending snapshots are committed", &pending);
}
