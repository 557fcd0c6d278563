//! Which deals a report is about.

use jiff::civil::Date;

use super::model::{Filters, Status};
use crate::deal::Period;
use crate::deal::people::means;
use crate::history::TrackedFields;

/// What a report is asked for. An empty list filters nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Deals of one of these companies, by their ids; `builtin/` may be left out.
    pub companies: Vec<String>,
    /// Deals of one of these owners: an address, or what stands before its `@`; case does not count.
    pub owners: Vec<String>,
    /// Other addresses of these owners.
    pub aliases: Vec<String>,
    /// Deals that stand in one of these stages, by their ids.
    pub stages: Vec<String>,
    /// Deals with one of these ids.
    pub deals: Vec<String>,
    /// Deals that close, or closed, in this period, which is the window too.
    pub closing: Option<Period>,
}

/// What a filter looks at in a deal.
pub(super) struct Traits<'a> {
    pub(super) id: &'a str,
    pub(super) company: &'a str,
    pub(super) owner: Option<&'a str>,
    pub(super) stage: Option<&'a str>,
    pub(super) closing: Option<Date>,
}

impl Filter {
    pub(super) fn leaves(&self, deal: &Traits<'_>) -> bool {
        self.leaves_deal(deal.id, deal.company)
            && self.leaves_standing(deal.owner, deal.stage)
            && self.closing.as_ref().is_none_or(|period| deal.closing.is_some_and(|day| period.contains(day)))
    }

    /// Whether it leaves in a deal of a company, whatever its terms.
    pub(super) fn leaves_deal(&self, id: &str, company: &str) -> bool {
        self.leaves_company(company)
            && (self.deals.is_empty() || self.deals.iter().any(|wanted| wanted == id))
    }

    /// Whether it leaves in deals of such an owner and in such a stage.
    pub(super) fn leaves_terms(&self, terms: &TrackedFields) -> bool {
        self.leaves_standing(terms.owner.as_deref(), terms.stage.as_deref())
    }

    fn leaves_standing(&self, owner: Option<&str>, stage: Option<&str>) -> bool {
        let any = |list: &[String], fits: &dyn Fn(&str) -> bool| {
            list.is_empty() || list.iter().any(|wanted| fits(wanted))
        };
        (self.owners.is_empty() || owner.is_some_and(|owner| self.leaves_owner(owner)))
            && any(&self.stages, &|wanted| stage == Some(wanted))
    }

    /// Whether somebody is among the owners who were asked for.
    pub(super) fn leaves_owner(&self, owner: &str) -> bool {
        self.owners.iter().chain(&self.aliases).any(|wanted| means(wanted, owner))
    }

    /// Whether it leaves in the deals of a company.
    pub(super) fn leaves_company(&self, company: &str) -> bool {
        self.companies.is_empty() || self.companies.iter().any(|id| is_company(id, company))
    }

    /// Whether it leaves in only some deals of a company, so that the company's target does not fit them.
    pub(super) fn cuts_companies(&self) -> bool {
        !(self.owners.is_empty() && self.stages.is_empty() && self.deals.is_empty())
    }

    pub(super) fn shown(&self) -> Filters {
        Filters {
            companies: self.companies.clone(),
            owners: self.owners.clone(),
            stages: self.stages.clone(),
            deals: self.deals.clone(),
            closing: self.closing.as_ref().map(|period| period.name.clone()),
        }
    }
}

/// Whether a name that a user wrote means a company.
fn is_company(wanted: &str, id: &str) -> bool {
    wanted == id || id.strip_prefix(crate::workflow::builtin::PREFIX) == Some(wanted)
}

/// The day that counts for periods: of the outcome once a deal is closed, else the close date.
pub(super) fn closing_day(status: Status, ended: Option<Date>, close_date: Option<Date>) -> Option<Date> {
    if status == Status::Open { close_date } else { ended }
}
