//! Reads dealgate.toml. Every key is optional, and so is the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use iso_currency::Currency;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::assignment::Assignment;
use super::reports::{self, ApprovalPolicy, Reporting};
use super::{limits, people};
use crate::deal::fiscal::{FiscalYear, Quarter};
use crate::deal::rates::Rates;
use crate::deal::{People, currency};
use crate::finding::limit::{FILE_SIZE, Limits};
use crate::finding::wording::{nearest, quote};
use crate::finding::{Code, Finding, FindingsBuilder, LevelSetting, Levels, Rewrite, Subject, code};
use crate::snapshot::{CONFIG_FILE, DEALS, Snapshot};
use crate::source::names::composed;
use crate::source::{Span, Spanned};
use crate::syntax::reader::{ExpectedValue, Key, Table, list, misfits, text, wrong_type};
use crate::syntax::{Kind, Node, scalar, toml};
use crate::workflow;

macro_rules! keys {
    ($($name:literal $means:literal [$($holds:tt)+])*) => {
        &[$(Key { name: $name, means: $means, holds: ExpectedValue::$($holds)+ }),*]
    };
}

/// Every key of dealgate.toml.
pub const KEYS: &[Key] = keys! {
    "today" "the day that samples and archives tell of; options and the environment go before it" [Date]
    "deals" "the folder of the deals" [Text]
    "workflows" "the folder of the workflows" [Text]
    "templates" "the folder of the templates" [Text]
    "default-workflow" "the workflow of deals that no other rule gives one" [Text]
    "currency" "the currency of reports" [Text]
    "timezone" "the time zone of today and of commit dates" [Text]
    "fiscal-year" "when the fiscal year starts and how it is named" [Table("fiscal-year")]
    "rates" "what one unit of a currency buys, from a day on" [Entries(&ExpectedValue::Either(&[ExpectedValue::Rate, ExpectedValue::Entries(&ExpectedValue::Rate)]))]
    "targets" "what is to be won, by fiscal quarter" [Entries(&ExpectedValue::Amount)]
    "levels" "error, warning, info or off, by finding code" [ByCode(&LevelSetting::NAMES)]
    "assign" "which deals follow which workflow" [List(&ExpectedValue::Table("assign"))]
    "report" "settings of reports" [Table("report")]
    "provenance" "how approvals are proved by git" [Table("provenance")]
    "people" "who there is, by address: a name, or their name, other addresses and last day" [Entries(&ExpectedValue::Either(&[ExpectedValue::Text, ExpectedValue::Table("person")]))]
    "limits" "what a file may cost, where the usual limits do not fit" [Table("limits")]
};

const ASSIGN_KEYS: &[Key] = keys! {
    "match" "globs that a deal's id must fit, one of them" [Either(&[ExpectedValue::Text, ExpectedValue::List(&ExpectedValue::Text)])]
    "workflow" "the workflow that those deals follow" [Text]
};

/// The tables of dealgate.toml by the names under which other tables hold them.
pub fn tables() -> Vec<(&'static str, Vec<Key>)> {
    let own = [
        ("assign", ASSIGN_KEYS),
        ("report", reports::REPORT),
        ("provenance", reports::PROVENANCE),
        ("person", people::KEYS),
        ("limits", limits::KEYS),
    ];
    let shared = workflow::keys::tables().into_iter().filter(|(name, _)| *name == "fiscal-year");
    own.into_iter().map(|(name, keys)| (name, keys.to_vec())).chain(shared).collect()
}

