//! `cargo xtask test`: runs the test suites and prints a summary.

use std::cell::OnceCell;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::Result;
use crate::project::{Project, copy_folder, empty_folder, files_below, write};
use crate::run::{aloud, aloud_status};
use crate::{demo, examples, package, panel, panics, tools};

/// A test suite: its name, its description and its function.
struct Suite {
    name: &'static str,
    about: &'static str,
    run: fn(&Shared) -> Result<Verdict>,
}

const SUITES: [Suite; 16] = [
    Suite { name: "fmt", about: "rustfmt", run: fmt },
    Suite { name: "clippy", about: "clippy, native, for WebAssembly and of the fuzz targets", run: clippy },
    Suite { name: "rust", about: "the Rust tests", run: rust },
    Suite { name: "panics", about: "code paths of the core that could panic, each with a reason", run: panic_paths },
    Suite { name: "lint", about: "Biome on JavaScript and TypeScript", run: lint },
    Suite { name: "package", about: "contents of the tarball, publint, attw", run: package_checks },
    Suite { name: "size", about: "the size of the package, against its budget", run: size },
    Suite { name: "node", about: "the packed package in Node.js", run: node },
    Suite { name: "docs", about: "the code blocks of README and docs, compiled and run", run: docs },
    Suite { name: "load", about: "no leaks after many calls, clients and abandoned iterators", run: load },
    Suite { name: "redis", about: "shared limits in a real Redis", run: redis },
    Suite { name: "demo", about: "the examples that `cargo xtask demo` runs", run: demos },
    Suite { name: EXAMPLES, about: "the projects of examples-js, with their dependencies from npm", run: run_examples },
    Suite { name: "browser", about: "the packed package in headless Chromium", run: browser },
    Suite { name: "panel", about: "the admin panel in Chromium and Firefox", run: panel_flows },
    Suite { name: "runtimes", about: "the packed package in the supported runtimes and bundlers", run: runtimes },
];

/// The suite that runs only with `--all` or `--only`, because it installs packages of others from npm.
const EXAMPLES: &str = "examples";

/// The outcome of a suite that did not fail.
enum Verdict {
    Passed,
    /// A program is missing that only the user can install.
    NotRun(String),
}

/// The state that the suites of one run share.
struct Shared<'a> {
    project: &'a Project,
    /// Test every runtime, not only the core set.
    all: bool,
    tarball: OnceCell<Result<PathBuf>>,
}

impl Shared<'_> {
    /// The packed package, built once. A build error is printed in full once.
    fn tarball(&self) -> Result<PathBuf> {
        if self.tarball.get().is_some_and(Result::is_err) {
            return Err("the build of the package failed, see above".to_string());
        }
        self.tarball.get_or_init(|| package::pack(self.project)).clone()
    }
}

pub fn suite_names() -> Vec<&'static str> {
    SUITES.iter().map(|suite| suite.name).collect()
}

/// Runs the suites that `options` select. Returns whether none failed.
pub fn run(project: &Project, options: &[&str]) -> Result<bool> {
    let (all, options) = match options {
        ["--all", rest @ ..] => (true, rest),
        _ => (false, options),
    };
    let chosen = choose(all, options)?;
    let shared = Shared { project, all, tarball: OnceCell::new() };
    let mut results = Vec::new();
    for suite in chosen {
        println!("\n── {}: {}\n", suite.name, suite.about);
        let started = Instant::now();
        let outcome = (suite.run)(&shared);
        match &outcome {
            Ok(Verdict::Passed) => println!("\n{} passed", suite.name),
            Ok(Verdict::NotRun(reason)) => println!("\n{} NOT RUN: {reason}", suite.name),
            Err(message) => println!("\n{} FAILED: {message}", suite.name),
        }
        results.push((suite, outcome, started.elapsed()));
    }
    print!("\n{}", summary(&results));
    Ok(results.iter().all(|(_, outcome, _)| outcome.is_ok()))
}

fn choose(all: bool, options: &[&str]) -> Result<Vec<&'static Suite>> {
    let mut chosen: Vec<&Suite> = Vec::new();
    let mut rest = options;
    while let [option, name, others @ ..] = rest {
        if *option != "--only" {
            break;
        }
        let suite = SUITES.iter().find(|suite| suite.name == *name);
        chosen.push(suite.ok_or_else(|| format!("unknown suite `{name}`. Use one of {}", suite_names().join(", ")))?);
        rest = others;
    }
    match rest {
        [] if chosen.is_empty() => Ok(SUITES.iter().filter(|suite| all || suite.name != EXAMPLES).collect()),
        [] => Ok(chosen),
        _ => Err(format!(
            "`test` takes the options `--all` and `--only <suite>`. The suites are {}",
            suite_names().join(", ")
        )),
    }
}

