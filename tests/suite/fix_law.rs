//! The law of fixes, over every workspace of the suite and of the fuzzers: a fix that is made takes its finding away,
//! brings no other, and changes nothing else.

use std::collections::BTreeMap;
use std::path::Path;

use dealgate::assess::{self, JudgedDeal, RequirementState, Selection};
use dealgate::edit::fix::{FixEdit, apply};
use dealgate::finding::{Code, Finding, Rewrite};
use dealgate::report::model_json;
use dealgate::report::template::{TemplateSources, Templates};
use dealgate::syntax::{Kind, Node, toml, yaml};
use dealgate::workspace::Config;
use rayon::prelude::*;

use crate::corpora::corpus;
use crate::help_texts::workspaces;
use crate::memory::Memory;

fn findings(memory: &Memory) -> Vec<Finding> {
    let config = Config::load(memory);
    let mut found = memory.check().ledger.findings().to_vec();
    let sources = TemplateSources::load(memory, &config.templates, config.limits.file_size);
    found.extend(Templates::new(sources, model_json::schema(), config.limits).check());
    found
}

/// What findings say, wherever they stand, and how often.
fn said(findings: &[Finding]) -> BTreeMap<String, usize> {
    let mut said = BTreeMap::new();
    for finding in findings {
        let file = finding.place.as_ref().map_or("", |place| place.file.path());
        *said.entry(format!("{file}: {}: {}", finding.code, finding.message)).or_default() += 1;
    }
    said
}

/// The values of a tree by their paths, those of a TOML text as they are written.
pub fn values(node: &Node<'_>, path: &str, all: &mut Vec<(String, String)>) {
    match &node.kind {
        Kind::Scalar(scalar) => all.push((path.to_owned(), scalar.text.to_string())),
        Kind::List(items) => {
            all.push((path.to_owned(), format!("{} items", items.len())));
            items.iter().enumerate().for_each(|(at, item)| values(item, &format!("{path}[{at}]"), all));
        }
        Kind::Map(entries) => {
            all.push((path.to_owned(), "a record".to_owned()));
            for entry in entries {
                values(&entry.value, &format!("{path}.{}", entry.key.value), all);
            }
        }
    }
}

fn ends_in(path: &str, extensions: &[&str]) -> bool {
    let extension = Path::new(path).extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extensions.contains(&extension))
}

/// How many values of a text are not those of another, as far as both can be read.
fn differences(path: &str, old: &str, new: &str) -> Option<usize> {
    let flat = |text: &str| {
        let is_toml = ends_in(path, &["toml"]);
        let parsed = if is_toml { toml::parse(text, 0) } else { yaml::parse(text) };
        let mut all = Vec::new();
        values(&parsed.root.filter(|_| parsed.faults.is_empty())?, "", &mut all);
        Some(all)
    };
    let (old, new) = (flat(old)?, flat(new)?);
    let gone = old.iter().filter(|value| !new.contains(value)).count();
    Some(gone.max(new.iter().filter(|value| !old.contains(value)).count()))
}

/// What the values of a text say of work done, approved and waived; `None` where it cannot be read.
fn said_of_work(text: &str) -> Option<Vec<(String, String)>> {
    let parsed = yaml::parse(text);
    let mut all = Vec::new();
    values(&parsed.root.filter(|_| parsed.faults.is_empty())?, "", &mut all);
    all.retain(|(path, _)| [".done", ".waivers"].iter().any(|key| path.starts_with(key)));
    Some(all)
}

/// The requirements that are met or not asked, of every deal that can be judged.
fn settled(memory: &Memory) -> BTreeMap<String, Vec<String>> {
    let workspace = memory.workspace();
    let told = |judged: &JudgedDeal<'_>| {
        let is_settled = |state: &RequirementState| {
            matches!(state, RequirementState::Met(_) | RequirementState::NotAsked(_))
        };
        let items = judged.judgement.items.iter().filter(|item| is_settled(&item.state));
        Some((judged.deal.id.to_string(), items.map(|item| item.requirement.id.to_string()).collect()))
    };
    assess::assess(&workspace, &Selection::Everything, told).kept.into_iter().collect()
}

