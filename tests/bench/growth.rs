//! `cargo bench -- growth`: how the cost of each command, and of what a hostile branch may bring, grows at n, 2n and 4n.
//! Costs are times of the processor and the peak of memory; no exponent may be above 1.2.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::generator::{self, Mix};

/// What is to grow, by its name and the smallest n, how it is written into a folder, and the command that meets it.
type Case = (&'static str, usize, fn(&Path, usize) -> io::Result<()>, &'static [&'static str]);

const CHECK: &[&str] = &["check", "--no-history", "--format", "concise"];
const REPORT: &[&str] = &["report", "own", "--format", "html", "--no-history"];

const CASES: &[Case] = &[
    ("deals: check", 2_500, deals, CHECK),
    ("deals: check, json", 2_500, faults, &["check", "--no-history", "--format", "json"]),
    ("deals: status", 2_500, deals, &["status", "--no-history"]),
    ("deals: report", 1_000, deals, &["report", "--no-history", "--format", "html"]),
    ("deals: report deal", 500, deals, &["report", "deal", "--no-history", "--format", "html"]),
    ("deals: export", 2_500, deals, &["export", "deals", "--no-history"]),
    ("deals: schema", 2_500, deals, &["schema", "deal", "--workflow", "standard"]),
    ("findings: sarif", 2_500, faults, &["check", "--no-history", "--format", "sarif"]),
    ("findings: full", 4_000, faults, &["check", "--no-history", "--format", "full"]),
    ("commits: check", 100, commits, &["check", "--format", "concise"]),
    ("commits: report", 100, commits, &["report", "--format", "html"]),
    ("commits: trend", 100, commits, &["report", "trend", "--format", "markdown"]),
    ("commits: diff", 100, commits, &["diff", "HEAD~50"]),
    ("commits: since", 100, commits, &["check", "--since", "HEAD~50"]),
    ("commits: export history", 100, commits, &["export", "history"]),
    ("templates: check", 100, templates, CHECK),
    ("templates: includes twice each, deep", 6, twice, CHECK),
    ("templates: n names in n scopes", 1_000, scopes, CHECK),
    ("templates: misspelt names", 1_000, misspelt_names, CHECK),
    ("templates: a list doubled", 16, doubled, REPORT),
    ("templates: a list in a list", 2_000, nested, REPORT),
    ("templates: operators", 2_000, operators, CHECK),
    ("templates: chains", 10_000, chains, REPORT),
    ("templates: cells of a long list", 1_000, cells, REPORT),
    ("links to a folder of n deals", 200, links, CHECK),
    ("versions of a deal of 900 KB", 8, versions, &["check", "--format", "concise"]),
    ("versions that a merge brought", 8, merged, &["check", "--format", "concise"]),
    ("misspelt fields", 1_000, misspelt_fields, CHECK),
    ("misspelt groups", 1_000, misspelt_groups, CHECK),
    ("loops within loops", 20, loops, CHECK),
    ("deals: waiting", 1_000, deals, &["waiting", "--no-history"]),
    ("deals: diff, one changed", 1_000, edited, &["diff", "HEAD"]),
    ("deals: since, one changed", 1_000, edited, &["check", "--since", "HEAD"]),
    ("stages: check", 50, stages, CHECK),
    ("stages: report", 50, stages, &["report", "--no-history", "--format", "html"]),
    ("requirements: check", 250, requirements, CHECK),
    ("requirements: report deal", 250, requirements, &["report", "deal", "--no-history", "--format", "html"]),
    ("history entries: check", 2_500, entries, CHECK),
    ("history entries: report", 2_500, entries, &["report", "--no-history", "--format", "html"]),
    ("history entries: export history", 2_500, entries, &["export", "history", "--no-history"]),
    ("workflows: check", 200, workflows, CHECK),
    ("workflows: report", 200, workflows, &["report", "--no-history", "--format", "html"]),
];

/// Prints the table; of those cases alone whose names hold a word.
pub fn table(only: &str) -> io::Result<()> {
    println!("{:<40} {:>24} {:>9} {:>26} {:>9}", "", "seconds at n, 2n, 4n", "exponent", "MiB", "exponent");
    let program = program();
    for (name, n, write, arguments) in CASES.iter().filter(|(name, ..)| name.contains(only)) {
        let mut costs = Vec::new();
        for times in [1, 2, 4] {
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("growth");
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(folder.join("deals"))?;
            fs::write(folder.join("dealgate.toml"), "")?;
            fs::write(folder.join("deals/good.yaml"), "name: Good\nstage: prospect\n")?;
            write(&folder, n * times)?;
            costs.push(least(&program, &folder, arguments)?);
        }
        let [time, memory] = [0, 1].map(|which| {
            let of = |run: usize| if which == 0 { costs[run].0 } else { costs[run].1 };
            let shown: Vec<String> = (0..3).map(|run| format!("{:.2}", of(run))).collect();
            (shown.join(" "), (of(2) / of(0)).log2() / 2.0)
        });
        println!("{name:<40} {:>24} {:>9.2} {:>26} {:>9.2}", time.0, time.1, memory.0, memory.1);
    }
    Ok(())
}

/// The program that was built beside this one, or the one that is named.
fn program() -> PathBuf {
    let built = || PathBuf::from(env!("CARGO_BIN_EXE_dealgate"));
    std::env::var_os("DEALGATE_PROGRAM").map_or_else(built, PathBuf::from)
}

/// The least of a few runs: what takes little is told in hundredths of a second.
fn least(program: &Path, folder: &Path, arguments: &[&str]) -> io::Result<(f64, f64)> {
    let mut least = cost(program, folder, arguments)?;
    for _ in 0..if least.0 < 0.5 { RUNS } else { 0 } {
        let (time, memory) = cost(program, folder, arguments)?;
        least = (least.0.min(time), least.1.min(memory));
    }
    Ok(least)
}

/// How often what takes less than half a second is run once more.
const RUNS: usize = 4;

/// Seconds of the processor, no less than what can be told apart, and MiB at the peak.
fn cost(program: &Path, folder: &Path, arguments: &[&str]) -> io::Result<(f64, f64)> {
    let said = folder.with_extension("cost");
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "%U %S %M", "-o"]).arg(&said).arg(program).args(arguments);
    timed.args(["--today", "2026-11-23"]).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    timed.status()?;
    let said = fs::read_to_string(said)?;
    let last = said.lines().last().unwrap_or_default();
    let numbers: Vec<f64> = last.split(' ').filter_map(|number| number.parse().ok()).collect();
    match numbers.as_slice() {
        [user, system, memory] => Ok(((user + system).max(0.01), memory / 1024.0)),
        _ => Err(io::Error::other(format!("{arguments:?}: {said}"))),
    }
}

