//! The law of fixes, over every workspace of the suite and of the fuzzers: a fix that is made takes its finding away,
//! brings no other, and changes nothing else.

use std::collections::BTreeMap;
use std::path::Path;

use dealgate::edit::fix::{FixEdit, apply};
use dealgate::finding::{Code, Finding, Rewrite};
use dealgate::report::context;
use dealgate::report::template::{TemplateSources, Templates};
use dealgate::syntax::{Kind, Node, toml, yaml};
use dealgate::workspace::Config;
use rayon::prelude::*;

use crate::corpora::corpus;
use crate::helps::workspaces;
use crate::memory::Memory;

fn findings(memory: &Memory) -> Vec<Finding> {
    let config = Config::load(memory);
    let mut found = memory.check().ledger.findings().to_vec();
    let sources = TemplateSources::load(memory, &config.templates, config.limits.file_size);
    found.extend(Templates::new(sources, context::schema(), config.limits).check());
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
        let after = findings(&memory.clone().with(&path, new.clone()));
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
    ("deals/a.yaml", "name: #4\r\nstage: prospect\r\n", "name: \"#4\"\r\nstage: prospect\r\n"),
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
    // Two keys on a line, or a text; a key or what it is for; a slip of a name: a person says so.
    ("deals/a.yaml", "name: Rollout stage: prospect\n", "name: Rollout stage: prospect\n"),
    ("deals/a.yaml", "name: A\nstage: prospect\nmascot: cat\n", "name: A\nstage: prospect\nmascot: cat\n"),
    ("templates/x.md", "{{ deals|lenght }}", "{{ deals|lenght }}"),
];

#[test]
fn slips_are_mended_and_what_has_two_readings_is_left() {
    let own = |text: &Memory, path: &str| String::from_utf8(text.0[path].clone()).expect("text");
    for (path, slip, mended) in SLIPS {
        let memory = Memory::default().with("deals/z.yaml", "name: Z\nstage: prospect\n").with(path, *slip);
        hold(&[((*slip).to_owned(), memory.clone())]);
        let mut now = memory;
        for _round in 0..3 {
            let found = findings(&now);
            let safe: Vec<&Finding> = found
                .iter()
                .filter(|it| it.fix.as_ref().is_some_and(|fix| fix.safe))
                .filter(|it| it.place.as_ref().is_some_and(|place| **place.file.path() == **path))
                .collect();
            let (text, _) = apply(&own(&now, path), path, &safe);
            now = now.with(path, text);
        }
        assert_eq!(own(&now, path), *mended, "{slip}");
    }
}

/// What `--unsafe-fixes` makes of slips that a person would have to look at.
#[test]
fn what_may_not_be_meant_is_made_on_demand_only() {
    for (path, slip, mended) in [
        ("deals/a.yaml", "name: Rollout stage: prospect\n", "name: \"Rollout stage: prospect\"\n"),
        ("deals/a.yaml", "name: A\nmascot: cat # the\nstage: prospect\n", "name: A\nstage: prospect\n"),
        ("templates/x.md", "{{ deals|lenght }}", "{{ deals|length }}"),
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
