//! `poolproof coverage`: which facts the scenarios cover, what it says of other areas, and the figures in the README.

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use crate::support::{Sandbox, WRONG_SECRET};

const WRITES: &str = "poolproof coverage --format markdown --write README.md";

fn json(sandbox: &Sandbox, areas: &[&str]) -> Json {
    let ran = sandbox.run(&[&["coverage", "--format", "json"], areas].concat());
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn the_readme_has_the_figures_of_today() {
    let sandbox = Sandbox::new();
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let figures = sandbox.run(&["coverage", "--format", "markdown"]).out;
    let block = format!("\n<!-- coverage -->\n{figures}<!-- /coverage -->\n");
    assert!(
        readme.contains(&block),
        "README.md has other figures than the ledger. Write them with:\n  cargo run -q -- {}\nThey are:\n{figures}",
        WRITES.trim_start_matches("poolproof ")
    );
    let written = sandbox.write("README.md", &readme);
    let ran = sandbox.run(&WRITES.split(' ').skip(1).collect::<Vec<_>>());
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(0), "", "README.md: up to date\n"));
    assert_eq!(fs::read_to_string(written).unwrap(), readme);
}

#[test]
fn every_fact_is_covered_excused_or_background() {
    let document = json(&Sandbox::new(), &[]);
    let total = |state: &str| document["total"][state].as_u64().unwrap();
    assert_eq!((document["complete"].as_bool(), total("uncovered")), (Some(true), 0));
    assert_eq!(total("facts"), total("covered") + total("excused") + total("background"));
    let facts = document["facts"].as_array().unwrap();
    assert_eq!(facts.len() as u64, total("facts"));
    let excused = facts.iter().filter(|fact| fact["state"] == "excused").collect::<Vec<_>>();
    assert_eq!(excused.len() as u64, total("excused"));
    assert!(excused.iter().all(|fact| fact["excused"].as_str().is_some_and(|why| !why.is_empty())));
    let covered = facts.iter().find(|fact| fact["id"] == "token.client-auth.basic-wrong-secret").unwrap();
    assert_eq!((&covered["state"], &covered["confidence"]), (&"covered".into(), &"documented".into()));
    assert!(covered["scenarios"].as_array().unwrap().contains(&WRONG_SECRET.into()), "{covered}");
    let areas = document["areas"].as_array().unwrap();
    let sum: u64 = areas.iter().map(|area| area["total"]["facts"].as_u64().unwrap()).sum();
    assert_eq!(sum, total("facts"), "every fact is in one area");
}

#[test]
fn one_area_has_the_figures_that_it_has_among_all() {
    let sandbox = Sandbox::new();
    let (all, revoke) = (json(&sandbox, &[]), json(&sandbox, &["revoke"]));
    let areas = revoke["areas"].as_array().unwrap();
    assert_eq!(areas.len(), 1);
    assert!(all["areas"].as_array().unwrap().contains(&areas[0]), "{}", areas[0]);
    assert_eq!(revoke["total"], areas[0]["total"]);
    assert!(revoke["facts"].as_array().unwrap().iter().all(|fact| fact["area"] == "revoke"));
    let text = sandbox.run(&["coverage", "revoke", "login"]);
    let names = text.out.lines().filter(|line| !line.starts_with(' ')).map(|line| line.split(' ').next());
    assert_eq!(names.collect::<Option<Vec<_>>>().unwrap(), ["area", "login", "revoke", "all"]);
}

#[test]
fn verbose_gives_each_excuse_and_each_scenario() {
    let sandbox = Sandbox::new();
    let short = sandbox.run(&["coverage", "authorize"]).out;
    assert!(!short.contains("excused:") && !short.contains("covered:"), "{short}");
    let long = sandbox.run(&["coverage", "authorize", "-v"]).out;
    assert!(long.starts_with(&short), "{long}");
    assert!(long.contains("\nexcused:\n") && long.contains("\ncovered:\n"), "{long}");
    let excuse = "  authorize.resource.scope-mismatch (reported): the fixture has one resource server, and the fact needs two";
    assert!(long.lines().any(|line| line == excuse), "{long}");
    assert!(
        long.lines().any(|line| line.starts_with("  authorize.") && line.contains(": authorize::")),
        "{long}"
    );
}

