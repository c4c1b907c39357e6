//! Texts from the file system.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use csprun_dsl::diagnostic::did_you_mean;
use csprun_dsl::span::{ReadError, Sources};

/// Bytes that one text may have: an endless file must not fill the memory.
const MAX_BYTES: u64 = 1 << 28;

/// The name by which `-` is shown.
const STDIN: &str = "<stdin>";

/// The file system, for [`csprun_dsl::check`]: a path that a file names is looked for in that file's folder, and one of
/// the program in its own. `-` is standard input.
///
/// ```
/// # use csprun_dsl::resolve::Request;
/// # use csprun_runtime::Files;
/// let library = csprun_runtime::library::library();
/// let (_, found) = csprun_dsl::check("no such graph.ron", &Files, library.catalog(), &Request::default());
/// assert!(found.has_errors());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Files;

impl Files {
    /// The graph file in the same folder whose name is nearest.
    pub fn near(path: &Path) -> Option<String> {
        let mut typed = path.file_name()?.to_str()?.to_owned();
        if !typed.ends_with(".ron") {
            typed.push_str(".ron");
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let names =
            std::fs::read_dir(folder).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<String> = names.filter(|name| name.ends_with(".ron")).collect();
        // Of two that are as near, always the same.
        names.sort();
        let near = did_you_mean(&typed, names.iter().map(String::as_str))?;
        Some(path.with_file_name(near).display().to_string())
    }
}

impl Sources for Files {
    fn read(&self, from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        if from.is_none() && path == "-" {
            return Ok((STDIN.to_owned(), read_text(io::stdin().lock())?));
        }
        let folder = from.filter(|&from| from != STDIN).and_then(|from| Path::new(from).parent());
        let written = folder.unwrap_or(Path::new("")).join(path);
        let short = normal(&written);
        // After a symbolic link `..` leads elsewhere than the text says.
        let same = written
            .canonicalize()
            .is_ok_and(|written| short.canonicalize().is_ok_and(|short| short == written));
        let path = if same { short } else { written };
        let file = File::open(&path).map_err(|error| {
            let near = Files::near(&path).filter(|_| error.kind() == io::ErrorKind::NotFound);
            let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            ReadError(format!("{}{near}", words(&error)))
        })?;
        if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return Err(ReadError("it is a directory".to_owned()));
        }
        Ok((path.display().to_string(), read_text(file)?))
    }
}

fn read_text(from: impl Read) -> Result<String, ReadError> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| ReadError(words(&error)))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ReadError(format!("it has more than {MAX_BYTES} bytes")));
    }
    String::from_utf8(bytes).map_err(|error| {
        ReadError(format!("it is not UTF-8 text (at byte {})", error.utf8_error().valid_up_to()))
    })
}

/// The system's reason in words.
fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => error.to_string(),
    }
}

/// The path without `.` and `name/..`, so that one file has one name.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(normal.components().next_back(), Some(Component::Normal(_))) => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::normal;

    #[test]
    fn one_file_has_one_name() {
        assert_eq!(normal(Path::new("a/./b/../c.ron")), Path::new("a/c.ron"));
        assert_eq!(normal(Path::new("../a.ron")), Path::new("../a.ron"));
    }
}
