//! A rule: an expression that must be true of the deal.

use super::condition;
use super::contract::{Case, Check, Demand, KindEntry, Setting, Unmet};
use super::expression::{Expected, Expression};
use crate::finding::wording::{List, quote};
use crate::finding::{Code, Complaints};
use crate::syntax::reader::{Holds, Key, Table};

pub(super) const KIND: KindEntry = KindEntry {
    name: "rule",
    marker: Some("rule"),
    keys: &[Key { name: "rule", means: "a CEL expression that must be true", holds: Holds::Expression }],
    read: |table, setting, complaints| Rule::read(table, setting, complaints).map(|it| Box::new(it) as _),
};

#[derive(Debug)]
struct Rule {
    expression: Expression,
}

impl Rule {
    fn read(table: &Table<'_, '_>, setting: &Setting<'_>, complaints: &mut Complaints) -> Option<Self> {
        let text = table.text("rule", complaints)?;
        Some(Self { expression: condition::compile(text, setting.names, Expected::Boolean, complaints)? })
    }
}

impl Demand for Rule {
    fn kind(&self) -> &'static str {
        KIND.name
    }

    fn check(&self, case: &Case<'_>) -> Check {
        let undecided = match case.decide(&self.expression) {
            Ok(true) => return Check::Met(None),
            Ok(false) => {
                let unmet =
                    Unmet::missing(format!("{} is not true of the deal", quote(self.expression.text())));
                return Check::Unmet(unmet);
            }
            Err(undecided) => undecided,
        };
        let mut unmet = Unmet::missing(undecided.to_string());
        if undecided.too_large {
            unmet.fault = Some(super::Fault { code: Code::TooLarge, span: case.deal.span.at_start() });
        }
        if !undecided.absent.is_empty() {
            let names: Vec<_> = undecided.absent.iter().map(|name| format!("`{name}`")).collect();
            unmet = unmet.help(format!("add {} to the deal", List(&names, "and")));
        }
        Check::Unmet(Unmet { absent: undecided.absent, ..unmet })
    }

    fn uses_today(&self) -> bool {
        self.expression.uses_today()
    }

    fn fails_early(&self) -> bool {
        true
    }

    fn explain(&self) -> String {
        format!("{} is true", quote(self.expression.text()))
    }
}
