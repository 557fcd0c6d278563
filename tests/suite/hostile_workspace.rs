//! A workspace whose names and texts mean harm, to whatever shows them.

use crate::repo::{JANE, Repo};

/// What a name may hold at its worst, as YAML writes it.
pub const HOSTILE: &[(&str, &str)] = &[
    ("markup", r"<script>alert(1)</script><img src=x onerror=alert(1)>"),
    ("attribute", r#"\" onmouseover=\"alert(1)\" x='"#),
    ("controls", r"a\x1b[31m\u202Egnp.exe\u2066\x07b"),
    ("formula", "=cmd()"),
    ("link", "x](javascript:alert(1)) [y](javascript:alert(2))"),
    ("everyone", "@everyone @dana #1 <!-- x"),
    ("template", "{{ 7 * 7 }}{% raw %}"),
    ("order", "::error::x ##[error]y"),
    ("table", "a | b\\n---\\n# c\\n- d `e` **f**"),
    ("lines", r"a\n::error::evil\n##[error]evil\r\n::stop-commands::evil\x9b31m\u200B"),
    ("close", "</style></script></title></textarea>--><svg onload=alert(1)>"),
];

/// A workspace of hostile names, whose past is in commits: there every deal was another.
pub fn hostile() -> Repo {
    let repo = Repo::new();
    let write = |path: &str, text: &str| {
        repo.write(path, text);
    };
    write("dealgate.toml", "currency = \"EUR\"\n[report]\nsource-url = \"javascript:alert(1)/{path}\"\n");
    write(
        "workflows/acme.toml",
        "name = \"<b>Acme</b> @everyone ](javascript:x)\"\nstages = [\"none\", \"one\", \"two\"]\n\
         [stage.none]\nname = \"{{ 7 * 7 }} <i>None</i>\"\n[stage.none.requires]\nasked = \"<img src=x> | @dana\"\n\
         [stage.one]\nname = \"<i>One</i> | x\"\n\
         [stage.one.requires]\ntask = { title = \"<script>alert(3)</script> | `x`\", help = \"[x](javascript:y)\", url = \
         \"https://a.example/x?a=b&c=d\" }\n\
         [stage.two]\nwhen = 'amount < 100 || name != \"<i> | `x` & @dana #1\"'\n\
         [derived]\nodd = 'name == \"<b> ~ `y`\" || amount < 3'\n",
    );
    let long = "W".repeat(10_000);
    let all: Vec<(&str, &str)> = HOSTILE.iter().copied().chain([("long", long.as_str())]).collect();
    for (file, name) in &all {
        let before = format!(
            "name: before\nstage: two\nowner: \"{}@acme.example\"\namount: 9 EUR\nclose_date: 2027-12-01\nwaivers:\n  \
             task: {{reason: \"{name}\", by: \"{name}\", date: 2026-11-01, until: 2026-12-01}}\n",
            "x".repeat(50)
        );
        write(&format!("deals/acme/{file}.yaml"), &before);
    }
    repo.commit("2026-11-02", JANE, "<script>alert(4)</script>");
    for (file, name) in &all {
        let deal = format!(
            "name: \"{name}\"\ncustomer: \"{name}\"\nowner: \"jane@acme.example\"\nstage: one\namount: 5 EUR\n\
             close_date: 2026-12-01\nopened: 2026-11-01\nsource: \"{name}\"\ntags: [\"{name}\"]\nnotes: \"{name}\\n\\n- \
             {name}\"\nnext_step: {{what: \"{name}\", date: 2026-11-01}}\ndone:\n  task: {{date: 2026-11-02, by: \
             \"{name}\", evidence: \"javascript:alert(1)\", note: \"{name}\"}}\nwaivers:\n  asked: {{reason: \"{name}\", by: \
             \"{name}\", date: 2026-11-01, until: 2026-12-01}}\nhistory:\n  - {{date: 2026-11-10, stage: one, amount: 6 \
             EUR, reason: \"{name}\", by: \"{name}\"}}\n"
        );
        write(&format!("deals/acme/{file}.yaml"), &deal);
        let lost = format!(
            "name: \"{name}\"\nstage: one\namount: 5 EUR\noutcome: {{result: lost, date: 2026-11-20, reason: \"{name}\", \
             competitor: \"{name}\", note: \"{name}\"}}\n"
        );
        write(&format!("deals/acme/lost-{file}.yaml"), &lost);
    }
    repo
}
