//! Forecast categories: the window's deals by how firmly they are expected.

use super::contract::{Metric, Numbered};
use super::counted::CountedDeal;
use super::sums::sum;
use crate::report::model::{Bucket, Category, MoneyUnit};

pub(super) const METRIC: Metric = Metric {
    name: "categories",
    title: "Forecast categories",
    definition: "Deals that close in the window by category: the deal's own, else its stage's. Won deals are closed; \
                 an open deal whose stage has the category closed counts as commit; an open commit or best-case deal \
                 past its close date has slipped and stands apart, as do deals that slipped from before the window. \
                 Cumulative: each category and those before it.",
    unit: "currency",
    source: "the categories of common CRM forecasts: pipeline, best case, commit, closed, omitted",
};

/// The categories in their order, those that add up first.
pub(super) fn categories<D: CountedDeal + ?Sized>(
    won: &[Numbered<'_, D>],
    open: &[Numbered<'_, D>],
    unit: Option<MoneyUnit>,
) -> Vec<Bucket> {
    let of = |category: Option<Category>| -> Vec<Numbered<'_, D>> {
        let fits = |row: &Numbered<'_, D>| row.1.is_in_window() && row.1.category() == category;
        open.iter().copied().filter(fits).collect()
    };
    let before: Vec<_> = open
        .iter()
        .copied()
        .filter(|(_, row)| row.category() == Some(Category::Slipped) && !row.is_in_window())
        .collect();
    let adding = [
        ("closed", "Closed", won.to_vec()),
        ("commit", "Commit", of(Some(Category::Commit))),
        ("best-case", "Best case", of(Some(Category::BestCase))),
        ("pipeline", "Pipeline", of(Some(Category::Pipeline))),
    ];
    let apart = [
        ("slipped", "Slipped in the window", of(Some(Category::Slipped))),
        ("slipped-before", "Slipped before the window", before),
        ("omitted", "Omitted", of(Some(Category::Omitted))),
        ("uncategorised", "Without a category", of(None)),
    ];
    let mut so_far = Vec::new();
    let mut buckets = Vec::with_capacity(adding.len() + apart.len());
    for (id, title, rows) in adding {
        so_far.extend(rows.iter().copied());
        buckets.push(Bucket {
            id: id.to_owned(),
            title: title.to_owned(),
            single: sum(&rows, unit),
            cumulative: Some(sum(&so_far, unit)),
        });
    }
    buckets.extend(apart.into_iter().map(|(id, title, rows)| Bucket {
        id: id.to_owned(),
        title: title.to_owned(),
        single: sum(&rows, unit),
        cumulative: None,
    }));
    buckets
}
