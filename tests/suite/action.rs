//! The steps of the GitHub Action, run as GitHub runs them: on a repository with a pull request's two commits, and a `gh`
//! that writes down what it was asked.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::repo::{JANE, Repo};
use crate::run::{Ran, ran, repository};

const WORKFLOW: &str = "\
name = \"Acme\"
currency = \"EUR\"
stages = [\"lead\", \"offer\", \"order\"]
[stage.lead.requires]
need = \"There is a need\"
[stage.offer.requires]
price-approved = { title = \"The price is approved\", approval = \"management\" }
[groups]
management = [\"dana@acme.example\"]
";

/// Answers as GitHub does, and writes down each call, and the body of a comment.
const GH: &str = r#"#!/usr/bin/env bash
printf '%s\n' "$*" >> "$CALLS/calls"
[[ "$GH_TOKEN" == secret ]] || exit 4
case "$*" in
    *graphql*) echo 'github-actions[bot]' ;;
    *--paginate*) [[ "$*" == *'.user.login == "github-actions[bot]"'* ]] && cat "$CALLS/mine" 2>/dev/null ;;
    *body=@*) last="${@: -1}"; cat "${last#body=@}" > "$CALLS/body" ;;
esac
"#;

/// Runs as it, and writes down whether it was given the token, and what a comparison by the branch's own rules may take.
const DEALGATE: &str = "#!/usr/bin/env bash\n[[ -z \"${GH_TOKEN:-}\" ]] || echo leaked >> \"$CALLS/leaked\"\n[[ \"$1\" != diff ]] || ulimit -t > \"$CALLS/limit\"\nexec \"$REAL\" \"$@\"\n";

/// A pull request on main, and what surrounds its check.
struct PullRequest {
    repo: Repo,
    base: String,
    calls: tempfile::TempDir,
}

