//! The admin panel, `examples-js/admin-panel`, built with the packed package as a user would.

use std::path::{Path, PathBuf};

use crate::Result;
use crate::project::{Project, remove_folder};
use crate::run::quietly;
use crate::{examples, tools};

const NAME: &str = "admin-panel";

/// Builds the panel into `dist` of the returned folder, a copy of the example.
pub fn build(project: &Project, tarball: &Path) -> Result<PathBuf> {
    let relative = format!("target/examples/{NAME}");
    // So that no source of an earlier version stays behind.
    for sources in ["src", "server"] {
        remove_folder(&project.path(&relative).join(sources))?;
    }
    let folder = examples::install(project, tarball, NAME)?;
    let sources = format!("examples-js/{NAME}");
    let dist = format!("{relative}/dist");
    project.unless_fresh("panel", &[&sources, "target/pack"], &[&dist], || {
        let mut npm = tools::npm(project);
        quietly(project, "Building the admin panel", npm.args(["run", "build"]).current_dir(&folder))
    })?;
    Ok(folder)
}
