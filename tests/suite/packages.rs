//! What a release hands out, and how the actions get it: installed as users do, from files made here. What needs a program
//! that is not here is skipped, and said so.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::run::{Ran, ran, repository};
use crate::tools;

const OLD: &str = "1111111111111111111111111111111111111111";
const TAGGED: &str = "2222222222222222222222222222222222222222";

/// Hands out the files of a release, and nothing else.
const CURL: &str = r#"#!/usr/bin/env bash
url="${@: -1}"
echo "$url" >> "$FAKES/asked"
while [[ $# -gt 1 ]]; do
    [[ "$1" != --output ]] || output="$2"
    shift
done
[[ "$url" == https://git.example/acme/dealgate/releases/download/v0.1.0/* ]] || exit 22
cp "$FAKES/release/${url##*/}" "$output" 2>/dev/null || exit 22
"#;

/// Knows of one tag.
const GIT: &str = "#!/usr/bin/env bash\n[[ \"$1\" == ls-remote ]] && printf '%s\\trefs/tags/v0.1.0\\n' 2222222222222222222222222222222222222222\n";

/// Builds a program that says where it comes from.
const CARGO: &str = r#"#!/usr/bin/env bash
echo "$*" >> "$FAKES/builds"
root="${@: -1}"
mkdir -p "$root/bin"
printf '#!/bin/sh\necho built\n' > "$root/bin/dealgate"
chmod +x "$root/bin/dealgate"
"#;

/// A source, a release of it, and a machine that may fetch and build.
struct Machine(tempfile::TempDir);

impl Machine {
    fn new() -> Self {
        let machine = Self(tempfile::tempdir().expect("a folder"));
        for (name, text) in [("curl", CURL), ("git", GIT), ("cargo", CARGO)] {
            machine.program(&format!("bin/{name}"), text);
        }
        for file in [
            "Cargo.lock",
            "src/main.rs",
            "templates/summary.md",
            "workflows/standard.toml",
            "tests/showcase/dealgate.toml",
        ] {
            machine.write(&format!("source/{file}"), file);
        }
        machine.write(
            "source/Cargo.toml",
            "[package]\nname = \"dealgate\"\nversion = \"0.1.0\"\n\n[dependencies]\nx = \"1\"\n",
        );
        let system = Command::new("sh").args(["-c", "uname -s -m"]).output().expect("a shell");
        let target = match String::from_utf8_lossy(&system.stdout).trim() {
            "Linux x86_64" => "x86_64-unknown-linux-musl",
            "Linux aarch64" => "aarch64-unknown-linux-musl",
            "Darwin x86_64" => "x86_64-apple-darwin",
            "Darwin arm64" => "aarch64-apple-darwin",
            other => panic!("no release is made for {other}"),
        };
        let name = format!("dealgate-{target}");
        machine.program(&format!("release/{name}/dealgate"), "#!/bin/sh\necho released\n");
        machine.shell(&format!(
            "cd release && tar -czf {name}.tar.gz {name} && sha256sum dealgate-*.gz > SHA256SUMS"
        ));
        machine
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }

    fn program(&self, path: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        self.write(path, text);
        std::fs::set_permissions(self.path(path), std::fs::Permissions::from_mode(0o755)).expect("allowed");
    }

    fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    fn shell(&self, line: &str) {
        let done = Command::new("bash").args(["-ec", line]).current_dir(self.0.path()).status();
        assert!(done.is_ok_and(|status| status.success()), "{line}");
    }

    fn install(&self, argument: &[&str], more: &[(&str, &str)]) -> Ran {
        let path = std::env::var("PATH").expect("a path");
        let mut command = Command::new("bash");
        command
            .arg(repository(".github/actions/install.sh"))
            .args(argument)
            .current_dir(self.0.path())
            .env_clear()
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("FAKES", self.0.path())
            .env("SOURCE", self.path("source"))
            .env("BUILT", self.path("built"))
            .env("SERVER", "https://git.example")
            .env("REPOSITORY", "acme/dealgate")
            .env("GITHUB_OUTPUT", self.path("output"))
            .envs(more.iter().copied());
        ran(command.output().expect("bash is there"))
    }

    /// What the program says that was installed.
    fn says(&self, ran: &Ran) -> String {
        assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
        let program = ran.stdout.trim();
        assert!(self.text("output").ends_with(&format!("binary={program}\n")), "{}", self.text("output"));
        let said = Command::new(program).output().expect("it runs");
        String::from_utf8_lossy(&said.stdout).trim().to_owned()
    }
}

#[test]
fn the_action_takes_a_release_by_its_version_its_tag_or_the_commit_of_its_tag() {
    for named in [("VERSION", "0.1.0"), ("REF", "v0.1.0"), ("REF", TAGGED)] {
        let machine = Machine::new();
        let ran = machine.install(&[], &[named]);
        assert_eq!(machine.says(&ran), "released", "{named:?}");
        assert_eq!(machine.text("builds"), "");
    }
}

#[test]
fn what_is_no_release_is_built_once_and_then_taken_from_the_cache() {
    for other in [OLD, "main", "v0.2.0", ""] {
        let machine = Machine::new();
        let ran = machine.install(&[], &[("REF", other)]);
        assert_eq!(machine.says(&ran), "built", "{other}");
        assert_eq!(machine.text("asked"), "", "a release of other source is not asked for");
        let again = machine.install(&[], &[("REF", other)]);
        assert_eq!(machine.says(&again), "built");
        assert!(again.stderr.contains("taken from the cache"), "{}", again.stderr);
        assert_eq!(machine.text("builds").lines().count(), 1);
    }
    // A release that cannot be fetched leaves the source.
    let machine = Machine::new();
    machine.shell("rm release/dealgate-*.gz");
    assert_eq!(machine.says(&machine.install(&[], &[("REF", "v0.1.0")])), "built");
}

#[test]
fn a_release_that_is_not_what_its_sum_says_is_never_run() {
    let machine = Machine::new();
    machine.shell("echo more >> release/$(cd release && ls dealgate-*.gz)");
    for named in [("VERSION", "0.1.0"), ("REF", "v0.1.0")] {
        let ran = machine.install(&[], &[named]);
        assert_eq!(ran.status, 2, "{}", ran.stdout);
        assert!(ran.stderr.contains("is not what its SHA256SUMS says"), "{}", ran.stderr);
    }
    let machine = Machine::new();
    let ran = machine.install(&[], &[("VERSION", "0.1.0"), ("SHA256", &OLD.repeat(2)[..64])]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("has the sum"), "{}", ran.stderr);
    // Who asked for one release gets no other, and no build.
    let ran = machine.install(&[], &[("VERSION", "0.3.0")]);
    assert_eq!((ran.status, machine.text("builds").as_str()), (2, ""), "{}", ran.stderr);
    let ran = machine.install(&[], &[("REF", OLD), ("SHA256", &OLD.repeat(2)[..64])]);
    assert_eq!((ran.status, machine.text("builds").as_str()), (2, ""), "{}", ran.stderr);
    assert_eq!(machine.text("output"), "");
}

#[test]
fn what_comes_from_outside_names_no_other_place_to_fetch_from() {
    let machine = Machine::new();
    for (name, value) in [
        ("VERSION", "0.1.0/../../../evil"),
        ("VERSION", "--help"),
        ("VERSION", "0.1.0\nbinary=/tmp/x"),
        ("SHA256", "x"),
        ("REPOSITORY", "acme/dealgate/../../evil/x"),
        ("REPOSITORY", "acme"),
    ] {
        let ran = machine.install(&[], &[("VERSION", "0.1.0"), (name, value)]);
        assert_eq!(ran.status, 2, "{name}={value:?}: {}", ran.stdout);
        assert!(ran.stderr.starts_with(&format!("dealgate: {name} is no ")), "{}", ran.stderr);
    }
    assert_eq!(machine.text("asked") + &machine.text("output"), "");
}

#[test]
fn the_cache_is_of_this_very_source() {
    let machine = Machine::new();
    let key = || machine.install(&["key"], &[]).stdout;
    let first = key();
    assert!(first.trim().len() == 64 && machine.text("output") == format!("key={first}"), "{first}");
    assert_eq!(key(), first);
    machine.write("source/templates/summary.md", "another");
    assert_ne!(key(), first);
    // A program that is there is taken as it is.
    let ran = machine.install(&[], &[("BINARY", "/opt/dealgate")]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, "/opt/dealgate\n"));
}

/// The targets of the release workflow.
fn targets() -> Vec<String> {
    let workflow = std::fs::read_to_string(repository(".github/workflows/release.yml")).expect("it is there");
    let named =
        workflow.lines().filter_map(|line| line.trim().strip_prefix("- { target: ")?.split(',').next());
    named.map(str::to_owned).collect()
}

#[test]
fn all_ways_to_install_know_the_archives_of_the_release() {
    let targets = targets();
    assert_eq!(targets.len(), 5, "{targets:?}");
    for file in
        [".github/actions/install.sh", ".github/packages/npm/make.js", ".github/packages/manifests.sh"]
    {
        let text = std::fs::read_to_string(repository(file)).expect("it is there");
        for target in &targets {
            assert!(text.contains(target.as_str()), "{file} lacks {target}");
        }
    }
}

#[test]
fn formula_and_manifest_name_each_archive_with_its_sum() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut sums, mut expected) = (String::new(), Vec::new());
    for (number, target) in targets().iter().enumerate() {
        let end = if target.contains("windows") { "zip" } else { "tar.gz" };
        let (sum, name) = (number.to_string().repeat(64), format!("dealgate-{target}.{end}"));
        let _ = writeln!(sums, "{sum}  {name}");
        expected.push((sum, format!("https://github.com/acme/dealgate/releases/download/v0.1.0/{name}")));
    }
    let made = |sums: &str, version: &str| {
        let list = folder.path().join("SHA256SUMS");
        std::fs::write(&list, sums).expect("written");
        let mut command = Command::new("bash");
        command.arg(repository(".github/packages/manifests.sh")).args([version, "acme/dealgate"]).arg(list);
        ran(command.arg(folder.path().join("out")).output().expect("bash is there"))
    };
    let ran = made(&sums, "0.1.0");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let read = |name: &str| std::fs::read_to_string(folder.path().join("out").join(name)).expect("written");
    let (formula, manifest) = (read("dealgate.rb"), read("dealgate.json"));
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("it is JSON");
    for (sum, url) in &expected {
        if std::path::Path::new(url).extension().is_some_and(|end| end == "zip") {
            let windows = &manifest["architecture"]["64bit"];
            assert_eq!(
                (windows["url"].as_str(), windows["hash"].as_str()),
                (Some(url.as_str()), Some(sum.as_str()))
            );
        } else {
            assert!(formula.contains(&format!("url \"{url}\"\n      sha256 \"{sum}\"\n")), "{formula}");
        }
    }
    assert!(!formula.contains("$(") && formula.contains("#{bin}/dealgate status"), "{formula}");
    let first = sums.lines().next().expect("a sum");
    assert_eq!(made(&sums.replace(first, ""), "0.1.0").status, 2, "a sum that is not there is not made up");
    assert_eq!(made(&sums, "0.1.0\"; system(\"x\")").status, 2);
}

/// The same program, as a release's archive holds it.
fn archive(folder: &Path, target: &str) {
    let inside = folder.join(format!("dealgate-{target}"));
    std::fs::create_dir_all(&inside).expect("a folder");
    let program = format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_dealgate"));
    std::fs::write(inside.join("dealgate"), program).expect("written");
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        std::fs::copy(repository(licence), inside.join(licence)).expect("copied");
    }
    let pack =
        format!("chmod +x dealgate-{target}/dealgate && tar -czf dealgate-{target}.tar.gz dealgate-{target}");
    let packed = Command::new("sh").args(["-c", &pack]).current_dir(folder).status();
    assert!(packed.is_ok_and(|status| status.success()));
}

