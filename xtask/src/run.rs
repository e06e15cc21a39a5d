//! Running other programs: behind a line of progress, or in full view.

use std::fs::{self, File};
use std::io::{IsTerminal, Write, stderr};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Result;
use crate::project::Project;

/// Runs a command that nobody needs to watch: one line says what is being done and for how long, and its output is shown
/// only when it fails.
pub fn quietly(project: &Project, what: &str, command: &mut Command) -> Result {
    let name: String = what.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let log = project.path("target/xtask/logs").join(format!("{name}.log"));
    crate::project::write(&log, "")?;
    let unwritable = |error| format!("cannot write {}: {error}", log.display());
    let output = File::create(&log).map_err(unwritable)?;
    let errors = output.try_clone().map_err(unwritable)?;

    let line = ProgressLine::start(what);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .spawn()
        .map_err(|error| line.end(false, cannot_start(command, &error)))?;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) => line.tick(),
            Err(error) => {
                return Err(line.end(false, format!("lost {}: {error}", program(command))));
            }
        }
    };
    if status.success() {
        line.end(true, ());
        return Ok(());
    }
    let text = String::from_utf8_lossy(&fs::read(&log).unwrap_or_default()).into_owned();
    Err(line.end(false, format!("{what}: {}\n\n{}", failed(command, status), text.trim_end())))
}

/// Runs a command whose output is the point of running it.
pub fn aloud(command: &mut Command) -> Result {
    let status = aloud_status(command)?;
    if status.success() { Ok(()) } else { Err(failed(command, status)) }
}

/// The same for a command whose way of ending says more than well or ill.
pub fn aloud_status(command: &mut Command) -> Result<ExitStatus> {
    command.stdin(Stdio::null()).status().map_err(|error| cannot_start(command, &error))
}

/// What a command prints on stdout, or the reason why there is none.
pub fn output_of(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, &error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("{}\n\n{}", failed(command, output.status), errors.trim_end()))
}

pub fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("cannot start `{}`: {error}", program(command))
}

fn failed(command: &Command, status: ExitStatus) -> String {
    format!("`{}` failed ({status})", program(command))
}

/// The command as a person would call it: the program's own name and its first arguments, no folders.
fn program(command: &Command) -> String {
    let path = std::path::Path::new(command.get_program());
    let mut words = vec![path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()];
    words.extend(command.get_args().take(2).map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// One line on stderr. On a terminal its seconds run along; elsewhere they are written once, at the end.
struct ProgressLine<'a> {
    what: &'a str,
    started: Instant,
    live: bool,
}

impl<'a> ProgressLine<'a> {
    fn start(what: &'a str) -> Self {
        eprint!("  {what} …");
        Self { what, started: Instant::now(), live: stderr().is_terminal() }
    }

    fn tick(&self) {
        // Short steps end soon: look often at first, so that they do not seem longer than they are.
        let spent = self.started.elapsed();
        sleep((spent / 10).clamp(Duration::from_millis(5), Duration::from_millis(200)));
        if self.live {
            eprint!("\r  {} … {} s", self.what, spent.as_secs());
            let _ = stderr().flush();
        }
    }

    fn end<T>(&self, well: bool, passed_on: T) -> T {
        let start = if self.live { format!("\r  {} …", self.what) } else { String::new() };
        let end = if well { "" } else { ", failed" };
        eprintln!("{start} {:.1} s{end}", self.started.elapsed().as_secs_f32());
        passed_on
    }
}
