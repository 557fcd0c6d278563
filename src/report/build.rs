//! Builds the model of a report from one run of the pipeline.

use std::collections::BTreeMap;
use std::sync::Arc;

use iso_currency::Currency;
use jiff::civil::Date;

use super::archived;
use super::basis::{currency, fiscal_year, own_workflows, window};
use super::changes::Comparing;
use super::company;
use super::filter::Filter;
use super::input::ReportInput;
use super::metric::{self, Numbered};
use super::model::{
    CompanyView, DayView, DealView, FateView, FindingView, Header, MoneyView, Number, Rate, ReportModel,
    SCHEMA_VERSION, Share, Slice, StageFigures, Status, ToolView, VerdictView, Window,
};
use super::options::ReportOptions;
use super::report_context::{ReportContext, anchor};
use super::row::ReportRow;
use super::target::Targets;
use super::trend::{self, TrendStanding};
use super::{agenda, outlook};
use crate::assess::Workspace;
use crate::deal::fiscal::FiscalYear;
use crate::finding::{self, Ledger, Level};
use crate::workflow::{Workflow, builtin};

/// Builds the model: judges the deals, as `check` does, and keeps what the filter leaves.
pub fn build(workspace: &Workspace<'_>, filter: &Filter, options: ReportOptions<'_>) -> ReportModel {
    build_read(workspace, filter, ReportInput::of(workspace, filter, options, false), options)
}

/// Builds the model of deals that are judged already, for the same wish.
pub fn build_read(
    workspace: &Workspace<'_>,
    filter: &Filter,
    reading: ReportInput,
    options: ReportOptions<'_>,
) -> ReportModel {
    let config = &workspace.config;
    let fiscal = fiscal_year(workspace, filter);
    let window = window(workspace, filter);
    let context = ReportContext::of(workspace, currency(workspace, filter), &window, options.revision);
    let ReportInput { mut rows, mut deal_histories, ledger, not_judged, followed, .. } = reading;
    let archived = if options.only_rules {
        Vec::new()
    } else {
        archived::archived(workspace, filter, &context, &mut deal_histories)
    };
    let archived = archived::closed(&archived, filter, &context);
    let findings = hand_out(shown_findings(&ledger, filter, &context), &mut rows);
    tell_apart(&mut rows);
    let followed = followed.iter().map(AsRef::as_ref);
    let followed = followed.chain(archived.iter().map(|deal| deal.deal_history.workflow.id.as_ref()));
    let followed = rows.iter().map(|row| row.deal.company.as_str()).chain(followed);
    let workflows = workflows(workspace, filter, followed);
    let targets = Targets {
        config,
        filter,
        context: &context,
        quarters: window.quarters(fiscal),
        workflows: &workflows,
    };
    let numbered: Vec<Numbered<'_>> = rows.iter().enumerate().collect();
    let header = header(&rows, filter, &context, fiscal);
    let comparing = Comparing { context: &context, filter, fiscal, window: &header.window };
    let changes = options.since.map(|since| comparing.changes(since));
    let mut histories = (options.trend.is_some() || options.weeks)
        .then(|| trend::DealHistories::of(workspace, deal_histories, filter));
    let figures = archived::figures(&numbered, archived.iter(), &context, targets.of_all());
    let of_weeks = histories.as_ref().filter(|_| options.weeks);
    let past = of_weeks.map(|of| outlook::KnownPast {
        weeks: trend::weeks(&of.deals, filter, &context, &figures),
        quarter_before: trend::quarter_before(&of.deals, filter, &context, fiscal),
    });
    let quarter = options.quarter.filter(|since| !since.is_untold()).map(|since| comparing.bridge(since));
    let mut model = ReportModel {
        schema_version: SCHEMA_VERSION,
        tool: ToolView {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        header,
        quarter,
        changes,
        verdict: verdict(&rows, &findings, workflows.len(), not_judged),
        outlook: outlook::outlook(&rows, &figures, past.unwrap_or_default(), not_judged, &context),
        figures,
        today: if options.with_tasks { agenda::today(&rows, context.today) } else { Vec::new() },
        stages: workflows.iter().flat_map(|workflow| stages(workflow, &numbered, &context)).collect(),
        attention: super::attention::attention(&rows),
        closing: closing(&rows),
        closed_and_deleted: archived::list(&archived),
        by_risk: Vec::new(),
        owners: owners(&numbered, &archived, &targets),
        by_company: by_company(&workflows, &numbered, &archived, &targets),
        companies: workflows.iter().map(|it| one_company(it, workspace, &numbered, &targets)).collect(),
        deals: Vec::new(),
        findings,
        trend: options
            .trend
            .zip(histories.take())
            .map(|(span, deals)| trend::trend(workspace, deals, filter, &context, fiscal, span)),
        definitions: metric::definitions(),
        page: None,
    };
    if options.with_tasks {
        model.by_risk = agenda::by_risk(&rows, &model.today);
    }
    model.deals = rows.into_iter().map(|row| row.deal).collect();
    if let Some(changes) = &model.changes {
        model.deals.iter_mut().for_each(|deal| deal.changed = changes.position(&deal.id));
    }
    place(&mut model);
    model
}

/// Says of every deal that something happened to where it is listed.
fn place(model: &mut ReportModel) {
    let mut positions: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, deal) in model.deals.iter().enumerate() {
        positions.entry(&deal.id).or_insert(at);
    }
    let bridges = model.quarter.iter_mut().chain(model.changes.iter_mut().map(|changes| &mut changes.bridge));
    for part in bridges.flat_map(|bridge| &mut bridge.rows).flat_map(|row| &mut row.parts) {
        part.listed = part.anchor.as_ref().and_then(|_| positions.get(part.deal.as_str()).copied());
    }
    for deal in model.changes.iter_mut().flat_map(|changes| &mut changes.deals) {
        let is_there = deal.fate != FateView::Removed;
        deal.listed = positions.get(deal.id.as_str()).copied().filter(|_| is_there);
    }
}

