use proptest::prelude::*;

use super::*;
use crate::damaged::{self, cases, is_harmless, odd_text};

fn place(folder: &Path, target: &str) -> Place {
    Place {
        target: target.to_owned(),
        endpoint: Some("http://127.0.0.1:9".to_owned()),
        region: "us-east-1".to_owned(),
        real: false,
        journals: folder.join("journals"),
        run: None,
    }
}

fn parse(text: &str) -> Vec<PoolRecord> {
    Record::parse(PathBuf::from("x.jsonl"), text.as_bytes()).pools
}

#[test]
fn what_is_written_is_read_back_and_paired() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path(), "local");
    let journal = Journal::start(&place).unwrap();
    journal.intend_pool("poolproof-local-a").unwrap();
    journal.made_pool("poolproof-local-a", "us-east-1_A").unwrap();
    journal.intend_domain("poolproof-a", "us-east-1_A").unwrap();
    journal.intend_pool("poolproof-local-b").unwrap();

    let records = Record::all(&place).unwrap();
    assert_eq!(records.len(), 1);
    let [made, intended] = records[0].pools.as_slice() else { panic!("{records:?}") };
    assert_eq!((made.name.as_str(), made.id.as_deref()), ("poolproof-local-a", Some("us-east-1_A")));
    assert_eq!(made.domain.as_deref(), Some("poolproof-a"));
    assert!(!made.may_appear());
    assert_eq!((intended.name.as_str(), intended.id.as_deref()), ("poolproof-local-b", None));
    assert!(intended.may_appear());

    records[0].close().unwrap();
    records[0].close().unwrap();
    assert_eq!(Record::all(&place).unwrap(), []);
}

#[test]
fn a_run_goes_on_in_its_own_journal() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place { run: Some("run000000001".to_owned()), ..place(folder.path(), "local") };
    Journal::resume(&place).unwrap().intend_pool("a").unwrap();
    // As if the machine had died in the middle of a line.
    let path = path_of(&place, "run000000001").unwrap();
    OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"event\":\"api-ma").unwrap();
    let journal = Journal::resume(&place).unwrap();
    journal.intend_api(ApiKind::Http, "b").unwrap();
    journal.intend_api(ApiKind::Rest, "c").unwrap();
    journal.made_api(ApiKind::Rest, "c", "c1").unwrap();

    let records = Record::all(&place).unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].elsewhere(&place), None);
    assert_eq!(records[0].pools.len(), 1);
    let [intended, made] = records[0].apis.as_slice() else { panic!("{records:?}") };
    assert_eq!((intended.kind, intended.id.as_deref()), (ApiKind::Http, None));
    assert!(intended.may_appear());
    assert_eq!((made.kind, made.id.as_deref()), (ApiKind::Rest, Some("c1")));
    let odd = Place { run: Some("../x".to_owned()), ..place };
    assert!(Journal::resume(&odd).is_err());
}

#[test]
fn a_half_written_line_is_passed_over() {
    let whole = r#"{"event":"pool-intent","name":"n","at":1}"#;
    let pools = parse(&format!("{whole}\n{{\"event\":\"pool-made\",\"name\":\"n\",\"id\":\"us-ea"));
    assert_eq!(pools, [PoolRecord { name: "n".to_owned(), id: None, domain: None, at: 1 }]);
    for end in 0..whole.len() {
        assert_eq!(parse(&whole[..end]), [], "{end}");
    }
    assert!(!pools[0].may_appear(), "1970 is long ago");
}