/// What may come when a finding goes: what could not be judged before, and what was not shown.
fn was_hidden(by: &Finding, came: &str, before: &[Finding]) -> bool {
    let of_reading =
        ["unknown-key", "wrong-type", "not-allowed", "out-of-range", "missing-currency", "missing-key"];
    let is_of_reading = of_reading.iter().any(|code| came.contains(&format!(": {code}: ")));
    if before.iter().any(|it| it.code == Code::TooLarge) {
        return true;
    }
    match by.code {
        // Nothing of the file was read.
        Code::YamlSyntax => true,
        // The gates of a stage that is none were not asked.
        Code::UnknownStage => !is_of_reading,
        // What stands below a name that nobody knows was not looked at.
        Code::UnknownKey | Code::TemplateUndefined => {
            !["unknown-key", "duplicate-key", "-syntax"].iter().any(|code| came.contains(code))
        }
        _ => false,
    }
}

/// What breaks the law in a workspace; and how many fixes were made, safe ones and others.
fn law(name: &str, memory: &Memory) -> (Vec<String>, [usize; 2]) {
    let before = findings(memory);
    let (mut broken, mut made) = (Vec::new(), [0, 0]);
    for (finding, edit) in before.iter().zip(FixEdit::all(&before)) {
        let (Some(fix), Some(place)) = (&finding.fix, &finding.place) else { continue };
        let (old, path) = (place.file.text(), place.file.path().to_string());
        let (new, count) = apply(old, &path, &[finding]);
        assert_eq!(count, usize::from(edit.is_some()), "{name}: {finding:?}");
        if count == 0 {
            assert_eq!(new, old);
            continue;
        }
        made[usize::from(!fix.safe)] += 1;
        let mut blame =
            |what: String| broken.push(format!("{name}: {}: {what}\n{fix:?}\n{new}", finding.message));
        let is_of_a_tree = ends_in(&path, &["toml", "yaml", "yml"]);
        let below = matches!(fix.rewrite, Rewrite::Key(_) | Rewrite::Remove);
        if is_of_a_tree && !below && differences(&path, old, &new).is_some_and(|it| it != 1) {
            blame("changes something else".to_owned());
        }
        let fixed = memory.clone().with(&path, new.clone());
        if fix.rewrite == Rewrite::TakeIn && fix.safe && settled(memory) != settled(&fixed) {
            blame("changes which requirements are met".to_owned());
        }
        let of_waiver = fix.rewrite == Rewrite::Remove && finding.code == Code::WaiverUnused;
        let (work, work_then) = (said_of_work(old), said_of_work(&new));
        if ends_in(&path, &["yaml", "yml"]) && !of_waiver && work.is_some() && work != work_then {
            blame("changes what is said of work".to_owned());
        }
        let after = findings(&fixed);
        let (had, has) = (said(&before), said(&after));
        let own = format!("{path}: {}: {}", finding.code, finding.message);
        if has.get(&own) >= had.get(&own) {
            blame("stays".to_owned());
        }
        for (came, count) in &has {
            if *count > had.get(came).copied().unwrap_or_default() && !was_hidden(finding, came, &before) {
                blame(format!("brings {came}"));
            }
        }
    }
    (broken, made)
}

/// Makes all fixes round after round, as `check --fix` does; what is left has none that could be made.
fn fixed(memory: &Memory, with_unsafe: bool) -> Vec<Finding> {
    let mut memory = memory.clone();
    for _round in 0..10 {
        let found = findings(&memory);
        let asked = |it: &&Finding| it.fix.as_ref().is_some_and(|fix| fix.safe || with_unsafe);
        let mut made = 0;
        let paths: Vec<String> = memory.0.keys().cloned().collect();
        for path in paths {
            let of_file = |it: &&Finding| it.place.as_ref().is_some_and(|at| **at.file.path() == *path);
            let of_file: Vec<&Finding> = found.iter().filter(asked).filter(of_file).collect();
            let Some(place) = of_file.first().and_then(|first| first.place.as_ref()) else { continue };
            let (text, count) = apply(place.file.text(), &path, &of_file);
            made += count;
            memory.0.insert(path, text.into_bytes());
        }
        if made == 0 {
            return found;
        }
    }
    panic!("there is always more to fix: {memory:?}");
}

