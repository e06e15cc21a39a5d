//! `cargo xtask bench`: measures the package against its alternatives. Writes the results into the pages of `docs/`, each
//! benchmark between its own markers.

use std::fs;

use crate::project::{Project, write};
use crate::run::output_of;
use crate::{Result, instructions, package, tools};

/// One benchmark: its name, its script, and the page with its results.
struct Benchmark {
    name: &'static str,
    script: &'static str,
    page: &'static str,
}

const BENCHMARKS: [Benchmark; 6] = [
    Benchmark { name: "speed", script: "benches/speed/run.mjs", page: "docs/benchmarks.md" },
    Benchmark { name: "start", script: "benches/start/run.mjs", page: "docs/benchmarks.md" },
    Benchmark { name: "weight", script: "benches/weight/run.mjs", page: "docs/benchmarks.md" },
    Benchmark { name: "walks", script: "benches/walks/walks.mjs", page: "docs/benchmarks.md" },
    Benchmark { name: "bulk", script: "benches/bulk/run.mjs", page: "docs/benchmarks.md" },
    Benchmark { name: "csv", script: "benches/csv/run.mjs", page: "docs/csv.md" },
];

/// Runs the benchmarks with these names, or all. `--check` counts instructions and bytes instead, and fails if a count has grown.
/// `--quick` reads fewer files in `csv`, and `--in <environment>` measures only there, such as in Bun or WebKitGTK. Both write nothing.
pub fn run(project: &Project, options: &[&str]) -> Result {
    match options {
        ["--check"] => return instructions::check(project),
        ["--count"] => return instructions::count(project),
        _ => {}
    }
    let (mut names, mut flags) = (Vec::new(), Vec::new());
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        match *option {
            "--quick" => flags.push("--quick"),
            "--in" => flags.extend(["--in", rest.next().ok_or("`--in` takes the name of an environment")?]),
            name => names.push(name),
        }
    }
    if let Some(unknown) = names.iter().find(|name| BENCHMARKS.iter().all(|benchmark| benchmark.name != **name)) {
        let all: Vec<_> = BENCHMARKS.iter().map(|benchmark| benchmark.name).collect();
        return Err(format!("unknown benchmark `{unknown}`. Use one of {}", all.join(", ")));
    }
    let tarball = package::pack(project)?;
    for Benchmark { name, script, page } in BENCHMARKS.iter().filter(|it| names.is_empty() || names.contains(&it.name))
    {
        println!("\n── {name}\n");
        let mut measure = tools::command(project, "node");
        measure.arg(script).arg(&tarball).arg(project.path("target/bench").join(name));
        measure.args(&flags);
        for browser in [tools::CHROMIUM, tools::FIREFOX, tools::WEBKIT, tools::XVFB] {
            if let Ok(path) = tools::program(project, &browser)? {
                measure.env(browser.variable, path);
            }
        }
        let table = output_of(measure.stderr(std::process::Stdio::inherit()))?;
        println!("{}", table.trim_end());
        if flags.is_empty() {
            insert_table(project, page, name, &table)?;
        }
    }
    // The summary shows all benchmarks of one run on one machine.
    if flags.is_empty() && names.is_empty() {
        let mut summary = tools::command(project, "node");
        let table = output_of(summary.arg("benches/summary.mjs").arg(project.path("target/bench")))?;
        insert_table(project, "docs/benchmarks.md", "bench", &table)?;
    }
    Ok(())
}

fn insert_table(project: &Project, page: &str, name: &str, table: &str) -> Result {
    let path = project.path(page);
    let text = fs::read_to_string(&path).map_err(|error| format!("{page}: {error}"))?;
    write(&path, &replace_table(&text, name, table).ok_or_else(|| format!("{page} has no markers for `{name}`"))?)
}

/// The page, with the table between a benchmark's markers replaced.
fn replace_table(page: &str, name: &str, table: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}{}\n{end}{after}", table.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::replace_table;

    #[test]
    fn replaces_the_table_between_the_markers() {
        let page = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb\n";
        assert_eq!(replace_table(page, "x", "new\n").unwrap(), "a\n<!-- x:begin -->\nnew\n<!-- x:end -->\nb\n");
        assert!(replace_table(page, "y", "new").is_none());
    }
}
