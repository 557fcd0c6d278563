//! Every limit is hit and named, every hostile input is a finding, and the other files are checked all the same.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, Instant};

use dealgate::finding::Finding;
use dealgate::finding::limit::Limits;
use dealgate::report::template::{TemplateSources, Templates};
use dealgate::report::{Filter, ReportOptions, build, model_json};
use serde_json::Value;

use crate::memory::Memory;
use crate::repo::{JANE, Repo};
use crate::run::{Ran, command, dealgate, ran};

const GOOD: &str = "name: Good\nstage: prospect\nopened: 2026-11-01\n";

/// A workspace with one deal in order and one file more.
fn beside_a_good_deal(path: &str, content: impl AsRef<[u8]>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(path);
    fs::create_dir_all(folder.path().join("deals")).expect("a folder");
    fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
    fs::write(folder.path().join("dealgate.toml"), "").expect("a file");
    fs::write(folder.path().join("deals/good.yaml"), GOOD).expect("a file");
    fs::write(file, content).expect("a file");
    folder
}

/// The findings as pairs of file and code, of a run that must be quick and must have checked every deal.
fn findings(folder: &Path, deals: usize) -> Vec<(String, String)> {
    let started = Instant::now();
    let ran = dealgate(folder, &["check", "--no-history", "--today", "2026-11-23", "--format", "json"]);
    assert!(started.elapsed() < Duration::from_secs(30), "it took {:?}", started.elapsed());
    let json: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
    assert_eq!(json["checked"]["deals"].as_u64().or(json["summary"]["deals"].as_u64()), Some(deals as u64));
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let list = json["findings"].as_array().expect("a list");
    list.iter().map(|finding| (text(finding, "file"), text(finding, "code"))).collect()
}

fn finds(path: &str, content: impl AsRef<[u8]>, code: &str) {
    let folder = beside_a_good_deal(path, content);
    let found = findings(folder.path(), 2);
    assert!(found.iter().any(|(file, found)| file == path && found == code), "{path}: {found:?}");
    assert!(found.iter().all(|(file, _)| file == path), "{found:?}");
}

/// So many keys that no deal has.
fn unknown(keys: usize) -> String {
    (0..keys).map(|number| format!("unknown_{number}: 1\n")).collect::<Vec<_>>().concat()
}

/// The finding of a code that must be there.
fn told(workspace: &Memory, code: &str) -> Finding {
    let assessment = workspace.check();
    let found = assessment.ledger.findings().iter().find(|finding| finding.code.name() == code);
    found.unwrap_or_else(|| panic!("no {code} in {:?}", assessment.ledger.findings())).clone()
}

/// What a finding says to do.
fn help(finding: &Finding) -> &str {
    finding.help.as_deref().unwrap_or_default()
}

fn codes(workspace: &Memory) -> Vec<&'static str> {
    let assessment = workspace.check();
    assessment.ledger.findings().iter().map(|finding| finding.code.name()).collect()
}

#[test]
fn a_file_over_a_mebibyte_is_not_read() {
    let text = |size: usize| format!("{GOOD}notes: {}\n", "x".repeat(size - GOOD.len() - 8));
    finds("deals/large.yaml", text((1 << 20) + 1), "too-large");
    let folder = beside_a_good_deal("deals/large.yaml", text(1 << 20));
    assert_eq!(findings(folder.path(), 2), [], "just as large as may be");
    let folder = beside_a_good_deal("deals/huge.yaml", "name: x\nnotes: ");
    let huge =
        fs::OpenOptions::new().write(true).open(folder.path().join("deals/huge.yaml")).expect("a file");
    huge.set_len(100 << 20).expect("a scalar of 100 MB");
    assert_eq!(findings(folder.path(), 2), [("deals/huge.yaml".to_owned(), "too-large".to_owned())]);
}