/// Whether a finding has a fix that can be made.
fn is_fixable(finding: &Finding) -> bool {
    FixEdit::all(std::slice::from_ref(finding)).iter().any(Option::is_some)
}

fn hold(all: &[(String, Memory)]) -> [usize; 2] {
    let told: Vec<_> = all
        .par_iter()
        .map(|(name, memory)| {
            let (mut broken, made) = law(name, memory);
            for with_unsafe in [false, true] {
                let left = fixed(memory, with_unsafe);
                let is_left = |it: &&Finding| it.fix.as_ref().is_some_and(|fix| fix.safe || with_unsafe);
                let left = left.iter().filter(is_left).filter(|finding| is_fixable(finding));
                broken
                    .extend(left.map(|finding| format!("{name}: could be fixed still: {}", finding.message)));
            }
            (broken, made)
        })
        .collect();
    let broken: Vec<_> = told.iter().flat_map(|(broken, _)| broken.as_slice()).collect();
    assert!(broken.is_empty(), "{} break the law:\n{broken:#?}", broken.len());
    let sum = |which: usize| told.iter().map(|(_, made)| made[which]).sum();
    [sum(0), sum(1)]
}

#[test]
fn a_fix_takes_its_finding_away_and_brings_no_other() {
    let [safe, others] = hold(&workspaces());
    println!("{safe} safe fixes, {others} others");
    assert!(safe > 20 && others > 30, "{safe} safe fixes, {others} others");
}

#[test]
fn what_fuzzing_wrote_is_fixed_by_the_same_law() {
    let with = |path: &'static str, name: &str| -> Vec<(String, Memory)> {
        let named = |file: std::path::PathBuf| {
            let memory = Memory::default().with(path, std::fs::read(&file).expect("a file"));
            (file.display().to_string(), memory.with("deals/w/y.yaml", "name: Y\nstage: b\n"))
        };
        corpus(name).into_iter().map(named).collect()
    };
    let all = [
        with("deals/x.yaml", "deal"),
        with("workflows/w.toml", "workflow"),
        with("templates/x.md", "template"),
    ];
    let [safe, others] = hold(&all.concat());
    println!("{safe} safe fixes, {others} others");
}

/// Slips at which the law is tried, one file each: what is wrong, and what is safely made of it.
const SLIPS: &[(&str, &str, &str)] = &[
    ("deals/a.yaml", "name: Deal #4\nstage: prospect\n", "name: \"Deal #4\"\nstage: prospect\n"),
    (
        "deals/a.yaml",
        "stage: prospect\nname: Deal  #4 \"x\"",
        "stage: prospect\nname: \"Deal  #4 \\\"x\\\"\"",
    ),
    ("deals/a.yaml", "name: a: b\nstage: prospect\n", "name: \"a: b\"\nstage: prospect\n"),
    ("deals/a.yaml", "name: A\nstage: Prospect\nnote: x: y\n", "name: A\nstage: prospect\nnote: \"x: y\"\n"),
    (
        "deals/a.yaml",
        "name: A\nstage: prospect\nnext_step:\n\twhat: Call\n\tdate: 2027-01-01\n",
        "name: A\nstage: prospect\nnext_step:\n  what: Call\n  date: 2027-01-01\n",
    ),
    ("templates/x.md", "{{ header.today }} {{ Figures.won }}", "{{ header.today }} {{ figures.won }}"),
    (
        "deals/a.yaml",
        "name: Spare parts: all\nstage: prospect\n",
        "name: \"Spare parts: all\"\nstage: prospect\n",
    ),
    (
        "deals/a.yaml",
        "name: A\nstage: prospect\nnext_step:\n\twhat: Re: offer 4\n\tdate: 2027-01-01\n",
        "name: A\nstage: prospect\nnext_step:\n  what: \"Re: offer 4\"\n  date: 2027-01-01\n",
    ),
];

