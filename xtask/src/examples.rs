//! The projects of `examples-js` that are tested with their dependencies from npm.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::project::{Project, copy_folder, remove_folder};
use crate::run::quietly;
use crate::tools;

/// The examples that have tests: the folders of `tests/examples`.
pub fn tested(project: &Project) -> Result<Vec<String>> {
    let folder = project.path("tests/examples");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    Ok(names)
}

/// Copies an example to a separate folder. Installs the packed package and the example's dependencies there, as a user would.
pub fn install(project: &Project, tarball: &Path, name: &str) -> Result<PathBuf> {
    let relative = format!("target/examples/{name}");
    let folder = project.path(&relative);
    copy_folder(&project.path(&format!("examples-js/{name}")), &folder)?;
    let package_json = format!("{relative}/package.json");
    let lock = format!("{relative}/package-lock.json");
    let installed = format!("{relative}/node_modules/smsc-wasm");
    let stamp = relative.replace('/', "-");
    project.unless_fresh(&stamp, &["target/pack", &package_json, &lock], &[&installed], || {
        remove_folder(&folder.join("node_modules/smsc-wasm"))?;
        let mut npm = tools::npm(project);
        npm.args(["install", "--no-save", "--prefer-offline", "--no-audit", "--no-fund"]);
        // Without a lock file, each dependency has an exact version in `package.json`.
        if !project.path(&lock).exists() {
            npm.arg("--no-package-lock");
        }
        quietly(
            project,
            &format!("Installing the example {name} into {relative}"),
            npm.arg(tarball).current_dir(&folder),
        )
    })?;
    Ok(folder)
}
