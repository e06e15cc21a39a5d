//! The admin panel, `examples-js/admin-panel`, built with the packed package as a user would.

use std::path::{Path, PathBuf};

use crate::Result;
use crate::project::{Project, copy_file, copy_folder, remove_folder};
use crate::run::quietly;
use crate::tools;

const EXAMPLE: &str = "examples-js/admin-panel";
const FOLDER: &str = "target/panel";

/// Builds the panel into `dist` of the returned folder, a copy of the example.
pub fn build(project: &Project, tarball: &Path) -> Result<PathBuf> {
    install(project, tarball)?;
    let folder = project.path(FOLDER);
    let dist = format!("{FOLDER}/dist");
    project.unless_fresh("panel", &[EXAMPLE, "target/pack"], &[&dist], || {
        // So that no file of an earlier version stays behind.
        for sources in ["src", "server"] {
            remove_folder(&folder.join(sources))?;
        }
        copy_folder(&project.path(EXAMPLE), &folder)?;
        let mut npm = tools::npm(project);
        quietly(project, "Building the admin panel", npm.args(["run", "build"]).current_dir(&folder))
    })?;
    Ok(folder)
}

/// Installs the locked dependencies and the packed package.
fn install(project: &Project, tarball: &Path) -> Result {
    let folder = project.path(FOLDER);
    let locked = format!("{EXAMPLE}/package-lock.json");
    let inputs = ["target/pack", &locked];
    let installed = format!("{FOLDER}/node_modules/smsc-wasm");
    let vite = format!("{FOLDER}/node_modules/vite/package.json");
    project.unless_fresh("panel-packages", &inputs, &[&installed, &vite], || {
        remove_folder(&project.path(&installed))?;
        for file in ["package.json", "package-lock.json", ".npmrc"] {
            copy_file(&project.path(EXAMPLE).join(file), &folder.join(file))?;
        }
        let mut npm = tools::npm(project);
        npm.args(["install", "--no-save", "--prefer-offline", "--no-audit", "--no-fund"]).arg(tarball);
        quietly(project, "Installing the packages of the admin panel", npm.current_dir(&folder))
    })
}
