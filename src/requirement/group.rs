//! Who may approve and waive: groups of e-mail addresses, members for a time.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::deal::People;
use crate::source::Place;

/// A member of a group.
#[derive(Clone, Debug)]
pub struct Member {
    /// The address, compared without case.
    pub email: String,
    /// First day of membership; `None`: always was.
    pub from: Option<Date>,
    /// Last day of membership, included; `None`: still is.
    pub until: Option<Date>,
    /// Where the address stands.
    pub place: Option<Place>,
}

/// The members of a group.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// In the file's order.
    pub members: Vec<Member>,
}

/// The groups of a workflow by name.
pub(crate) type Groups = BTreeMap<String, Group>;

impl Group {
    /// Whether whoever has an address belongs to the group on a day.
    pub fn has(&self, people: &People, email: &str, day: Date) -> bool {
        self.members.iter().any(|member| people.same(&member.email, email) && member.is_one_on(day))
    }

    /// Who belongs to the group on a day.
    pub fn members_on(&self, day: Date) -> impl Iterator<Item = &str> {
        let there = self.members.iter().filter(move |member| member.is_one_on(day));
        there.map(|member| member.email.as_str())
    }
}

impl Member {
    /// Whether they belong to the group on a day.
    pub fn is_one_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}
