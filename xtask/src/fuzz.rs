//! `cargo xtask fuzz`: runs the targets of `fuzz/`, each with a limit on its time or its number of executions.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Result;
use crate::project::{Project, write};
use crate::run::{cannot_start, quietly};
use crate::tools;

/// Runs the targets with these names, or all. Returns whether no target has a finding.
pub fn run(project: &Project, options: &[&str]) -> Result<bool> {
    let integer = |text: &str, max: u64| text.parse().ok().filter(|number: &u64| (1..=max).contains(number));
    let (limit_name, limit, names) = match options {
        ["--minutes", minutes, names @ ..] => {
            let minutes = integer(minutes, 10_000).ok_or("`--minutes` takes an integer from 1 to 10000")?;
            (format!("{minutes} min"), format!("-max_total_time={}", minutes * 60), names)
        }
        ["--runs", runs, names @ ..] => {
            let runs = integer(runs, 1_000_000_000).ok_or("`--runs` takes an integer from 1 to 1000000000")?;
            (format!("{} executions", grouped(&runs.to_string())), format!("-runs={runs}"), names)
        }
        _ => ("1 min".into(), "-max_total_time=60".into(), options),
    };
    let manifest = fs::read_to_string(project.path("fuzz/Cargo.toml")).map_err(|error| format!("fuzz: {error}"))?;
    let all = targets(&manifest);
    if let Some(unknown) = names.iter().find(|name| !all.contains(name)) {
        return Err(format!("unknown target `{unknown}`. Use one of {}", all.join(", ")));
    }
    let chosen: Vec<_> = all.into_iter().filter(|name| names.is_empty() || names.contains(name)).collect();
    tools::cargo_fuzz(project)?;
    quietly(project, "Compiling the targets", &mut cargo_fuzz(project, "build"))?;
    println!("\n── fuzz: {limit_name} per target\n");
    let mut all_passed = true;
    for target in chosen {
        let outcome = fuzz(project, target, &limit)?;
        let executions = outcome.executions.map_or("?".to_string(), |count| grouped(&count.to_string()));
        println!(
            "{target:<15} {executions:>15} executions   {}",
            if outcome.passed { "no finding" } else { "FINDING" }
        );
        if !outcome.passed {
            all_passed = false;
            println!("\n{}\n\nFull log: {}", outcome.finding.trim_end(), outcome.log);
        }
    }
    Ok(all_passed)
}

/// The command `cargo fuzz`.
///
/// cargo-fuzz requires a nightly compiler only for its coverage options; `RUSTC_BOOTSTRAP` enables them in the project's stable
/// compiler. No sanitizer is used (`-s none`): sanitizers detect memory errors, but the only `unsafe` code of the project is
/// compiled for WebAssembly alone, and they would halve the number of executions. Panics, overflows and failed assertions of the
/// targets are still detected.
fn cargo_fuzz(project: &Project, command: &str) -> Command {
    let mut cargo = tools::command(project, "cargo");
    cargo
        .args(["fuzz", command, "-s", "none", "--target-dir"])
        .arg(project.path("target/fuzz"))
        .env("RUSTC_BOOTSTRAP", "1");
    cargo
}

/// The outcome of a target.
struct Outcome {
    passed: bool,
    executions: Option<u64>,
    /// The excerpt of the log that describes the finding; empty without one.
    finding: String,
    log: String,
}

/// Runs a target up to a limit.
fn fuzz(project: &Project, target: &str, limit: &str) -> Result<Outcome> {
    let log = format!("target/fuzz/{target}.log");
    let findings = project.path("target/fuzz/findings");
    make_folder(&findings)?;
    write(&project.path(&log), "")?;
    let file = File::create(project.path(&log)).map_err(|error| format!("cannot write {log}: {error}"))?;
    let mut command = with_libfuzzer(project, target, &findings)?;
    let status = command
        .arg(limit)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(file)
        .status()
        .map_err(|error| cannot_start(&command, &error))?;
    let text = String::from_utf8_lossy(&fs::read(project.path(&log)).unwrap_or_default()).into_owned();
    Ok(Outcome { passed: status.success(), executions: executions(&text), finding: finding(&text), log })
}

/// The command for a target of cargo-fuzz. Its input is the seeds and the corpus of earlier runs in `target/`, to which it adds.
fn with_libfuzzer(project: &Project, target: &str, findings: &Path) -> Result<Command> {
    let corpus = project.path("target/fuzz/corpus").join(target);
    make_folder(&corpus)?;
    let mut cargo = cargo_fuzz(project, "run");
    cargo.arg(target).arg(corpus);
    let seeds = project.path("fuzz/seeds").join(target);
    if seeds.is_dir() {
        cargo.arg(seeds);
    }
    cargo.args(["--", "-print_final_stats=1", "-timeout=10"]);
    cargo.arg(format!("-artifact_prefix={}/{target}-", findings.display()));
    if let Some(dictionary) = dictionary(&project.path("fuzz"), target) {
        cargo.arg(format!("-dict=fuzz/{dictionary}"));
    }
    Ok(cargo)
}

fn make_folder(folder: &Path) -> Result {
    fs::create_dir_all(folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))
}

/// The targets in the order of the manifest.
fn targets(manifest: &str) -> Vec<&str> {
    let binaries = manifest.split("[[bin]]").skip(1);
    binaries.filter_map(|binary| binary.trim_start().strip_prefix("name = \"")?.split('"').next()).collect()
}

/// A target's dictionary, such as `query.dict`. All targets `formats_…` share `formats.dict`.
fn dictionary(folder: &Path, target: &str) -> Option<String> {
    let group = target.split('_').next().unwrap_or(target);
    [target, group].iter().map(|name| format!("{name}.dict")).find(|name| folder.join(name).is_file())
}

/// The number of executions, from libFuzzer's final statistics.
fn executions(log: &str) -> Option<u64> {
    log.lines().rev().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")?.trim().parse().ok())
}

/// The lines that describe a finding: from the panic or libFuzzer's message to the command that reproduces it.
fn finding(log: &str) -> String {
    let is_start =
        |line: &&str| line.contains("panicked at") || line.contains("ERROR: libFuzzer") || line.contains("error:");
    let report = log.lines().skip_while(|line| !is_start(line));
    report.filter(|line| !line.starts_with("stat::")).take(40).collect::<Vec<_>>().join("\n")
}

/// Inserts thousands separators.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_targets_from_the_manifest() {
        let manifest = "[package]\nname = \"x\"\n\n[[bin]]\nname = \"a\"\npath = \"p\"\n\n[[bin]]\nname = \"b_c\"\n";
        assert_eq!(targets(manifest), ["a", "b_c"]);
        let own = include_str!("../../fuzz/Cargo.toml");
        assert!(targets(own).contains(&"rate_limits") && !targets(own).contains(&"smsc-wasm-fuzz"));
    }

    #[test]
    fn reads_executions_and_finding_from_the_log() {
        let log = "INFO: Seed: 1\n#5 NEW\nthread 'x' panicked at a.rs:1:\nit could go\nstat::number_of_executed_units: 1234567\n";
        assert_eq!(executions(log), Some(1_234_567));
        assert_eq!(finding(log), "thread 'x' panicked at a.rs:1:\nit could go");
        assert_eq!((executions("#5"), finding("#5")), (None, String::new()));
        assert_eq!([grouped("12"), grouped("1234567")], ["12", "1,234,567"]);
    }
}