/// The final table, and the last line, which scripts parse.
fn summary(results: &[(&Suite, Result<Verdict>, Duration)]) -> String {
    let mut text = String::new();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (suite, outcome, spent) in results {
        let (word, count) = match outcome {
            Ok(Verdict::Passed) => ("passed", &mut passed),
            Ok(Verdict::NotRun(_)) => ("NOT RUN", &mut skipped),
            Err(_) => ("FAILED", &mut failed),
        };
        *count += 1;
        text += &format!("{:<9} {word:<8} {:>7.1} s   {}\n", suite.name, spent.as_secs_f32(), suite.about);
    }
    text += &format!("\n{passed} passed, {failed} failed");
    if skipped > 0 {
        text += &format!(", {skipped} skipped");
    }
    text + "\n"
}

fn fmt(shared: &Shared) -> Result<Verdict> {
    tools::rust_component(shared.project, "fmt", "rustfmt")?;
    aloud(tools::command(shared.project, "cargo").args(["fmt", "--all", "--check"]))?;
    Ok(Verdict::Passed)
}

fn clippy(shared: &Shared) -> Result<Verdict> {
    tools::rust_component(shared.project, "clippy", "clippy")?;
    tools::wasm_target(shared.project)?;
    let for_native: &[&str] = &["--workspace", "--all-targets"];
    let for_wasm: &[&str] = &["--package=smsc-wasm", "--target=wasm32-unknown-unknown"];
    let for_formats: &[&str] = &["--package=smsc-wasm", "--target=wasm32-unknown-unknown", "--features=formats"];
    for targets in [for_native, for_wasm, for_formats] {
        let mut cargo = tools::command(shared.project, "cargo");
        aloud(cargo.args(["clippy", "--quiet"]).args(targets).args(["--", "-D", "warnings"]))?;
    }
    let mut fuzz = tools::command(shared.project, "cargo");
    fuzz.args(["clippy", "--quiet", "--manifest-path=fuzz/Cargo.toml", "--target-dir=target/fuzz"]);
    // Nothing is linked, so that the library need not be compiled.
    fuzz.env("CUSTOM_LIBFUZZER_PATH", "target/fuzz/libfuzzer.a");
    aloud(fuzz.args(["--", "-D", "warnings"]))?;
    Ok(Verdict::Passed)
}

