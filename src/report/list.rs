//! The reports that come with the program, in the only list there is.

/// A report.
#[derive(Clone, Copy, Debug)]
pub struct ReportEntry {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it shows, in a few words.
    pub about: &'static str,
    /// What it shows beyond the day, so that the model has to hold it.
    more: &'static [More],
}

/// What only some reports show, because it takes time to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// Deals, and figures of them.
    Deals,
    /// The one-pagers of deals.
    Sheets,
    /// What is left to do about each deal, and today's list of it.
    Tasks,
    /// The bridge since the current fiscal quarter began.
    Quarter,
    /// What happened since a moment, also where none is asked for.
    Changes,
    /// Figures over time.
    Trend,
    /// The figures of the last weeks.
    Weeks,
}

/// Every built-in report, in the order in which `report --list` shows them.
pub const REPORTS: &[ReportEntry] = &[
    ReportEntry {
        name: "pipeline",
        about: "the review page: figures, stages, what needs attention, every deal",
        more: &[More::Deals, More::Tasks, More::Quarter, More::Weeks],
    },
    ReportEntry {
        name: "changes",
        about: "what happened since a day or a revision: bridge, won, lost, moved, slipped",
        more: &[More::Deals, More::Changes],
    },
    ReportEntry {
        name: "trend",
        about: "the pipeline over time: a point a week, month or fiscal quarter",
        more: &[More::Deals, More::Trend],
    },
    ReportEntry {
        name: "deal",
        about: "a one-pager: checklist, people, waivers, what blocks it",
        more: &[More::Deals, More::Sheets, More::Tasks],
    },
    ReportEntry { name: "workflow", about: "a company's rules, for people who sell by them", more: &[] },
    ReportEntry {
        name: "summary",
        about: "a screenful of Markdown for a pull request or a mail",
        more: &[More::Deals],
    },
];

/// All of them together, as a folder of pages.
pub const SITE: ReportEntry = ReportEntry {
    name: "site",
    about: "all of them as a folder of pages, with a page a deal and an owner: `-o DIR`",
    more: &[More::Deals, More::Sheets, More::Tasks, More::Quarter, More::Changes, More::Trend, More::Weeks],
};

impl ReportEntry {
    /// Whether it shows this.
    pub fn shows(&self, more: More) -> bool {
        self.more.contains(&more)
    }
}

/// The report of a name; `None` for one of the workspace's own.
pub fn find(name: &str) -> Option<&'static ReportEntry> {
    REPORTS.iter().chain([&SITE]).find(|report| report.name == name)
}
