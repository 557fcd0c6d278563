//! The reports that come with the program, in the only list there is. Must not know their templates.

/// A report.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
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
    /// The one-pagers of deals.
    Sheets,
    /// The bridge since the current fiscal quarter began.
    Quarter,
    /// What happened since a moment, also where none is asked for.
    Changes,
    /// Figures over time.
    Trend,
}

/// Every built-in report, in the order in which `report --list` shows them.
pub const REPORTS: &[Entry] = &[
    Entry {
        name: "pipeline",
        about: "the review page: figures, stages, what needs attention, every deal",
        more: &[More::Quarter],
    },
    Entry {
        name: "changes",
        about: "what happened since a day or a revision: bridge, won, lost, moved, slipped",
        more: &[More::Changes],
    },
    Entry {
        name: "trend",
        about: "the pipeline over time: a point a week, month or fiscal quarter",
        more: &[More::Trend],
    },
    Entry {
        name: "deal",
        about: "a one-pager: checklist, people, waivers, what blocks it",
        more: &[More::Sheets],
    },
    Entry { name: "workflow", about: "a company's rules, for people who sell by them", more: &[] },
    Entry { name: "summary", about: "a screenful of Markdown for a pull request or a mail", more: &[] },
];

impl Entry {
    /// Whether it shows this.
    #[must_use]
    pub fn shows(&self, more: More) -> bool {
        self.more.contains(&more)
    }
}

/// The report of a name; `None` for one of the workspace's own.
#[must_use]
pub fn find(name: &str) -> Option<&'static Entry> {
    REPORTS.iter().find(|report| report.name == name)
}
