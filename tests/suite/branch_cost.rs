//! What a branch brings costs no more than its limits say, whatever stands in it: each is met and told, within little
//! memory and an ordinary stack.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::repo::{JANE, Repo};
use crate::run::{Ran, command, ran};

const GOOD: &str = "name: Good\nstage: prospect\nopened: 2026-11-01\n";

/// Far above what any of them takes, even in a debug build on a busy machine; days are what some took.
const PATIENCE: Duration = Duration::from_mins(4);

/// The address space of a run, in KiB: threads take some that they never use.
const MEMORY: u64 = 1_500_000;

/// A run that may use so much memory and an ordinary stack; it must end by itself, and not by a signal.
fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let program = command(folder, &[]);
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", &format!("ulimit -v {MEMORY}; ulimit -s 8192; exec \"$0\" \"$@\"")]);
    limited.arg(program.get_program()).args(arguments).args(["--today", "2026-11-23"]).current_dir(folder);
    limited.env_clear().envs(program.get_envs().filter_map(|(key, value)| Some((key, value?))));
    let started = Instant::now();
    let ran = ran(limited.output().expect("it can be started"));
    assert!((0..=2).contains(&ran.status), "{arguments:?} ended with {}: {}", ran.status, ran.stderr);
    assert!(started.elapsed() < PATIENCE, "{arguments:?} took {:?}", started.elapsed());
    ran
}

