//! `all`, `exists`, `exists_one`, `map` and `filter`.

use super::undecided::{both, strict, too_large};
use super::{Answer, Evaluation};
use crate::requirement::expression::Undecided;
use crate::requirement::expression::program::{Loop, LoopKind};
use crate::requirement::expression::value::{ListValue, TextValue, Val};

/// Items that one loop goes through.
const MOST_ITEMS: usize = 1_000;

impl<'a> Evaluation<'a> {
    pub(super) fn go_through(&mut self, step: &'a Loop) -> Answer<'a> {
        let path = step.range.path();
        let (keys, list);
        let length = match self.node(&step.range)? {
            Val::List(found) => {
                list = found;
                list.len()
            }
            Val::Record(record, _) => {
                keys = record.0.iter().map(|slot| Val::Text(TextValue::Borrowed(&slot.key.value))).collect();
                list = ListValue::Made(keys);
                list.len()
            }
            Val::Map(entries) => {
                keys = entries.iter().map(|(key, _)| key.clone()).collect();
                list = ListValue::Made(keys);
                list.len()
            }
            other => return Err(strict(&step.range, &other, "a list")),
        };
        if length > MOST_ITEMS {
            let what = path.map_or_else(|| "a list".to_owned(), |path| format!("`{path}`"));
            return Err(too_large(format!("{what} has more than {MOST_ITEMS} items to go through"), path));
        }
        let depth = self.locals.len();
        let mut tally = LoopTally::default();
        for index in 0..length {
            let item = self.item(&list, index, path)?;
            self.locals.push(item);
            let done = self.once(step, depth, &mut tally);
            self.locals.truncate(depth);
            if done? {
                break;
            }
        }
        match (step.macro_, tally.undecided) {
            (LoopKind::Exists, _) if tally.count > 0 => Ok(Val::Boolean(true)),
            (LoopKind::All, _) if tally.count > 0 => Ok(Val::Boolean(false)),
            (_, Some(undecided)) => Err(undecided),
            (LoopKind::Exists, None) => Ok(Val::Boolean(false)),
            (LoopKind::All, None) => Ok(Val::Boolean(true)),
            (LoopKind::ExistsOne, None) => Ok(Val::Boolean(tally.count == 1)),
            (LoopKind::Map | LoopKind::Filter, None) => Ok(Val::listed(tally.items)),
        }
    }

    /// One item of a loop; true when the rest does not matter.
    fn once(
        &mut self,
        step: &'a Loop,
        local: usize,
        tally: &mut LoopTally<'a>,
    ) -> Result<bool, Box<Undecided>> {
        if let Some(filter) = &step.filter
            && !self.boolean(filter)?
        {
            return Ok(false);
        }
        match step.macro_ {
            LoopKind::Map => tally.items.push(self.node(&step.body)?),
            LoopKind::Filter => {
                if self.boolean(&step.body)? {
                    tally.items.extend(self.locals.get(local).cloned());
                }
            }
            LoopKind::ExistsOne => tally.count += usize::from(self.boolean(&step.body)?),
            LoopKind::All | LoopKind::Exists => match self.boolean(&step.body) {
                Ok(answer) => {
                    let decides = answer == (step.macro_ == LoopKind::Exists);
                    tally.count += usize::from(decides);
                    return Ok(decides);
                }
                Err(undecided) if undecided.is_too_large() => return Err(undecided),
                Err(undecided) => {
                    tally.undecided = Some(match tally.undecided.take() {
                        Some(first) => both(first, *undecided),
                        None => undecided,
                    });
                }
            },
        }
        Ok(false)
    }
}

#[derive(Default)]
struct LoopTally<'a> {
    /// Items that decide, or of `exists_one` those that are true.
    count: usize,
    items: Vec<Val<'a>>,
    undecided: Option<Box<Undecided>>,
}