/// The settings of a workspace.
#[derive(Clone, Debug)]
pub struct Config {
    /// The day it is, where a sample or an archive tells of one.
    pub today: Option<Date>,
    /// The folder of the deals, relative to the root.
    pub deals: String,
    /// The folder of the workflows.
    pub workflows: String,
    /// The folder of the templates.
    pub templates: String,
    /// The workflow of deals that no other rule gives one, and where it is named.
    pub default_workflow: Option<Spanned<String>>,
    /// The currency of reports.
    pub currency: Option<Currency>,
    /// The time zone of today and of commit dates.
    pub timezone: TimeZone,
    /// The fiscal year of reports.
    pub fiscal_year: FiscalYear,
    /// Exchange rates.
    pub rates: Rates,
    /// Where `[rates]` stands, if no `currency` does.
    pub rates_without_currency: Option<Span>,
    /// Targets by fiscal quarter, in `currency`.
    pub targets: BTreeMap<Quarter, Decimal>,
    /// Levels by code.
    pub levels: Levels,
    /// Which deals follow which workflow, in the file's order.
    pub assignments: Vec<Assignment>,
    /// Settings of reports.
    pub reporting: Reporting,
    /// How approvals are proved.
    pub approvals: ApprovalPolicy,
    /// Who is who.
    pub people: People,
    /// What a file may cost.
    pub limits: Limits,
    /// The keys under which the file names folders, and where it does.
    pub folders: Vec<(&'static str, Span)>,
    /// What is wrong with the file.
    pub findings: Vec<Finding>,
    /// The file, if there is one.
    pub file: Option<Arc<crate::source::SourceFile>>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            today: None,
            deals: DEALS.to_owned(),
            workflows: "workflows".to_owned(),
            templates: "templates".to_owned(),
            default_workflow: None,
            currency: None,
            timezone: TimeZone::UTC,
            fiscal_year: FiscalYear::default(),
            rates: Rates::default(),
            rates_without_currency: None,
            targets: BTreeMap::new(),
            levels: Levels::default(),
            assignments: Vec::new(),
            reporting: Reporting::default(),
            approvals: ApprovalPolicy::default(),
            people: People::default(),
            limits: Limits::default(),
            folders: Vec::new(),
            findings: Vec::new(),
            file: None,
        }
    }
}

impl Config {
    /// Reads the settings of a workspace; the defaults where there is no file.
    pub fn load(snapshot: &dyn Snapshot) -> Self {
        if let Some(finding) = snapshot.stray(CONFIG_FILE) {
            return Self { findings: vec![finding], ..Self::default() };
        }
        if !snapshot.has_file(CONFIG_FILE) {
            return Self::default();
        }
        // What the file itself may be, it cannot say.
        let file = match snapshot.read(CONFIG_FILE, FILE_SIZE.usual) {
            Ok(file) => file,
            Err(finding) => {
                let finding = match finding.code {
                    Code::TooLarge => finding.help("leave out what it does not need"),
                    _ => *finding,
                };
                return Self { findings: vec![finding], ..Self::default() };
            }
        };
        let mut complaints = FindingsBuilder::about(vec![Arc::clone(&file)], Subject::default());
        let parsed = toml::parse(file.text(), 0);
        for fault in parsed.faults {
            fault.tell(&mut complaints);
        }
        let config = parsed.root.map(|root| Self::read(&root, &mut complaints)).unwrap_or_default();
        Self { findings: complaints.into_findings(), file: Some(file), ..config }
    }

    /// That a folder which the file names under a key is not there. The usual folders need not be.
    pub fn missing_folder(&self, key: &str, files: &dyn Snapshot) -> Option<Finding> {
        let (_, span) = self.folders.iter().find(|(named, _)| *named == key)?;
        let usual = Self::default();
        let (folder, usual) = match key {
            "deals" => (&self.deals, &usual.deals),
            "workflows" => (&self.workflows, &usual.workflows),
            _ => (&self.templates, &usual.templates),
        };
        // What stands there instead is told where it is listed.
        if !matches!(files.folder(folder), Ok(false)) {
            return None;
        }
        let help = match files.folder(usual) {
            Ok(true) => format!("did you mean `{usual}`?"),
            _ => "make it, or name the folder that is there".to_owned(),
        };
        let finding = Finding::new(Code::Unreadable, format!("there is no folder {}", quote(folder)));
        Some(finding.help(help).at(self.file.as_ref()?, *span))
    }