/// Slips with two readings: two keys on a line, or a text; a gap, or a text that begins with `#`; a link, or one with more
/// behind it; a key or what it is for; a slip of a name. A person says which.
const DOUBTFUL: &[(&str, &str)] = &[
    ("deals/a.yaml", "name: Rollout stage: prospect\n"),
    ("deals/a.yaml", "name: Rollout Stage: prospect\n"),
    ("deals/a.yaml", "name: Rollout \"stage\" : prospect\n"),
    ("deals/a.yaml", "name: Rollout Close Date: 2027-01-01\nstage: prospect\n"),
    ("deals/a.yaml", "name: close-date: 2027-01-01\nstage: prospect\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nnotes: Re: them, role: sponsor\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nnotes: target market: yes\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nnotes: Ask for Target_Market: yes\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nx-side: 1\nnotes: See X_Side: 2\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nplan: {x_side: 1}\nnotes: See x-side: 2\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\ncontacts:\n  - name: Ada role: sponsor\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nnext_step:\n  what: Call date: 2027-01-01\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nnext_step:\n\twhat: Call date: 2027-01-01\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\noutcome: result: lost\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nnotes: x: y\nsource: fair tags: big\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\ndone:\n  target-market: date: 2026-10-01\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\ndone: target-market: 2026-10-01\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\ndone:\n  target-market:\n    note: Re: it\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nwaivers:\n  target-market:\n    reason: Re: it\n"),
    ("deals/a.yaml", "name: #4\r\nstage: prospect\r\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nsource: #unknown\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\ntags:\n  - #big\n  - x\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nnotes: docs/offer.pdf #signed\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nnotes: see offer.pdf #signed\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nnotes: https://acme.example/offer #signed\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nnotes: mail ada@acme.example #signed\n"),
    (
        "deals/a.yaml",
        "name: A\nstage: prospect\ndone:\n  target-market: {date: 2026-10-01}\n  x:\n    evidence: docs/o.pdf #1\n",
    ),
    (
        "deals/a.yaml",
        "name: A\nstage: prospect\ndone:\n  target-market:\n    date: 2026-10-01\n    note: Ask Ada #4\n",
    ),
    (
        "deals/a.yaml",
        "name: A\nstage: prospect\nwaivers:\n  target-market:\n    reason: #none\n    until: 2027-01-01\n",
    ),
    ("deals/a.yaml", "name: &n A\nstage: prospect\nnotes: *n #4\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nx: &e\n  x:\n    note: them #4\ndone: *e\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nmascot: cat\n"),
    ("templates/x.md", "{{ deals|lenght }}"),
];

/// What a workflow says of texts: whatever it looks at, a comment is not made part of.
const WEIGHING: &str = "stages = [\"prospect\", \"offer\"]\n[fields]\nsegment = \"text\"\nscope = \"text\"\npain = \"text\"\n\
    level = \"text\"\nteam = { type = \"list\", items = { role = \"text\" } }\n\
    [stage.prospect.requires]\nplain = { field = \"pain\" }\nform = { field = \"level\", pattern = \"gold.*[0-9]$\" }\n\
    long = { rule = 'deal.scope.contains(\"signed\")' }\nok = { approval = \"anyone\", covers = [\"notes\"] }\n\
    sponsor = { field = \"team\", where = { role = \"sponsor #1\" } }\n\
    public = { title = \"Public\", when = 'deal.segment == \"public\"' }\n[lost]\nreasons = [\"price\", \"price #2\"]\n";

#[test]
fn slips_are_mended() {
    for (path, slip, mended) in SLIPS {
        let memory = Memory::default().with("deals/z.yaml", "name: Z\nstage: prospect\n").with(path, *slip);
        hold(&[((*slip).to_owned(), memory.clone())]);
        assert_eq!(safely_fixed(&memory, path), *mended, "{slip}");
    }
}