#[test]
fn nesting_ends_at_64() {
    let nested = |depth: usize| format!("{GOOD}notes: {}{}\n", "[".repeat(depth), "]".repeat(depth));
    let folder = beside_a_good_deal("deals/deep.yaml", nested(63));
    let found = findings(folder.path(), 2);
    assert_eq!(found, [("deals/deep.yaml".to_owned(), "wrong-type".to_owned())], "just as deep as may be");
    finds("deals/deep.yaml", nested(64), "too-deep");
    finds("deals/deep.yaml", "[".repeat(1_000_000), "too-deep");
    finds("deals/deep.yaml", "- ".repeat(500_000), "too-deep");
    finds("deals/deep.yaml", "{a: ".repeat(250_000), "too-deep");
    let toml = format!("stages = {}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let codes = codes(&Memory::default().with("workflows/deep.toml", toml));
    assert!(codes.iter().any(|code| matches!(*code, "too-deep" | "toml-syntax")), "{codes:?}");
}

#[test]
fn aliases_stand_for_100_000_values_at_most() {
    let mut bomb = String::from("name: x\nstage: prospect\na0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n");
    for level in 1..12 {
        let line = format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", "));
        bomb.push_str(&line);
    }
    finds("deals/bomb.yaml", bomb, "too-large");
    // One list of 1,000 values, and as many aliases of it as are allowed.
    let list = vec!["1"; 999].join(", ");
    let stands_for = |aliases: usize| {
        format!("name: x\nstage: prospect\na: &a [{list}]\nb: [{}]\n", vec!["*a"; aliases].join(", "))
    };
    let fine = codes(&Memory::default().with("deals/x.yaml", stands_for(99)));
    assert!(!fine.contains(&"too-large"), "{fine:?}");
    let message = told(&Memory::default().with("deals/x.yaml", stands_for(101)), "too-large").message;
    assert_eq!(message, "the aliases of this file stand for more than 100000 values");
}

#[test]
fn no_more_than_500_findings_are_kept_of_a_file() {
    let many = unknown(3_000);
    let workspace = Memory::default().with("deals/many.yaml", format!("{GOOD}{many}"));
    let assessment = workspace.check();
    let (last, kept) = (assessment.ledger.findings(), 501);
    assert_eq!(last.len(), kept);
    let just = codes(&Memory::default().with("deals/many.yaml", format!("{GOOD}{}", unknown(500))));
    assert_eq!((just.len(), just.contains(&"too-large")), (500, false));
    let one_more = Memory::default().with("deals/many.yaml", format!("{GOOD}{}", unknown(501)));
    assert!(self::told(&one_more, "too-large").message.contains("1 more finding"));
    let told = last.iter().find(|finding| finding.code.name() == "too-large").expect("it is told");
    assert!(told.message.contains("2500 more findings"), "{}", told.message);
    assert!(help(told).contains("raise `findings` in `[limits]`"), "{:?}", told.help);
}