fn put(folder: &Path, path: &str, text: &str) -> io::Result<()> {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().unwrap_or(folder))?;
    fs::write(file, text)
}

fn deals(folder: &Path, n: usize) -> io::Result<()> {
    generator::write(folder, Mix { deals: n, at_fault: 0 })
}

fn faults(folder: &Path, n: usize) -> io::Result<()> {
    generator::write(folder, Mix { deals: n, at_fault: 1_000 })
}

/// A hundred deals, one of which every commit changes.
fn commits(folder: &Path, n: usize) -> io::Result<()> {
    let mut stream = String::new();
    for commit in 0..n {
        let text = format!("name: x\nstage: qualified\namount: {commit} EUR\nclose_date: 2027-01-01\n");
        let _ = write!(
            stream,
            "commit refs/heads/main\ncommitter J <j@a.example> {} +0000\ndata 1\nx\nM 644 inline deals/d{}.yaml\ndata \
             {}\n{text}\n",
            1_750_000_000 + commit * 3_600,
            commit % 100,
            text.len()
        );
    }
    git(folder, &["init", "--quiet", "--initial-branch=main"])?;
    let mut import = Command::new("git");
    import.args(["fast-import", "--quiet"]).current_dir(folder).stdin(Stdio::piped());
    let mut import = import.spawn()?;
    io::Write::write_all(
        &mut import.stdin.take().ok_or_else(|| io::Error::other("no pipe"))?,
        stream.as_bytes(),
    )?;
    import.wait()?;
    git(folder, &["reset", "--quiet", "--hard", "main"])
}

fn templates(folder: &Path, n: usize) -> io::Result<()> {
    (0..n).try_for_each(|index| {
        put(
            folder,
            &format!("templates/t{index}.html"),
            "{% for deal in deals %}{{ deal.name }}{% endfor %}\n",
        )
    })
}

fn twice(folder: &Path, n: usize) -> io::Result<()> {
    (0..n).try_for_each(|level| {
        let include = format!("{{% include 'a{}.html' %}}", level + 1);
        put(folder, &format!("templates/a{level}.html"), &include.repeat(2))
    })?;
    put(folder, &format!("templates/a{n}.html"), "x")
}

fn scopes(folder: &Path, n: usize) -> io::Result<()> {
    let text: String = (0..n).fold(String::new(), |text, index| {
        text + &format!("{{% set a{index} = 1 %}}{{% for x in deals %}}{{{{ x.name }}}}{{% endfor %}}")
    });
    put(folder, "templates/own.html", &text)
}

