//! `cargo xtask bench`: measures, side by side with what a user would take instead, and writes what came of it into the pages
//! of `docs/`, each benchmark between its own marks.

use std::fs;

use crate::project::{Project, write};
use crate::run::output_of;
use crate::{Result, instructions, package, tools};

/// One benchmark: its name, its script, and the page that shows what comes of it.
struct Benchmark {
    name: &'static str,
    script: &'static str,
    page: &'static str,
}

const BENCHMARKS: [Benchmark; 5] = [
    Benchmark { name: "speed", script: "benches/speed/run.mjs", page: "docs/benchmarks.md" },
    Benchmark { name: "start", script: "benches/start/run.mjs", page: "docs/benchmarks.md" },
    Benchmark { name: "weight", script: "benches/weight/run.mjs", page: "docs/benchmarks.md" },
    Benchmark { name: "walks", script: "benches/walks/walks.mjs", page: "docs/benchmarks.md" },
    Benchmark { name: "csv", script: "benches/csv/run.mjs", page: "docs/csv.md" },
];

/// Runs the benchmarks of these names, or all. `--check`: counts instructions and bytes instead, and fails over what was.
/// `--quick`: less of `csv`, and writes nothing.
pub fn run(project: &Project, options: &[&str]) -> Result {
    match options {
        ["--check"] => return instructions::check(project),
        ["--count"] => return instructions::count(project),
        _ => {}
    }
    let quick = options.contains(&"--quick");
    let names: Vec<_> = options.iter().filter(|option| **option != "--quick").collect();
    if let Some(unknown) = names.iter().find(|name| BENCHMARKS.iter().all(|benchmark| benchmark.name != ***name)) {
        let known: Vec<_> = BENCHMARKS.iter().map(|benchmark| benchmark.name).collect();
        return Err(format!("there is no benchmark `{unknown}`, only {}", known.join(", ")));
    }
    let tarball = package::pack(project)?;
    for Benchmark { name, script, page } in BENCHMARKS.iter().filter(|it| names.is_empty() || names.contains(&&it.name))
    {
        println!("\n── {name}\n");
        let mut measure = tools::command(project, "node");
        measure.arg(script).arg(&tarball).arg(project.path("target/bench").join(name));
        measure.args(quick.then_some("--quick"));
        for browser in [tools::CHROMIUM, tools::FIREFOX] {
            if let Ok(path) = tools::program(project, &browser)? {
                measure.env(browser.variable, path);
            }
        }
        let table = output_of(measure.stderr(std::process::Stdio::inherit()))?;
        println!("{}", table.trim_end());
        if !quick {
            put_into(project, page, name, &table)?;
        }
    }
    // The README shows them all, of one machine and one day.
    if !quick && names.is_empty() {
        let mut summary = tools::command(project, "node");
        let table = output_of(summary.arg("benches/summary.mjs").arg(project.path("target/bench")))?;
        put_into(project, "README.md", "bench", &table)?;
    }
    Ok(())
}

fn put_into(project: &Project, page: &str, name: &str, table: &str) -> Result {
    let path = project.path(page);
    let text = fs::read_to_string(&path).map_err(|error| format!("{page}: {error}"))?;
    write(&path, &put(&text, name, table).ok_or_else(|| format!("{page} has no place for `{name}`"))?)
}

/// The page with a benchmark's table in its place.
fn put(page: &str, name: &str, table: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}{}\n{end}{after}", table.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::put;

    #[test]
    fn a_table_takes_the_place_of_the_one_before() {
        let page = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb\n";
        assert_eq!(put(page, "x", "new\n").unwrap(), "a\n<!-- x:begin -->\nnew\n<!-- x:end -->\nb\n");
        assert!(put(page, "y", "new").is_none());
    }
}