fn runs(program: &str, arguments: &[&str], folder: &Path) -> Ran {
    let output = Command::new(program).args(arguments).current_dir(folder).stdin(Stdio::null()).output();
    let ran = ran(output.unwrap_or_else(|error| panic!("{program}: {error}")));
    assert_eq!(ran.status, 0, "{program} {arguments:?}\n{}{}", ran.stdout, ran.stderr);
    ran
}

/// That a program, installed somewhere, finds a fault and says so by its status.
fn checks(program: &Path, folder: &Path) {
    std::fs::create_dir_all(folder.join("deals")).expect("a folder");
    std::fs::write(folder.join("deals/a.yaml"), "name: A\nstage: nowhere\n").expect("written");
    let mut check = Command::new(program);
    check.args(["check", "--today", "2026-11-23", "--format", "concise"]).current_dir(folder);
    let ran = ran(check.stdin(Stdio::null()).output().expect("it runs"));
    assert_eq!(ran.status, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("error[unknown-stage]"), "{}", ran.stdout);
}

#[test]
fn npm_installs_the_program_of_this_system() {
    let Some(npm) = tools::wanted("NPM", "npm", "apt-get install npm") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let system = runs("node", &["-p", "`${process.platform}-${process.arch}`"], folder.path()).stdout;
    let (target, package) = match system.trim() {
        "linux-x64" => ("x86_64-unknown-linux-musl", "cli-linux-x64"),
        "linux-arm64" => ("aarch64-unknown-linux-musl", "cli-linux-arm64"),
        "darwin-x64" => ("x86_64-apple-darwin", "cli-darwin-x64"),
        "darwin-arm64" => ("aarch64-apple-darwin", "cli-darwin-arm64"),
        other => return tools::skip(&format!("a release for {other}"), "none is made"),
    };
    std::fs::create_dir_all(at("archives")).expect("a folder");
    archive(&at("archives"), target);
    let make = repository(".github/packages/npm/make.js");
    runs("node", &[&make.to_string_lossy(), "0.1.0", "archives", "out"], folder.path());
    let npm = npm.to_string_lossy();
    for name in ["dealgate", package] {
        runs(&npm, &["pack", "--offline", "--silent", &format!("./out/{name}")], folder.path());
    }
    std::fs::create_dir_all(at("project")).expect("a folder");
    std::fs::write(at("project/package.json"), "{}").expect("written");
    let (main, own) = ("../dealgate-0.1.0.tgz", format!("../dealgate-{package}-0.1.0.tgz"));
    let install = ["install", "--offline", "--no-audit", "--no-fund", "--silent", main, &own];
    runs(&npm, &install, &at("project"));
    checks(&at("project/node_modules/.bin/dealgate"), &at("workspace"));

    // Without the package of this system it says what is wrong.
    std::fs::remove_dir_all(at("project/node_modules/@dealgate")).expect("it was there");
    let bare = Command::new(at("project/node_modules/.bin/dealgate")).output().expect("it runs");
    assert_eq!(bare.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&bare.stderr).contains("there is no @dealgate/cli-"));
}

