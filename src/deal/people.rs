//! Who is who: the people of a workspace by their addresses, and whether two addresses are one person's.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::fiscal::Quarter;
use crate::finding::wording::{nearest_within, quote};
use crate::finding::{Code, Finding};
use crate::source::names::look_alike;

/// The people that dealgate.toml lists under `[people]`; where it lists none, everybody may be there.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// In the file's order.
    listed: Vec<Listed>,
    /// The position in that list by every address, folded.
    by_address: BTreeMap<String, usize>,
    /// What the mailmap makes of addresses, folded.
    mailmap: BTreeMap<String, String>,
}

/// Somebody who is listed.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The address under which they are listed.
    pub address: String,
    /// What people call them.
    pub name: String,
    /// The last day on which they were there; `None`: they still are.
    pub until: Option<Date>,
    /// What they are to win, by fiscal quarter, in the workspace's currency.
    pub targets: BTreeMap<Quarter, Decimal>,
}

impl People {
    /// Lists somebody under an address.
    pub fn add(&mut self, person: Listed) {
        self.by_address.insert(fold(&person.address), self.listed.len());
        self.listed.push(person);
    }

    /// Gives the person who was listed last another address.
    pub fn also(&mut self, address: &str) {
        self.by_address.insert(fold(address), self.listed.len().saturating_sub(1));
    }

    /// Takes in a mailmap: which address is another's.
    pub fn map(&mut self, mailmap: &str) {
        for line in mailmap.lines().filter(|line| !line.trim_start().starts_with('#')) {
            let mut addresses = line.split('<').skip(1).filter_map(|rest| rest.split_once('>'));
            if let (Some((proper, _)), Some((other, _))) = (addresses.next(), addresses.next()) {
                self.mailmap.insert(fold(other.trim()), fold(proper.trim()));
            }
        }
    }

    /// Whether whoever names an address may be somebody who has another: through the mailmap, by what follows a `+`, or by
    /// letters that look alike. Two who are both listed are whom the list says.
    pub fn may_be(&self, one: &str, other: &str) -> bool {
        if self.same(one, other) {
            return true;
        }
        if self.find(one).is_some() && self.find(other).is_some() {
            return false;
        }
        let plain = |address: &str| {
            let mapped = |address: String| self.mailmap.get(&address).cloned().unwrap_or(address);
            self.identity(&mapped(untagged(&mapped(fold(address)))))
        };
        let (one, other) = (plain(one), plain(other));
        one == other || look_alike(&one, &other)
    }

    /// Those who are listed, in the file's order.
    pub fn listed(&self) -> impl Iterator<Item = &Listed> {
        self.listed.iter()
    }

    /// Whether anybody is listed, so that whoever is not is nobody.
    pub fn is_listed(&self) -> bool {
        !self.listed.is_empty()
    }

    /// The addresses under which those are listed who are there on a day, in the file's order.
    pub fn addresses(&self, day: Date) -> impl Iterator<Item = &str> {
        let there = self.listed.iter().filter(move |person| person.until.is_none_or(|until| day <= until));
        there.map(|person| person.address.as_str())
    }

    /// Whose address it is, as far as it is listed.
    pub fn find(&self, address: &str) -> Option<&Listed> {
        self.listed.get(self.position(address)?)
    }

    /// The same as a position in the file's order.
    pub fn position(&self, address: &str) -> Option<usize> {
        self.by_address.get(&fold(address)).copied()
    }

    /// Whether two addresses are one person's. The one place that says so, for owners, approvers, groups and filters.
    pub fn same(&self, one: &str, other: &str) -> bool {
        one.eq_ignore_ascii_case(other) || self.identity(one) == self.identity(other)
    }

    /// What is the same of all addresses of a person, and of nobody else's: that under which they are listed, else the
    /// address itself; case does not count.
    pub fn identity(&self, address: &str) -> String {
        fold(self.find(address).map_or(address, |person| &person.address))
    }

    /// Every address of those whom words mean, each an address or what stands before its `@`: all that they are listed
    /// with, and all that the mailmap makes theirs.
    pub fn addresses_of(&self, words: &[String]) -> Vec<String> {
        let mapped = self.mailmap.iter().flat_map(|(other, proper)| [other, proper]);
        let known: BTreeSet<&String> = self.by_address.keys().chain(mapped).collect();
        let meant = known.iter().filter(|address| words.iter().any(|word| means(word, address)));
        let persons: BTreeSet<String> =
            meant.copied().chain(words).map(|address| self.identity(self.mapped(address))).collect();
        let theirs = |address: &&String| persons.contains(&self.identity(self.mapped(address)));
        known.into_iter().filter(theirs).cloned().collect()
    }

    /// What the mailmap makes of an address that the list does not know.
    fn mapped<'a>(&'a self, address: &'a str) -> &'a str {
        let mapped = self.mailmap.get(&fold(address)).filter(|_| self.find(address).is_none());
        mapped.map_or(address, String::as_str)
    }

    /// What to call whoever has an address; `None` where nobody says.
    pub fn name(&self, address: &str) -> Option<&str> {
        self.find(address).map(|person| person.name.as_str()).filter(|name| !name.is_empty())
    }

