//! The matrix of stages as a report shows it: names for people, and which way a deal went.

use std::sync::Arc;

use super::moments::ComparedMoments;
use super::sums::Positions;
use crate::compare::{Comparison, Matrix, MatrixAxis};
use crate::deal::record::Ending;
use crate::report::model::{MatrixCell, MatrixRow, MoveWayView, PlaceKind, PlaceView, StageMatrix};
use crate::workflow::Workflow;

pub(super) fn matrices(
    comparison: &Comparison,
    since: &ComparedMoments,
    positions: &Positions,
) -> Vec<StageMatrix> {
    let one = |matrix: &Matrix| {
        let workflows: Vec<_> = matrix.workflows.iter().filter_map(|id| workflow(id, since)).collect();
        let shown = |cell: &MatrixAxis| place(cell, workflows.first().copied());
        let columns: Vec<usize> = matrix.columns().collect();
        let stages = workflows.first().map_or(0, |workflow| workflow.stages.len());
        let rows = matrix.rows().map(|from| {
            let cells = columns.iter().map(|&to| {
                let way = way(matrix, from, to, stages);
                let deals = matrix.deals.get(&(from, to)).map(Vec::as_slice).unwrap_or_default();
                let moved = deals.iter().filter(|_| way != MoveWayView::Stayed);
                let is_gone = matrix.cells[to] == MatrixAxis::NotThere;
                let position = |id: &Arc<str>| positions.get(&(Arc::clone(id), is_gone)).copied();
                MatrixCell { count: deals.len(), way, deals: moved.filter_map(position).collect() }
            });
            let count = columns.iter().map(|&to| matrix.count(from, to)).sum();
            MatrixRow { place: shown(&matrix.cells[from]), count, cells: cells.collect() }
        });
        StageMatrix {
            companies: workflows.iter().map(|workflow| workflow.name.clone()).collect(),
            rows: rows.collect(),
            columns: columns.iter().map(|&to| shown(&matrix.cells[to])).collect(),
        }
    };
    comparison.matrices.iter().map(one).collect()
}

fn workflow<'s>(id: &Arc<str>, since: &'s ComparedMoments) -> Option<&'s Workflow> {
    let deals = since.after.deals.iter().chain(&since.before.deals);
    deals.map(|deal| deal.workflow.as_ref()).find(|workflow| workflow.id == *id)
}

fn place(cell: &MatrixAxis, workflow: Option<&Workflow>) -> PlaceView {
    let (name, kind) = match cell {
        MatrixAxis::NotThere => ("not there".to_owned(), PlaceKind::NotThere),
        MatrixAxis::Unknown => ("no stage".to_owned(), PlaceKind::NoStage),
        MatrixAxis::Ended(ending) => (ending.name().to_owned(), ended(*ending)),
        MatrixAxis::Stage(id) => {
            (workflow.map_or(id.as_ref(), |workflow| workflow.stage_name(id)).to_owned(), PlaceKind::Stage)
        }
    };
    PlaceView { name, kind }
}

fn ended(ending: Ending) -> PlaceKind {
    match ending {
        Ending::Won => PlaceKind::Won,
        Ending::Lost => PlaceKind::Lost,
        Ending::Disqualified => PlaceKind::Disqualified,
    }
}

/// The stages of the workflow are the cells from the second on; those that it does not have come last.
fn way(matrix: &Matrix, from: usize, to: usize, stages: usize) -> MoveWayView {
    let is_known = |cell: usize| (1..=stages).contains(&cell);
    if from == to {
        return MoveWayView::Stayed;
    }
    match (&matrix.cells[from], &matrix.cells[to]) {
        (_, MatrixAxis::NotThere | MatrixAxis::Ended(Ending::Lost | Ending::Disqualified)) => {
            MoveWayView::Out
        }
        (_, MatrixAxis::Ended(Ending::Won)) => MoveWayView::Forward,
        (MatrixAxis::NotThere | MatrixAxis::Ended(_), _) => MoveWayView::In,
        _ if !is_known(from) || !is_known(to) => MoveWayView::Other,
        _ if to > from => MoveWayView::Forward,
        _ => MoveWayView::Back,
    }
}
