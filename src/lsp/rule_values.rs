//! The values that may stand behind a key of a workflow or of the settings, by what the key means.

use std::collections::BTreeSet;

use super::offer;
use super::rule_completion::{RuleContext, requirement_part};
use super::rule_names::KnownName;
use crate::deal::Value;
use crate::deal::field::{Shape, Type};
use crate::deal::fiscal::Quarter;
use crate::requirement::Groups;
use crate::syntax::{Kind, toml};

/// How many fiscal quarters are proposed.
const QUARTERS: usize = 8;

impl RuleContext<'_> {
    /// What a text may name.
    pub(super) fn named(&self) -> Vec<KnownName> {
        let path = self.path();
        let names = &self.names;
        match (self.own, path.as_slice()) {
            (None, ["default-workflow"] | ["assign", "workflow"]) | (Some(_), ["extends"]) => {
                self.workflows()
            }
            (_, ["currency"]) => self.currencies(),
            (Some(_), ["stages"]) => names.stages_to_list(&self.listed()),
            (Some(_), ["won-from"] | ["disqualified", "until"] | ["moves", "start-in"]) => names.stages(),
            (Some(_), ["waivers", "by" | "group"] | ["waivers", "by", "group"]) => names.groups(),
            (Some(_), ["waivers", "only"]) => names.requirements(),
            (Some(_), ["groups", _] | ["groups", _, "email"]) => {
                offer::people(self.workspace, &names.members(), self.you)
            }
            (Some(_), _) => match requirement_part(&path) {
                Some(["approval"]) => {
                    let anyone = ("anyone".to_owned(), Some("anyone but the owner".to_owned()));
                    names.groups().into_iter().chain([anyone]).collect()
                }
                Some(["waivable"]) => names.groups(),
                Some(["covers"]) => names.fields(),
                Some(["field"]) => names.paths(),
                Some(["each"]) => self.members(&path[..path.len() - 1]),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The values that a declaration of the deal lets stand there: texts, and others as they are written.
    pub(super) fn declared(&self) -> (Vec<String>, Vec<String>) {
        let path = self.path();
        let requirement = path.len() - requirement_part(&path).map_or(0, <[&str]>::len);
        let shape = match (path.as_slice(), requirement_part(&path)) {
            (_, Some(["equals"])) => self.field_of(&path[..requirement]),
            (_, Some(["where", key])) => {
                self.field_of(&path[..requirement]).and_then(|shape| shape.member(key))
            }
            (["fields", name, "default" | "min" | "max"], _) => self.names.shape(&[name]),
            _ => None,
        };
        let Some(shape) = shape else { return (Vec::new(), Vec::new()) };
        let mut plain: Vec<String> = match shape.kind {
            Type::Boolean => ["true", "false"].map(str::to_owned).to_vec(),
            Type::Date => vec![self.workspace.today.to_string()],
            _ => Vec::new(),
        };
        let other = shape.choices.iter().filter(|it| it.as_text().is_none());
        plain.extend(other.map(|it| shape.kind.show(it)));
        (shape.choices.iter().filter_map(Value::as_text).map(str::to_owned).collect(), plain)
    }

    /// The keys of the items of the list that a requirement asks for.
    pub(super) fn members(&self, requirement: &[&str]) -> Vec<KnownName> {
        let members = self.field_of(requirement).map(Shape::members).unwrap_or_default();
        members.into_iter().map(|name| (name.to_owned(), None)).collect()
    }

    /// What the value of a requirement is declared to be.
    fn field_of(&self, requirement: &[&str]) -> Option<&Shape> {
        let path: Vec<&str> = requirement.iter().copied().chain(["field"]).collect();
        let named = self.names.text_of(&path)?;
        self.names.shape(&named.split('.').collect::<Vec<_>>())
    }

    /// The texts that something in an expression may be.
    pub(super) fn compared(&self, of: &[String]) -> Vec<String> {
        let names = &self.names;
        match of {
            [one] if one == "stage" => names.stages().into_iter().map(|(name, _)| name).collect(),
            [one, other] if one == "outcome" && other == "reason" => {
                let rules = names.workflow.map(|it| [&it.lost, &it.disqualified]);
                let all = rules.into_iter().flatten().filter_map(|it| it.reasons.as_ref()).flatten().cloned();
                all.collect::<BTreeSet<String>>().into_iter().collect()
            }
            _ => {
                let of: Vec<&str> = of.iter().map(String::as_str).collect();
                let choices = names.shape(&of).map(|shape| shape.choices.as_slice()).unwrap_or_default();
                choices.iter().filter_map(Value::as_text).map(str::to_owned).collect()
            }
        }
    }

    /// The items of `stages` that are there, as far as the text can be read.
    fn listed(&self) -> BTreeSet<String> {
        let root = toml::parse(self.names.text, 0).root;
        let stages = root.as_ref().and_then(|root| root.get("stages"));
        let items = stages.map(|stages| match &stages.kind {
            Kind::List(items) => {
                items.iter().filter_map(|item| item.as_scalar()).map(|it| it.text.to_string()).collect()
            }
            _ => BTreeSet::new(),
        });
        items.unwrap_or_default()
    }
}

impl RuleContext<'_> {
    /// The workflows that may be named: a workflow does not extend itself.
    fn workflows(&self) -> Vec<KnownName> {
        let library = &self.workspace.library;
        let others = library.names().filter(|name| Some(*name) != self.own);
        others.map(|name| (name.to_owned(), library.get(name).flatten().map(|it| it.name.clone()))).collect()
    }

    /// The currencies that the workspace knows.
    fn currencies(&self) -> Vec<KnownName> {
        let library = &self.workspace.library;
        let own = library.own_names().filter_map(|name| library.get(name).flatten()?.currency);
        let rated = self.names.written.iter().filter_map(|key| match key.path.as_slice() {
            [table, code] if table == "rates" => Some(code.clone()),
            _ => None,
        });
        let all = self.workspace.config.currency.into_iter().chain(own).map(|it| it.code().to_owned());
        all.chain(rated).collect::<BTreeSet<String>>().into_iter().map(|code| (code, None)).collect()
    }

    /// This fiscal quarter and those that follow.
    pub(super) fn quarters(&self) -> Vec<KnownName> {
        let year =
            self.names.workflow.and_then(|it| it.fiscal_year).unwrap_or(self.workspace.config.fiscal_year);
        let next = |now: &Quarter| {
            let is_last = now.quarter == 4;
            let year = now.year.checked_add(i16::from(is_last))?;
            Some(Quarter { year, quarter: if is_last { 1 } else { now.quarter + 1 } })
        };
        let all = std::iter::successors(Some(year.quarter_of(self.workspace.today)), next).take(QUARTERS);
        let days = |quarter: Quarter| year.days_of(quarter).map(|(first, last)| format!("{first} to {last}"));
        all.map(|quarter| (quarter.to_string(), days(quarter))).collect()
    }

    /// The groups of all workflows.
    pub(super) fn every_group(&self) -> Groups {
        let library = &self.workspace.library;
        let all = library.own_names().filter_map(|name| library.get(name).flatten());
        all.flat_map(|workflow| workflow.groups.clone()).collect()
    }
}
