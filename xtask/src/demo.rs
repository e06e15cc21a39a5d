//! `cargo xtask demo`: runs the examples `report` and `panel-server` of `examples-js` with the packed package, as a user would.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::Result;
use crate::project::{Project, copy_folder};
use crate::run::{aloud, cannot_start};
use crate::{package, panel, tools};

pub fn run(project: &Project) -> Result {
    let folder = install(project, &package::pack(project)?, "report")?;
    if is_set("SMSC_API_KEY") || (is_set("SMSC_LOGIN") && is_set("SMSC_PASSWORD")) {
        return aloud(&mut report(project, &folder));
    }
    let emulator = Emulator::start(project, &folder)?;
    println!(
        "This report uses the built-in emulator with sample data, at {}.\n\
         To read your own account, without changing it, set SMSC_API_KEY (or SMSC_LOGIN and SMSC_PASSWORD), and\n\
         SMSC_REGION (ru, ua, kz, com) if the account is not at smsc.ru.\n",
        emulator.address
    );
    let mut report = report(project, &folder);
    // Partly set variables of a real account would conflict with the demo key.
    for name in ["SMSC_LOGIN", "SMSC_PASSWORD", "SMSC_REGION"] {
        report.env_remove(name);
    }
    aloud(report.env("SMSC_API_KEY", "demo-key").env("SMSC_BASE_URL", &emulator.address))
}

/// Builds the admin panel, and serves it with the proxy on this machine. The options are those of `panel-server`.
pub fn panel(project: &Project, options: &[&str]) -> Result {
    let tarball = package::pack(project)?;
    let dist = panel::build(project, &tarball)?.join("dist");
    let folder = install(project, &tarball, "panel-server")?;
    let mut node = tools::command(project, "node");
    aloud(node.arg("server.mjs").arg("--panel").arg(dist).args(options).current_dir(folder))
}

/// Copies an example to a separate folder and installs the packed package there.
pub fn install(project: &Project, tarball: &Path, example: &str) -> Result<PathBuf> {
    let relative = format!("target/examples/{example}");
    let folder = project.path(&relative);
    copy_folder(&project.path("examples-js").join(example), &folder)?;
    package::install(project, tarball, &relative)?;
    Ok(folder)
}

fn report(project: &Project, folder: &Path) -> Command {
    let mut node = tools::command(project, "node");
    node.arg("report.mjs").current_dir(folder);
    node
}

/// Whether a variable is set and not empty: many environments use an empty variable for "none".
fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// The emulator in a child process, which ends when this value is dropped.
struct Emulator {
    process: Child,
    address: String,
}

impl Emulator {
    fn start(project: &Project, folder: &Path) -> Result<Self> {
        let mut node = tools::command(project, "node");
        // The emulator does not outlive a killed command.
        node.args(["emulator.mjs", "--until-input-ends"])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut process = node.spawn().map_err(|error| cannot_start(&node, &error))?;
        let mut address = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut address).map_err(|error| format!("lost the emulator: {error}"))?;
        }
        let emulator = Self { process, address: address.trim().to_string() };
        if emulator.address.is_empty() { Err("the emulator did not start".to_string()) } else { Ok(emulator) }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Both calls fail if the process has already exited.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
