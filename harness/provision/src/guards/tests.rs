use super::*;

fn place(endpoint: Option<&str>) -> Place {
    Place {
        target: "local".to_owned(),
        endpoint: endpoint.map(ToOwned::to_owned),
        region: "eu-central-1".to_owned(),
        real: endpoint.is_none(),
        journals: "journals".into(),
        run: None,
    }
}

fn plan(name: &str, profile: Profile) -> GuardPlan {
    GuardPlan {
        name: name.to_owned(),
        profile,
        scopes: Vec::new(),
        audience: Vec::new(),
        issuer: String::new(),
        backend: String::new(),
        pools: Vec::new(),
    }
}

#[test]
fn urls_are_paths_on_emulators_and_hosts_on_aws() {
    let emulator = place(Some("http://127.0.0.1:4566/"));
    assert_eq!(
        url(&emulator, ApiKind::Rest, "a1"),
        "http://127.0.0.1:4566/_aws/execute-api/a1/guard/guarded"
    );
    assert_eq!(
        url(&emulator, ApiKind::Http, "a1"),
        "http://127.0.0.1:4566/_aws/execute-api/a1/$default/guarded"
    );
    let aws = place(None);
    assert_eq!(
        url(&aws, ApiKind::Rest, "a1"),
        "https://a1.execute-api.eu-central-1.amazonaws.com/guard/guarded"
    );
    assert_eq!(url(&aws, ApiKind::Http, "a1"), "https://a1.execute-api.eu-central-1.amazonaws.com/guarded");
}

#[test]
fn a_plan_says_what_is_wrong_with_it() {
    let plans = [
        plan("rest", Profile::Rest),
        plan("http", Profile::Http),
        plan("own", Profile::ResourceServer),
        plan("Rest", Profile::Rest),
        plan("", Profile::Rest),
        plan("rest", Profile::Http),
    ];
    let kinds = kinds(&plans);
    assert_eq!(kinds[..2], [Ok(ApiKind::Rest), Ok(ApiKind::Http)]);
    let reasons = ["verifies tokens itself", "cannot be the name", "cannot be the name", "named \"rest\""];
    for (kind, reason) in kinds[2..].iter().zip(reasons) {
        assert!(kind.as_ref().unwrap_err().contains(reason), "{kind:?}");
    }
}

#[test]
fn ids_are_fit_for_a_url() {
    assert_eq!(id("CreateApi", Some("a1b2")).unwrap(), "a1b2");
    for odd in [Some("../x"), Some("a b"), Some(""), None] {
        assert!(id("CreateApi", odd).unwrap_err().starts_with("CreateApi answers with"), "{odd:?}");
    }
}

#[test]
fn what_is_dropped_is_named() {
    assert_eq!(kept(&[("a", true)]), Ok(()));
    let dropped = kept(&[("a", false), ("b", true), ("c", false)]);
    assert_eq!(dropped.unwrap_err(), "the target does not keep a, c");
}
