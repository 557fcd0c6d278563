//! The reports that come with the program, in the only list there is. Must not know their templates.

/// A report.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it shows, in a few words.
    pub about: &'static str,
    /// Whether it shows the one-pagers of deals, so that the model has to hold them.
    pub with_sheets: bool,
    /// Whether it shows the bridge since the current fiscal quarter began.
    pub with_quarter: bool,
    /// Whether it shows what happened since a moment, also where none is asked for.
    pub with_changes: bool,
    /// Whether it shows figures over time.
    pub with_trend: bool,
}

/// A report that shows the workspace as it is, and nothing of how it came to that.
const PLAIN: Entry = Entry {
    name: "",
    about: "",
    with_sheets: false,
    with_quarter: false,
    with_changes: false,
    with_trend: false,
};

/// Every built-in report, in the order in which `report --list` shows them.
pub const REPORTS: &[Entry] = &[
    Entry {
        name: "pipeline",
        about: "the review page: figures, stages, what needs attention, every deal",
        with_quarter: true,
        ..PLAIN
    },
    Entry {
        name: "changes",
        about: "what happened since a day or a revision: bridge, won, lost, moved, slipped",
        with_changes: true,
        ..PLAIN
    },
    Entry {
        name: "trend",
        about: "the pipeline over time: a point a week, month or fiscal quarter",
        with_trend: true,
        ..PLAIN
    },
    Entry {
        name: "deal",
        about: "a one-pager: checklist, people, waivers, what blocks it",
        with_sheets: true,
        ..PLAIN
    },
    Entry { name: "workflow", about: "a company's rules, for people who sell by them", ..PLAIN },
    Entry { name: "summary", about: "a screenful of Markdown for a pull request or a mail", ..PLAIN },
];

/// The report of a name; `None` for one of the workspace's own.
#[must_use]
pub fn find(name: &str) -> Option<&'static Entry> {
    REPORTS.iter().find(|report| report.name == name)
}
