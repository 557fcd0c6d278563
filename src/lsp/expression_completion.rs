//! What an editor proposes in an expression: what deals hold, named expressions, functions, and texts that may be compared.

use lsp_types::{CompletionItem, CompletionItemKind};

use super::expression_place::ExpressionPlace;
use super::rule_completion::RuleContext;
use super::rule_names::KnownName;
use crate::requirement::expression::Vocabulary;

impl RuleContext<'_> {
    /// What an expression may go on with.
    pub(super) fn expression_items(&self, quote: Option<&str>) -> Vec<CompletionItem> {
        let Some(quote) = quote else { return Vec::new() };
        let begin = self.place.start;
        let Some(place) = ExpressionPlace::at_end(&self.names.text[begin..self.writer.cursor]) else {
            return Vec::new();
        };
        let inner = if quote.starts_with('"') { '\'' } else { '"' };
        match place {
            ExpressionPlace::Text { of, start } => {
                self.quoted(begin + start, self.compared(&of).into_iter().map(|name| (name, None)))
            }
            ExpressionPlace::Entry { start } => self.quoted(begin + start, self.names.requirements()),
            ExpressionPlace::Name { of: None, start, .. } => self.functions(begin + start, true),
            ExpressionPlace::Name { of: Some(of), start, .. } if of.is_empty() => {
                let start = begin + start;
                let named = |(name, detail): KnownName| {
                    self.offer(start, &name, detail, name.clone(), CompletionItemKind::VARIABLE)
                };
                let common = Vocabulary::common().map(|name| (name.to_owned(), None));
                let all = self.names.fields().into_iter().chain(self.names.derived()).chain(common);
                all.map(named).chain(self.functions(start, false)).collect()
            }
            ExpressionPlace::Name { of: Some(of), is_item, start } => {
                let start = begin + start;
                if let [entries] = of.as_slice()
                    && matches!(entries.as_str(), "done" | "waivers")
                {
                    let member = |(id, title): KnownName| {
                        let text =
                            if is_name(&id) { format!(".{id}") } else { format!("[{inner}{id}{inner}]") };
                        let mut item =
                            self.offer(start - 1, &id, title, text, CompletionItemKind::ENUM_MEMBER);
                        item.filter_text = Some(format!(".{id}"));
                        item
                    };
                    return self.names.requirements().into_iter().map(member).collect();
                }
                let of: Vec<&str> = of.iter().map(String::as_str).collect();
                let shape = self.names.shape(&of);
                let members = shape.filter(|it| is_item || it.kind.name() != "list").map(|it| it.members());
                let member =
                    |name: &str| self.offer(start, name, None, name.to_owned(), CompletionItemKind::FIELD);
                let members = members.unwrap_or_default().into_iter().map(member);
                members.chain(self.functions(start, true)).collect()
            }
        }
    }

    fn functions(&self, start: usize, behind_dot: bool) -> Vec<CompletionItem> {
        let function = |name: &str| {
            let text = if self.behind().starts_with('(') { name.to_owned() } else { format!("{name}(") };
            self.offer(start, name, None, text, CompletionItemKind::FUNCTION)
        };
        Vocabulary::functions(behind_dot).map(function).collect()
    }

    /// Texts within the quotes that are open in an expression.
    fn quoted(&self, start: usize, names: impl IntoIterator<Item = KnownName>) -> Vec<CompletionItem> {
        let quote = &self.names.text[start - 1..start];
        let closing = if self.behind().starts_with(quote) { "" } else { quote };
        let item = |(name, detail): KnownName| {
            let text = format!("{name}{closing}");
            self.offer(start, &name, detail, text, CompletionItemKind::ENUM_MEMBER)
        };
        names.into_iter().map(item).collect()
    }
}

/// Whether an expression may name it without quotes.
fn is_name(id: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    id.chars().all(is_part) && !id.starts_with(|c: char| c.is_ascii_digit()) && !Vocabulary::is_reserved(id)
}
