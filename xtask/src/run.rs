//! Runs other programs: with a progress line, or with their output visible.

use std::fs::{self, File};
use std::io::{IsTerminal, Write, stderr};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Result;
use crate::project::Project;

/// Runs a command with a progress line that names the step and its duration. Shows the command's output only on failure.
pub fn quietly(project: &Project, step: &str, command: &mut Command) -> Result {
    let name: String = step.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let log = project.path("target/xtask/logs").join(format!("{name}.log"));
    crate::project::write(&log, "")?;
    let unwritable = |error| format!("cannot write {}: {error}", log.display());
    let output = File::create(&log).map_err(unwritable)?;
    let errors = output.try_clone().map_err(unwritable)?;

    let line = ProgressLine::start(step);
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
    Err(line.end(false, format!("{step}: {}\n\n{}", failed(command, status), text.trim_end())))
}

/// Runs a command with its output visible.
pub fn aloud(command: &mut Command) -> Result {
    let status = aloud_status(command)?;
    if status.success() { Ok(()) } else { Err(failed(command, status)) }
}

/// Runs a command with its output visible, and returns its exit status.
pub fn aloud_status(command: &mut Command) -> Result<ExitStatus> {
    command.stdin(Stdio::null()).status().map_err(|error| cannot_start(command, &error))
}

/// Runs a command and returns its stdout. The error contains its stderr.
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

/// The command for messages: the name of the program without folders, and its first two arguments.
fn program(command: &Command) -> String {
    let path = std::path::Path::new(command.get_program());
    let mut words = vec![path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()];
    words.extend(command.get_args().take(2).map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// One line on stderr. A terminal shows the elapsed seconds; other outputs get them once, at the end.
struct ProgressLine<'a> {
    step: &'a str,
    started: Instant,
    live: bool,
}

impl<'a> ProgressLine<'a> {
    fn start(step: &'a str) -> Self {
        eprint!("  {step} …");
        Self { step, started: Instant::now(), live: stderr().is_terminal() }
    }

    fn tick(&self) {
        // Polls more often at first, so that short steps are not prolonged.
        let spent = self.started.elapsed();
        sleep((spent / 10).clamp(Duration::from_millis(5), Duration::from_millis(200)));
        if self.live {
            eprint!("\r  {} … {} s", self.step, spent.as_secs());
            let _ = stderr().flush();
        }
    }

    fn end<T>(&self, succeeded: bool, result: T) -> T {
        let start = if self.live { format!("\r  {} …", self.step) } else { String::new() };
        let end = if succeeded { "" } else { ", failed" };
        eprintln!("{start} {:.1} s{end}", self.started.elapsed().as_secs_f32());
        result
    }
}
