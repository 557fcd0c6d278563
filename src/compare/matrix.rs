//! The stage matrix: which stage deals were in, by which they are in now.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::changes::Pair;
use super::state::DealState;
use crate::deal::record::Ending;

/// Where a deal stood: a row or a column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatrixAxis {
    /// It was not there.
    NotThere,
    /// Open, in this stage.
    Stage(Arc<str>),
    /// Open, in no stage that is known.
    Unknown,
    /// Closed.
    Ended(Ending),
}

impl MatrixAxis {
    /// The words for it.
    pub fn name(&self) -> &str {
        match self {
            Self::NotThere => "not there",
            Self::Stage(id) => id,
            Self::Unknown => "no stage",
            Self::Ended(ending) => ending.name(),
        }
    }

    fn of(deal: Option<&DealState>) -> Self {
        match deal.map(|deal| &deal.terms) {
            None => Self::NotThere,
            Some(terms) => match (terms.ending, &terms.stage) {
                (Some(ending), _) => Self::Ended(ending),
                (None, Some(stage)) => Self::Stage(Arc::clone(stage)),
                (None, None) => Self::Unknown,
            },
        }
    }
}

/// Stage at the start by stage at the end, for workflows that have the same stages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    /// The workflows.
    pub workflows: Vec<Arc<str>>,
    /// Rows and columns alike: not there, the stages in order, won, lost, disqualified.
    pub cells: Vec<MatrixAxis>,
    /// The deals of a row and a column, by their places in `cells`.
    pub deals: BTreeMap<(usize, usize), Vec<Arc<str>>>,
}

impl Matrix {
    /// The matrices of pairs of states, in the order of the workflows' names.
    pub fn of(pairs: &[Pair<'_>]) -> Vec<Self> {
        let mut matrices: Vec<Self> = Vec::new();
        let mut sorted: Vec<_> =
            pairs.iter().filter_map(|&(before, after)| Some((after.or(before)?, before, after))).collect();
        sorted.sort_by(|(a, ..), (b, ..)| (&a.workflow.id, &a.id).cmp(&(&b.workflow.id, &b.id)));
        for (deal, before, after) in sorted {
            let cells = cells(deal);
            let at = matrices.iter().position(|known| known.cells.starts_with(&cells[..cells.len() - 4]));
            let at = at.unwrap_or_else(|| {
                matrices.push(Self { workflows: Vec::new(), cells, deals: BTreeMap::new() });
                matrices.len() - 1
            });
            let matrix = &mut matrices[at];
            if matrix.workflows.last() != Some(&deal.workflow.id) {
                matrix.workflows.push(Arc::clone(&deal.workflow.id));
            }
            let place = (matrix.place(MatrixAxis::of(before)), matrix.place(MatrixAxis::of(after)));
            matrix.deals.entry(place).or_default().push(Arc::clone(&deal.id));
        }
        matrices
    }

    /// How many deals went from one place to another.
    pub fn count(&self, from: usize, to: usize) -> usize {
        self.deals.get(&(from, to)).map_or(0, Vec::len)
    }

    /// The rows that have a deal.
    pub fn rows(&self) -> impl Iterator<Item = usize> {
        (0..self.cells.len()).filter(|&row| self.deals.keys().any(|place| place.0 == row))
    }

    /// The columns that have a deal.
    pub fn columns(&self) -> impl Iterator<Item = usize> {
        (0..self.cells.len()).filter(|&column| self.deals.keys().any(|place| place.1 == column))
    }

    /// A stage that the workflow no longer has, or had not yet, comes last.
    fn place(&mut self, cell: MatrixAxis) -> usize {
        self.cells.iter().position(|known| *known == cell).unwrap_or_else(|| {
            self.cells.push(cell);
            self.cells.len() - 1
        })
    }
}

fn cells(deal: &DealState) -> Vec<MatrixAxis> {
    let stages = deal.workflow.stages.iter().map(|stage| MatrixAxis::Stage(Arc::clone(&stage.id)));
    let endings = [Ending::Won, Ending::Lost, Ending::Disqualified].map(MatrixAxis::Ended);
    std::iter::once(MatrixAxis::NotThere).chain(stages).chain(endings).chain([MatrixAxis::Unknown]).collect()
}