#[test]
fn what_is_kept_and_read_of_a_file_may_be_set() {
    let text = |size: usize| format!("{GOOD}notes: {}\n", "x".repeat(size - GOOD.len() - 8));
    let with = |limits: &str, deal: String| {
        Memory::default().with("dealgate.toml", format!("[limits]\n{limits}\n")).with("deals/x.yaml", deal)
    };
    let message = |workspace: &Memory| told(workspace, "too-large").message;

    assert_eq!(codes(&with("file-size = '2 MiB'", text(2 << 20))), [""; 0]);
    let over = with("file-size = '2 MiB'", text((2 << 20) + 1));
    assert!(message(&over).contains("larger than 2 MiB, the most that is read"), "{}", message(&over));
    assert!(help(&told(&over, "too-large")).contains("raise `file-size` in `[limits]` of dealgate.toml"));
    let under = with("file-size = '1 KiB'", text(1_025));
    assert!(message(&under).contains("larger than 1 KiB"), "{}", message(&under));
    // Where nothing more can be set, nobody is sent to set it.
    let most = with("file-size = '16 MiB'", text((16 << 20) + 1));
    assert!(message(&most).contains("larger than 16 MiB"), "{}", message(&most));
    assert!(!help(&told(&most, "too-large")).contains("raise"));

    let many = with("findings = 2_000", format!("{GOOD}{}", unknown(3_000)));
    assert!(message(&many).contains("1000 more findings"), "{}", message(&many));
    let unusable = with("findings = 20_000", format!("{GOOD}{}", unknown(3_000)));
    assert!(message(&unusable).contains("2500 more findings"), "what is at fault is not in force");

    // A workflow and a template are files too.
    let rules = Memory::default().with("dealgate.toml", "[limits]\nfile-size = '1 KiB'\nfindings = 3\n");
    let workflow = format!("stages = ['a']\n# {}\n", "x".repeat(1_024));
    assert!(message(&rules.clone().with("workflows/w.toml", workflow)).contains("larger than 1 KiB"));
    let workflow = format!("stages = ['a']\n{}", unknown(10).replace(':', " ="));
    assert!(message(&rules.clone().with("workflows/w.toml", workflow)).contains("8 more findings"));
    let template = rules.with("templates/own.md", "x".repeat(1_025));
    let limits = template.workspace().config.limits;
    let found = TemplateSources::load(&template, "templates", limits.file_size).findings;
    assert!(found[0].message.contains("larger than 1 KiB"), "{found:?}");
}

#[test]
fn settings_are_read_within_the_usual_limit() {
    let large = |size: &str| format!("[limits]\nfile-size = '{size}'\n# {}\n", "x".repeat(1 << 20));
    let told = told(&Memory::default().with("dealgate.toml", large("4 MiB")), "too-large");
    assert!(told.message.contains("`dealgate.toml` is larger than 1 MiB"), "{}", told.message);
    assert!(!help(&told).contains("raise"), "{:?}", told.help);
}

/// Of commits as of files on disk, and as the rules say by which deals are judged.
#[test]
fn limits_that_are_set_hold_for_commits_too() {
    let repo = Repo::new();
    let large = format!("{GOOD}notes: {}\n", "x".repeat(1 << 20));
    repo.write("deals/large.yaml", &large).write("dealgate.toml", "");
    repo.commit("2026-11-01", JANE, "usual limits");
    repo.write("dealgate.toml", "[limits]\nfile-size = '2 MiB'\n");
    repo.commit("2026-11-02", JANE, "higher limits");
    for (more, status) in [
        (&[][..], 0),
        (&["--at", "HEAD"], 0),
        (&["--at", "HEAD~1"], 1),
        (&["--at", "HEAD~1", "--rules", "HEAD"], 0),
        (&["--rules", "HEAD~1"], 1),
        (&["--no-config"], 1),
    ] {
        let ran = dealgate(repo.path(), &[&["check", "--today", "2026-11-23"], more].concat());
        assert_eq!(ran.status, status, "{more:?}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.stdout.contains("too-large"), status == 1, "{more:?}: {}", ran.stdout);
    }
    // What stood in the file before is told as well.
    repo.write("deals/large.yaml", &large.replace("stage: prospect", "stage: qualified"));
    repo.commit("2026-11-10", JANE, "moved");
    let status = dealgate(repo.path(), &["export", "history", "--today", "2026-11-23"]);
    let moved = status.stdout.lines().any(|line| line.contains("2026-11-10") && line.contains("qualified"));
    assert!(moved, "{}{}", status.stdout, status.stderr);
}

#[test]
fn an_excerpt_shows_part_of_a_long_line() {
    let folder = beside_a_good_deal("deals/long.yaml", format!("{GOOD}amount: {}\n", "x ".repeat(300_000)));
    let ran =
        dealgate(folder.path(), &["check", "--no-history", "--today", "2026-11-23", "--format", "full"]);
    assert!(ran.stdout.contains("amount") && ran.stdout.len() < 4_000, "{} bytes", ran.stdout.len());
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 120), "{}", ran.stdout);
}

