//! `cargo xtask`: builds, tests and demonstrates the npm package.
//!
//! Each command installs its tools into the project's folder (`target/` and `node_modules/`), once. It reports the tools that it
//! cannot install.

mod bench;
mod demo;
mod examples;
mod fuzz;
mod instructions;
mod package;
mod panel;
mod panics;
mod project;
mod run;
mod test;
mod tools;

use std::env;
use std::process::ExitCode;

use project::Project;

/// The result of a step. The error is a message for the user: the cause, and the remedy.
type Result<T = ()> = std::result::Result<T, String>;

const USAGE: &str = "\
Usage: cargo xtask <command>

Commands:
  bench [<name> …]      compare with alternatives; writes the tables of docs/
  bench --check         count instructions and bytes; fails above benches/counts.txt, which `bench --count` writes
  build                 build the complete npm package in pkg/
  demo                  print a report of an account: of the built-in emulator or, if SMSC_API_KEY (or
                        SMSC_LOGIN and SMSC_PASSWORD) is set, of the real account, read-only
  demo --panel [--allow <method>,…] [--port <n>]
                        build the admin panel and serve it on this machine, for the same account
  fuzz [--minutes <n> | --runs <n>] [<target> …]
                        run the targets of fuzz/, each for one minute or the given limit; fails on a finding
  panics                print the code paths that could panic; fails if one is not listed in xtask/panics.txt
  size                  print the size of the package; fails above the budget in tests/size/budget.json
  test                  run all checks and tests, except the suite `examples`
  test --all            the same and `examples`, in every runtime, bundler and test runner; writes the table of
                        docs/hosts.md
  test --only <suite>   run one suite; may be repeated";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let project = Project::find();
    let result = match arguments.as_slice() {
        ["bench", options @ ..] => bench::run(&project, options).map(|()| true),
        ["build"] => package::build(&project).map(|()| {
            println!("The npm package is in pkg/, ready for `npm pack ./pkg`.");
            true
        }),
        ["demo"] => demo::run(&project).map(|()| true),
        ["demo", "--panel", options @ ..] => demo::panel(&project, options).map(|()| true),
        ["fuzz", options @ ..] => fuzz::run(&project, options),
        ["panics"] => panics::run(&project).map(|()| true),
        ["size"] => package::size(&project).map(|()| true),
        ["test", options @ ..] => test::run(&project, options),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}\n\nSuites: {}", test::suite_names().join(", "));
            return if arguments.is_empty() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
        [command, ..] => {
            eprintln!("cargo xtask: unknown command or arguments: `{command}`\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("\nerror: {message}");
            ExitCode::FAILURE
        }
    }
}
