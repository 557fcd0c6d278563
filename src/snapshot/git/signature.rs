//! Who signed a commit, as git verifies it, and who somebody is by the mailmap.

use super::Trouble;
use super::objects::Person;
use super::program::Git;

/// What git makes of a commit's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// It is good, and this is whose.
    Good(Person),
    /// There is none.
    None,
    /// It cannot be checked, or is not good; says why.
    Bad(&'static str),
}

/// Has git verify the signature of a commit.
pub(super) fn verify(git: &Git, commit: &str) -> Result<Signature, Trouble> {
    let format = "--format=%G?%x00%GS";
    let said = git.run("verify a signature", ["log", "--no-walk", format, "--end-of-options", commit])?;
    let said = String::from_utf8_lossy(&said);
    let (verdict, signer) = said.trim_end_matches('\n').split_once('\0').unwrap_or_default();
    Ok(match verdict {
        // A key that nobody has vouched for still names nobody but its owner: git takes it too.
        "G" | "U" if !signer.is_empty() => Signature::Good(person(signer)),
        "N" => Signature::None,
        "G" | "U" => Signature::Bad("its key belongs to nobody that git knows"),
        "B" => Signature::Bad("its signature is not good"),
        "X" | "Y" => Signature::Bad("its signature, or the key, has expired"),
        "R" => Signature::Bad("its key was revoked"),
        _ => Signature::Bad("its signature cannot be checked here: the key is not known"),
    })
}

/// The person that the mailmap makes of one.
pub(super) fn canonical(git: &Git, person: &Person) -> Result<Person, Trouble> {
    // The address stands between brackets, so it cannot be taken for an option.
    let contact = format!("{} <{}>", person.name, person.email);
    let said = git.run("read the mailmap", ["check-mailmap", "--", contact.trim_start()])?;
    Ok(self::person(String::from_utf8_lossy(&said).trim()))
}

/// `Dana Doe <dana@acme.example>`, or an address alone.
fn person(text: &str) -> Person {
    match text.rsplit_once('<') {
        Some((name, rest)) => Person {
            name: name.trim().to_owned(),
            email: rest.split('>').next().unwrap_or_default().trim().to_owned(),
        },
        None => Person { name: String::new(), email: text.trim().to_owned() },
    }
}