fn rust(shared: &Shared) -> Result<Verdict> {
    let project = shared.project;
    aloud(tools::command(project, "cargo").args(["test", "--quiet", "--workspace"]))?;
    // The scanner uses SIMD in WebAssembly only: a test in Node.js compares it with the scalar version.
    tools::for_wasm(project)?;
    let mut comparison = tools::command(project, "cargo");
    comparison.args(["test", "--package=smsc-scan", "--target=wasm32-unknown-unknown", "--test=simd_matches_scalar"]);
    aloud(comparison.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner"))?;
    Ok(Verdict::Passed)
}

fn panic_paths(shared: &Shared) -> Result<Verdict> {
    panics::run(shared.project)?;
    Ok(Verdict::Passed)
}

fn lint(shared: &Shared) -> Result<Verdict> {
    tools::npm_packages(shared.project)?;
    aloud(tools::npm_tool(shared.project, "biome").args(["check", "--error-on-warnings"]))?;
    Ok(Verdict::Passed)
}

fn package_checks(shared: &Shared) -> Result<Verdict> {
    let project = shared.project;
    let tarball = shared.tarball()?;
    // Passes the tarball, so that publint does not pack the package itself.
    aloud(tools::npm_tool(project, "publint").args(["run", "--strict"]).arg(&tarball))?;
    // The compiled module has no types.
    let mut attw = tools::npm_tool(project, "attw");
    aloud(attw.args(["--profile=strict", "--exclude-entrypoints=./smsc.wasm", "--no-emoji"]).arg(&tarball))?;
    let variables: [(&str, &Path); 1] = [("SMSC_PACK", &project.path("target/pack"))];
    run_tests(project, "tests/package", &project.path("pkg"), &variables)
}

fn size(shared: &Shared) -> Result<Verdict> {
    package::size(shared.project)?;
    Ok(Verdict::Passed)
}

fn node(shared: &Shared) -> Result<Verdict> {
    let consumer = consumer(shared)?;
    run_tests(shared.project, "target/consumer/tests/js", &consumer, &[])
}

fn docs(shared: &Shared) -> Result<Verdict> {
    let consumer = consumer(shared)?;
    let variables: [(&str, &Path); 1] = [("SMSC_ROOT", &shared.project.path(""))];
    run_tests(shared.project, "target/consumer/tests/docs", &consumer, &variables)
}

/// A short run in Node.js. With `--all`, a full run in Node.js, Deno and Bun.
fn load(shared: &Shared) -> Result<Verdict> {
    let consumer = consumer(shared)?;
    let (calls, clients) = if shared.all { ("200000", "10000") } else { ("20000", "2000") };
    let mut node = tools::command(shared.project, "node");
    node.args(["--expose-gc", "--no-warnings", "tests/load/load.mjs", calls, clients]);
    aloud(node.current_dir(&consumer))?;
    if shared.all {
        for (name, start) in [
            (
                "deno",
                &[
                    "run",
                    "--allow-read",
                    "--allow-env",
                    "--allow-sys",
                    "--no-check",
                    "--v8-flags=--expose-gc",
                    "tests/load/load.mjs",
                ][..],
            ),
            ("bun", &["tests/load/load.mjs"][..]),
        ] {
            let mut runtime = Command::new(tools::runtime(shared.project, name)?);
            runtime.env("DENO_NO_UPDATE_CHECK", "1");
            aloud(runtime.args(start).args([calls, clients]).current_dir(&consumer))?;
        }
    }
    Ok(Verdict::Passed)
}

fn demos(shared: &Shared) -> Result<Verdict> {
    let (project, tarball) = (shared.project, shared.tarball()?);
    for (example, tests) in [("report", "tests/demo"), ("panel-server", "tests/panel-server")] {
        let folder = demo::install(project, &tarball, example)?;
        run_tests(project, tests, &folder, &[])?;
    }
    Ok(Verdict::Passed)
}

fn run_examples(shared: &Shared) -> Result<Verdict> {
    for name in examples::tested(shared.project)? {
        let folder = examples::install(shared.project, &shared.tarball()?, &name)?;
        run_tests(shared.project, &format!("tests/examples/{name}"), &folder, &[])?;
    }
    Ok(Verdict::Passed)
}

fn redis(shared: &Shared) -> Result<Verdict> {
    let server = match needed(shared, &tools::REDIS)? {
        Ok(server) => server,
        Err(not_run) => return Ok(not_run),
    };
    let consumer = consumer(shared)?;
    let variables: [(&str, &Path); 1] = [("SMSC_REDIS", &server)];
    run_tests(shared.project, "target/consumer/tests/redis", &consumer, &variables)
}

/// The path of a program that a suite requires. If it is missing, the suite is not run; in CI that is an error.
fn needed(shared: &Shared, program: &tools::Program) -> Result<std::result::Result<PathBuf, Verdict>> {
    match tools::program(shared.project, program)? {
        Ok(path) => Ok(Ok(path)),
        Err(reason) if env::var_os("CI").is_some_and(|value| value == "true") => Err(reason),
        Err(reason) => Ok(Err(Verdict::NotRun(reason))),
    }
}

fn browser(shared: &Shared) -> Result<Verdict> {
    let browser = match needed(shared, &tools::CHROMIUM)? {
        Ok(browser) => browser,
        Err(not_run) => return Ok(not_run),
    };
    let consumer = consumer(shared)?;
    let variables: [(&str, &Path); 2] = [("SMSC_BROWSER", &browser), ("SMSC_CONSUMER", &consumer)];
    run_tests(shared.project, "target/consumer/tests/browser", &consumer, &variables)
}

/// With `--all`, also makes the images of the documentation.
fn panel_flows(shared: &Shared) -> Result<Verdict> {
    let project = shared.project;
    let mut browsers = Vec::new();
    for program in [&tools::CHROMIUM, &tools::FIREFOX] {
        match needed(shared, program)? {
            Ok(path) => browsers.push((program.variable, path)),
            Err(not_run) => return Ok(not_run),
        }
    }
    let folder = panel::build(project, &shared.tarball()?)?;
    empty_folder(&folder.join("tests"))?;
    copy_folder(&project.path("tests"), &folder.join("tests"))?;
    let images = if shared.all { project.path("docs/images") } else { folder.join("images") };
    let mut variables: Vec<(&str, &Path)> = vec![("SMSC_IMAGES", &images)];
    variables.extend(browsers.iter().map(|(variable, path)| (*variable, path.as_path())));
    // A file holds all flows of a browser; each flow has a time limit of its own.
    run_tests_within(Duration::from_secs(300), project, "target/examples/admin-panel/tests/panel", &folder, &variables)
}

fn runtimes(shared: &Shared) -> Result<Verdict> {
    let project = shared.project;
    let tarball = shared.tarball()?;
    let mut run = tools::command(project, "node");
    run.arg("tests/runtimes/run.mjs").arg(if shared.all { "--all" } else { "--core" }).arg("--tarball").arg(&tarball);
    // The runner reports missing browsers and the hosts that it skips.
    let of_all = if shared.all { &[tools::WEBKIT, tools::XVFB][..] } else { &[] };
    for browser in [tools::CHROMIUM, tools::FIREFOX].iter().chain(of_all) {
        match tools::program(project, browser)? {
            Ok(path) => run.env(browser.variable, path),
            Err(reason) => {
                eprintln!("  {reason}");
                &mut run
            }
        };
    }
    let status = aloud_status(&mut run)?;
    if shared.all && status.code().is_some_and(|code| code == 0 || code == 3) {
        aloud(tools::command(project, "node").arg("tests/runtimes/table.mjs"))?;
    }
    match status.code() {
        Some(0) => Ok(Verdict::Passed),
        Some(3) => {
            Ok(Verdict::NotRun("some hosts need programs that are missing, see above; all others passed".to_string()))
        }
        _ => Err("hosts failed, see above".to_string()),
    }
}

/// A project with only the packed package and the tests, so that the tests import `smsc-wasm` as a user does.
fn consumer(shared: &Shared) -> Result<PathBuf> {
    let project = shared.project;
    let tarball = shared.tarball()?;
    let folder = project.path("target/consumer");
    write(&folder.join("package.json"), "{ \"private\": true, \"type\": \"module\" }\n")?;
    package::install(project, &tarball, "target/consumer")?;
    empty_folder(&folder.join("tests"))?;
    copy_folder(&project.path("tests"), &folder.join("tests"))?;
    Ok(folder)
}

/// Runs the files `*.test.mjs` and `*.test.cjs` of a folder with the test runner of Node.js.
fn run_tests(project: &Project, folder: &str, cwd: &Path, variables: &[(&str, &Path)]) -> Result<Verdict> {
    run_tests_within(Duration::from_secs(120), project, folder, cwd, variables)
}

/// The same with a time limit for each file.
fn run_tests_within(
    limit: Duration,
    project: &Project,
    folder: &str,
    cwd: &Path,
    variables: &[(&str, &Path)],
) -> Result<Verdict> {
    let is_test = |path: &PathBuf| {
        let name = path.to_string_lossy();
        name.ends_with(".test.mjs") || name.ends_with(".test.cjs")
    };
    let tests: Vec<PathBuf> = files_below(&project.path(folder))?.into_iter().filter(is_test).collect();
    if tests.is_empty() {
        return Err(format!("{folder} has no tests"));
    }
    let guard = project.path("tests/loopback-only.mjs");
    let mut node: Command = tools::command(project, "node");
    node.arg("--import").arg(file_url(&guard));
    node.args(["--test", "--test-reporter=spec"]).arg(format!("--test-timeout={}", limit.as_millis())).args(tests);
    // Tests must never have access to a real account.
    for name in ["SMSC_API_KEY", "SMSC_LOGIN", "SMSC_PASSWORD", "SMSC_REGION", "SMSC_BASE_URL"] {
        node.env_remove(name);
    }
    aloud(node.envs(variables.iter().copied()).current_dir(cwd))
        .map_err(|_| format!("tests failed in {folder}, see above"))?;
    Ok(Verdict::Passed)
}

/// `--import` takes a URL, and a Windows path is not a URL.
fn file_url(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/").replace('%', "%25").replace('#', "%23").replace('?', "%3F");
    format!("file://{}{path}", if path.starts_with('/') { "" } else { "/" })
}

#[cfg(test)]
mod tests {
    use super::{SUITES, Verdict, choose, file_url, summary};
    use std::path::Path;
    use std::time::Duration;

    #[test]
    fn summary_ends_with_the_number_of_suites() {
        let second = Duration::from_secs(1);
        let [first, next, last, ..] = &SUITES;
        let passing = [(first, Ok(Verdict::Passed), second), (next, Ok(Verdict::Passed), second)];
        assert!(summary(&passing).ends_with("\n2 passed, 0 failed\n"));
        let failing = [
            (first, Ok(Verdict::Passed), second),
            (next, Err("no".to_string()), second),
            (last, Ok(Verdict::NotRun("no browser".to_string())), second),
        ];
        assert!(summary(&failing).ends_with("\n1 passed, 1 failed, 1 skipped\n"));
    }

    #[test]
    fn selects_suites_by_name() {
        let names =
            |options: &[&str]| choose(false, options).map(|suites| suites.iter().map(|s| s.name).collect::<Vec<_>>());
        assert_eq!(names(&[]).map(|all| all.len()), Ok(SUITES.len() - 1));
        assert_eq!(choose(true, &[]).map(|all| all.len()), Ok(SUITES.len()));
        assert_eq!(names(&["--only", "examples"]), Ok(vec!["examples"]));
        assert_eq!(names(&["--only", "rust", "--only", "fmt"]), Ok(vec!["rust", "fmt"]));
        assert!(names(&["--only", "rusty"]).is_err());
        assert!(names(&["--only"]).is_err());
        assert!(names(&["rust"]).is_err());
    }

    #[test]
    fn converts_a_path_to_a_url() {
        assert_eq!(file_url(Path::new("/a/b%c")), "file:///a/b%25c");
    }
}
