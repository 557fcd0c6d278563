//! What the fuzz targets try, and the suite replays: whatever the bytes, no panic, and every place lies in its text.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use dealgate::assess::{self, Selection, Workspace};
use dealgate::finding::limit::Limits;
use dealgate::finding::{Finding, Level};
use dealgate::report::template::{TemplateSources, Templates};
use dealgate::report::{Filter, ReportModel, ReportOptions, build, model_json};
use dealgate::snapshot::git::{LogScope, Repository, read_log};
use dealgate::syntax::yaml;
use dealgate::workspace::Config;

use crate::memory::Memory;

#[path = "edit_law.rs"]
pub mod edit_law;

const DEAL: &str = "name: x\nstage: b\namount: 5 EUR\ntags: [a, b]\ndone: {x: 2026-05-01}\n";

/// Tries some bytes; panics when they break a promise.
pub type Trial = fn(&[u8]);

/// The trials by the names of their targets.
pub const TRIALS: [(&str, Trial); 10] = [
    ("deal", deal),
    ("workflow", workflow),
    ("expression", expression),
    ("template", template),
    ("check", check),
    ("yaml", yaml),
    ("log", log),
    ("since", since),
    ("edit", edit_law::edit),
    ("merge", edit_law::merge),
];

/// A deal, held against the standard workflow.
pub fn deal(bytes: &[u8]) {
    sound(&Memory::default().with("deals/x.yaml", bytes));
}

/// A workflow, and a deal that follows it.
pub fn workflow(bytes: &[u8]) {
    sound(&Memory::default().with("workflows/w.toml", bytes).with("deals/w/x.yaml", DEAL));
}

/// An expression, as a rule.
pub fn expression(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if text.contains("'''") || text.contains('\r') {
        return;
    }
    let workflow =
        format!("stages = [\"a\", \"b\"]\n[stage.a.requires.x]\ntitle = \"X\"\nrule = '''\n{text}'''\n");
    sound(&Memory::default().with("workflows/w.toml", workflow).with("deals/w/x.yaml", DEAL));
}

/// A template, held against the schema and rendered from a small workspace, as a page and as Markdown.
pub fn template(bytes: &[u8]) {
    static MODEL: OnceLock<ReportModel> = OnceLock::new();
    let model = MODEL.get_or_init(|| {
        let memory = Memory::default().with("deals/x.yaml", DEAL);
        build(&memory.workspace(), &Filter::default(), ReportOptions::default())
    });
    let memory = Memory::default().with("templates/x.html", bytes).with("templates/x.md", bytes);
    let limits = Limits::default();
    let sources = TemplateSources::load(&memory, "templates", limits.file_size);
    let templates = Templates::new(sources, model_json::schema(), limits);
    let told = templates.check();
    let loaded = templates.load(model.clone());
    for name in ["x.html", "x.md"] {
        let rendered = templates.prepare(name, &loaded).map(|page| page.render(Some(0)));
        let findings = match &rendered {
            Ok(Ok(_)) => &[][..],
            Ok(Err(finding)) => std::slice::from_ref(finding.as_ref()),
            Err(findings) => findings,
        };
        told.iter().chain(findings).for_each(in_its_text);
    }
}

/// Settings, a workflow and a deal, with a zero byte between them.
pub fn check(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == 0);
    let mut next = || parts.next().unwrap_or_default();
    let memory = Memory::default().with("dealgate.toml", next());
    sound(&memory.with("workflows/w.toml", next()).with("deals/w/x.yaml", next()));
}

/// A text as the fast path reads it and as the general one does; what the fast one declines shows nothing.
pub fn yaml(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some(plain) = yaml::parse_plain(text) else { return };
    let general = yaml::parse_general(text);
    assert_eq!(general.faults, []);
    assert_eq!(general.root, Some(plain), "{text:?}");
}

/// A log as git writes it, of commits that touch files of these names, and the bytes themselves: no name makes a commit.
pub fn log(bytes: &[u8]) {
    let names: Vec<&[u8]> = bytes.split(|byte| *byte == 0).filter(|name| !name.is_empty()).collect();
    let mut said = Vec::new();
    for (at, names) in names.chunks(3).enumerate() {
        said.extend(format!("{at:040x} {at} {:040x}\0\n", at + 1).into_bytes());
        for (kind, name) in ["A", "M", "D"].iter().zip(names) {
            said.extend([format!(":100644 100644 0 {at:040x} {kind}\0").as_bytes(), *name, b"\0"].concat());
        }
    }
    let read = |said: &[u8]| read_log(said, "sales/", &mut LogScope::default());
    let commits = read(&said).expect("git wrote it");
    assert_eq!(commits.len(), names.chunks(3).count());
    for ((at, commit), names) in (0_i64..).zip(&commits).zip(names.chunks(3)) {
        assert_eq!((commit.id.as_ref(), commit.time.as_second()), (format!("{at:040x}").as_str(), at));
        let texts = names.iter().filter_map(|name| std::str::from_utf8(name).ok());
        let seen = texts.map(|name| match name.strip_prefix("sales/") {
            Some(inside) => inside.to_owned(),
            None => format!("../{name}"),
        });
        let told = commit.changes.iter().filter_map(|change| change.to.clone().or(change.from.clone()));
        assert_eq!(told.collect::<Vec<_>>(), seen.collect::<Vec<_>>());
    }
    // Whatever else it says, nothing is read past its end.
    let _ = read(bytes);
}

