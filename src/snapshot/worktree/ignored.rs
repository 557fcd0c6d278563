//! What the `.gitignore` files of a repository leave out of a walk, unless git tracks it. Nobody's own rules count,
//! nor those of a machine: everywhere the same files are deals. What git tracks now is no history, and is asked
//! without it too.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::Gitignore;

use super::folder::Worktree;
use super::ignore_file::{is_repository, read};
use crate::snapshot::git::GitFailure;
use crate::snapshot::refusal::is_hidden;

/// The rules that hold where a walk is, and what they have left out so far.
pub(super) struct IgnoreRules {
    /// From above down.
    levels: Vec<FolderRules>,
    left_out: BTreeSet<PathBuf>,
}

/// The rules of a folder.
struct FolderRules {
    /// The depth from which on they hold, counted from the start of the walk.
    from: usize,
    /// Whether a repository begins there, in which no rules from above it hold.
    is_top: bool,
    rules: Gitignore,
}

impl IgnoreRules {
    /// The rules that hold at the start of a walk: those of the folders above it, up to the root of its repository.
    /// Without one they begin at the root of the workspace. What is asked for is never left out itself.
    pub(super) fn above(start: &Path, root: &Path) -> Self {
        let top = start.ancestors().find(|folder| is_repository(folder)).unwrap_or(root);
        let mut rules = Self { levels: Vec::new(), left_out: BTreeSet::new() };
        if start != top {
            let between = start.ancestors().skip(1).take_while(|folder| folder.starts_with(top));
            let mut above: Vec<&Path> = between.collect();
            above.reverse();
            for folder in above {
                rules.add(folder, 0);
            }
        }
        rules
    }

    /// Takes in the rules of a folder that is so deep below the start.
    pub(super) fn enter(&mut self, folder: &Path, depth: usize) {
        self.leave(depth);
        self.add(folder, depth + 1);
    }

    fn leave(&mut self, depth: usize) {
        while self.levels.last().is_some_and(|level| level.from > depth) {
            self.levels.pop();
        }
    }

    fn add(&mut self, folder: &Path, from: usize) {
        let (rules, is_top) = (read(&folder.join(".gitignore")), is_repository(folder));
        if is_top || !rules.is_empty() {
            self.levels.push(FolderRules { from, is_top, rules });
        }
    }

    /// Whether the rules leave out what a walk found so deep below its start.
    pub(super) fn leave_out(&mut self, path: &Path, is_folder: bool, depth: usize) -> bool {
        self.leave(depth);
        for level in self.levels.iter().rev() {
            match level.rules.matched(path, is_folder) {
                Match::Ignore(_) => {
                    self.left_out.insert(path.to_owned());
                    return true;
                }
                Match::Whitelist(_) => return false,
                Match::None if level.is_top => return false,
                Match::None => {}
            }
        }
        false
    }

    /// Of what was left out below the start of a walk the files that git tracks all the same, in the order of their
    /// paths. Git is asked only where something was left out; where there is no repository, nothing is tracked.
    ///
    /// An error says why git could not tell, and names something of which it is not known.
    pub(super) fn tracked(
        &self,
        files: &Worktree,
        start: &Path,
    ) -> Result<Vec<PathBuf>, (&Path, GitFailure)> {
        let Some(first) = self.left_out.first() else { return Ok(Vec::new()) };
        if !files.root().ancestors().any(is_repository) {
            return Ok(Vec::new());
        }
        let files = match files.tracked.place().and_then(|place| place.tracked(start)) {
            Ok(files) => files,
            Err(GitFailure::NoRepository) => return Ok(Vec::new()),
            Err(trouble) => return Err((first, trouble)),
        };
        let names = files.iter().map(|file| file.path.as_str());
        let seen = names.filter(|name| !name.split('/').any(is_hidden)).map(|name| start.join(name));
        let is_left_out = |path: &PathBuf| {
            let mut above = path.ancestors().take_while(|above| *above != start);
            above.any(|above| self.left_out.contains(above))
        };
        // A file in conflict is named once for each side.
        Ok(seen.filter(is_left_out).collect::<BTreeSet<_>>().into_iter().collect())
    }
}
