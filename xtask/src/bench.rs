//! `cargo xtask bench`: side by side with what a user would take instead.

use crate::Result;
use crate::project::Project;
use crate::run::aloud;
use crate::{package, tools};

/// Task files against other parsers, in every runtime that npm carries and the browsers that are here.
pub fn csv(project: &Project, options: &[&str]) -> Result {
    let tarball = package::pack(project)?;
    let mut run = tools::command(project, "node");
    run.arg("benches/csv/run.mjs").arg(tarball).arg(project.path("target/bench/csv")).args(options);
    for browser in [tools::CHROMIUM, tools::FIREFOX] {
        if let Ok(path) = tools::browser(project, &browser)? {
            run.env(browser.variable, path);
        }
    }
    aloud(&mut run)
}
