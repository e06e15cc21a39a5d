//! A guard against growing slower or larger unnoticed: instructions of the native core as callgrind counts them, which are
//! the same each time, and the bytes of the WebAssembly; against what `benches/counts.txt` remembers.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::process::Stdio;

use crate::project::{Project, write};
use crate::run::quietly;
use crate::{Result, package, tools};

const COUNTS: &str = "benches/counts.txt";
/// What `benches/instructions.rs` can be asked for.
const WORKS: [&str; 4] = ["page", "odd-page", "csv", "pagination"];
/// More than this, in percent, is no chance of the compiler's.
const TOLERANCE: u64 = 2;

type Counts = BTreeMap<String, u64>;

/// Counts, and remembers.
pub fn count(project: &Project) -> Result {
    let mut text =
        "# Instructions of one work of benches/instructions.rs, and bytes: `cargo xtask bench --count`\n".to_string();
    for (name, count) in counts(project)? {
        let _ = writeln!(text, "{name} {count}");
    }
    print!("{text}");
    write(&project.path(COUNTS), &text)
}

/// Counts, and fails where there is more than is remembered.
pub fn check(project: &Project) -> Result {
    let text = fs::read_to_string(project.path(COUNTS)).map_err(|error| format!("{COUNTS}: {error}"))?;
    let (report, well) = compare(&remembered(&text), &counts(project)?);
    print!("{report}");
    if well {
        Ok(())
    } else {
        Err(format!("more than {TOLERANCE} % over {COUNTS}; where it has to be, `cargo xtask bench --count`"))
    }
}

fn remembered(text: &str) -> Counts {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(name, count)| Some((name.into(), count.parse().ok()?)))
        .collect()
}

/// The report, and whether all is within the tolerance.
fn compare(before: &Counts, now: &Counts) -> (String, bool) {
    let mut report = String::new();
    let mut well = true;
    for (name, count) in now {
        let most = before.get(name).map(|before| before + before * TOLERANCE / 100);
        let over = most.is_none_or(|most| *count > most);
        well &= !over;
        let was = before.get(name).map_or("nothing".to_string(), u64::to_string);
        let _ = writeln!(report, "{name:<20} {count:>12}, was {was}{}", if over { "  TOO MUCH" } else { "" });
    }
    (report, well)
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
    quietly(project, "Compiling what is counted", &mut cargo)?;
    for work in WORKS {
        let instructions = |times: u64| -> Result<u64> {
            let mut run = tools::command(project, &valgrind.to_string_lossy());
            run.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
            run.arg(project.path("target/release/examples/instructions")).args([work, &times.to_string()]);
            // It reports on stderr.
            let report = run.stdin(Stdio::null()).output().map_err(|error| format!("valgrind: {error}"))?;
            let text = String::from_utf8_lossy(&report.stderr).into_owned();
            collected(&text).ok_or_else(|| format!("callgrind counted nothing of `{work}`:\n{text}"))
        };
        counts.insert(format!("instructions:{work}"), instructions(11)?.saturating_sub(instructions(1)?) / 10);
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
    fn more_than_the_tolerance_is_too_much() {
        let counts = |text| remembered(text);
        let before = counts("# of what\na 100\nb 1000\n");
        assert!(compare(&before, &counts("a 102\nb 900")).1);
        assert!(!compare(&before, &counts("a 103\nb 900")).1);
        // What was not remembered is not let through either.
        assert!(!compare(&before, &counts("c 1")).1);
        assert_eq!(collected("==1== Events    : Ir\n==1== Collected : 1234\n"), Some(1234));
    }
}
