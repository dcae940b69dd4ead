//! Expectations that are missing or broken are a fault of ours: no run passes on them.

use std::fs;
use std::path::Path;

use crate::support::{SUCCESS, Sandbox, WRONG_SECRET, files_below, scenarios};

const FILE: &str = "snapshots/reference/token/client-auth/wrong-secret-basic.snap";

/// Copies the snapshots of this repository.
pub(crate) fn copy_to(folder: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    for file in files_below(&from).iter().filter(|file| file.extension().is_some_and(|it| it == "snap")) {
        let to = folder.join(file.strip_prefix(&from).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(file, to).unwrap();
    }
}

#[test]
fn a_run_without_its_expectation_is_our_fault() {
    let sandbox = Sandbox::new();
    copy_to(&sandbox.path("snapshots"));
    let file = sandbox.path(FILE);
    let good = fs::read_to_string(&file).unwrap();
    let (front, body) = good.split_at(good.rfind("---\n").unwrap() + 4);
    let broken: [(&str, Option<Vec<u8>>); 6] = [
        ("missing", None),
        ("cannot be read", Some(format!("---\n{{{{{{\n---\n{body}").into_bytes())),
        ("line 1", Some(format!("{front}no observation\n").into_bytes())),
        ("has no lines", Some(front.into())),
        ("wrong-secret-basic.snap", Some(Vec::new())),
        ("wrong-secret-basic.snap", Some(b"\xff\xfe\x00".to_vec())),
    ];
    let args = ["run", WRONG_SECRET, SUCCESS, "--cases", "1", "--report", "json", "--report-dir", "reports"];
    assert_eq!(sandbox.run(&args).code, Some(0), "as they are, they are fine");
    for (part, content) in broken {
        match &content {
            Some(bytes) => fs::write(&file, bytes).unwrap(),
            None => fs::remove_file(&file).unwrap(),
        }
        // Beside the configuration, and named.
        for more in [&[][..], &["--snapshots", "snapshots"]] {
            let ran = sandbox.run(&[&args[..], more].concat());
            assert_eq!(ran.code, Some(70), "{part}: {}{}", ran.out, ran.err);
            let report = sandbox.report();
            let faults: Vec<_> =
                scenarios(&report).into_iter().filter(|it| it["verdict"] == "harness-fault").collect();
            assert_eq!(faults.len(), 1, "{part}: the others are judged");
            assert_eq!(faults[0]["id"], WRONG_SECRET);
            assert!(faults[0]["reason"].as_str().unwrap().contains(part), "{part}: {}", faults[0]["reason"]);
        }
        let explained = sandbox.run(&["explain", WRONG_SECRET]);
        assert_eq!(explained.code, Some(70), "{part}: {}", explained.out);
    }
    fs::remove_file(&file).unwrap();
    let lint = sandbox.run(&["lint"]);
    assert!(lint.code == Some(1) && lint.out.contains("wrong-secret-basic"), "{}", lint.out);
}

#[test]
fn an_accepted_snapshot_that_cannot_be_used_is_refused_before_anything_is_sent() {
    let sandbox = Sandbox::new();
    copy_to(&sandbox.path("snapshots"));
    let accepted = sandbox.path("snapshots/accepted/double/token/client-auth/wrong-secret-basic.snap");
    fs::create_dir_all(accepted.parent().unwrap()).unwrap();
    let whole = "---\nsource: x\ninfo:\n  reason: \"\"\n  version: \"1\"\n---\nstatus: 401\n";
    for (text, wrong) in [
        ("---\nsource: x\n---\nnonsense\n", "line 1 is not of the form `field: value`"),
        ("no head\n", "it does not begin with ---, so it is no snapshot"),
        (whole, "write in `reason` why this is accepted"),
    ] {
        fs::write(&accepted, text).unwrap();
        let ran = sandbox.run(&["run", WRONG_SECRET, "--cases", "1"]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
        let file = "snapshots/accepted/double/token/client-auth/wrong-secret-basic.snap";
        assert!(ran.err.contains(file) && ran.err.contains(wrong), "{wrong:?} is missing in {}", ran.err);
    }
    fs::write(&accepted, whole.replace("\"\"", "\"known\"")).unwrap();
    let ran = sandbox.run(&["run", WRONG_SECRET, "--cases", "1"]);
    assert_eq!(ran.code, Some(5), "it conforms, so what is accepted is stale: {}{}", ran.out, ran.err);
}