#[test]
fn a_torn_end_costs_nothing_but_itself() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path(), "local");
    let journal = Journal::start(&place).unwrap();
    journal.intend_pool("one").unwrap();
    journal.made_pool("one", "us-east-1_One").unwrap();
    journal.intend_api(ApiKind::Rest, "api").unwrap();
    journal.intend_domain("prefix", "us-east-1_One").unwrap();
    journal.intend_pool("two").unwrap();
    journal.made_pool("two", "us-east-1_Two").unwrap();
    let bytes = fs::read(&journal.path).unwrap();
    let read = |bytes: &[u8]| Record::parse(PathBuf::from("x.jsonl"), bytes);
    let seen = |record: &Record| {
        let known =
            |pool: &PoolRecord| 1 + usize::from(pool.id.is_some()) + usize::from(pool.domain.is_some());
        record.pools.iter().map(known).sum::<usize>() + record.apis.len()
    };
    assert_eq!(seen(&read(&bytes)), 6);
    for end in 0..bytes.len() {
        let whole = bytes[..end].split(|byte| *byte == b'\n').count() - 1;
        let found = seen(&read(&bytes[..end]));
        // A line may be all there but for its end. The first line creates nothing.
        assert!(found == whole.saturating_sub(1) || found == whole, "cut at {end}: {found} of {whole}");
        // Whatever is written behind it counts as well.
        let more = [&bytes[..end], b"\n{\"event\":\"pool-intent\",\"name\":\"late\",\"at\":1}\n"].concat();
        assert!(read(&more).pools.iter().any(|pool| pool.name == "late"), "cut at {end}");
    }
}

#[test]
fn bytes_that_are_no_text_and_lines_of_another_version_are_passed_over() {
    let mut bytes = b"\xff\xfe\n{\"event\":\"new\"}\n\n".to_vec();
    bytes.extend(br#"{"event":"pool-made","name":"n","id":"i"}"#);
    let record = Record::parse(PathBuf::from("x.jsonl"), &bytes);
    assert_eq!(record.pools[0].id.as_deref(), Some("i"));
}

#[test]
fn a_folder_that_does_not_exist_holds_no_journals() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Record::all(&place(folder.path(), "local")).unwrap(), []);
}

#[test]
fn targets_whose_names_start_alike_keep_their_own_journals() {
    let folder = tempfile::tempdir().unwrap();
    Journal::start(&place(folder.path(), "aws-eu")).unwrap();
    assert_eq!(Record::all(&place(folder.path(), "aws")).unwrap(), []);
    assert_eq!(Record::all(&place(folder.path(), "aws-eu")).unwrap().len(), 1);
}

#[test]
fn things_created_elsewhere_are_not_looked_for_here() {
    let folder = tempfile::tempdir().unwrap();
    let here = place(folder.path(), "local");
    Journal::start(&here).unwrap();
    let record = &Record::all(&here).unwrap()[0];
    assert_eq!(record.elsewhere(&here), None);
    let other_port = Place { endpoint: Some("http://127.0.0.1:10".to_owned()), ..here.clone() };
    assert_eq!(record.elsewhere(&other_port), None);
    let other_region = Place { region: "eu-west-1".to_owned(), ..here.clone() };
    assert!(record.elsewhere(&other_region).unwrap().contains("us-east-1"));
    assert!(record.elsewhere(&Place { real: true, ..here }).unwrap().contains("an emulator"));
}

#[cfg(unix)]
#[test]
fn a_journal_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::start(&place(folder.path(), "local")).unwrap();
    assert_eq!(fs::metadata(&journal.path).unwrap().permissions().mode() & 0o777, 0o600);
    let path = journal.path.clone();
    journal.discard();
    assert!(!path.exists());
}

/// What a run does.
#[derive(Clone, Debug)]
enum Deed {
    IntendPool(String),
    MadePool(String, String),
    IntendDomain(String, String),
    IntendApi(ApiKind, String),
    MadeApi(ApiKind, String, String),
}

fn deed() -> impl Strategy<Value = Deed> {
    let name = || prop_oneof![3 => "[abc]", 1 => odd_text()];
    let kind = || prop::sample::select(&[ApiKind::Rest, ApiKind::Http][..]);
    prop_oneof![
        name().prop_map(Deed::IntendPool),
        (name(), name()).prop_map(|(name, id)| Deed::MadePool(name, id)),
        (odd_text(), name()).prop_map(|(prefix, pool)| Deed::IntendDomain(prefix, pool)),
        (kind(), name()).prop_map(|(kind, name)| Deed::IntendApi(kind, name)),
        (kind(), name(), name()).prop_map(|(kind, name, id)| Deed::MadeApi(kind, name, id)),
    ]
}

