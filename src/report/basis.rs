//! The basis of a report: its fiscal year, its currency, its window.

use std::sync::Arc;

use iso_currency::Currency;

use super::filter::Filter;
use crate::assess::Workspace;
use crate::deal::Period;
use crate::deal::fiscal::FiscalYear;
use crate::workflow::Workflow;

/// The fiscal year that a report counts in: that of its companies when they agree, else the workspace's.
pub fn fiscal_year(workspace: &Workspace<'_>, filter: &Filter) -> FiscalYear {
    let of = |workflow: &Arc<Workflow>| workflow.fiscal_year.unwrap_or(workspace.config.fiscal_year);
    agreed(own_workflows(workspace, filter).map(of)).unwrap_or(workspace.config.fiscal_year)
}

/// The close dates that a report is about: those that are asked for, else the current fiscal quarter.
pub(super) fn window(workspace: &Workspace<'_>, filter: &Filter) -> Period {
    let quarter = || Period::quarter(workspace.today, fiscal_year(workspace, filter));
    filter.closing.clone().unwrap_or_else(quarter)
}

/// The currency of the workspace's figures; where it has none, that of the companies that the filters leave.
pub(super) fn currency(workspace: &Workspace<'_>, filter: &Filter) -> Option<Currency> {
    let all = workspace.currency();
    let cut = all.is_none() && !filter.companies.is_empty();
    if cut { workspace.currency_of(&|company| filter.leaves_company(company)) } else { all }
}

/// What all are; `None` when there is none, or when they differ.
fn agreed<T: PartialEq>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

/// The workspace's own workflows that the filters leave.
pub(super) fn own_workflows<'w>(
    workspace: &'w Workspace<'_>,
    filter: &'w Filter,
) -> impl Iterator<Item = &'w Arc<Workflow>> {
    let names = workspace.library.own_names().filter(|name| filter.leaves_company(name));
    names.filter_map(|name| workspace.library.get(name).flatten())
}