#[test]
fn loops_and_patterns_of_a_workflow_are_bounded() {
    let with = |rule: &str, tags: usize| {
        let workflow =
            format!("stages = [\"a\", \"b\"]\n[stage.a.requires.x]\ntitle = \"X\"\n{rule}\n[stage.b]\n");
        let tags = format!("name: x\nstage: b\nworkflow: w\ntags: [{}]\n", vec!["t"; tags].join(", "));
        Memory::default().with("workflows/w.toml", workflow).with("deals/x.yaml", tags)
    };
    let fine = |rule: &str, tags: usize| {
        let found = codes(&with(rule, tags));
        assert!(found.iter().all(|code| *code == "stage-without-requirements"), "{found:?}");
    };
    let message = |rule: &str, tags: usize| told(&with(rule, tags), "too-large").message;

    let large = message("field = \"name\"\npattern = '(a{1000}){1000}'", 1);
    assert!(large.contains("needs more than 256 KiB"), "{large}");
    let long = |length: usize| format!("rule = \"{:length$}\"", "true");
    fine(&long(10_000), 1);
    assert_eq!(message(&long(10_001), 1), "the expression is longer than 10000 bytes");
    let once = "rule = \"tags.all(a, a.size() > 0)\"";
    fine(once, 1_000);
    let many = message(once, 1_001);
    assert!(many.contains("has more than 1000 items to go through"), "{many}");
    fine("rule = \"tags.all(a, tags.all(b, a.size() + b.size() > 0))\"", 10);
    let three = message("rule = \"tags.all(a, tags.all(b, tags.all(c, a == b && b == c)))\"", 1);
    assert!(three.contains("loop"), "{three}");
}

/// A page of a small workspace.
fn rendered(template: &str, limits: Limits) -> Result<String, Box<Finding>> {
    let workspace = Memory::default().with("deals/good.yaml", GOOD).with("templates/own.md", template);
    let model = build(&workspace.workspace(), &Filter::default(), ReportOptions::default());
    let sources = TemplateSources::load(&workspace, "templates", limits.file_size);
    let templates = Templates::new(sources, model_json::schema(), limits);
    let loaded = templates.load(model);
    let page = templates.prepare("own.md", &loaded).expect("its names are fine");
    page.render(None)
}

#[test]
fn what_a_template_may_use_may_be_set() {
    let limits = |text: &str| {
        let settings = format!("[limits]\n{text}\n");
        Memory::default().with("dealgate.toml", settings).workspace().config.limits
    };
    let steps = "{% for a in range(1200) %}{% for b in range(1000) %}{% set c = a %}{% endfor %}{% endfor %}";
    let finding = rendered(steps, limits("")).expect_err("these are too many");
    assert!(
        finding.message.contains("takes more than 2") && finding.message.contains("steps"),
        "{finding:?}"
    );
    assert!(help(&finding).contains("raise `template-steps` in `[limits]`"), "{finding:?}");
    rendered(steps, limits("template-steps = 20_000_000")).expect("these are not");

    let page = "{% for a in range(3) %}{{ 'x' * 1024 }}{% endfor %}";
    let finding = rendered(page, limits("report-size = '2 KiB'")).expect_err("it is too large");
    assert!(finding.message.contains("larger than 2 KiB"), "{finding:?}");
    assert!(help(&finding).contains("raise `report-size` in `[limits]`"), "{finding:?}");
    assert_eq!(rendered(page, limits("report-size = '3 KiB'")).map(|page| page.len()).ok(), Some(3 << 10));
}