    /// The names by every address that has one, in lower case.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.by_address.keys().filter_map(|address| Some((address.as_str(), self.name(address)?)))
    }

    /// That an address under a key is nobody's, or that of somebody who was not there any more on a day.
    pub fn unknown(&self, key: &str, address: &str, day: Option<Date>) -> Option<Finding> {
        if !self.is_listed() {
            return None;
        }
        let Some(person) = self.find(address) else {
            let message = format!("`{key}`: {} is nobody whom dealgate.toml lists", quote(address));
            let help = self.nearest(address).map_or_else(
                || "correct the address, or add the person under `[people]` in dealgate.toml".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Some(Finding::new(Code::UnknownPerson, message).help(help));
        };
        let (until, day) = person.until.zip(day).filter(|(until, day)| until < day)?;
        let message = format!("`{key}`: {} was there until {until}, and not on {day}", quote(address));
        let help = "name somebody who was there, or correct `until` under `[people]` in dealgate.toml";
        Some(Finding::new(Code::UnknownPerson, message).help(help))
    }

    /// The listed address that was most likely meant: what stands before the `@` tells people of one company apart.
    fn nearest(&self, address: &str) -> Option<&str> {
        let local = address.split('@').next().unwrap_or_default().chars().count();
        let known = self.by_address.values().map(|position| self.listed[*position].address.as_str());
        nearest_within((local / 3).max(1), address, known)
    }
}

/// Whether what a user wrote means an address: all of it, or what stands before its `@`; case does not count.
pub(crate) fn means(wanted: &str, address: &str) -> bool {
    let (wanted, address) = (fold(wanted), fold(address));
    address == wanted || address.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.starts_with('@'))
}

/// Whether two different addresses are one slip of the hand apart: a letter too many, too few, another, or two swapped.
pub(crate) fn is_slip(one: &str, other: &str) -> bool {
    if one.len().abs_diff(other.len()) > char::MAX.len_utf8() {
        return false;
    }
    let (one, other): (Vec<char>, Vec<char>) = (fold(one).chars().collect(), fold(other).chars().collect());
    let before = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[before..], &other[before..]);
    let after = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&one[..one.len() - after], &other[..other.len() - after]) {
        ([_], [_] | []) | ([], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

/// An address without what follows a `+` in it: it reaches the same person.
fn untagged(address: &str) -> String {
    match address.rsplit_once('@').and_then(|(local, domain)| Some((local.split_once('+')?.0, domain))) {
        Some((local, domain)) if !local.is_empty() => format!("{local}@{domain}"),
        _ => address.to_owned(),
    }
}

fn fold(address: &str) -> String {
    address.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> People {
        let mut people = People::default();
        let until = Some(jiff::civil::date(2026, 6, 30));
        for (address, name, until) in
            [("dana@acme.example", "Dana Whitlock", None), ("Lee@acme.example", "Lee Park", until)]
        {
            people.add(Listed {
                address: address.to_owned(),
                name: name.to_owned(),
                until,
                targets: BTreeMap::new(),
            });
        }
        people.also("lee.park@old.example");
        people
    }

    #[test]
    fn one_person_may_have_many_addresses() {
        let people = people();
        assert!(people.same("LEE.PARK@old.example", "lee@acme.example"));
        assert!(!people.same("dana@acme.example", "lee@acme.example"));
        assert!(people.same("Ömer@acme.example", "ömer@acme.example"));
        assert_eq!(people.name("lee.park@old.example"), Some("Lee Park"));
        assert_eq!(people.name("tom@acme.example"), None);
        assert_eq!(people.names().count(), 3);
    }

    #[test]
    fn whoever_is_meant_is_meant_with_every_address() {
        let mut people = people();
        people
            .map("Lee <lee@acme.example> <lp@older.example>\nTom <tom@acme.example> T <TOM.OLD@x.example>\n");
        // Whom the list knows, the mailmap makes nobody else.
        people.map("Tom <tom@acme.example> <dana@acme.example>\n");
        let of = |word: &str| people.addresses_of(&[word.to_owned()]);
        let lee = ["lee.park@old.example", "lee@acme.example", "lp@older.example"];
        for word in ["lee", "LEE.PARK", "lp@older.example", "lee@acme.example"] {
            assert_eq!(of(word), lee, "{word}");
        }
        assert_eq!(of("tom"), ["tom.old@x.example", "tom@acme.example"]);
        assert_eq!(of("dana"), ["dana@acme.example"]);
        assert_eq!(of("eve"), [""; 0]);
        assert!(means("Jane", "jane@x.example") && !means("jan", "jane@x.example"));
    }

    #[test]
    fn nobody_is_known_who_is_not_listed_or_has_left() {
        let people = people();
        let day = |month| Some(jiff::civil::date(2026, month, 30));
        let help = |address, day| people.unknown("by", address, day)?.help;
        assert_eq!(help("dana@acme.example", day(7)), None);
        assert_eq!(help("dana@acme.exmaple", None).as_deref(), Some("did you mean `dana@acme.example`?"));
        assert!(help("tom@acme.example", None).is_some_and(|help| help.starts_with("correct the address")));
        assert_eq!(help("lee.park@old.example", day(6)), None);
        assert!(help("lee.park@old.example", day(7)).is_some_and(|help| help.contains("`until`")));
        assert!(People::default().unknown("by", "tom@acme.example", None).is_none());
    }

    #[test]
    fn a_slip_is_one_letter_or_two_swapped() {
        for (one, other, slip) in [
            ("dana@lumen.exmaple", "dana@lumen.example", true),
            ("dana@lumen.example", "Dan@lumen.example", true),
            ("dana@lumen.example", "danna@lumen.example", true),
            ("dana@lumen.example", "dina@lumen.example", true),
            ("dana@lumen.example", "diane@lumen.example", false),
            ("dana@lumen.example", "tom@lumen.example", false),
            ("dana@lumen.example", "DANA@lumen.example", false),
        ] {
            assert_eq!(is_slip(one, other), slip, "{one} {other}");
            assert_eq!(is_slip(other, one), slip, "{other} {one}");
        }
    }
}
