//! A new text for a file: all of it, or the old one stays.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes a file beside it and puts it in its place, with its permissions. What is no plain file (a device, a pipe) is
/// written to, and a symbolic link stays.
///
/// # Errors
/// The system's; the file is as it was, and nothing lies beside it.
pub fn replace(path: &str, text: &str) -> io::Result<()> {
    let target = fs::canonicalize(path)?;
    let metadata = fs::metadata(&target)?;
    if !metadata.is_file() {
        return fs::write(&target, text);
    }
    // A folder that may be written to must not be the way around a file that may not.
    File::options().write(true).open(&target)?;
    let beside = beside(&target)?;
    let written = File::create_new(&beside).and_then(|mut file| {
        file.set_permissions(metadata.permissions())?;
        file.write_all(text.as_bytes())?;
        // A disk may say only now that it is full.
        file.sync_all()
    });
    match written.and_then(|()| fs::rename(&beside, &target)) {
        // One that was there already belongs to somebody else.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            fs::remove_file(&beside).ok();
            Err(error)
        }
        written => written,
    }
}

/// A name in the same folder, so in the same file system, that no other run of csprun uses.
fn beside(target: &Path) -> io::Result<PathBuf> {
    let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.new", std::process::id()));
    Ok(target.with_file_name(hidden))
}