fn workspace(files: &[(&str, String)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in
        [("dealgate.toml", String::new()), ("deals/good.yaml", GOOD.to_owned())].iter().chain(files)
    {
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        fs::write(file, text).expect("a file");
    }
    folder
}

/// What a check of a template, and a report of it, say.
fn template(text: &str) -> [Ran; 2] {
    let folder = workspace(&[("templates/own.html", text.to_owned())]);
    ["check --no-history --format concise", "report own --format html --no-history"]
        .map(|arguments| run(folder.path(), &arguments.split(' ').collect::<Vec<_>>()))
}

#[test]
fn templates_that_include_each_other_are_looked_at_once() {
    for times in [2, 3] {
        let mut files: Vec<(String, String)> = Vec::new();
        for level in 0..22 {
            let include = format!("{{% include \"a{}.html\" %}}\n", level + 1);
            files.push((format!("templates/a{level}.html"), include.repeat(times)));
        }
        files.push(("templates/a22.html".to_owned(), "{{ no_such }}".to_owned()));
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
        let folder = workspace(&files);
        let told = run(folder.path(), &["check", "--no-history", "--format", "concise"]).stdout;
        assert_eq!(told.matches("template-undefined").count(), 1, "{told}");
    }
    // Each sees a name more than the one before.
    let mut files: Vec<(String, String)> = Vec::new();
    for level in 0..22 {
        let include =
            |n: u8| format!("{{% set x{level}_{n} = 1 %}}{{% include \"a{}.html\" %}}\n", level + 1);
        files.push((format!("templates/a{level}.html"), include(1) + &include(2)));
    }
    files.push(("templates/a22.html".to_owned(), "x".repeat(1_000)));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let folder = workspace(&files);
    let told = run(folder.path(), &["check", "--no-history", "--format", "concise"]).stdout;
    assert!(told.contains("too-large"), "{told}");
}

#[test]
fn operators_that_hang_on_one_another_are_told_before_they_are_read() {
    let n = 13_600;
    for text in [
        format!("{{{{ 1{} }}}}", "+1".repeat(n)),
        format!("{{{{ {}x }}}}", "not ".repeat(n)),
        format!("{{{{ deals{} }}}}", ".x".repeat(n)),
        format!("{{{{ deals{} }}}}", "[0]".repeat(n)),
        format!("{{{{ deals{} }}}}", "|list".repeat(n)),
        format!("{{% if deals %}}{}{{% endif %}}", "{% elif deals %}".repeat(n)),
        format!("{{{{ {}1 }}}}", "-".repeat(n)),
    ] {
        let [check, report] = template(&text);
        assert!(check.stdout.contains("too-deep"), "{}: {}{}", &text[..40], check.stdout, check.stderr);
        assert_eq!(report.status, 2, "{}", &text[..40]);
    }
    // A name that is worked out is not looked at before.
    let deep = format!("{{{{ 1{} }}}}", "+1".repeat(n));
    let named = "{% set name = 'deep' ~ '.html' %}{% include name %}";
    let folder = workspace(&[("templates/own.html", named.to_owned()), ("templates/deep.html", deep)]);
    let told = run(folder.path(), &["report", "own", "--format", "html", "--no-history"]);
    assert!(told.status == 2 && told.stderr.contains("too-deep"), "{}", told.stderr);
}

#[test]
fn lists_in_lists_of_a_template_have_an_end() {
    let doubled = "{% set l = [l, l] %}".repeat(60);
    let doubled = format!("{{% set l = [1] %}}{doubled}");
    let other = doubled.replace("l = ", "m = ").replace("[l, l]", "[m, m]");
    let loops = |body: &str| {
        format!(
            "{{% set ns = namespace(l=[]) %}}{{% for i in range(99999) %}}{body}{{% endfor %}}{{{{ ns.l }}}}"
        )
    };
    for text in [
        doubled.clone() + "{{ l }}",
        doubled.clone() + "{{ l|length }}",
        doubled.clone() + "{{ l|string|length }}",
        doubled.clone() + &other + "{{ l == m }}",
        doubled.replace("[l, l]", "{'a': l, 'b': l}") + "{{ l }}",
        doubled.replace("[l, l]", "(l, l)") + "{{ l|tojson }}",
        doubled.replace("[l, l]", "dict(a=l, b=l)") + "{{ l|unique }}",
        doubled.replace("[l, l]", "l|zip(l)|list") + "{{ l }}",
        doubled.replace("[l, l]", "l|batch(1)|list") + "{{ l }}",
        format!("{{% set l = [] %}}{}{{{{ l }}}}", "{% set l = [l] %}".repeat(20_000)),
        loops("{% set ns.l = [ns.l] %}"),
        "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}".to_owned(),
        "{% set a = namespace() %}{% set b = namespace(x=a) %}{% set a.x = b %}{{ a }}".to_owned(),
        "{% set a = namespace() %}{% set b = namespace() %}{% set a.x = a %}{% set b.x = b %}{{ a == b }}"
            .to_owned(),
        "{{ deals|tojson(indent=1000000000) }}".to_owned(),
        "{{ deals|tojson(1000000000) }}".to_owned(),
        "{% set s = 'x' * 1000000 %}{{ [s] * 100000 }}".to_owned(),
    ] {
        let [_, report] = template(&text);
        assert_eq!(report.status, 2, "{} … {}", &text[..60.min(text.len())], report.stderr);
        assert!(report.stderr.contains("templates/own.html:1:"), "{}", report.stderr);
    }
    // These have an end of their own.
    for text in [
        loops("{% set ns.l = ns.l|chain([i]) %}"),
        loops("{% set ns.l = ns.l|batch(2) %}"),
        "{% for i in range(2000) %}{{ range(5000)|list|cell }}{% endfor %}".to_owned(),
        "{% for i in range(2000) %}{{ (range(5000)|list)|number }}{% endfor %}".to_owned(),
        "{% for i in range(2000) %}{{ (range(5000)|list)|percent }}{% endfor %}".to_owned(),
        "{% set l = [1, [2, {'a': (3, 4)}]] %}{{ l }}{{ l[1][1].a|join(', ') }}".to_owned(),
    ] {
        template(&text);
    }
}

#[test]
fn links_make_no_more_of_few_files_than_anybody_reads() {
    let many = |repo: &Repo, links: usize, files: usize, name: &dyn Fn(usize) -> String| {
        for file in 0..files {
            repo.write(&format!("shared/{file}.yaml"), GOOD);
        }
        fs::create_dir_all(repo.path().join("deals")).expect("a folder");
        for link in 0..links {
            symlink(name(link), repo.path().join(format!("deals/l{link}"))).expect("a link");
        }
        repo.commit("2026-11-01", JANE, "links");
    };
    let told = |repo: &Repo, at: &[&str]| {
        let all = [&["check", "--no-history", "--format", "json"], at].concat();
        let json: serde_json::Value = serde_json::from_str(&run(repo.path(), &all).stdout).expect("JSON");
        let codes = json["findings"].as_array().expect("findings").iter();
        (json["summary"]["deals"].as_u64(), codes.filter(|finding| finding["code"] == "too-large").count())
    };
    let repo = Repo::new();
    many(&repo, 60, 60, &|_| "../shared".to_owned());
    let (deals, large) = told(&repo, &[]);
    assert!(deals.is_some_and(|deals| deals < 1_200) && large == 1, "{deals:?}, {large}");
    let (deals, large) = told(&repo, &["--at", "HEAD"]);
    assert!(deals.is_some_and(|deals| deals < 1_200) && large == 1, "{deals:?}, {large}");
    // Links to files, and a few links to one folder, which is nobody's fault.
    let repo = Repo::new();
    many(&repo, 1_500, 1, &|_| "../shared/0.yaml".to_owned());
    for link in 0..1_500 {
        let (from, to) = (format!("deals/l{link}"), format!("deals/l{link}.yaml"));
        fs::rename(repo.path().join(from), repo.path().join(to)).expect("a link");
    }
    let (deals, large) = told(&repo, &[]);
    assert!(deals.is_some_and(|deals| deals < 1_200) && large == 1, "{deals:?}, {large}");
    let repo = Repo::new();
    many(&repo, 3, 60, &|_| "../shared".to_owned());
    assert_eq!(told(&repo, &[]), (Some(180), 0));
}

#[test]
fn versions_of_a_large_deal_are_not_all_held() {
    let repo = Repo::new();
    let workflow = "stages = [\"a\", \"b\"]\n[stage.a]\nmax-days = 30\n[stage.a.requires]\nx = { title = \"X\", since = \
                    2026-01-01 }\n";
    repo.write("workflows/w.toml", workflow).write("deals/w/small.yaml", "name: x\nstage: b\n");
    let mut notes = String::new();
    while notes.len() < 900_000 {
        notes.push_str("a, ");
    }
    for version in 0..14 {
        let deal = format!("name: x{version}\nstage: b\ntags: [{notes}]\n");
        repo.write("deals/w/x.yaml", &deal);
        repo.commit(&format!("2026-05-{:02}", version + 1), JANE, "a version");
    }
    let ran = run(repo.path(), &["check", "--format", "concise"]);
    assert!(ran.stdout.contains("history-missing") && ran.stdout.contains("versions of"), "{}", ran.stdout);
}

#[test]
fn suggestions_are_made_for_what_is_told() {
    let n = 4_000;
    let (mut fields, mut groups, mut asked) = ("[fields]\n".to_owned(), String::new(), String::new());
    for index in 0..n {
        let _ = writeln!(fields, "field_number_{index:05} = \"text\"");
        let _ = writeln!(groups, "group-number-{index:05} = [\"a@b.example\"]");
        let _ = writeln!(asked, "r{index} = {{ field = \"feild_number_{index:05}\" }}");
        let _ = writeln!(asked, "a{index} = {{ approval = \"gruop-number-{index:05}\" }}");
    }
    let workflow = format!("stages = [\"a\", \"b\"]\n{fields}[groups]\n{groups}[stage.a.requires]\n{asked}");
    let mut deal = "name: x\nstage: a\n".to_owned();
    for index in 0..n {
        let _ = writeln!(deal, "feild_number_{index:05}: x");
    }
    let folder = workspace(&[("workflows/w.toml", workflow), ("deals/w/x.yaml", deal)]);
    let told = run(folder.path(), &["check", "--no-history", "--format", "jsonl"]).stdout;
    assert!(told.contains("did you mean `field_number_00000`"), "{told}");
    assert!(told.lines().count() < 1_100, "{}", told.lines().count());
}

/// A file of many slips is parsed once for the fixes of all of them, not once for each.
#[test]
fn fixes_are_made_of_one_reading() {
    let padding = format!("# {}\n", "x".repeat(78)).repeat(12_000);
    let slips = |each: &str| (0..450).fold(String::new(), |all, _| all + each);
    for slip in ["  - {nmae: x}\n", "  - {nmae: x, naem: y}\n"] {
        let deal = format!("name: x\nstage: a\ncontacts:\n{}{padding}", slips(slip));
        let workflow = "stages = [\"a\", \"b\"]\n[fields.contacts]\ntype = \"list\"\nitems.name = \"text\"\n";
        let deals = ["deals/w/a.yaml", "deals/w/b.yaml", "deals/w/c.yaml", "deals/w/d.yaml"];
        let mut files = vec![("workflows/w.toml", workflow.to_owned())];
        files.extend(deals.map(|path| (path, deal.clone())));
        let folder = workspace(&files);
        for format in ["json", "sarif", "full"] {
            let told = run(folder.path(), &["check", "--no-history", "--format", format]).stdout;
            assert!(told.contains("did you mean `name`?"), "{format}");
        }
    }
}

#[test]
fn a_run_has_a_budget_beside_that_of_one_expression() {
    let mut rules = String::new();
    for index in 0..6 {
        let _ = writeln!(
            rules,
            "r{index} = {{ title = \"R\", rule = \"tags.all(a, tags.all(b, a == b || a != b || a == '{index}'))\" }}"
        );
    }
    let workflow = format!("stages = [\"a\", \"b\"]\n[stage.a.requires]\n{rules}");
    let tags: Vec<String> = (0..1_000).map(|index| format!("t{index}")).collect();
    let deal = format!("name: x\nstage: b\ntags: [{}]\n", tags.join(", "));
    let mut files = vec![("workflows/w.toml".to_owned(), workflow)];
    files.extend((0..20).map(|index| (format!("deals/w/{index}.yaml"), deal.clone())));
    files.push(("deals/w/small.yaml".to_owned(), "name: y\nstage: b\ntags: [a]\n".to_owned()));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let folder = workspace(&files);
    let check = || run(folder.path(), &["check", "--no-history", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&check()).expect("JSON");
    let findings = json["findings"].as_array().expect("findings");
    let whole: Vec<_> = findings.iter().filter(|finding| finding["file"].is_null()).collect();
    assert_eq!(whole.len(), 1, "{whole:?}");
    assert!(whole[0]["message"].as_str().expect("a message").contains("over all deals"));
    // What takes little is judged as always.
    let small = |finding: &&serde_json::Value| finding["file"] == "deals/w/small.yaml";
    assert_eq!(findings.iter().find(small), None);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&check()).expect("JSON"), json);
}