fn done(journal: &Journal, deed: &Deed) -> Result<(), String> {
    match deed {
        Deed::IntendPool(name) => journal.intend_pool(name),
        Deed::MadePool(name, id) => journal.made_pool(name, id),
        Deed::IntendDomain(prefix, pool) => journal.intend_domain(prefix, pool),
        Deed::IntendApi(kind, name) => journal.intend_api(*kind, name),
        Deed::MadeApi(kind, name, id) => journal.made_api(*kind, name, id),
    }
}

/// Whatever was announced or made is listed, with its id if that was written down.
fn check_listed(record: &Record, deeds: &[Deed]) -> Result<(), TestCaseError> {
    for deed in deeds {
        let listed = match deed {
            Deed::IntendPool(name) => record.pools.iter().any(|pool| pool.name == *name),
            Deed::MadePool(name, _) => {
                record.pools.iter().any(|pool| pool.name == *name && pool.id.is_some())
            }
            Deed::IntendDomain(..) => true,
            Deed::IntendApi(kind, name) => {
                record.apis.iter().any(|api| api.kind == *kind && api.name == *name)
            }
            Deed::MadeApi(kind, name, _) => {
                record.apis.iter().any(|api| api.kind == *kind && api.name == *name && api.id.is_some())
            }
        };
        prop_assert!(listed, "{deed:?} is not in {record:?}");
    }
    Ok(())
}

const LINES: &str = r#"{"event":"run","target":"local","region":"us-east-1","real":false}
{"event":"pool-intent","name":"poolproof-local-a","at":1}
{"event":"pool-made","name":"poolproof-local-a","id":"us-east-1_A"}
{"event":"domain-intent","prefix":"poolproof-a","pool":"us-east-1_A"}
{"event":"api-intent","kind":"rest","name":"poolproof-local-b","at":2}
{"event":"api-made","kind":"rest","name":"poolproof-local-b","id":"abc"}
"#;

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn what_was_done_is_listed_wherever_the_file_was_cut(
        deeds in prop::collection::vec(deed(), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::start(&place(folder.path(), "local")).unwrap();
        let mut ends = vec![(fs::metadata(&journal.path).unwrap().len(), 0)];
        for (count, deed) in (1..).zip(&deeds) {
            done(&journal, deed).unwrap();
            ends.push((fs::metadata(&journal.path).unwrap().len(), count));
        }
        let bytes = fs::read(&journal.path).unwrap();
        check_listed(&Record::parse(journal.path.clone(), &bytes), &deeds)?;
        let cut = cut.index(bytes.len() + 1);
        let whole = ends.iter().rev().find(|(end, _)| *end <= cut as u64).map_or(0, |(_, count)| *count);
        check_listed(&Record::parse(journal.path.clone(), &bytes[..cut]), &deeds[..whole])?;
        // Whoever goes on with what was cut off loses nothing either.
        let resumed = [&bytes[..cut], b"\n{\"event\":\"pool-intent\",\"name\":\"late\",\"at\":1}\n"].concat();
        let record = Record::parse(journal.path.clone(), &resumed);
        check_listed(&record, &deeds[..whole])?;
        prop_assert!(record.pools.iter().any(|pool| pool.name == "late"));
    }

    #[test]
    fn a_damaged_journal_is_read_as_far_as_it_goes(bytes in damaged::bytes(vec![LINES])) {
        let folder = tempfile::tempdir().unwrap();
        let record = Record::parse(PathBuf::from("x.jsonl"), &bytes);
        if let Some(elsewhere) = record.elsewhere(&place(folder.path(), "local")) {
            prop_assert!(is_harmless(&elsewhere), "{elsewhere:?}");
        }
        for name in record.pools.iter().map(|pool| &pool.name) {
            prop_assert!(String::from_utf8_lossy(&bytes).contains("pool-"), "{name}");
        }
    }
}
