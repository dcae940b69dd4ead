//! Files that are whole or not there: whoever reads one sees the old one or the new one, never a part.
//!
//! The text goes to a part file in the same folder, is brought to the disk, and then takes the name in one step. A process
//! that is killed in between leaves its part file behind; whoever writes the same file next removes it. A part file is
//! locked as long as its process is at work, so nobody takes it for a leftover.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// How part files end.
const PART: &str = ".part";

/// How often a part file is begun anew that somebody took for a leftover before it was locked.
const BEGINNINGS: usize = 8;

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner alone: it holds secrets.
    Owner,
    /// As with any other new file of this user.
    Others,
}

/// A file on its way to its name. Dropped before its end, it is gone.
pub struct Whole {
    part: NamedTempFile,
    path: PathBuf,
}

impl Whole {
    /// Begins the file of this path in its folder, which has to be there. What is there keeps its place until the end.
    ///
    /// # Errors
    /// Whatever the file system says; a folder of that name is in the way.
    pub fn begin(path: &Path, readers: Readers) -> io::Result<Self> {
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let folder = folder_of(path);
        let prefix = prefix_of(path)?;
        sweep(folder, &prefix);
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(PART);
        // Readable by its owner alone from its first moment on, if not said otherwise.
        #[cfg(unix)]
        if readers == Readers::Others {
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        }
        for _ in 0..BEGINNINGS {
            let part = builder.tempfile_in(folder)?;
            part.as_file().lock()?;
            if part.path().exists() {
                return Ok(Self { part, path: path.to_owned() });
            }
        }
        Err(io::Error::new(io::ErrorKind::ResourceBusy, "others keep removing what is begun"))
    }

    /// Brings what was written to the disk and gives it its name.
    ///
    /// # Errors
    /// Whatever the file system says; the path is then as it was.
    pub fn finish(self) -> io::Result<()> {
        self.part.as_file().sync_all()?;
        self.part.persist(&self.path).map_err(|error| error.error)?;
        // Without this the name may be lost with the power. The file is whole all the same, so a file system that
        // cannot do it is no reason to fail.
        #[cfg(unix)]
        let _ = File::open(folder_of(&self.path)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.part.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.part.as_file_mut().flush()
    }
}

/// Writes a file in one step.
///
/// # Errors
/// Whatever the file system says; the path is then as it was.
pub fn write(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let mut file = Whole::begin(path, readers)?;
    file.write_all(bytes)?;
    file.finish()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// What the part files of a file begin with.
fn prefix_of(path: &Path) -> io::Result<OsString> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push("-");
    Ok(prefix)
}

/// Removes the part files that killed processes left of a file.
fn sweep(folder: &Path, prefix: &OsStr) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let (name, prefix) = (name.as_encoded_bytes(), prefix.as_encoded_bytes());
        let random = name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(PART.as_bytes()));
        // Exactly what is made above: six characters.
        if !random.is_some_and(|random| random.len() == 6 && random.iter().all(u8::is_ascii_alphanumeric)) {
            continue;
        }
        let Ok(file) = File::open(entry.path()) else { continue };
        // The lock is kept until the file is gone: whoever has just begun it waits for the lock, and then looks.
        if file.try_lock().is_ok() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_not_finished_leaves_the_old_one_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        write(&path, b"old", Readers::Owner).unwrap();
        let mut file = Whole::begin(&path, Readers::Owner).unwrap();
        file.write_all(b"ne").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        drop(file);
        assert_eq!(
            (fs::read(&path).unwrap().as_slice(), names(folder.path())),
            (&b"old"[..], vec!["a.json".into()])
        );
        write(&path, b"new", Readers::Owner).unwrap();
        assert_eq!(
            (fs::read(&path).unwrap().as_slice(), names(folder.path())),
            (&b"new"[..], vec!["a.json".into()])
        );
    }

    #[test]
    fn what_a_killed_process_left_goes_and_what_is_in_work_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        for left in
            [".a.json-aB3xyz.part", ".a.json-aB3xy.part", ".a.json-aB3x-z.part", ".b.json-aB3xyz.part"]
        {
            fs::write(folder.path().join(left), "half").unwrap();
        }
        let mut in_work = Whole::begin(&path, Readers::Owner).unwrap();
        write(&path, b"first", Readers::Owner).unwrap();
        assert_eq!(
            names(folder.path()).iter().filter(|name| name.ends_with(PART)).count(),
            4,
            "what is ours and left over is gone, what is in work or of others is not"
        );
        in_work.write_all(b"second").unwrap();
        in_work.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(
            names(folder.path()),
            [".a.json-aB3x-z.part", ".a.json-aB3xy.part", ".b.json-aB3xyz.part", "a.json"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn secrets_are_their_owners_alone_from_the_first_moment() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, "open to all").unwrap();
        let file = Whole::begin(&path, Readers::Owner).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(file.part.path()), 0o600);
        file.finish().unwrap();
        assert_eq!(mode(&path), 0o600, "the mode of the old file does not count");
        write(&path, b"", Readers::Others).unwrap();
        assert_ne!(mode(&path) & 0o400, 0);
    }

    #[test]
    fn a_folder_in_the_way_and_a_missing_folder_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write(folder.path(), b"", Readers::Others).is_err());
        assert!(write(&folder.path().join("none/a"), b"", Readers::Others).is_err());
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn writers_at_once_leave_one_of_their_texts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        std::thread::scope(|scope| {
            for number in 0..8_u8 {
                let path = &path;
                scope.spawn(move || write(path, &vec![b'0' + number; 100_000], Readers::Owner).unwrap());
            }
        });
        let text = fs::read(&path).unwrap();
        assert!(text.len() == 100_000 && text.iter().all(|byte| *byte == text[0]));
        assert_eq!(names(folder.path()), ["a.json"]);
    }
}
