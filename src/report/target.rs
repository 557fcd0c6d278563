//! The target of the window: from the settings, or from the companies' own targets.

use std::collections::BTreeMap;
use std::sync::Arc;

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::filter::Filter;
use super::model::MoneyView;
use super::report_context::ReportContext;
use crate::deal;
use crate::deal::fiscal::Quarter;
use crate::workflow::Workflow;
use crate::workspace::Config;

/// Targets are by fiscal quarter; a window has one when it is made of quarters that all have.
pub(super) struct Targets<'a> {
    pub(super) config: &'a Config,
    pub(super) filter: &'a Filter,
    pub(super) context: &'a ReportContext<'a>,
    pub(super) quarters: Vec<Quarter>,
    /// The companies that the filters leave.
    pub(super) workflows: &'a [&'a Arc<Workflow>],
}

impl Targets<'_> {
    /// The target of all deals together, in the report's currency: the workspace's, else the sum of the companies'
    /// own. None when the filters leave only some deals of a company: their part of the target is not known.
    pub(super) fn of_all(&self) -> Option<MoneyView> {
        if !self.filter.owners.is_empty() {
            return self.of_owners();
        }
        let total = self.of_workspace().or_else(|| {
            let own: Option<Vec<Decimal>> =
                self.workflows.iter().map(|workflow| Some(self.of(workflow)?.amount)).collect();
            Some(MoneyView::new(add_up(own.filter(|own| !own.is_empty())?)?, self.context.unit()?))
        });
        total.filter(|total| total.amount > Decimal::ZERO)
    }

    /// The target of one company, in the report's currency; that of a workspace is its only company's.
    pub(super) fn of(&self, workflow: &Workflow) -> Option<MoneyView> {
        let is_only = self.workflows.len() == 1;
        let of_workspace = is_only.then(|| self.of_workspace()).flatten();
        let cut = self.filter.cuts_companies();
        of_workspace.or_else(|| self.converted(self.own(workflow).filter(|_| !cut)?))
    }

    /// The target of one owner, where all of their deals are shown.
    pub(super) fn of_owner(&self, owner: &str) -> Option<MoneyView> {
        let Filter { companies, stages, deals, .. } = self.filter;
        if !(companies.is_empty() && stages.is_empty() && deals.is_empty()) {
            return None;
        }
        let person = self.context.people.find(owner)?;
        self.converted(self.in_window(&person.targets, self.config.currency)?)
    }

    /// What the owners who were asked for are to win together; `None` unless all of them have a target.
    fn of_owners(&self) -> Option<MoneyView> {
        let asked = self.context.people.listed().filter(|it| self.filter.leaves_owner(&it.address));
        let own: Option<Vec<Decimal>> = asked.map(|it| Some(self.of_owner(&it.address)?.amount)).collect();
        Some(MoneyView::new(add_up(own.filter(|own| !own.is_empty())?)?, self.context.unit()?))
    }

    /// The target that the settings give for everything, where everything is shown.
    fn of_workspace(&self) -> Option<MoneyView> {
        if self.filter.cuts_companies() || !self.filter.companies.is_empty() {
            return None;
        }
        self.converted(self.in_window(&self.config.targets, self.context.currency)?)
    }

    /// The target of one company as its workflow has it.
    pub(super) fn own(&self, workflow: &Workflow) -> Option<MoneyView> {
        self.in_window(&workflow.targets, workflow.currency)
    }

    fn in_window(
        &self,
        targets: &BTreeMap<Quarter, Decimal>,
        currency: Option<Currency>,
    ) -> Option<MoneyView> {
        let amounts: Option<Vec<Decimal>> =
            self.quarters.iter().map(|quarter| targets.get(quarter).copied()).collect();
        Some(MoneyView::new(
            add_up(amounts.filter(|amounts| !amounts.is_empty())?)?,
            self.context.unit_of(currency)?,
        ))
    }

    /// A target has no day of its own, so it is seen at today's rate.
    fn converted(&self, target: MoneyView) -> Option<MoneyView> {
        let target = deal::Money { amount: target.amount, currency: Some(target.currency) };
        self.context.price(Some(target), self.context.today).ok()
    }
}

/// A sum that stays within what a decimal holds.
fn add_up(amounts: impl IntoIterator<Item = Decimal>) -> Option<Decimal> {
    amounts.into_iter().try_fold(Decimal::ZERO, Decimal::checked_add)
}
