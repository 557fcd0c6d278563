//! Writes a file whole or not at all; nothing else writes any.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{NamedTempFile, TempDir};

use super::protected_paths;
use crate::error::Error;
use crate::scratch::Scratch;
use crate::snapshot::disk::{self, PathTarget};
use crate::snapshot::worktree::files_named;

/// How files and folders begin that stand beside a place for a moment.
const BESIDE: &str = ".dealgate-";

/// Writes a file whole or not at all, and none that a workspace is made of.
pub fn write(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    protected_paths::refuse_own(path)?;
    replace(path, fill)
}

/// Writes a file beside its place and then moves it there, so that an interrupted run leaves the old one.
///
/// It may lie outside of the workspace where its path says so, not where a link of the workspace leads there.
pub(super) fn replace(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    let failed = |cause| Error::Write { path: path.to_owned(), cause };
    let refused = |why, hint| Error::Refused { path: path.to_owned(), why, hint };
    let is_inside = refuse_link(path)?;

    let there = match fs::symlink_metadata(path) {
        Ok(there) => Some(there),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
        Err(cause) => return Err(failed(cause)),
    };
    match &there {
        Some(there) if there.is_dir() => return Err(refused("it is a folder", "name a file in it")),
        Some(there) if !there.is_file() && is_inside => {
            return Err(refused("it is not an ordinary file", "name another"));
        }
        // A device or a pipe has no content that could be left half written, and must not be replaced.
        Some(there) if !there.is_file() => {
            let device = fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
            let mut out = BufWriter::new(device);
            return fill(&mut out).and_then(|()| out.flush()).map_err(failed);
        }
        _ => {}
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(refused("its folder does not exist", "create the folder first"));
    }

    let mut builder = tempfile::Builder::new();
    builder.prefix(BESIDE);
    let permissions = there.map(|there| there.permissions());
    // As any new file; what the user masks is taken off by the system.
    #[cfg(unix)]
    let permissions = permissions.or_else(|| Some(std::os::unix::fs::PermissionsExt::from_mode(0o666)));
    if let Some(permissions) = permissions {
        builder.permissions(permissions);
    }
    // Its own text would name the temporary file, which tells nobody anything.
    let made = Scratch::of(|| builder.tempfile_in(folder), NamedTempFile::path);
    let (_scratch, beside) = made.map_err(|cause| failed(cause.kind().into()))?;
    let mut out = BufWriter::new(beside.as_file());
    fill(&mut out).and_then(|()| out.flush()).map_err(failed)?;
    drop(out);
    beside.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// How old what a run writes beside a file never gets, unless the run was killed.
const STALE: Duration = Duration::from_hours(1);

/// Removes what runs left beside a file that were killed while they wrote there, long before this one was written. Their
/// work was not done, and nobody else has use for it.
pub(super) fn sweep(written: &Path) {
    let modified = |path: &Path| fs::symlink_metadata(path).and_then(|there| there.modified()).ok();
    let (Some(folder), Some(now)) = (written.parent(), modified(written)) else { return };
    let is_random = |path: &Path| {
        let random = path.file_name().and_then(OsStr::to_str).and_then(|name| name.strip_prefix(BESIDE));
        random.is_some_and(|random| random.len() == 6 && random.bytes().all(|it| it.is_ascii_alphanumeric()))
    };
    let is_stale = |path: &Path| {
        let age = modified(path).and_then(|at| now.duration_since(at).ok());
        age.is_some_and(|age| age > STALE)
    };
    for left in files_named(folder, BESIDE).iter().filter(|path| is_random(path) && is_stale(path)) {
        let _ = fs::remove_file(left);
    }
}

/// Refuses a path on which a link of the workspace leads elsewhere; whether it ends in the workspace.
fn refuse_detour(path: &Path) -> Result<bool, Error> {
    protected_paths::refuse_repository(path)?;
    let way = PathTarget::of(path).map_err(|cause| Error::Write { path: path.to_owned(), cause })?;
    if way.strays {
        let why = "a link on its path leads out of the workspace, or into `.git`";
        return Err(Error::Refused { path: path.to_owned(), why, hint: "name the place itself" });
    }
    Ok(way.is_inside)
}

/// The same, and a file that is itself a link.
fn refuse_link(path: &Path) -> Result<bool, Error> {
    if fs::symlink_metadata(path).is_ok_and(|there| there.is_symlink()) {
        let hint = "name the file; without a file it goes to standard output";
        return Err(Error::Refused { path: path.to_owned(), why: "it is a link", hint });
    }
    refuse_detour(path)
}

/// What stands where a file would be written, at most one byte more than so many; `None`: nothing.
pub(super) fn read_back(path: &Path, most: usize) -> Result<Option<Vec<u8>>, Error> {
    refuse_link(path)?;
    match disk::read(path, most) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => {
            Err(Error::Path { path: path.to_owned(), why: format!("cannot be read: {cause}"), hint: None })
        }
    }
}

