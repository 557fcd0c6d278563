//! `explain` of a code: what it means, an example that fails, the way out.

use std::io::{self, Write};

use serde::Serialize;

use super::layout::{columns, cut, dim, fill, paragraph};
use super::presentation::{Opening, Presentation};
use crate::emit::{Surface, bold, level_style};
use crate::finding::code::CODES;
use crate::finding::{Code, LevelSetting, Levels};

/// What is to be said of a code.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CodeSheet {
    #[serde(flatten)]
    opening: Opening,
    code: &'static str,
    means: &'static str,
    example: &'static str,
    remedy: &'static str,
    /// Its level where nothing says otherwise.
    default_level: &'static str,
    /// Its level in this workspace: `error`, `warning`, `info` or `off`.
    level: &'static str,
    #[serde(skip)]
    is: Code,
}

impl CodeSheet {
    /// A code, and what a workspace makes of it.
    pub(crate) fn new(opening: Opening, code: Code, levels: &Levels) -> Self {
        let entry = code.entry();
        let level = match levels.of(code) {
            LevelSetting::At(level) => level.name(),
            LevelSetting::Off => "off",
        };
        Self {
            opening,
            code: entry.name,
            means: entry.means,
            example: entry.example,
            remedy: entry.remedy,
            default_level: entry.level.name(),
            level,
            is: code,
        }
    }
}

impl Presentation for CodeSheet {
    fn text(&self, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
        let (bold, dim) = (bold(surface), dim(surface));
        let style = level_style(self.is.default_level(), surface);
        writeln!(out, "{bold}{}{bold:#}: {style}{}{style:#}", self.code, self.default_level)?;
        if self.level != self.default_level {
            writeln!(out, "In this workspace: {}, by `[levels]` in dealgate.toml", self.level)?;
        }
        writeln!(out, "\n{}", paragraph("", self.means, 0, surface))?;
        writeln!(out, "\n{bold}For example{bold:#}\n")?;
        for line in self.example.lines() {
            // What stands behind `#` says what is wrong.
            let (code, comment) = match line.find(" #") {
                Some(at) if !line.trim_start().starts_with('#') => line.split_at(at),
                _ => (line, ""),
            };
            let indent = " ".repeat(4 + code.len() - code.trim_start().len());
            if columns(code) + columns(comment) + 4 > surface.width && !comment.is_empty() {
                // A comment on a line of its own is about the next line, as in tests of rules.
                writeln!(out, "{dim}{indent}{}{dim:#}", comment.trim_start())?;
                writeln!(out, "    {}", code.trim_end())?;
                continue;
            }
            writeln!(out, "{}", format!("    {code}{dim}{comment}{dim:#}").trim_end())?;
        }
        writeln!(out, "\n{bold}The way out{bold:#}\n\n{}", paragraph("", self.remedy, 0, surface))
    }
}

/// Every code in a line.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CodeList {
    #[serde(flatten)]
    opening: Opening,
    codes: Vec<CodeLine>,
}

#[derive(Clone, Debug, Serialize)]
struct CodeLine {
    code: &'static str,
    /// Its level in this workspace.
    level: &'static str,
    means: &'static str,
}

impl CodeList {
    /// Every code, with the level that a workspace gives it.
    pub(crate) fn new(opening: Opening, levels: &Levels) -> Self {
        let line = |entry: &crate::finding::code::CodeEntry| {
            let sheet = CodeSheet::new(opening.clone(), entry.code, levels);
            CodeLine { code: sheet.code, level: sheet.level, means: sheet.means }
        };
        let codes = CODES.iter().map(line).collect();
        Self { opening, codes }
    }
}

impl Presentation for CodeList {
    fn text(&self, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
        let (bold, dim) = (bold(surface), dim(surface));
        let width = self.codes.iter().map(|line| columns(line.code)).max().unwrap_or(0);
        for CodeLine { code, level, means } in &self.codes {
            let sentence = means.split_inclusive(". ").next().unwrap_or(means).trim_end();
            let left = surface.width.saturating_sub(width + 11);
            writeln!(
                out,
                "{bold}{}{bold:#}  {dim}{}{dim:#}  {}",
                fill(code, width),
                fill(level, 7),
                cut(sentence, left)
            )?;
        }
        let rest = "`dealgate explain CODE` says more of one; it explains workflows, stages, requirements, keys of a \
                    workflow and deals too.";
        writeln!(out, "\n{}", paragraph("", rest, 0, surface))
    }
}