#[test]
fn a_template_is_bounded_in_steps_depth_and_size() {
    let told = |template: &str| {
        let finding = rendered(template, Limits::default()).expect_err("it is bounded");
        (finding.code.name(), finding.message)
    };
    let steps = "{% for a in range(9000) %}{% for b in range(9000) %}{% set c = a %}{% endfor %}{% endfor %}";
    let (code, message) = told(steps);
    assert!(code == "too-large" && message.contains("steps"), "{code}: {message}");
    let (code, message) = told("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}");
    assert!(code == "too-deep" && message.contains("recursion limit"), "{code}: {message}");
    let (code, message) = told("{% for a in range(9000) %}{{ 'x' * 9000 }}{% endfor %}");
    assert!(code == "too-large" && message.contains("64 MiB"), "{code}: {message}");
    let doubling =
        "{% set n = namespace(t='x') %}{% for a in range(99) %}{% set n.t = n.t ~ n.t %}{% endfor %}";
    let (code, message) = told(doubling);
    assert_eq!(code, "too-large", "{message}");
}

#[test]
fn texts_that_are_not_one_plain_document_are_told() {
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(GOOD.bytes().flat_map(|byte| [byte, 0])).collect();
    finds("deals/utf16.yaml", utf16, "not-utf8");
    finds("deals/latin.yaml", b"name: M\xfcller\nstage: prospect\n", "not-utf8");
    finds("deals/tab.yaml", "name: x\nstage: prospect\nnext_step:\n\twhat: y\n", "yaml-syntax");
    finds("deals/two.yaml", format!("{GOOD}---\n{GOOD}"), "many-documents");
    for fine in [format!("\u{feff}{GOOD}"), GOOD.replace('\n', "\r\n")] {
        let folder = beside_a_good_deal("deals/fine.yaml", fine);
        assert_eq!(findings(folder.path(), 2), []);
    }
}

#[test]
fn links_pipes_and_folders_are_not_followed_out_or_waited_for() {
    let folder = beside_a_good_deal("elsewhere/x.yaml", GOOD);
    let deals = folder.path().join("deals");
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("secret.yaml"), GOOD).expect("a file");
    symlink("nowhere.yaml", deals.join("dangling.yaml")).expect("a link");
    symlink(outside.path().join("secret.yaml"), deals.join("out.yaml")).expect("a link");
    symlink("loop.yaml", deals.join("loop.yaml")).expect("a link");
    symlink(".", deals.join("circle")).expect("a link");
    symlink("../elsewhere/x.yaml", deals.join("inside.yaml")).expect("a link");
    fs::create_dir(deals.join("folder.yaml")).expect("a folder");
    let made = std::process::Command::new("mkfifo").arg(deals.join("pipe.yaml")).status();
    assert!(made.is_ok_and(|made| made.success()), "mkfifo");
    // The circle leads to where the walk is already; a folder is no deal, whatever its name.
    let found = findings(folder.path(), 6);
    let unreadable = |name: &str| (format!("deals/{name}.yaml"), "unreadable".to_owned());
    assert_eq!(found, [unreadable("dangling"), unreadable("loop"), unreadable("out"), unreadable("pipe")]);
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_checked() {
    let folder = beside_a_good_deal("deals/locked.yaml", GOOD);
    let locked = folder.path().join("deals/locked.yaml");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).expect("a permission");
    // Whoever may read everything is not stopped by a permission.
    let told = usize::from(fs::read(&locked).is_err());
    assert_eq!(findings(folder.path(), 2).len(), told);

    for (name, said) in [("deals/locked", "deals/locked"), ("workflows", "workflows"), ("deals", "deals")] {
        let folder = beside_a_good_deal("deals/locked/x.yaml", GOOD);
        let locked = folder.path().join(name);
        fs::create_dir_all(&locked).expect("a folder");
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).expect("a permission");
        let is_locked = fs::read_dir(&locked).is_err();
        let ran = dealgate(folder.path(), &["check", "--no-history", "--format", "full"]);
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).expect("a permission");
        let expected = format!("error[unreadable]: `{said}` cannot be read: you may not read it\n");
        assert_eq!(ran.stdout.contains(&expected), is_locked, "{}", ran.stdout);
        assert_eq!(ran.stdout.contains("help: give yourself the right to read it"), is_locked);
        assert_eq!(ran.status, i32::from(is_locked), "{}", ran.stdout);
    }

    let folder = beside_a_good_deal("deals/other.yaml", GOOD);
    let name = std::ffi::OsString::from_vec(b"m\xfcller.yaml".to_vec());
    fs::write(folder.path().join("deals").join(name), GOOD).expect("a file");
    let found = findings(folder.path(), 3);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].1, "unreadable");
}