/// Refuses a path below a folder on which a link lies: what is behind it is not the folder's.
pub(super) fn refuse_links(path: &Path, below: &Path) -> Result<(), Error> {
    let is_link = |place: &&Path| fs::symlink_metadata(place).is_ok_and(|there| there.is_symlink());
    if let Some(place) = path.ancestors().take_while(|it| *it != below).find(is_link) {
        let hint = "take it away, or name another folder";
        return Err(Error::Refused { path: place.to_owned(), why: "it is a link", hint });
    }
    Ok(())
}

/// Removes a file below a folder, and the folders between them that it leaves empty.
pub(super) fn remove(path: &Path, below: &Path) -> Result<(), Error> {
    protected_paths::refuse_own(path)?;
    refuse_link(path)?;
    fs::remove_file(path).map_err(|cause| Error::Write { path: path.to_owned(), cause })?;
    let mut parent = path.parent();
    // Only an empty folder goes.
    while let Some(empty) = parent.filter(|it| *it != below && fs::remove_dir(it).is_ok()) {
        parent = empty.parent();
    }
    Ok(())
}

/// Makes the folder that a file is written into.
pub(super) fn make_folder(path: &Path) -> Result<(), Error> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    refuse_detour(folder)?;
    fs::create_dir_all(folder).map_err(|cause| Error::Write { path: folder.to_owned(), cause })
}

/// Writes to the end of a file what is made for the bytes that are there.
pub(super) fn append(path: &Path, make: impl FnOnce(u64) -> String) -> Result<(), Error> {
    let failed = |cause| Error::Write { path: path.to_owned(), cause };
    refuse_detour(path)?;
    let mut file = fs::OpenOptions::new().append(true).create(true).open(path).map_err(failed)?;
    let there = file.metadata().map_err(failed)?.len();
    file.write_all(make(there).as_bytes()).map_err(failed)
}

/// Writes the files of a folder, all of them or none; `files` are paths below it with `/`, and their texts.
///
/// The folder may be there. Nothing in it is overwritten, and no link in it followed.
pub(super) fn write_folder(folder: &Path, files: &[(&str, &str)]) -> Result<(), Error> {
    let failed = |path: &Path, cause| Error::Write { path: path.to_owned(), cause };
    let refused = |why, hint| Error::Refused { path: folder.to_owned(), why, hint };
    refuse_detour(folder)?;
    let is_there = fs::symlink_metadata(folder).is_ok();
    if is_there && !folder.is_dir() {
        return Err(refused("it is not a folder", "name another folder"));
    }
    let parent = match folder.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    if !is_there && !parent.is_dir() {
        return Err(refused("its folder does not exist", "create the folder first"));
    }
    refuse_taken(folder, files)?;

    // Everything is written beside its place first, so that what can fail fails before anything is seen.
    let mut builder = tempfile::Builder::new();
    builder.prefix(BESIDE);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    let made = Scratch::of(|| builder.tempdir_in(if is_there { folder } else { parent }), TempDir::path);
    let (_scratch, staged) = made.map_err(|cause| failed(folder, cause.kind().into()))?;
    for (path, text) in files {
        put(&staged.path().join(path), text).map_err(|cause| failed(&folder.join(path), cause))?;
    }
    if !is_there {
        return fs::rename(staged.path(), folder).map_err(|cause| failed(folder, cause));
    }
    for (index, (path, _)) in files.iter().enumerate() {
        let place = folder.join(path);
        let made = place.parent().map_or(Ok(()), fs::create_dir_all);
        if let Err(cause) = made.and_then(|()| fs::rename(staged.path().join(path), &place)) {
            for (placed, _) in &files[..index] {
                let _ = fs::remove_file(folder.join(placed));
            }
            return Err(failed(&place, cause));
        }
    }
    Ok(())
}