/// The companies that the filters leave, in the order of their ids: the workspace's own, and the built-in ones that
/// deals follow.
fn workflows<'w>(
    workspace: &'w Workspace<'_>,
    filter: &'w Filter,
    followed: impl Iterator<Item = &'w str>,
) -> Vec<&'w Arc<Workflow>> {
    let mut found: BTreeMap<&str, &Arc<Workflow>> = BTreeMap::new();
    if filter.deals.is_empty() {
        found.extend(own_workflows(workspace, filter).map(|workflow| (workflow.id.as_ref(), workflow)));
    }
    for company in followed {
        let followed = workspace.library.get(company).flatten();
        found.extend(followed.map(|workflow| (workflow.id.as_ref(), workflow)));
    }
    // A workspace without any follows the standard; a company that was asked for is shown without deals too.
    for name in builtin::NAMES {
        let id = format!("{}{name}", builtin::PREFIX);
        let full_name = |wanted: &String| workspace.library.full_name(wanted);
        let asked = filter.companies.iter().filter_map(full_name).any(|wanted| wanted == id);
        let alone = found.is_empty() && filter.leaves_company(&id);
        let workflow = workspace.library.get(&id).flatten().filter(|_| asked || alone);
        found.extend(workflow.map(|workflow| (workflow.id.as_ref(), workflow)));
    }
    found.into_values().collect()
}

/// The findings of the companies that the filters leave.
fn shown_findings(ledger: &Ledger, filter: &Filter, context: &ReportContext<'_>) -> Vec<FindingView> {
    let is_shown = |finding: &&finding::Finding| {
        let company = finding.subject.workflow.as_deref();
        company.is_none_or(|company| filter.leaves_company(company))
    };
    ledger.findings().iter().filter(is_shown).map(|finding| context.finding(finding)).collect()
}

/// Moves findings to the rows of their deals, and returns those about no deal; findings about deals left out are dropped.
fn hand_out(findings: Vec<FindingView>, rows: &mut [ReportRow]) -> Vec<FindingView> {
    let positions: BTreeMap<String, usize> =
        rows.iter().enumerate().map(|(at, row)| (row.deal.id.clone(), at)).collect();
    // Of two files that claim one id, each has what is said of it.
    let files: BTreeMap<String, usize> =
        rows.iter().enumerate().map(|(at, row)| (row.deal.file.path.clone(), at)).collect();
    let mut others = Vec::new();
    for finding in findings {
        let Some(deal) = &finding.deal else {
            others.push(finding);
            continue;
        };
        let own = finding.file.as_ref().and_then(|file| files.get(&file.path));
        match own.or_else(|| positions.get(deal)) {
            Some(at) => {
                let deal = &mut rows[*at].deal;
                deal.errors += usize::from(finding.level == Level::Error);
                deal.warnings += usize::from(finding.level == Level::Warning);
                deal.findings.push(finding);
            }
            // A file that could not be judged follows no company and has no row.
            None if finding.company.is_none() => others.push(finding),
            None => {}
        }
    }
    others
}