impl PullRequest {
    fn new() -> Self {
        let repo = Repo::new();
        let deal = |name: &str, stage: &str, amount: u32| {
            format!(
                "name: '{name}'\nstage: {stage}\nowner: jane@acme.example\namount: {amount} EUR\nclose_date: 2026-12-15\n\
                 done: {{need: 2026-11-02}}\n"
            )
        };
        repo.write("workflows/acme.toml", WORKFLOW);
        repo.write("deals/acme/rollout.yaml", &deal("Rollout of line 4", "offer", 120_000));
        repo.write("deals/acme/press.yaml", &deal("Press for hall 2", "lead", 80_000));
        let base = repo.commit("2026-11-10", JANE, "Start");
        repo.git(&["switch", "--quiet", "-c", "topic"]);
        repo.write("deals/acme/rollout.yaml", &deal("Rollout of line 4", "order", 120_000));
        repo.write("deals/acme/press.yaml", &deal("Press for hall 2", "offer", 95_000));
        let hostile = "::set-output name=x::y @everyone ](javascript:alert(1)) | <script>";
        repo.write("deals/acme/new.yaml", &deal(hostile, "lead", 40_000));
        // The rules are loosened by the same pull request, and the base's hold.
        repo.write("workflows/acme.toml", &WORKFLOW.replace("price-approved", "# price-approved"));
        repo.commit("2026-11-20", JANE, "Move on");
        Self { repo, base, calls: tempfile::tempdir().expect("a folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.calls.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Runs the action's steps in the repository's folder, with more variables, or others.
    fn check(&self, more: &[(&str, &str)]) -> Ran {
        for (name, text) in [("gh", GH), ("dealgate", DEALGATE)] {
            executable(&self.path(name), text);
        }
        let path = std::env::var("PATH").expect("a path");
        let mut command = Command::new("bash");
        command
            .arg(repository(".github/actions/check/check.sh"))
            .current_dir(self.repo.path())
            .env_clear()
            .env("PATH", format!("{}:{path}", self.calls.path().display()))
            .env("HOME", self.calls.path())
            .env("CALLS", self.calls.path())
            .env("REAL", env!("CARGO_BIN_EXE_dealgate"))
            .env("DEALGATE_TODAY", "2026-11-23")
            .env("GITHUB_REPOSITORY", "acme/sales")
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .env("BASE", &self.base)
            .env("NUMBER", "7")
            .env("GH_TOKEN", "secret")
            .envs(more.iter().copied());
        ran(command.output().expect("bash is there"))
    }
}

fn executable(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text).expect("written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("allowed");
}

#[test]
fn a_pull_request_is_judged_by_the_rules_of_its_base_and_told_in_one_comment() {
    let request = PullRequest::new();
    let ran = request.check(&[]);
    assert_eq!(ran.status, 1, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(request.text("limit").trim(), "300", "seconds of the processor");
    assert!(ran.stdout.contains("::error file=deals/acme/rollout.yaml"), "{}", ran.stdout);
    let orders = ran.stdout.lines().filter(|line| line.starts_with("::"));
    let known = ["::error ", "::warning ", "::notice "];
    assert_eq!(
        orders.filter(|line| !known.iter().any(|it| line.starts_with(it))).count(),
        0,
        "{}",
        ran.stdout
    );
    assert_eq!(request.text("output"), "status=1\nsarif-file=dealgate.sarif\n");
    let sarif = std::fs::read_to_string(request.repo.path().join("dealgate.sarif")).expect("written");
    assert!(sarif.contains("\"requirement-unmet\""));
    assert!(request.text("summary").contains("**dealgate**: Found"), "{}", request.text("summary"));
    let body = request.text("body");
    assert!(body.starts_with("<!-- dealgate diff -->\n"), "{}", request.text("calls"));
    snapbox::assert_data_eq!(
        body.as_str(),
        snapbox::Data::read_from(&repository("tests/histories/pull-request-comment.md"), None).raw()
    );
    assert!(
        !body.contains("@everyone") && !body.contains("<script>") && !body.contains("](javascript:"),
        "{body}"
    );
    assert!(request.text("calls").contains("api --silent repos/acme/sales/issues/7/comments -F body=@"));
    assert_eq!(request.text("leaked"), "", "only the comment needs the token");

    std::fs::write(request.path("mine"), "41\n").expect("written");
    assert_eq!(request.check(&[]).status, 1);
    assert!(
        request.text("calls").contains("-X PATCH repos/acme/sales/issues/comments/41 "),
        "kept up to date"
    );
}

#[test]
fn what_changed_goes_into_the_summary_where_the_token_may_not_comment() {
    for (name, value) in [("GH_TOKEN", "of a fork"), ("GH_TOKEN", ""), ("NUMBER", "")] {
        let request = PullRequest::new();
        assert_eq!(request.check(&[(name, value)]).status, 1);
        assert_eq!(request.text("body"), "");
        assert!(request.text("summary").contains("<!-- dealgate diff -->"), "{}", request.text("summary"));
    }
    let request = PullRequest::new();
    assert_eq!(request.check(&[("COMMENT", "false")]).status, 1);
    assert_eq!(request.text("calls"), "");
}

#[test]
fn only_a_plain_no_takes_the_rules_of_the_pull_request() {
    for (word, status) in [("true", 1), ("False", 1), ("", 1), ("false", 0)] {
        let request = PullRequest::new();
        let ran = request.check(&[("RULES_FROM_BASE", word), ("COMMENT", "false")]);
        assert_eq!(ran.status, status, "{word}: {}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn what_comes_from_outside_is_no_option_and_no_second_output() {
    let request = PullRequest::new();
    for (name, value) in
        [("BASE", "--upload-pack=touch x"), ("NUMBER", "7/../8"), ("SARIF_FILE", "a\nstatus=0")]
    {
        let ran = request.check(&[(name, value)]);
        assert_eq!(ran.status, 2, "{name}: {}", ran.stderr);
        assert!(ran.stderr.starts_with(&format!("dealgate: {name} is not ")), "{}", ran.stderr);
        assert_eq!(request.text("output") + &request.text("calls"), "");
    }
}

#[test]
fn a_push_is_checked_without_a_comment() {
    let request = PullRequest::new();
    let ran = request.check(&[("BASE", ""), ("NUMBER", "")]);
    assert_eq!(ran.status, 0, "its own rules: {}{}", ran.stdout, ran.stderr);
    assert_eq!(request.text("calls"), "");
}
