//! `cargo xtask fuzz`: every target of `fuzz/`, each for so long or so often.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Result;
use crate::project::{Project, write};
use crate::run::{cannot_start, output_of, quietly};
use crate::tools;

/// The target that is JavaScript, as what it fuzzes is: what is found out from the beginning of a file.
const FORM: &str = "form";

/// Fuzzes the targets of these names, or all; says whether nothing was found.
pub fn run(project: &Project, options: &[&str]) -> Result<bool> {
    let whole = |text: &str, most: u64| text.parse().ok().filter(|number: &u64| (1..=most).contains(number));
    let (each, limit, names) = match options {
        ["--minutes", minutes, names @ ..] => {
            let minutes = whole(minutes, 10_000).ok_or("`--minutes` takes a whole number from 1 to 10000")?;
            (format!("{minutes} min"), format!("-max_total_time={}", minutes * 60), names)
        }
        ["--runs", runs, names @ ..] => {
            let runs = whole(runs, 1_000_000_000).ok_or("`--runs` takes a whole number from 1 to 1000000000")?;
            (format!("{} executions", grouped(&runs.to_string())), format!("-runs={runs}"), names)
        }
        _ => ("1 min".into(), "-max_total_time=60".into(), options),
    };
    let manifest = fs::read_to_string(project.path("fuzz/Cargo.toml")).map_err(|error| format!("fuzz: {error}"))?;
    let known = targets(&manifest);
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        return Err(format!("there is no target `{unknown}`, only {}", known.join(", ")));
    }
    let chosen: Vec<_> = known.into_iter().filter(|name| names.is_empty() || names.contains(name)).collect();
    if chosen.contains(&FORM) {
        tools::npm_packages(project)?;
    }
    if chosen.iter().any(|name| *name != FORM) {
        tools::cargo_fuzz(project)?;
        quietly(project, "Compiling the targets", &mut cargo_fuzz(project, "build"))?;
    }
    println!("\n── fuzz: {each} each\n");
    let mut all_well = true;
    for target in chosen {
        let ended = fuzz(project, target, &limit)?;
        let executions = ended.executions.map_or("?".to_string(), |count| grouped(&count.to_string()));
        println!(
            "{target:<15} {executions:>15} executions   {}",
            if ended.well { "nothing found" } else { "A FINDING" }
        );
        if !ended.well {
            all_well = false;
            println!("\n{}\n\nThe whole log is {}", ended.what.trim_end(), ended.log);
        }
    }
    Ok(all_well)
}

/// `cargo fuzz`.
///
/// It asks for a nightly compiler, for no more than the options that count which branches were taken; with
/// `RUSTC_BOOTSTRAP` the compiler of the project takes them. Without a sanitizer (`-s none`): what those find is the misuse
/// of memory, whereas the only `unsafe` code of the project is compiled for WebAssembly alone; so they would cost half of
/// the executions for nothing. Panics, overflows and the targets' own assertions are found all the same.
fn cargo_fuzz(project: &Project, command: &str) -> Command {
    let mut cargo = tools::command(project, "cargo");
    cargo
        .args(["fuzz", command, "-s", "none", "--target-dir"])
        .arg(project.path("target/fuzz"))
        .env("RUSTC_BOOTSTRAP", "1");
    cargo
}

/// How a target ended.
struct Ended {
    well: bool,
    executions: Option<u64>,
    /// What it found, if it did.
    what: String,
    log: String,
}

/// Runs a target to a limit.
fn fuzz(project: &Project, target: &str, limit: &str) -> Result<Ended> {
    let log = format!("target/fuzz/{target}.log");
    let findings = project.path("target/fuzz/findings");
    make_folder(&findings)?;
    write(&project.path(&log), "")?;
    let file = File::create(project.path(&log)).map_err(|error| format!("cannot write {log}: {error}"))?;
    let mut command =
        if target == FORM { form(project, &findings)? } else { with_libfuzzer(project, target, &findings)? };
    let status = command
        .arg(limit)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(file)
        .status()
        .map_err(|error| cannot_start(&command, &error))?;
    let text = String::from_utf8_lossy(&fs::read(project.path(&log)).unwrap_or_default()).into_owned();
    Ok(Ended { well: status.success(), executions: executions(&text), what: finding(&text), log })
}

/// A target of cargo-fuzz. It begins with the seeds and with what was found to be of use before; what is new goes to
/// `target/`.
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

/// The target that is JavaScript, put together with what it fuzzes.
fn form(project: &Project, findings: &Path) -> Result<Command> {
    let bundle = "target/fuzz/form.mjs";
    let options = ["--bundle", "--platform=node", "--format=esm", "--log-level=error"];
    output_of(
        tools::npm_tool(project, "esbuild").arg("fuzz/form/run.mjs").args(options).arg(format!("--outfile={bundle}")),
    )?;
    let mut node = tools::command(project, "node");
    node.arg(bundle).arg(findings);
    Ok(node)
}

fn make_folder(folder: &Path) -> Result {
    fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))
}

/// The targets, in the order of the manifest, and the one that it does not name.
fn targets(manifest: &str) -> Vec<&str> {
    let binaries = manifest.split("[[bin]]").skip(1);
    let names = binaries.filter_map(|binary| binary.trim_start().strip_prefix("name = \"")?.split('"').next());
    names.chain([FORM]).collect()
}

/// A target's dictionary: `walk.dict`; `formats.dict` is that of every `formats_…`.
fn dictionary(folder: &Path, target: &str) -> Option<String> {
    let group = target.split('_').next().unwrap_or(target);
    [target, group].iter().map(|name| format!("{name}.dict")).find(|name| folder.join(name).is_file())
}

/// How often the target was executed, by libFuzzer's closing statistics.
fn executions(log: &str) -> Option<u64> {
    log.lines().rev().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")?.trim().parse().ok())
}

/// The lines that tell what was found: from the panic, or libFuzzer's own word, to the command that shows it again.
fn finding(log: &str) -> String {
    let tells =
        |line: &&str| line.contains("panicked at") || line.contains("ERROR: libFuzzer") || line.contains("error:");
    let told = log.lines().skip_while(|line| !tells(line));
    told.filter(|line| !line.starts_with("stat::")).take(40).collect::<Vec<_>>().join("\n")
}

/// Digits in threes.
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
    fn the_manifest_names_the_targets() {
        let manifest = "[package]\nname = \"x\"\n\n[[bin]]\nname = \"a\"\npath = \"p\"\n\n[[bin]]\nname = \"b_c\"\n";
        assert_eq!(targets(manifest), ["a", "b_c", FORM]);
        let own = include_str!("../../fuzz/Cargo.toml");
        assert!(targets(own).contains(&"limits") && !targets(own).contains(&"smsc-wasm-fuzz"));
    }

    #[test]
    fn the_log_tells_executions_and_finding() {
        let log = "INFO: Seed: 1\n#5 NEW\nthread 'x' panicked at a.rs:1:\nit could go\nstat::number_of_executed_units: 1234567\n";
        assert_eq!(executions(log), Some(1_234_567));
        assert_eq!(finding(log), "thread 'x' panicked at a.rs:1:\nit could go");
        assert_eq!((executions("#5"), finding("#5")), (None, String::new()));
        assert_eq!([grouped("12"), grouped("1234567")], ["12", "1,234,567"]);
    }
}