#[test]
fn an_area_that_is_none_is_refused_with_advice() {
    let sandbox = Sandbox::new();
    for (given, advice) in [
        ("tokne", "Did you mean: token?"),
        ("token.pkce.verifier-missing", "Did you mean: token?"),
        ("Revoke", "Did you mean: revoke?"),
        ("guard::rest", "There are: token, authorize, "),
    ] {
        let ran = sandbox.run(&["coverage", "login", given]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(4), ""), "{given}");
        let expected = format!("{given:?} is no area of the ledger. {advice}");
        assert!(ran.err.contains(&expected), "{}", ran.err);
    }
    let hostile = sandbox.run(&["coverage", "a\u{1b}[31m"]);
    assert!(hostile.code == Some(4) && !hostile.err.contains('\u{1b}'), "{}", hostile.err);
}

#[test]
fn a_file_without_a_clear_place_stays_as_it_is() {
    let sandbox = Sandbox::new();
    let write = |args: &[&str]| sandbox.run(&[&["coverage", "--write", "page.md"], args].concat());
    for (page, complaint) in [
        ("# no place\n", "there is no line `<!-- coverage -->`"),
        ("<!-- coverage -->\n", "there is no line `<!-- /coverage -->`"),
        ("<!-- /coverage -->\n<!-- coverage -->\n", "put them the other way round"),
        ("<!-- coverage -->\n<!-- coverage -->\n<!-- /coverage -->\n", "more than once, again on line 2"),
    ] {
        let path = sandbox.write("page.md", page);
        let ran = write(&["--format", "markdown"]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{page}");
        assert!(ran.err.contains("page.md: ") && ran.err.contains(complaint), "{}", ran.err);
        assert_eq!(fs::read_to_string(path).unwrap(), page);
    }
    for (args, complaint) in [
        (&["--format", "json"][..], "add --format markdown"),
        (&[], "add --format markdown"),
        (&["--format", "markdown", "token"], "cannot be used with"),
        (&["--format", "markdown", "-v"], "cannot be used with"),
        (&["--format", "yaml"], "possible values: text, json, markdown"),
    ] {
        let ran = write(args);
        assert!(ran.code == Some(2) && ran.err.contains(complaint), "{args:?}: {}", ran.err);
    }
    fs::remove_file(sandbox.path("page.md")).unwrap();
    let missing = write(&["--format", "markdown"]);
    assert!(missing.code == Some(2) && missing.err.contains("page.md: "), "{}", missing.err);
    assert_eq!(sandbox.files("page.md"), [""; 0].map(std::path::PathBuf::from), "nothing is made");
}

#[cfg(unix)]
#[test]
fn a_block_is_replaced_in_one_step_and_nothing_else_changes() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let sandbox = Sandbox::new();
    let page = sandbox.write("real.md", "# mine\n<!-- coverage -->\nold\n<!-- /coverage -->\nmine too");
    fs::set_permissions(&page, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.md", sandbox.path("page.md")).unwrap();
    let ran = sandbox.run(&["coverage", "--format", "markdown", "--write", "page.md"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
    let figures = sandbox.run(&["coverage", "--format", "markdown"]).out;
    let written = fs::read_to_string(&page).unwrap();
    assert_eq!(written, format!("# mine\n<!-- coverage -->\n{figures}<!-- /coverage -->\nmine too"));
    assert_eq!(fs::metadata(&page).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(sandbox.path("page.md").is_symlink(), "a link stays one");
    let left: Vec<_> =
        fs::read_dir(page.parent().unwrap()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains(".coverage-")), "{left:?}");
}
