//! `cargo bench -- lsp`: what somebody who types waits for, at 100,000 deals: the cost of a rule that was changed, and the
//! findings of a deal that was changed, at the 95th percentile; and how long and how much it takes until a workspace is open.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::{Client, Opening};
use crate::generator::{self, Mix};

const RULES: &str = "workflows/acme.toml";

fn rules(least: usize) -> String {
    format!(
        "extends = \"standard\"\ncurrency = \"EUR\"\n[stage.prospect.requires]\n\
         worth-it = {{ title = \"It is worth it\", rule = \"amount >= {least} && size(contacts) > 0\" }}\n"
    )
}

/// Measures so many changes of each kind over so many deals.
pub fn measure(deals: usize, changes: usize) -> io::Result<()> {
    let folder = workspace(deals)?;
    let opening = Opening { today: generator::TODAY, arguments: &["--no-history"], ..Opening::default() };
    let began = Instant::now();
    let mut client = Client::start(&folder, &opening);
    client.open_file(RULES);
    client.wait("what rules cost", |it| it["method"] == "workspace/codeLens/refresh");
    println!("{deals} deals\n");
    println!("open for work                     {:>7.0} ms", milliseconds(began.elapsed()));
    println!("memory                            {:>7} MiB", memory(client.process()));
    let uri = client.uri(RULES);
    let mut version = 1;
    let rule = times(changes, |number| {
        version += 1;
        client.change(RULES, version, &rules(1_000 + number));
        let lenses = client.ask("textDocument/codeLens", json!({ "textDocument": { "uri": uri } }));
        assert!(
            lenses[0]["command"]["title"].as_str().is_some_and(|it| it.contains("with this change")),
            "{lenses}"
        );
    });
    println!("a rule, until its cost is shown   {}", shown(&rule));
    client.close(RULES);
    let path = generator::path(deals / 2);
    let text = client.open_file(&path);
    let broken = text.replace("\nstage: ", "\nstage: x");
    let deal = times(changes, |number| {
        version += 1;
        let is_broken = number % 2 == 0;
        client.change(&path, version, if is_broken { &broken } else { &text });
        client.diagnostics(&path, |list| list.iter().any(|it| it["code"] == "unknown-stage") == is_broken);
    });
    println!("a deal, until it is judged        {}", shown(&deal));
    println!("memory                            {:>7} MiB", memory(client.process()));
    client.end();
    Ok(())
}

fn times(changes: usize, mut change: impl FnMut(usize)) -> Vec<Duration> {
    let mut all: Vec<Duration> = (0..changes)
        .map(|number| {
            let began = Instant::now();
            change(number);
            began.elapsed()
        })
        .collect();
    all.sort_unstable();
    all
}

fn shown(times: &[Duration]) -> String {
    let at = |percent: usize| milliseconds(times[(times.len() * percent / 100).min(times.len() - 1)]);
    format!("{:>7.1} ms at the median, {:.1} ms at the 95th percentile", at(50), at(95))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// What a process holds, in MiB; 0 where that cannot be asked.
fn memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or_default() >> 10
}

fn workspace(deals: usize) -> io::Result<PathBuf> {
    let mix = Mix { deals, at_fault: 0 };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-lsp-{deals}"));
    let (last, text) = (folder.join(generator::path(deals - 1)), generator::deal(deals - 1, mix));
    if fs::read_to_string(last).ok().as_ref() != Some(&text) {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("workflows"))?;
        generator::write(&folder, mix)?;
    }
    fs::write(folder.join("dealgate.toml"), "default-workflow = \"acme\"\ncurrency = \"EUR\"\n")?;
    fs::write(folder.join(RULES), rules(500))?;
    Ok(folder)
}
