//! What the fuzz targets try, and the suite replays: whatever the bytes, no panic, and every place lies in its text.

use std::sync::OnceLock;

use dealgate::finding::Finding;
use dealgate::finding::limit::Limits;
use dealgate::report::template::{Sources, Templates};
use dealgate::report::{Filter, Wish, build, context};
use dealgate::syntax::{Kind, Node, yaml};

use crate::memory::Memory;

const DEAL: &str = "name: x\nstage: b\namount: 5 EUR\ntags: [a, b]\ndone: {x: 2026-05-01}\n";

/// Tries some bytes; panics when they break a promise.
pub type Trial = fn(&[u8]);

/// The trials by the names of their targets.
pub const TRIALS: [(&str, Trial); 6] = [
    ("deal", deal),
    ("workflow", workflow),
    ("expression", expression),
    ("template", template),
    ("check", check),
    ("yaml", yaml),
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
    static MODEL: OnceLock<serde_json::Value> = OnceLock::new();
    let model = MODEL.get_or_init(|| {
        let memory = Memory::default().with("deals/x.yaml", DEAL);
        let model = build(&memory.workspace(), &Filter::default(), Wish::default());
        serde_json::to_value(model).expect("a model is JSON")
    });
    let memory = Memory::default().with("templates/x.html", bytes).with("templates/x.md", bytes);
    let limits = Limits::default();
    let sources = Sources::load(&memory, "templates", limits.file_size);
    let templates = Templates::new(sources, context::schema(), limits);
    let told = templates.check();
    for name in ["x.html", "x.md"] {
        let rendered = templates.prepare(name, model).map(|page| page.render(Some(0)));
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

/// A text as the fast path reads it and as the general one does, which a mark at the start calls in.
pub fn yaml(bytes: &[u8]) {
    const MARK: &str = "---\n";
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if ["---", "...", "%", "\u{feff}"].iter().any(|mark| text.contains(mark)) {
        return;
    }
    let fast = yaml::parse(text);
    let Some(root) = fast.root.filter(|root| root.as_map().is_some() && fast.faults.is_empty()) else {
        return;
    };
    let marked = format!("{MARK}{text}");
    let general = yaml::parse(&marked);
    assert_eq!(general.faults, []);
    assert_eq!(general.root.map(|root| moved(root, MARK.len())), Some(moved(root, 0)), "{text:?}");
}

/// The tree with its places so many bytes further to the front.
fn moved(mut node: Node<'_>, by: usize) -> Node<'_> {
    let back = |span: dealgate::source::Span| {
        dealgate::source::Span::new(span.start as usize - by, span.end as usize - by)
    };
    node.span = back(node.span);
    node.kind = match node.kind {
        Kind::Map(entries) => Kind::Map(
            entries
                .into_iter()
                .map(|mut entry| {
                    entry.key.span = back(entry.key.span);
                    entry.value = moved(entry.value, by);
                    entry
                })
                .collect(),
        ),
        Kind::List(items) => Kind::List(items.into_iter().map(|item| moved(item, by)).collect()),
        scalar @ Kind::Scalar(_) => scalar,
    };
    node
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