fn misspelt_names(folder: &Path, n: usize) -> io::Result<()> {
    let set: String =
        (0..n).fold(String::new(), |text, index| text + &format!("{{% set number_{index:06} = 1 %}}"));
    let text: String = (0..n).fold(set, |text, index| text + &format!("{{{{ nubmer_{index:06} }}}}"));
    put(folder, "templates/own.html", &text)
}

fn own(folder: &Path, text: &str) -> io::Result<()> {
    put(folder, "templates/own.html", text)
}

fn doubled(folder: &Path, n: usize) -> io::Result<()> {
    own(folder, &format!("{{% set l = [1] %}}{}{{{{ l }}}}", "{% set l = [l, l] %}".repeat(n)))
}

fn nested(folder: &Path, n: usize) -> io::Result<()> {
    own(folder, &format!("{{% set l = [1] %}}{}{{{{ l }}}}", "{% set l = [l] %}".repeat(n)))
}

fn operators(folder: &Path, n: usize) -> io::Result<()> {
    own(folder, &format!("{{{{ 1{} }}}}", "+1".repeat(n)))
}

fn chains(folder: &Path, n: usize) -> io::Result<()> {
    let text = format!(
        "{{% set ns = namespace(l=[]) %}}{{% for i in range({n}) %}}{{% set ns.l = ns.l|chain([i]) %}}{{% endfor %}}"
    );
    own(folder, &text)
}

fn cells(folder: &Path, n: usize) -> io::Result<()> {
    own(folder, &format!("{{% for i in range({n}) %}}{{{{ range({n})|list|cell }}}}{{% endfor %}}"))
}

fn links(folder: &Path, n: usize) -> io::Result<()> {
    deals_in(folder, "shared", n)?;
    for link in 0..n {
        std::os::unix::fs::symlink("../shared", folder.join(format!("deals/l{link}")))?;
    }
    Ok(())
}

fn deals_in(folder: &Path, name: &str, n: usize) -> io::Result<()> {
    (0..n).try_for_each(|index| put(folder, &format!("{name}/{index}.yaml"), "name: x\nstage: prospect\n"))
}

fn versions(folder: &Path, n: usize) -> io::Result<()> {
    let rules = "stages = [\"a\", \"b\"]\n[stage.a.requires]\nx = { title = \"X\", since = 2026-01-01 }\n";
    put(folder, "workflows/w.toml", rules)?;
    git(folder, &["init", "--quiet", "--initial-branch=main"])?;
    for version in 0..n {
        let tags = "a, ".repeat(300_000);
        put(folder, "deals/w/x.yaml", &format!("name: x{version}\nstage: b\ntags: [{tags}]\n"))?;
        git(folder, &["add", "."])?;
        git(folder, &["commit", "--quiet", "-m", "x"])?;
    }
    Ok(())
}

/// An approval that must be proved, among versions of a branch that was merged.
fn merged(folder: &Path, n: usize) -> io::Result<()> {
    git(folder, &["init", "--quiet", "--initial-branch=main"])?;
    put(folder, "dealgate.toml", "[provenance]\napprovals = \"authored\"\n")?;
    put(
        folder,
        "workflows/w.toml",
        "stages = [\"a\", \"b\"]\n[stage.a.requires]\nx = { approval = \"anyone\" }\n",
    )?;
    git(folder, &["add", "."])?;
    git(folder, &["commit", "--quiet", "-m", "x"])?;
    git(folder, &["switch", "--quiet", "-c", "topic"])?;
    let done = "owner: d@a.example\ndone: {x: {date: 2026-01-02, by: j@a.example}}\n";
    for version in 0..n {
        let tags = "a, ".repeat(300_000);
        put(folder, "deals/w/x.yaml", &format!("name: x{version}\nstage: b\n{done}tags: [{tags}]\n"))?;
        git(folder, &["add", "."])?;
        git(folder, &["commit", "--quiet", "-m", "x"])?;
    }
    git(folder, &["switch", "--quiet", "main"])?;
    git(folder, &["merge", "--quiet", "--no-ff", "-m", "x", "topic"])
}

fn git(folder: &Path, arguments: &[&str]) -> io::Result<()> {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=J", "-c", "user.email=j@a.example"]);
    git.args(arguments).current_dir(folder).stdout(Stdio::null()).status().map(|_| ())
}