#[test]
fn a_file_that_vanishes_is_a_finding() {
    use dealgate::snapshot::Snapshot;
    use dealgate::snapshot::worktree::Worktree;
    let folder = beside_a_good_deal("deals/gone.yaml", GOOD);
    let worktree = Worktree::open(folder.path()).expect("a workspace");
    let listed = worktree.walk("deals").files;
    fs::remove_file(folder.path().join("deals/gone.yaml")).expect("it was there");
    let found: Vec<_> = listed.iter().filter_map(|path| worktree.read(path, 1 << 20).err()).collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code.name(), "unreadable");
}

/// Names and texts that would act on a terminal, a runner or a page, were they shown as they are.
#[test]
fn hostile_names_and_texts_act_nowhere() {
    let hostile = "\u{1b}]0;x\u{7}\u{202e}%0A::error::\r";
    let name = "deals/a\u{1b}[2J,b:c%\n::error::\u{202e}.yaml";
    let yaml = format!("name: x\nstage: {}\n", serde_json::to_string(hostile).expect("JSON"));
    let folder = beside_a_good_deal(name, yaml);
    for format in dealgate::emit::FORMATS {
        let ran = dealgate(
            folder.path(),
            &["check", "--no-history", "--today", "2026-11-23", "--format", format.name],
        );
        assert!(!ran.stdout.is_empty(), "{}", format.name);
        for bad in ['\u{1b}', '\u{7}', '\u{202e}', '\r'] {
            assert!(!ran.stdout.contains(bad), "{} shows {bad:?}", format.name);
        }
        let orders = ran.stdout.lines().filter(|line| line.trim_start().starts_with("::error::"));
        assert_eq!(orders.count(), 0, "{}: {}", format.name, ran.stdout);
    }
}

#[test]
fn check_writes_nothing_into_the_workspace() {
    let folder = beside_a_good_deal("deals/bad.yaml", "name: x\nstage: nowhere\n");
    let before = tree(folder.path());
    for format in dealgate::emit::FORMATS {
        dealgate(folder.path(), &["check", "--no-history", "--today", "2026-11-23", "--format", format.name]);
    }
    dealgate(folder.path(), &["check", "--no-history", "deals/bad.yaml", "-v"]);
    assert_eq!(tree(folder.path()), before);
}

fn tree(folder: &Path) -> BTreeMap<String, (Vec<u8>, Option<std::time::SystemTime>)> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| {
            let entry = entry.expect("it can be read");
            let changed = entry.metadata().ok().and_then(|data| data.modified().ok());
            let content = fs::read(entry.path()).unwrap_or_default();
            (entry.path().to_string_lossy().into_owned(), (content, changed))
        })
        .collect()
}

