//! Paths of the project, and checks whether build outputs are up to date.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::Result;

/// The project's folder. The commands write below it only.
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// Locates the project: the parent folder of this crate.
    pub fn find() -> Self {
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self { root: xtask.parent().unwrap_or(xtask).to_path_buf() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Runs `make` unless `inputs` and `outputs` are the same as after its last run.
    ///
    /// Compares contents, not modification times, because a checkout or a change of branch touches every file. Compares the
    /// outputs too, so that deleted or edited files are rebuilt.
    pub fn unless_fresh(&self, name: &str, inputs: &[&str], outputs: &[&str], make: impl FnOnce() -> Result) -> Result {
        let stamp = self.path("target/xtask").join(format!("{name}.stamp"));
        let before = self.fingerprint(inputs)?;
        let fresh = format!("{before:016x} {:016x}", self.fingerprint(outputs)?);
        let all_exist = outputs.iter().all(|output| self.path(output).exists());
        if all_exist && fs::read_to_string(&stamp).is_ok_and(|last| last == fresh) {
            return Ok(());
        }
        make()?;
        write(&stamp, &format!("{before:016x} {:016x}", self.fingerprint(outputs)?))
    }

    /// A hash of the names and contents of files and folders. A missing path counts as empty.
    fn fingerprint(&self, paths: &[&str]) -> Result<u64> {
        let mut hasher = DefaultHasher::new();
        // Some npm packages contain binaries for one platform.
        (std::env::consts::OS, std::env::consts::ARCH).hash(&mut hasher);
        for path in paths {
            for file in files_below(&self.path(path))? {
                file.strip_prefix(&self.root).unwrap_or(&file).hash(&mut hasher);
                fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?.hash(&mut hasher);
            }
        }
        Ok(hasher.finish())
    }
}

/// All files at or below `path`, sorted, without `node_modules`.
pub fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    if !path.is_dir() || path.file_name().is_some_and(|name| name == "node_modules") {
        return Ok(Vec::new());
    }
    let failed = |error| format!("{}: {error}", path.display());
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        entries.push(entry.map_err(failed)?.path());
    }
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        files.extend(files_below(&entry)?);
    }
    Ok(files)
}

/// Writes a file. Creates missing parent folders.
pub fn write(path: &Path, text: &str) -> Result {
    let failed = |error| format!("cannot write {}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}

/// Creates an empty folder, and removes the existing one.
pub fn empty_folder(path: &Path) -> Result {
    remove_folder(path)?;
    fs::create_dir_all(path).map_err(|error| format!("cannot create {}: {error}", path.display()))
}

/// Removes a folder if it exists.
pub fn remove_folder(path: &Path) -> Result {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("cannot remove {}: {error}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Copies a file. Creates missing parent folders.
pub fn copy_file(from: &Path, to: &Path) -> Result {
    let failed = |error| format!("cannot copy {} to {}: {error}", from.display(), to.display());
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::copy(from, to).map(|_| ()).map_err(failed)
}

/// Copies a folder's files, without `node_modules`. Overwrites existing files.
pub fn copy_folder(from: &Path, to: &Path) -> Result {
    for file in files_below(from)? {
        copy_file(&file, &to.join(file.strip_prefix(from).unwrap_or(&file)))?;
    }
    Ok(())
}
