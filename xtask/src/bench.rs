//! `cargo xtask bench`: measures, and writes what came of it to `docs/benchmarks.md`, each benchmark between its own marks.

use std::fs;

use crate::Result;
use crate::project::{Project, write};
use crate::run::{aloud, output_of};
use crate::{package, tools};

/// One benchmark: its name, and what it gives as a table.
struct Benchmark {
    name: &'static str,
    run: fn(&Project) -> Result<String>,
}

const BENCHMARKS: [Benchmark; 1] = [Benchmark { name: "walks", run: walks }];

const PAGE: &str = "docs/benchmarks.md";

/// Runs the benchmarks of these names, or all.
pub fn run(project: &Project, names: &[&str]) -> Result {
    if let Some(unknown) = names.iter().find(|name| BENCHMARKS.iter().all(|benchmark| benchmark.name != **name)) {
        let known: Vec<_> = BENCHMARKS.iter().map(|benchmark| benchmark.name).collect();
        return Err(format!("there is no benchmark `{unknown}`, only {}", known.join(", ")));
    }
    package::build(project)?;
    for Benchmark { name, run } in BENCHMARKS.iter().filter(|it| names.is_empty() || names.contains(&it.name)) {
        println!("\n── {name}\n");
        let table = run(project)?;
        println!("{}", table.trim_end());
        let path = project.path(PAGE);
        let page = fs::read_to_string(&path).map_err(|error| format!("{PAGE}: {error}"))?;
        write(&path, &put(&page, name, &table)?)?;
    }
    Ok(())
}

/// Task files against other parsers, in every runtime that npm carries and the browsers that are here; the tables are those of
/// `docs/csv.md`.
pub fn csv(project: &Project, options: &[&str]) -> Result {
    let tarball = package::pack(project)?;
    let mut run = tools::command(project, "node");
    run.arg("benches/csv/run.mjs").arg(tarball).arg(project.path("target/bench/csv")).args(options);
    for browser in [tools::CHROMIUM, tools::FIREFOX] {
        if let Ok(path) = tools::program(project, &browser)? {
            run.env(browser.variable, path);
        }
    }
    aloud(&mut run)
}

/// The page with a benchmark's table in its place.
fn put(page: &str, name: &str, table: &str) -> Result<String> {
    let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
    let missing = || format!("{PAGE} has no place for `{name}`");
    let (before, rest) = page.split_once(&begin).ok_or_else(missing)?;
    let (_, after) = rest.split_once(&end).ok_or_else(missing)?;
    Ok(format!("{before}{begin}{}\n{end}{after}", table.trim_end()))
}

/// Requests and time of walks over the history, by a turned clock.
fn walks(project: &Project) -> Result<String> {
    let entry = |name: &str| project.path("pkg/dist").join(name);
    output_of(
        tools::command(project, "node").arg("benches/walks/walks.mjs").args([entry("index.js"), entry("testing.js")]),
    )
}

#[cfg(test)]
mod tests {
    use super::put;

    #[test]
    fn a_table_takes_the_place_of_the_one_before() {
        let page = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb\n";
        assert_eq!(put(page, "x", "new\n").unwrap(), "a\n<!-- x:begin -->\nnew\n<!-- x:end -->\nb\n");
        assert!(put(page, "y", "new").is_err());
    }
}
