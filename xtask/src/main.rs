//! `cargo xtask`: builds, shows and tests the npm package.
//!
//! Each command installs what it needs into the project's folder (`target/` and `node_modules/`), once; what it cannot
//! install, it names.

mod bench;
mod demo;
mod fuzz;
mod instructions;
mod package;
mod panics;
mod project;
mod run;
mod test;
mod tools;

use std::env;
use std::process::ExitCode;

use project::Project;

/// What a step gives, or the text that tells a person what went wrong and what to do.
type Result<T = ()> = std::result::Result<T, String>;

const USAGE: &str = "\
Usage: cargo xtask <command>

Commands:
  bench [<name> …]      measure, side by side with what one would take instead; writes the tables of docs/
  bench --check         count instructions and bytes; fails over benches/counts.txt, which `bench --count` writes
  build                 make the npm package, complete, in pkg/
  demo                  print an account's summary, from the built-in emulator or, with SMSC_API_KEY
                        (or SMSC_LOGIN and SMSC_PASSWORD) set, from the real account, reading only
  fuzz [--minutes <n> | --runs <n>] [<target> …]
                        run the targets of fuzz/, each for a minute, or so many, or so often; fails on a finding
  panics                print where the core could panic; fails over the list in xtask/panics.txt
  size                  print what the package weighs; fails over the budget in tests/size/budget.json
  test                  check and test everything
  test --all            the same, in every runtime, bundler and test runner; writes the README's table of them
  test --only <suite>   one suite; may be repeated";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let project = Project::find();
    let done = match arguments.as_slice() {
        ["bench", options @ ..] => bench::run(&project, options).map(|()| true),
        ["build"] => package::build(&project).map(|()| {
            println!("The npm package is in pkg/, ready for `npm pack ./pkg`.");
            true
        }),
        ["demo"] => demo::run(&project).map(|()| true),
        ["fuzz", options @ ..] => fuzz::run(&project, options),
        ["panics"] => panics::run(&project).map(|()| true),
        ["size"] => package::size(&project).map(|()| true),
        ["test", options @ ..] => test::run(&project, options),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}\n\nSuites: {}", test::suite_names().join(", "));
            return if arguments.is_empty() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
        [command, ..] => {
            eprintln!("cargo xtask: `{command}` is no command, or takes no such arguments\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("\nerror: {message}");
            ExitCode::FAILURE
        }
    }
}