fn misspelt_fields(folder: &Path, n: usize) -> io::Result<()> {
    let (mut rules, mut deal) = ("stages = [\"a\"]\n[fields]\n".to_owned(), "name: x\nstage: a\n".to_owned());
    for index in 0..n {
        let _ = writeln!(rules, "number_{index:06} = \"text\"");
        let _ = writeln!(deal, "nubmer_{index:06}: x");
    }
    put(folder, "workflows/w.toml", &rules)?;
    put(folder, "deals/w/x.yaml", &deal)
}

fn misspelt_groups(folder: &Path, n: usize) -> io::Result<()> {
    let (mut rules, mut asked) = ("stages = [\"a\"]\n[groups]\n".to_owned(), String::new());
    for index in 0..n {
        let _ = writeln!(rules, "number-{index:06} = [\"a@b.example\"]");
        let _ = writeln!(asked, "a{index} = {{ approval = \"nubmer-{index:06}\" }}");
    }
    put(folder, "workflows/w.toml", &format!("{rules}[stage.a.requires]\n{asked}"))
}

fn loops(folder: &Path, n: usize) -> io::Result<()> {
    let rule = "r = { title = \"R\", rule = \"tags.all(a, tags.all(b, a == b || a != b))\" }";
    put(folder, "workflows/w.toml", &format!("stages = [\"a\", \"b\"]\n[stage.a.requires]\n{rule}\n"))?;
    let tags: Vec<String> = (0..1_000).map(|tag| format!("t{tag}")).collect();
    let deal = format!("name: x\nstage: b\ntags: [{}]\n", tags.join(", "));
    (0..n).try_for_each(|index| put(folder, &format!("deals/w/{index}.yaml"), &deal))
}

/// Deals in a commit, one of them changed since.
fn edited(folder: &Path, n: usize) -> io::Result<()> {
    deals(folder, n)?;
    git(folder, &["init", "--quiet", "--initial-branch=main"])?;
    git(folder, &["add", "."])?;
    git(folder, &["commit", "--quiet", "-m", "x"])?;
    let text = generator::deal(0, Mix { deals: n, at_fault: 0 });
    put(folder, &generator::path(0), &text.replace("000 EUR", "001 EUR"))
}

/// Twenty deals past n gates.
fn stages(folder: &Path, n: usize) -> io::Result<()> {
    let names: Vec<String> = (0..n).map(|stage| format!("\"s{stage}\"")).collect();
    let mut rules = format!("stages = [{}]\n", names.join(", "));
    let mut done = String::new();
    for stage in 0..n {
        let _ = writeln!(rules, "[stage.s{stage}.requires]\nr{stage} = \"R\"");
        let _ = writeln!(done, "  r{stage}: 2026-01-01");
    }
    put(folder, "workflows/w.toml", &rules)?;
    let deal = format!("name: x\nstage: s{}\nopened: 2026-01-01\ndone:\n{done}", n - 1);
    (0..20).try_for_each(|index| put(folder, &format!("deals/w/{index}.yaml"), &deal))
}

/// Twenty deals past a gate that asks n things.
fn requirements(folder: &Path, n: usize) -> io::Result<()> {
    let (mut rules, mut done) = ("stages = [\"a\", \"b\"]\n[stage.a.requires]\n".to_owned(), String::new());
    for index in 0..n {
        let _ = writeln!(rules, "r{index} = \"R\"");
        let _ = writeln!(done, "  r{index}: 2026-01-01");
    }
    put(folder, "workflows/w.toml", &rules)?;
    let deal = format!("name: x\nstage: b\nopened: 2026-01-01\ndone:\n{done}");
    (0..20).try_for_each(|index| put(folder, &format!("deals/w/{index}.yaml"), &deal))
}

/// A deal whose amount changed n times.
fn entries(folder: &Path, n: usize) -> io::Result<()> {
    let mut deal =
        "name: x\nstage: qualified\nhistory:\n  - {date: 2000-01-01, stage: prospect}\n".to_owned();
    for index in 0..n {
        let (year, month, day) = (2001 + index / 336, 1 + index / 28 % 12, 1 + index % 28);
        let _ = writeln!(deal, "  - {{date: {year}-{month:02}-{day:02}, amount: {index} EUR}}");
    }
    put(folder, "deals/x.yaml", &deal)
}

fn workflows(folder: &Path, n: usize) -> io::Result<()> {
    (0..n).try_for_each(|index| {
        put(folder, &format!("workflows/w{index}.toml"), "extends = \"standard\"\ncurrency = \"EUR\"\n")?;
        put(folder, &format!("deals/w{index}/x.yaml"), "name: x\nstage: prospect\namount: 5 EUR\n")
    })
}