    fn read(root: &Node<'_>, complaints: &mut FindingsBuilder) -> Self {
        let mut config = Self::default();
        let Some(table) = Table::open(root, CONFIG_FILE, KEYS, complaints) else { return config };
        for (key, folder) in [
            ("deals", &mut config.deals),
            ("workflows", &mut config.workflows),
            ("templates", &mut config.templates),
        ] {
            let Some(written) = table.text(key, complaints) else { continue };
            let span = written.span;
            if let Some(path) = inside(written, key, complaints) {
                *folder = path;
                config.folders.push((key, span));
            }
        }
        config.today = table.date("today", complaints).map(|day| day.value);
        config.default_workflow =
            table.text("default-workflow", complaints).map(|name| name.map(str::to_owned));
        config.currency = workflow::read_currency(&table, complaints);
        if let Some(zone) = table.text("timezone", complaints) {
            config.timezone = read_timezone(zone, complaints);
        }
        config.fiscal_year = workflow::read_fiscal_year(&table, complaints).unwrap_or_default();
        config.rates = read_rates(&table, config.currency, complaints);
        config.rates_without_currency = rates_without_currency(&table, config.currency);
        config.targets = workflow::read_targets(&table, config.currency, complaints);
        config.levels = read_levels(&table, complaints);
        config.assignments = read_assignments(&table, complaints);
        config.reporting = reports::read_reporting(&table, complaints);
        config.approvals = reports::read_provenance(&table, complaints);
        config.people = people::read(&table, complaints);
        config.limits = limits::read(&table, complaints);
        config
    }
}

/// A folder by a path that cannot lead out of the workspace.
fn inside(path: Spanned<&str>, key: &str, complaints: &mut FindingsBuilder) -> Option<String> {
    let parts: Vec<_> = path.value.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let leaves = path.value.starts_with('/') || path.value.contains(['\\', ':']) || parts.contains(&"..");
    if leaves {
        let message = format!("`{key}` must name a folder inside the workspace");
        let help = "write a path relative to dealgate.toml, with `/`".to_owned();
        complaints.push(Code::NotAllowed, path.span, message, Some(help));
        return None;
    }
    Some(parts.join("/"))
}

fn read_timezone(name: Spanned<&str>, complaints: &mut FindingsBuilder) -> TimeZone {
    TimeZone::get(name.value).unwrap_or_else(|_| {
        let message = format!("there is no time zone {}", quote(name.value));
        let help = "write a name such as `Europe/Berlin`, or `UTC`".to_owned();
        complaints.push(Code::NotAllowed, name.span, message, Some(help));
        TimeZone::UTC
    })
}

fn read_levels(table: &Table<'_, '_>, complaints: &mut FindingsBuilder) -> Levels {
    let mut levels = Levels::default();
    let Some(table) = table.get("levels").and_then(|node| Table::free(node, "levels", complaints)) else {
        return levels;
    };
    for entry in table.entries() {
        let name = entry.key.value.as_ref();
        let Some(code) = Code::parse(name) else {
            let message = format!("there is no finding {}", quote(name));
            let known = code::CODES.iter().map(|entry| entry.name);
            let name = Spanned::new(name, entry.key.span);
            complaints.push_name(Code::UnknownKey, name, message, known, Rewrite::Key);
            continue;
        };
        let setting = table.choice(name, &LevelSetting::NAMES, complaints);
        if let Some(setting) = setting.and_then(|setting| LevelSetting::parse(setting.value)) {
            levels.set(code, setting);
        }
    }
    levels
}

/// Where `[rates]` stands without a currency. What stands in its place has been told: a slip in the key, or what is none.
fn rates_without_currency(table: &Table<'_, '_>, base: Option<Currency>) -> Option<Span> {
    let meant = |key: &str| nearest(key, KEYS.iter().map(|key| key.name)) == Some("currency");
    let told = || table.entries().iter().any(|entry| meant(&entry.key.value));
    let rates = table.entry("rates").filter(|rates| rates.value.as_map().is_some());
    rates.filter(|_| base.is_none() && !told()).map(|rates| rates.key.span)
}