/// Files that are there already, and links and files where a folder should be.
fn refuse_taken(folder: &Path, files: &[(&str, &str)]) -> Result<(), Error> {
    let mut taken: Vec<PathBuf> = Vec::new();
    for (path, _) in files {
        let mut place = folder.to_owned();
        for part in Path::new(path) {
            place.push(part);
            let Ok(there) = fs::symlink_metadata(&place) else { break };
            let is_whole = place == folder.join(path);
            if (is_whole || !there.is_dir()) && !taken.contains(&place) {
                taken.push(place.strip_prefix(".").map_or_else(|_| place.clone(), Path::to_owned));
            }
        }
    }
    if taken.is_empty() { Ok(()) } else { Err(Error::Taken { paths: taken }) }
}

fn put(path: &Path, text: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, text)
}

pub(super) use crate::source::shell::word as shell_word;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_or_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        write(&path, |out| out.write_all(b"one")).unwrap();
        write(&path, |out| out.write_all(b"two")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        let error = write(&path, |out| {
            out.write_all(b"thr")?;
            Err(io::Error::other("interrupted"))
        });
        assert!(error.unwrap_err().to_string().contains("out.json"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn what_a_killed_run_left_is_swept_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for (name, is_old) in [
            ("deal.yaml", false),
            (".dealgate-a1B2c3", true),
            (".dealgate-d4E5f6", false),
            (".dealgate-mine.yaml", true),
            ("old.yaml", true),
        ] {
            let file = fs::File::create(folder.path().join(name)).unwrap();
            if is_old {
                let now = file.metadata().unwrap().modified().unwrap();
                file.set_modified(now - 2 * STALE).unwrap();
            }
        }
        sweep(&folder.path().join("deal.yaml"));
        let left = fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name());
        let mut left: Vec<_> = left.map(|it| it.into_string().unwrap()).collect();
        left.sort();
        assert_eq!(left, [".dealgate-d4E5f6", ".dealgate-mine.yaml", "deal.yaml", "old.yaml"]);
    }

    #[test]
    fn a_folder_is_written_whole_and_over_nothing() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("new");
        let files = [("a.toml", "a"), ("deals/x/b.yaml", "b")];
        write_folder(&folder, &files).unwrap();
        assert_eq!(fs::read_to_string(folder.join("deals/x/b.yaml")).unwrap(), "b");
        assert_eq!(fs::read_dir(outer.path()).unwrap().count(), 1, "nothing is left beside it");

        fs::remove_file(folder.join("a.toml")).unwrap();
        fs::write(folder.join("deals/x/b.yaml"), "mine").unwrap();
        let error = write_folder(&folder, &files).unwrap_err();
        assert!(error.to_string().contains("deals/x/b.yaml"), "{error}");
        assert!(!folder.join("a.toml").exists(), "none is written");
        assert_eq!(fs::read_to_string(folder.join("deals/x/b.yaml")).unwrap(), "mine");

        fs::remove_dir_all(folder.join("deals")).unwrap();
        fs::write(folder.join("notes.txt"), "kept").unwrap();
        write_folder(&folder, &files).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 3);
        assert!(write_folder(&folder.join("no/such"), &files).is_err());
        assert!(write_folder(&folder.join("notes.txt"), &files).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_followed_out_of_a_folder() {
        let outer = tempfile::tempdir().unwrap();
        let (folder, other) = (outer.path().join("here"), outer.path().join("other"));
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir_all(&other).unwrap();
        std::os::unix::fs::symlink(&other, folder.join("deals")).unwrap();
        assert!(write_folder(&folder, &[("deals/a.yaml", "a")]).is_err());
        assert_eq!(fs::read_dir(&other).unwrap().count(), 0);
    }

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        for (path, word) in
            [("a/b-1", "a/b-1"), ("my deals", "'my deals'"), ("it's", r"'it'\''s'"), ("", "''")]
        {
            assert_eq!(shell_word(path), word);
        }
    }

    #[test]
    fn folders_and_missing_folders_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = write(folder.path(), |_| Ok(())).unwrap_err();
        assert!(error.to_string().ends_with("it is a folder"), "{error}");
        let error = write(&folder.path().join("no/out.json"), |_| Ok(())).unwrap_err();
        assert_eq!(error.hint(), Some("create the folder first"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed_and_a_device_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, "kept").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert!(matches!(write(&link, |_| Ok(())), Err(Error::Refused { .. })));
        assert_eq!(fs::read_to_string(&target).unwrap(), "kept");
        write(Path::new("/dev/null"), |out| out.write_all(b"gone")).unwrap();
        assert!(!fs::symlink_metadata("/dev/null").unwrap().is_file());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_can_be_read_by_others() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        write(&path, |_| Ok(())).unwrap();
        let plain = folder.path().join("plain");
        fs::write(&plain, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&plain));
    }
}