/// The files that a branch may write, by the letter that stands before what is written.
const FILES: [(u8, &str); 11] = [
    (b'a', "deals/acme/a.yaml"),
    (b'b', "deals/acme/b.yaml"),
    (b'c', "deals/acme/b.yml"),
    (b'd', "deals/d.yaml"),
    (b'w', "workflows/acme.toml"),
    (b's', "dealgate.toml"),
    (b'e', "docs/e"),
    (b'h', ".docs/h"),
    (b'm', ".mailmap"),
    (b't', "templates/x.md"),
    (b'l', "deals/acme/link.yaml"),
];

/// A repository from the parts between zero bytes: each begins with the letter of a file and goes on with its text, `-`
/// takes the file of the next letter away, and after `=` a branch begins. What a check finds on it and not before, `check
/// --since` finds.
pub fn since(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    import(folder.path(), &stream(bytes));
    let Ok(repository) = Repository::open(folder.path()) else { return };
    let today = jiff::civil::date(2026, 11, 23);
    let checked = |name: &str| -> Option<Vec<Finding>> {
        let commit = repository.resolve(name).ok()?;
        let files = repository.snapshot(&commit).ok()?;
        let workspace = Workspace::load(&files, Config::load(&files), today);
        let workspace = workspace.with_past(folder.path(), Some(repository.clone()), Some(commit));
        let found = assess::check(&workspace, &Selection::Everything, |_| None::<()>);
        Some(found.ledger.findings().to_vec())
    };
    let (Some(before), Some(after)) = (checked("base"), checked("topic")) else { return };
    let Ok(found) = dealgate::command::since(folder.path(), ["base", "topic"], today) else { return };
    found.findings().iter().for_each(in_its_text);
    let what = |it: &Finding| {
        let place = it.place.as_ref().map(|place| place.file.path().to_string());
        (
            it.code,
            it.subject.deal.clone().map_or(place, |deal| Some(deal.to_string())),
            it.subject.requirement.clone(),
        )
    };
    let known: Vec<_> = before.iter().map(what).collect();
    let told: Vec<_> = found.findings().iter().map(what).collect();
    for finding in after.iter().filter(|it| it.level == Some(Level::Error)) {
        let what = what(finding);
        assert!(known.contains(&what) || told.contains(&what), "{what:?} of {finding:?} is not in {told:?}");
    }
}

/// Two commits as `git fast-import` reads them.
fn stream(bytes: &[u8]) -> Vec<u8> {
    let who =
        |day: u32| format!("committer Jane Roe <jane@acme.example> {} +0000\ndata 0\n", 1_700_000_000 + day);
    let mut stream = format!("commit refs/heads/base\n{}", who(0)).into_bytes();
    let mut taken = false;
    let mut branched = false;
    for part in bytes.split(|byte| *byte == 0) {
        let Some((letter, text)) = part.split_first() else { continue };
        match letter {
            b'=' if !branched => {
                stream.extend(
                    format!("commit refs/heads/topic\n{}from refs/heads/base\n", who(90_000)).into_bytes(),
                );
                branched = true;
            }
            b'-' => taken = true,
            _ => {
                let Some((_, path)) = FILES.iter().find(|(known, _)| known == letter) else { continue };
                if std::mem::take(&mut taken) {
                    stream.extend(format!("D {path}\n").into_bytes());
                    continue;
                }
                let mode = if *letter == b'l' { "120000" } else { "100644" };
                stream.extend(format!("M {mode} inline {path}\ndata {}\n", text.len()).into_bytes());
                stream.extend([text, b"\n"].concat());
            }
        }
    }
    if !branched {
        stream.extend(format!("commit refs/heads/topic\n{}from refs/heads/base\n", who(90_000)).into_bytes());
    }
    stream
}

/// Makes a repository of them, and asks nobody's settings.
fn import(folder: &Path, stream: &[u8]) {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("git starts")
    };
    let made = git(&["init", "--quiet", "--bare", "--initial-branch=topic", "--template=", "."]).wait();
    assert!(made.expect("it ends").success());
    let mut import = git(&["fast-import", "--quiet"]);
    // It stops reading where it does not like what it is told.
    let _ = import.stdin.take().expect("it reads").write_all(stream);
    let _ = import.wait();
}

fn sound(memory: &Memory) {
    memory.check().ledger.findings().iter().for_each(in_its_text);
}

fn in_its_text(finding: &Finding) {
    for place in finding.place.iter().chain(finding.related.iter().map(|related| &related.place)) {
        let (start, end) = (place.span.start as usize, place.span.end as usize);
        assert!(place.file.text().get(start..end).is_some(), "{finding:?}");
    }
}