fn read_rates(table: &Table<'_, '_>, base: Option<Currency>, complaints: &mut FindingsBuilder) -> Rates {
    let mut rates = Rates { base, table: BTreeMap::new() };
    let Some(node) = table.get("rates") else { return rates };
    let Some(table) = Table::free(node, "rates", complaints) else { return rates };
    for entry in table.entries() {
        let currency = match currency::currency(&entry.key.value) {
            Ok(currency) => currency,
            Err(misfit) => {
                misfits(entry.key.span, "rates", &entry.key.value, misfit, complaints);
                continue;
            }
        };
        let mut by_day = Vec::new();
        match &entry.value.kind {
            Kind::Map(days) => {
                for day in days {
                    match scalar::date(&day.key.value) {
                        Ok(date) => by_day.extend(
                            read_rate(&day.value, &day.key.value, complaints).map(|rate| (date, rate)),
                        ),
                        Err(misfit) => {
                            misfits(day.key.span, &entry.key.value, &day.key.value, misfit, complaints);
                        }
                    }
                }
            }
            _ => {
                by_day.extend(
                    read_rate(&entry.value, &entry.key.value, complaints)
                        .map(|rate| (jiff::civil::Date::MIN, rate)),
                );
            }
        }
        by_day.sort_by_key(|(date, _)| *date);
        rates.table.insert(currency.code(), by_day);
    }
    rates
}

fn read_rate(node: &Node<'_>, key: &str, complaints: &mut FindingsBuilder) -> Option<Decimal> {
    let Some(scalar) = node.as_scalar() else {
        wrong_type(node, key, "a number", complaints);
        return None;
    };
    match scalar::decimal(&scalar.digits()) {
        Ok(rate) if rate > Decimal::ZERO => Some(rate),
        Ok(_) => {
            complaints.push(
                Code::OutOfRange,
                node.span,
                "a rate must be above 0",
                Some("write what one unit buys, such as `0.90`".to_owned()),
            );
            None
        }
        Err(misfit) => {
            misfits(node.span, key, &scalar.text, misfit, complaints);
            None
        }
    }
}

fn read_assignments(table: &Table<'_, '_>, complaints: &mut FindingsBuilder) -> Vec<Assignment> {
    let Some(items) = table.get("assign").and_then(|node| list(node, "assign", complaints)) else {
        return Vec::new();
    };
    let mut assignments = Vec::new();
    for node in items {
        let Some(table) = Table::open(node, "`assign`", ASSIGN_KEYS, complaints) else { continue };
        let mut globs = globset::GlobSetBuilder::new();
        let patterns = match table.get("match") {
            Some(node) if node.as_scalar().is_some() => text(node, "match", complaints).into_iter().collect(),
            Some(_) => table.texts("match", complaints).unwrap_or_default(),
            None => Vec::new(),
        };
        for pattern in &patterns {
            match globset::GlobBuilder::new(&composed(pattern.value)).literal_separator(true).build() {
                Ok(glob) => {
                    globs.add(glob);
                }
                Err(error) => {
                    let message = format!("{} is not a glob: {}", quote(pattern.value), error.kind());
                    let help = Some("write a pattern of deal ids, such as `legacy/**`".to_owned());
                    complaints.push(Code::BadExpression, pattern.span, message, help);
                }
            }
        }
        for key in ["match", "workflow"] {
            if table.get(key).is_none() {
                complaints.push(
                    Code::MissingKey,
                    table.span.at_start(),
                    format!("`assign` needs `{key}`"),
                    Some("write both: `match = [\"legacy/**\"]` and `workflow = \"standard\"`".to_owned()),
                );
            }
        }
        let workflow = table.text("workflow", complaints);
        if let (Some(workflow), Ok(globs)) = (workflow, globs.build()) {
            assignments.push(Assignment { globs, workflow: workflow.map(str::to_owned) });
        }
    }
    assignments
}