fn header(rows: &[ReportRow], filter: &Filter, context: &ReportContext<'_>, fiscal: FiscalYear) -> Header {
    Header {
        today: DayView(context.today),
        revision: context.revision.map(str::to_owned),
        currency: context.currency.map(|currency| currency.code().to_owned()),
        rates: rates(rows, context),
        people: context.people.names().map(|(address, name)| (address.to_owned(), name.to_owned())).collect(),
        filters: filter.shown(),
        window: Window {
            name: context.window.name.clone(),
            from: DayView(context.window.from),
            until: DayView(context.window.until),
            quarters: context.window.quarters(fiscal).iter().map(ToString::to_string).collect(),
            is_default: filter.closing.is_none(),
        },
    }
}

/// Two files may claim one id, which is a finding; their anchors differ all the same.
fn tell_apart(rows: &mut [ReportRow]) {
    for at in 1..rows.len() {
        if rows[at].deal.id == rows[at - 1].deal.id {
            rows[at].deal.anchor.push_str("_second");
        }
    }
}

/// The rates of today, of the currencies that occur beside the report's.
fn rates(rows: &[ReportRow], context: &ReportContext<'_>) -> Vec<Rate> {
    let Some(to) = context.currency else { return Vec::new() };
    let found: BTreeMap<&str, Currency> = rows
        .iter()
        .filter_map(|row| row.deal.amount)
        .filter(|amount| amount.currency != to)
        .map(|amount| (amount.currency.code(), amount.currency))
        .collect();
    let rate = |(code, from): (&str, Currency)| {
        let (of, per) = (context.rates.rate(from, context.today), context.rates.rate(to, context.today));
        let rate = of.and_then(|of| of.checked_div(per?));
        let since = [from, to].into_iter().filter_map(|it| context.rates.since(it, context.today)).max();
        Rate {
            currency: code.to_owned(),
            rate: rate.map(|rate| Number(Number::new(rate, 6).0.normalize())),
            since: since.filter(|_| rate.is_some()).map(DayView),
        }
    };
    found.into_iter().map(rate).collect()
}

fn verdict(rows: &[ReportRow], others: &[FindingView], companies: usize, not_judged: usize) -> VerdictView {
    let found = || rows.iter().flat_map(|row| &row.deal.findings).chain(others);
    let count = |level| found().filter(|finding| finding.level == level).count();
    VerdictView {
        in_order: count(Level::Error) == 0,
        deals: rows.len(),
        deals_in_order: rows.iter().filter(|row| row.deal.errors == 0).count(),
        companies,
        not_judged,
        errors: count(Level::Error),
        warnings: count(Level::Warning),
        infos: count(Level::Info),
        waived: rows.iter().map(|row| row.deal.waived).sum(),
    }
}

fn of_company<'a>(rows: &[Numbered<'a>], workflow: &Workflow) -> Vec<Numbered<'a>> {
    rows.iter().copied().filter(|(_, row)| row.deal.company == *workflow.id).collect()
}

