//! `report --watch` follows the files, and `report --open` hands the page to the system.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::run::{command, copied, dealgate, ran, repository};

/// A process that is ended whatever becomes of the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until something holds, for half a minute.
fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..300 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("never: {what}");
}

const DEAL: &str = "name: First name\nstage: prospect\ncustomer: Acme\n";

#[test]
fn a_change_is_rendered_and_a_broken_template_leaves_the_old_page() {
    let workspace = tempfile::tempdir().expect("a folder");
    let at = |path: &str| workspace.path().join(path);
    for folder in ["deals", "templates"] {
        std::fs::create_dir(at(folder)).expect("a folder");
    }
    let write = |path: &str, text: &str| std::fs::write(at(path), text).expect("written");
    write("deals/a.yaml", DEAL);
    let told = std::fs::File::create(at("told")).expect("a file");
    // The page lies where deals do, and is still no reason to write it again.
    let arguments = ["report", "--watch", "-o", "deals/out.html", "--today", "2026-11-23"];
    let mut watching = command(workspace.path(), &arguments);
    watching.stdin(Stdio::null()).stdout(Stdio::null()).stderr(told);
    let mut watching = Ended(watching.spawn().expect("it starts"));
    let read = |path: &str| std::fs::read_to_string(at(path)).unwrap_or_default();
    let renderings = || read("told").matches("wrote deals/out.html").count();

    until("a page", || read("deals/out.html").contains("First name") && renderings() == 1);
    assert_eq!(read("told"), "wrote deals/out.html, 1 deal\n");
    std::thread::sleep(Duration::from_millis(1_500));
    assert_eq!(renderings(), 1, "nothing changed");
    write("deals/a.yaml", &DEAL.replace("First", "Second"));
    until("the deal's new name", || read("deals/out.html").contains("Second name"));
    write("deals/b.yaml", DEAL);
    until("a second deal", || read("told").ends_with("2 deals\n"));

    let before = read("deals/out.html");
    write("templates/pipeline.html", "{{ nonsense }}");
    until("what is wrong with it", || read("told").contains("nonsense"));
    assert_eq!(read("deals/out.html"), before);
    assert!(watching.0.try_wait().expect("asked").is_none(), "it goes on");
    write("templates/pipeline.html", "mended");
    until("the mended template", || read("deals/out.html") == "mended");
}

#[test]
fn what_cannot_be_watched_or_opened_is_wrong_usage() {
    let showcase = repository("tests/showcase");
    for (arguments, said) in [
        (&["--watch"][..], "--output <FILE>"),
        (&["--open"], "--output <FILE>"),
        (&["--watch", "--check", "-o", "x.html"], "cannot be used with '--check'"),
        (&["--open", "--check", "-o", "x.html"], "cannot be used with '--check'"),
        (&["--watch", "--from-context", "x.json", "-o", "x.html"], "cannot be used with"),
        (&["--watch", "-o", "x.html", "--at", "HEAD"], "`--watch` looks at the files on disk"),
        (&["nonsense", "--watch", "-o", "x.html"], "there is no report `nonsense`"),
    ] {
        let ran = dealgate(&showcase, &[&["report"], arguments].concat());
        assert!(ran.status == 2 && ran.stderr.contains(said), "{arguments:?}: {}", ran.stderr);
    }
}

/// Runs `report --open` where only the programs of a folder are found.
fn opened(workspace: &Path, programs: &Path) -> crate::run::Ran {
    let arguments = ["report", "-o", "out.html", "--open", "--no-history", "--today", "2026-11-23"];
    ran(command(workspace, &arguments).env("PATH", programs).output().expect("it starts"))
}

#[cfg(target_os = "linux")]
#[test]
fn a_page_is_opened_by_the_system_or_the_user_is_told() {
    let workspace = copied(&repository("tests/showcase"));
    let programs = tempfile::tempdir().expect("a folder");
    let written = workspace.path().join("out.html");

    let missing = opened(workspace.path(), programs.path());
    assert_eq!(missing.status, 2, "{}", missing.stderr);
    assert!(missing.stderr.contains("cannot open `out.html`: there is no `xdg-open`"), "{}", missing.stderr);
    assert!(missing.stderr.contains("hint: it is written"), "{}", missing.stderr);
    assert!(written.is_file());

    let opener = programs.path().join("xdg-open");
    let program = |text: &str| {
        std::fs::write(&opener, text).expect("written");
        std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755)).expect("it may run");
    };
    program("#!/bin/sh\nprintf %s \"$1\" > opened\n");
    let ran = opened(workspace.path(), programs.path());
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let shown = std::fs::read_to_string(workspace.path().join("opened")).expect("it was called");
    assert_eq!(Path::new(&shown), workspace.path().canonicalize().expect("there").join("out.html"));

    program("#!/bin/sh\nexit 3\n");
    let ran = opened(workspace.path(), programs.path());
    assert!(ran.status == 2 && ran.stderr.contains("`xdg-open` gave up"), "{}", ran.stderr);
}

/// Waits until a line holds a word.
fn heard(lines: &std::sync::mpsc::Receiver<String>, word: &str) {
    let end = std::time::Instant::now() + Duration::from_secs(30);
    while let Ok(line) = lines.recv_timeout(end.saturating_duration_since(std::time::Instant::now())) {
        if line.contains(word) {
            return;
        }
    }
    panic!("never: {word}");
}

#[test]
fn check_and_test_are_made_again_when_a_file_is_saved() {
    use std::io::BufRead as _;

    let workspace = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let file = workspace.path().join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, text).expect("written");
    };
    let rules = "stages = [\"lead\"]\n[stage.lead.requires]\nasked = \"It is asked\"\n";
    write("workflows/acme.toml", rules);
    for (command_name, path) in [("check", "deals/acme/a.yaml"), ("test", "workflows/tests/acme/a.yaml")] {
        write(path, "# today: 2026-11-23\nname: A\nstage: nonsense\n");
        let arguments = [command_name, "--watch", "--today", "2026-11-23", "--no-history"];
        let mut watching = command(workspace.path(), &arguments);
        watching.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut watching = Ended(watching.spawn().expect("it starts"));
        let output = std::io::BufReader::new(watching.0.stdout.take().expect("its output"));
        let (said, lines) = std::sync::mpsc::channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| said.send(line)));
        heard(&lines, "unknown-stage");
        write(path, "# today: 2026-11-23\nname: A\nstage: lead\nno_such_key: 5\n");
        heard(&lines, "unknown-key");
    }
    for command_name in ["check", "test"] {
        let ran = dealgate(workspace.path(), &[command_name, "--watch", "--at", "HEAD"]);
        assert_eq!(ran.status, 2, "{}", ran.stderr);
    }
}