/// What is left of a file by the fixes that are made without asking.
fn safely_fixed(memory: &Memory, path: &str) -> String {
    let mut now = memory.clone();
    for _round in 0..3 {
        let found = findings(&now);
        let safe: Vec<&Finding> = found
            .iter()
            .filter(|it| it.fix.as_ref().is_some_and(|fix| fix.safe))
            .filter(|it| it.place.as_ref().is_some_and(|place| **place.file.path() == *path))
            .collect();
        let text = String::from_utf8(now.0[path].clone()).expect("text");
        let (text, _) = apply(&text, path, &safe);
        now = now.with(path, text);
    }
    String::from_utf8(now.0[path].clone()).expect("text")
}

#[test]
fn what_has_two_readings_is_left_to_people() {
    for end in ["\n", "\r\n"] {
        for (path, slip) in DOUBTFUL {
            let slip = slip.replace("\r\n", "\n").replace('\n', end);
            let memory = Memory::default().with("deals/z.yaml", "name: Z\nstage: prospect\n");
            let memory = memory.with(path, slip.as_str());
            hold(&[(slip.clone(), memory.clone())]);
            assert_eq!(safely_fixed(&memory, path), slip);
        }
    }
}

#[test]
fn a_text_that_rules_look_at_is_left_to_people() {
    let deal = |more: &str| format!("name: A\nowner: jane@acme.example\nstage: prospect\n{more}");
    let fixed = |text: &str| {
        let memory = Memory::default().with("workflows/w.toml", WEIGHING).with("deals/w/a.yaml", text);
        let memory = memory.with("deals/w/b.yaml", "name: B\nstage: prospect\nsegment: public\n");
        hold(&[(text.to_owned(), memory.clone())]);
        assert_eq!(findings(&memory).iter().filter(|it| it.code == Code::CommentInText).count(), 1, "{text}");
        safely_fixed(&memory, "deals/w/a.yaml")
    };
    for text in [
        "level: gold #1\n",
        "scope: offer #signed\n",
        "team:\n  - role: sponsor #1\n",
        "segment: public #1\n",
        "notes: Deal #4\ndone:\n  ok: {date: 2026-10-01, by: dana@acme.example, of: {notes: 'Deal #4'}}\n",
        "outcome:\n  result: lost\n  date: 2026-10-01\n  reason: price #2\n",
    ] {
        let text = deal(text);
        assert_eq!(fixed(&text), text);
    }
    // That there is a text is all that is asked of this one.
    assert_eq!(fixed(&deal("pain: Slow line #4\n")), deal("pain: \"Slow line #4\"\n"));
}

/// What `--unsafe-fixes` makes of slips that a person would have to look at.
#[test]
fn what_may_not_be_meant_is_made_on_demand_only() {
    for (path, slip, mended) in [
        ("deals/a.yaml", "name: Rollout stage: prospect\n", "name: \"Rollout stage: prospect\"\n"),
        ("deals/a.yaml", "name: A\nmascot: cat # the\nstage: prospect\n", "name: A\nstage: prospect\n"),
        ("templates/x.md", "{{ deals|lenght }}", "{{ deals|length }}"),
        // A slip with one reading, beside one with two.
        (
            "deals/a.yaml",
            "name: A: b\nstage: prospect\nsource: fair tags: big\n",
            "name: \"A: b\"\nstage: prospect\nsource: \"fair tags: big\"\n",
        ),
        ("deals/a.yaml", "name: #4\nstage: prospect\n", "name: \"#4\"\nstage: prospect\n"),
        ("templates/x.md", "{{ figures.opne }}{{ deals[0].nmae }}", "{{ figures.open }}{{ deals[0].name }}"),
    ] {
        let memory = Memory::default().with("deals/z.yaml", "name: Z\nstage: prospect\n").with(path, slip);
        hold(&[(slip.to_owned(), memory.clone())]);
        let found = findings(&memory);
        let of_file: Vec<&Finding> = found
            .iter()
            .filter(|it| it.place.as_ref().is_some_and(|place| **place.file.path() == *path))
            .collect();
        assert!(of_file.iter().all(|it| it.fix.as_ref().is_none_or(|fix| !fix.safe)), "{slip}");
        assert_eq!(apply(slip, path, &of_file).0, mended, "{of_file:?}");
    }
}
