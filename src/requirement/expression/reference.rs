//! What the functions of expressions do, each with an example that compiles.

/// A function or macro, as people read of it.
#[derive(Clone, Copy, Debug)]
pub struct FunctionReference {
    /// Its name.
    pub name: &'static str,
    /// A call of it, over the core keys of a deal.
    pub example: &'static str,
    /// What it makes.
    pub means: &'static str,
}

macro_rules! functions {
    ($($name:literal $example:literal $means:literal)*) => {
        /// Every macro and function, in the order of their lists.
        pub const REFERENCE: &[FunctionReference] =
            &[$(FunctionReference { name: $name, example: $example, means: $means }),*];
    };
}

functions! {
    "has" "has(deal.amount)" "whether the deal has the key"
    "exists" "tags.exists(t, t == 'export')" "whether it is true of at least one item"
    "all" "tags.all(t, t != 'test')" "whether it is true of every item"
    "exists_one" "tags.exists_one(t, t == 'export')" "whether it is true of exactly one item"
    "existsOne" "tags.existsOne(t, t == 'export')" "the same"
    "map" "tags.map(t, t.size())" "the list of what comes of each item"
    "filter" "tags.filter(t, t != 'test')" "the items of which it is true"
    "size" "size(tags) > 1" "how many items a list, or letters a text has"
    "contains" "name.contains('press')" "whether the text holds another"
    "startsWith" "name.startsWith('Press')" "whether the text begins with another"
    "endsWith" "name.endsWith('hall 2')" "whether the text ends with another"
    "matches" "name.matches('^[A-Z]')" "whether a regular expression matches somewhere in the text"
    "lowerAscii" "name.lowerAscii() == 'press'" "the text with A to Z in lower case"
    "upperAscii" "name.upperAscii() == 'PRESS'" "the text with a to z in upper case"
    "trim" "name.trim() == name" "the text without spaces at its ends"
    "replace" "name.replace('-', ' ')" "the text with one part in the place of another"
    "split" "name.split(' ')" "the parts of a text between a separator"
    "join" "tags.join(', ')" "the texts of a list as one, with a separator"
    "substring" "name.substring(0, 3)" "the text from one position, counted from 0, to before another or the end"
    "indexOf" "name.indexOf('-')" "the first position of a text or an item, or -1"
    "lastIndexOf" "name.lastIndexOf('-')" "the last position of a text or an item, or -1"
    "charAt" "name.charAt(0)" "the letter at a position, counted from 0"
    "int" "int('12')" "the whole number of a number, a text or a date"
    "uint" "uint('12')" "the same, not below 0"
    "double" "double('1.5')" "the number of a number or a text"
    "string" "string(age)" "a number, a date, true or false as a text"
    "bool" "bool('true')" "true or false of a text"
    "dyn" "dyn(name)" "the same value, of which the type is not checked"
    "timestamp" "timestamp('2026-11-23T09:00:00Z')" "a point in time"
    "date" "close_date < date('2027-01-01')" "a day of a text"
    "days" "close_date - today < days(14)" "so many days"
    "weeks" "opened + weeks(2) < today" "so many weeks"
    "months" "opened + months(6) < today" "so many calendar months; the last day of a month that has no such day"
    "duration" "close_date - today < duration('36h')" "a time span of a text"
    "getFullYear" "close_date.getFullYear() == 2027" "the year"
    "getMonth" "close_date.getMonth() == 0" "the month, counted from 0"
    "getDayOfYear" "close_date.getDayOfYear()" "the day of the year, counted from 0"
    "getDayOfMonth" "close_date.getDayOfMonth()" "the day of the month, counted from 0"
    "getDate" "close_date.getDate() == 1" "the day of the month, counted from 1"
    "getDayOfWeek" "close_date.getDayOfWeek() == 0" "the day of the week, counted from 0 for Sunday"
    "getHours" "today.getHours()" "the hour of a point in time, or the hours of a time span"
    "getMinutes" "today.getMinutes()" "the minute, or the minutes"
    "getSeconds" "today.getSeconds()" "the second, or the seconds"
    "getMilliseconds" "today.getMilliseconds()" "the millisecond, or the milliseconds"
    "distinct" "distinct(tags)" "the items of a list, each once"
    "sum" "sum([1, 2, 3])" "the sum of a list of numbers"
    "min" "min([1, 2, 3])" "the least of a list"
    "max" "max([1, 2, 3])" "the greatest of a list"
    "isSorted" "tags.isSorted()" "whether the items of a list stand in order"
}

#[cfg(test)]
mod tests {
    use super::super::functions::{FUNCTIONS, MACROS};
    use super::super::{Expected, Expression, Vocabulary};
    use super::*;
    use crate::deal::Schema;

    #[test]
    fn every_function_is_told_of_and_every_example_compiles() {
        let known: Vec<_> = MACROS.into_iter().chain(FUNCTIONS.iter().map(|it| it.name)).collect();
        let told: Vec<_> = REFERENCE.iter().map(|it| it.name).collect();
        assert_eq!(told, known);
        let vocabulary = Vocabulary::new(&Schema::new(Vec::new(), None));
        let mut faults = Vec::new();
        for FunctionReference { name, example, means } in REFERENCE {
            assert!(example.contains(&format!("{name}(")) && !means.is_empty(), "{name}");
            if let Err(found) = Expression::compile(example, &vocabulary, Expected::Any) {
                faults.push(format!("{example}: {found:?}"));
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