/// Builds the program and all libraries anew, apart from those of the tests: `cargo test --test suite wheel -- --ignored`.
#[test]
#[ignore = "a build of everything, for which ci.yml has a job of its own"]
fn the_wheel_is_built_and_runs_in_an_empty_environment() {
    let Some(maturin) = tools::wanted("MATURIN", "maturin", "pip install maturin") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let wheels = folder.path().join("wheels");
    // Not where the program of the tests is, which others start meanwhile.
    let mut build = Command::new(maturin);
    build.args(["build", "--quiet", "--profile", "dev", "--locked", "--out"]).arg(&wheels);
    build
        .current_dir(repository(".github/packages/wheel"))
        .env("CARGO_TARGET_DIR", repository("target/wheel"));
    let made = ran(build.output().expect("it runs"));
    assert_eq!(made.status, 0, "{}{}", made.stdout, made.stderr);
    let wheel = std::fs::read_dir(&wheels).expect("wheels").next().expect("one").expect("read").path();
    let name = wheel.file_name().expect("a name").to_string_lossy().into_owned();
    assert!(name.starts_with(concat!("dealgate-", env!("CARGO_PKG_VERSION"), "-py3-none-")), "{name}");
    runs("python3", &["-m", "venv", "empty"], folder.path());
    let pip = folder.path().join("empty/bin/pip").to_string_lossy().into_owned();
    let install =
        ["install", "--quiet", "--no-index", "--disable-pip-version-check", &wheel.to_string_lossy()];
    runs(&pip, &install, folder.path());
    checks(&folder.path().join("empty/bin/dealgate"), &folder.path().join("workspace"));
}
