//! Reports as files: whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::fold::Report;
use super::render::{Format, RenderError};
use crate::whole::{self, Readers};

/// A report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The folder could not be made.
    #[error("cannot create the folder {path} for reports: {source}; give another one", path = path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file could not be written.
    #[error("cannot write the report {path}: {source}; give another folder or make room in this one", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The text could not be made.
    #[error(transparent)]
    Render(#[from] RenderError),
}

/// Writes the report in each of these formats into a folder, which is made if it is not there. A file with the name of
/// a report is replaced. Gives the files written, in the order of the formats.
///
/// # Errors
/// [`WriteError`]; reports before the one it is about are written.
pub fn write_reports(dir: &Path, formats: &[Format], report: &Report) -> Result<Vec<PathBuf>, WriteError> {
    let mut written = Vec::new();
    for format in formats {
        let path = dir.join(format.file_name());
        if !written.contains(&path) {
            write(&path, &format.render(report)?)?;
            written.push(path);
        }
    }
    Ok(written)
}

/// Writes a text to a file in one step: who reads it meanwhile sees the old one or the new one, never a part.
///
/// # Errors
/// [`WriteError::Folder`] and [`WriteError::File`] name the path.
pub fn write(path: &Path, text: &str) -> Result<(), WriteError> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(dir).map_err(|source| WriteError::Folder { path: dir.to_owned(), source })?;
    // A report holds no secret, and who collects it may be another user.
    whole::write(path, text.as_bytes(), Readers::Others)
        .map_err(|source| WriteError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn each_format_has_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("new/reports");
        let formats = [Format::Json, Format::Junit, Format::Markdown, Format::Json];
        let written = write_reports(&dir, &formats, &sample::report()).unwrap();
        let names: Vec<_> = written.iter().map(|path| path.file_name().unwrap().to_string_lossy()).collect();
        assert_eq!(names, ["report.json", "junit.xml", "report.md"]);
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 3, "no temporary file is left");
        let text = fs::read_to_string(&written[2]).unwrap();
        assert_eq!(text, Format::Markdown.render(&sample::report()).unwrap());
    }

    #[test]
    fn an_old_report_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.md");
        fs::write(&path, "old").unwrap();
        write_reports(folder.path(), &[Format::Markdown], &sample::report()).unwrap();
        assert!(fs::read_to_string(&path).unwrap().starts_with("| target |"));
    }

    #[test]
    fn an_error_names_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("taken");
        fs::write(&file, "").unwrap();
        let error = write_reports(&file, &[Format::Json], &sample::report()).unwrap_err().to_string();
        assert!(error.contains("taken") && error.contains("give another"), "{error}");
        let folder_in_the_way = folder.path().join("report.json");
        fs::create_dir(&folder_in_the_way).unwrap();
        let error = write_reports(folder.path(), &[Format::Json], &sample::report()).unwrap_err().to_string();
        assert!(error.contains("cannot write the report") && error.contains("report.json"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left");
    }
}