fn stages(workflow: &Workflow, rows: &[Numbered<'_>], context: &ReportContext<'_>) -> Vec<StageFigures> {
    let own = of_company(rows, workflow);
    let all: Vec<&ReportRow> = own.iter().map(|(_, row)| *row).collect();
    let stage = |(index, stage): (usize, &crate::workflow::Stage)| {
        let here: Vec<_> = own.iter().copied().filter(|(_, row)| row.stage == Some(index)).collect();
        let open = metric::open(&here);
        StageFigures {
            company: workflow.id.to_string(),
            company_name: workflow.name.clone(),
            id: stage.id.to_string(),
            name: stage.name.clone(),
            number: index + 1,
            probability: stage.probability.map(Share::new),
            category: stage.category.clone(),
            max_days: stage.max_days,
            open: metric::sum(&open, context.unit()),
            on_hold: metric::sum(&metric::on_hold(&here), context.unit()),
            weighted: metric::weighted::weighted(&open, context.unit()),
            stalled: here.iter().filter(|(_, row)| row.deal.stalled).count(),
            with_errors: here.iter().filter(|(_, row)| row.deal.errors > 0).count(),
            in_delivery: here.iter().filter(|(_, row)| is_in_delivery(&row.deal)).count(),
            days: metric::days_in_stage(&all, index, context.today),
        }
    };
    workflow.stages.iter().enumerate().map(stage).collect()
}

/// Won, and the work after the sale goes on.
fn is_in_delivery(deal: &DealView) -> bool {
    deal.status == Status::Won && deal.completed.is_none()
}

/// By day, then in the order of the deals.
fn closing(rows: &[ReportRow]) -> Vec<usize> {
    let mut found: Vec<(Option<Date>, usize)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.deal.in_window)
        .map(|(at, row)| (row.deal.closing.map(|day| day.0), at))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, at)| at).collect()
}

/// Some deals that are there, and some that were closed in the window and are not any more.
type ThereAndGone<'a> = (Vec<Numbered<'a>>, Vec<&'a TrendStanding<'a>>);

fn by_company<'a>(
    workflows: &[&Arc<Workflow>],
    rows: &[Numbered<'a>],
    archived: &'a [TrendStanding<'a>],
    targets: &Targets<'_>,
) -> Vec<Slice> {
    let company = |workflow: &&Arc<Workflow>| {
        let gone = archived.iter().filter(|deal| deal.deal_history.workflow.id == workflow.id);
        let own = (of_company(rows, workflow), gone.collect());
        let id = Some(workflow.id.to_string());
        let page = page("workflows/", id.as_deref());
        slice((id, workflow.name.clone()), page, &own, targets.of(workflow), targets.context)
    };
    workflows.iter().map(company).collect()
}

fn owners<'a>(rows: &[Numbered<'a>], archived: &'a [TrendStanding<'a>], targets: &Targets<'_>) -> Vec<Slice> {
    let context = targets.context;
    let mut found: BTreeMap<(bool, String), ThereAndGone<'a>> = BTreeMap::new();
    let key = |owner: Option<&str>| {
        let owner = owner.map(|owner| context.people.identity(owner));
        (owner.is_none(), owner.unwrap_or_default())
    };
    for (at, row) in rows {
        found.entry(key(row.deal.owner.as_deref())).or_default().0.push((*at, row));
    }
    for deal in archived {
        found.entry(key(deal.owner.as_deref())).or_default().1.push(deal);
    }
    found
        .into_iter()
        .map(|((nobody, owner), own)| {
            let name = context.owner_name(Some(owner.as_str()).filter(|_| !nobody));
            let owner = (!nobody).then_some(owner);
            let page = page("owners/", owner.as_deref());
            let target = owner.as_deref().and_then(|owner| targets.of_owner(owner));
            slice((owner, name), page, &own, target, context)
        })
        .collect()
}

/// The address of a page about an owner or a company in a site.
fn page(folder: &str, id: Option<&str>) -> String {
    let name = id.map_or_else(|| "nobody".to_owned(), |id| anchor("of", id));
    format!("{folder}{name}.html")
}

fn slice(
    (id, name): (Option<String>, String),
    page: String,
    (rows, archived): &ThereAndGone<'_>,
    target: Option<MoneyView>,
    context: &ReportContext<'_>,
) -> Slice {
    let total = |count: &dyn Fn(&ReportRow) -> usize| rows.iter().map(|(_, row)| count(row)).sum();
    Slice {
        id,
        name,
        page,
        errors: total(&|row| row.deal.errors),
        warnings: total(&|row| row.deal.warnings),
        with_errors: total(&|row| usize::from(row.deal.errors > 0)),
        stalled: total(&|row| usize::from(row.deal.stalled)),
        figures: archived::figures(rows, archived.iter().copied(), context, target),
    }
}

fn one_company(
    workflow: &Workflow,
    workspace: &Workspace<'_>,
    rows: &[Numbered<'_>],
    targets: &Targets<'_>,
) -> CompanyView {
    let deals = of_company(rows, workflow).len();
    company::company(workflow, targets.own(workflow), deals, &workspace.config.levels, targets.context)
}