/// A folder with an old file in it, and a run that may write no more than 64 KiB, which is a small part of what it would:
/// what the file holds then, what else lies there, and how the run ended.
fn interrupted(prepare: &str) -> (String, Vec<String>, Ran) {
    let folder = beside_a_good_deal("deals/bad.yaml", "name: x\nstage: nowhere\n");
    let many = unknown(400);
    for number in 0..10 {
        fs::write(folder.path().join(format!("deals/{number}.yaml")), format!("{GOOD}{many}"))
            .expect("a file");
    }
    let out = folder.path().join("out");
    fs::create_dir(&out).expect("a folder");
    fs::write(out.join("out.json"), "the old one").expect("a file");
    let check = command(folder.path(), &["check", "--no-history", "--format", "json=out/out.json"]);
    let mut shell = std::process::Command::new("bash");
    let script = format!("{prepare} ulimit -f 64; exec \"$0\" \"$@\"");
    shell.current_dir(folder.path()).args(["-c", &script]).arg(check.get_program()).args(check.get_args());
    let ran = ran(shell.output().expect("bash is there"));
    let names = fs::read_dir(&out).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let beside = names.map(|name| name.to_string_lossy().into_owned()).filter(|name| name != "out.json");
    let beside = beside.collect();
    (fs::read_to_string(out.join("out.json")).expect("a file"), beside, ran)
}

#[test]
fn a_run_that_is_killed_or_cannot_write_on_leaves_the_old_file() {
    // Whoever writes more than it may is killed in the middle of it, and can tidy nothing up.
    let (text, beside, ran) = interrupted("");
    assert_eq!((text.as_str(), ran.status), ("the old one", -1), "{}", ran.stderr);
    assert!(matches!(&beside[..], [half] if half.starts_with(".dealgate-")), "it was writing: {beside:?}");

    // Who takes no notice of the signal cannot write, as where a disk is full.
    let (text, beside, ran) = interrupted("trap '' XFSZ;");
    assert_eq!((text.as_str(), ran.status), ("the old one", 2), "{}", ran.stderr);
    assert!(ran.stderr.contains("error: cannot write `out/out.json`"), "{}", ran.stderr);
    assert_eq!(beside, [""; 0], "nothing is left beside it");

    let (text, beside, ran) = interrupted("ulimit() { :; };");
    assert_eq!((ran.status, beside.len()), (1, 0), "{}", ran.stderr);
    assert!(text.len() > 10 * 64 * 1024 && serde_json::from_str::<Value>(&text).is_ok());
}

#[test]
fn one_core_or_two_say_the_same() {
    let folder = beside_a_good_deal("deals/bad.yaml", "name: x\nstage: nowhere\n");
    for number in 0..300 {
        let stage = if number % 3 == 0 { "qualified" } else { "nowhere" };
        let text = format!("name: x\nstage: {stage}\nnumber_{number}: 1\n");
        fs::create_dir_all(folder.path().join(format!("deals/a-{}", number % 7))).expect("a folder");
        fs::write(folder.path().join(format!("deals/a-{}/{number}.yaml", number % 7)), text).expect("a file");
    }
    let arguments = ["check", "--no-history", "--today", "2026-11-23", "--format", "json"];
    let with = |threads: &str| {
        let mut command = command(folder.path(), &arguments);
        ran(command.env("RAYON_NUM_THREADS", threads).output().expect("it runs")).stdout
    };
    let one = with("1");
    assert!(one.matches("\"unknown-stage\"").count() > 200, "{one}");
    assert_eq!(one, with("2"));
}

/// Looking at every entry beside every other would take minutes here.
#[test]
fn a_history_may_be_as_long_as_a_file() {
    let repo = Repo::new();
    let deal = |odd: usize| {
        let entry = |number: usize| format!("- {{date: 2026-01-01, amount: {} EUR}}\n", number * 2 + odd);
        "name: A\nstage: prospect\nopened: 2026-01-01\nhistory:\n".to_owned()
            + &(0..24_000).map(entry).collect::<String>()
    };
    for odd in 0..2 {
        repo.write("deals/a.yaml", &deal(odd));
        repo.commit("2026-02-01", JANE, "another history");
    }
    for arguments in [&["check"][..], &["export", "history"], &["diff", "HEAD~1"]] {
        let ran = dealgate(repo.path(), &[arguments, &["--today", "2026-03-01"]].concat());
        assert_ne!(ran.status, 2, "{arguments:?}: {}", ran.stderr);
    }
}
