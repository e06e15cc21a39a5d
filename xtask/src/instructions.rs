//! Detects a slower or larger build: compares the instructions of the native core, which callgrind counts reproducibly, and the
//! bytes of the WebAssembly with `benches/counts.txt`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::process::Stdio;

use crate::project::{Project, write};
use crate::run::quietly;
use crate::{Result, package, tools};

const COUNTS: &str = "benches/counts.txt";
/// The workloads of `benches/instructions.rs`.
const WORKLOADS: [&str; 4] = ["page", "odd-page", "csv", "pagination"];
/// The allowed growth in percent: builds of nearly the same code differ by less.
const TOLERANCE: u64 = 2;

type Counts = BTreeMap<String, u64>;

/// Counts, and writes the counts to the file.
pub fn count(project: &Project) -> Result {
    let mut text =
        "# Instructions of one run of each workload of benches/instructions.rs, and bytes: `cargo xtask bench --count`\n".to_string();
    for (name, count) in counts(project)? {
        let _ = writeln!(text, "{name} {count}");
    }
    print!("{text}");
    write(&project.path(COUNTS), &text)
}

/// Counts, and fails if a count exceeds the stored one by more than the tolerance.
pub fn check(project: &Project) -> Result {
    let text = fs::read_to_string(project.path(COUNTS)).map_err(|error| format!("{COUNTS}: {error}"))?;
    let (report, is_within) = compare(&stored(&text), &counts(project)?);
    print!("{report}");
    if is_within {
        Ok(())
    } else {
        Err(format!("more than {TOLERANCE} % over {COUNTS}; if this is intended, run `cargo xtask bench --count`"))
    }
}

fn stored(text: &str) -> Counts {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(name, count)| Some((name.into(), count.parse().ok()?)))
        .collect()
}

/// The report, and whether all is within the tolerance.
fn compare(before: &Counts, now: &Counts) -> (String, bool) {
    let mut report = String::new();
    let mut is_within = true;
    for (name, count) in now {
        let max = before.get(name).map(|before| before + before * TOLERANCE / 100);
        let over = max.is_none_or(|max| *count > max);
        is_within &= !over;
        let previous = before.get(name).map_or("missing".to_string(), u64::to_string);
        let _ = writeln!(report, "{name:<20} {count:>12}, was {previous}{}", if over { "  exceeded" } else { "" });
    }
    (report, is_within)
}

fn counts(project: &Project) -> Result<Counts> {
    package::build(project)?;
    let size = |name: &str| {
        let path = project.path("pkg/dist").join(name);
        fs::metadata(&path).map(|file| file.len()).map_err(|error| format!("{}: {error}", path.display()))
    };
    let mut counts = Counts::new();
    for name in ["smsc.wasm", "formats.wasm"] {
        counts.insert(format!("bytes:{name}"), size(name)?);
    }
    let valgrind = tools::program(project, &tools::VALGRIND)??;
    let mut cargo = tools::command(project, "cargo");
    cargo.args(["build", "--release", "--package", "smsc-wasm", "--example", "instructions"]);
    quietly(project, "Compiling the workloads", &mut cargo)?;
    for workload in WORKLOADS {
        let instructions = |times: u64| -> Result<u64> {
            let mut run = tools::command(project, &valgrind.to_string_lossy());
            run.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
            run.arg(project.path("target/release/examples/instructions")).args([workload, &times.to_string()]);
            // Callgrind reports on stderr.
            let report = run.stdin(Stdio::null()).output().map_err(|error| format!("valgrind: {error}"))?;
            let text = String::from_utf8_lossy(&report.stderr).into_owned();
            collected(&text).ok_or_else(|| format!("callgrind counted nothing of `{workload}`:\n{text}"))
        };
        counts.insert(format!("instructions:{workload}"), instructions(11)?.saturating_sub(instructions(1)?) / 10);
    }
    Ok(counts)
}

/// `==1234== Collected : 567`
fn collected(report: &str) -> Option<u64> {
    report.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fails_above_the_tolerance() {
        let counts = |text| stored(text);
        let before = counts("# of what\na 100\nb 1000\n");
        assert!(compare(&before, &counts("a 102\nb 900")).1);
        assert!(!compare(&before, &counts("a 103\nb 900")).1);
        // A count that is not stored fails too.
        assert!(!compare(&before, &counts("c 1")).1);
        assert_eq!(collected("==1== Events    : Ir\n==1== Collected : 1234\n"), Some(1234));
    }
}
