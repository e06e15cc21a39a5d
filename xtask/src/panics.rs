//! `cargo xtask panics`: which functions of the pure core (`api`, `protocol`, `client`, `csv`) can panic in the compiled modules,
//! against a list that gives the reason for each. clippy denies `unwrap`, indexing and the like in the sources; here is what the
//! standard library and other crates add.
//!
//! A panic is a call of a named function of the standard library, a *panic function*. Each function of the core that calls one,
//! directly or through a library, is listed: `caller -> panic function`. A function that stops without one is listed as
//! `function -> abort`. `web` is not listed: there an instance that panics is replaced, and the generated code for serialization
//! panics where wasm-bindgen's does. `protocol::formats` is not listed either: the fuzz targets search it and quick-xml.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use rustc_demangle::demangle;

use crate::Result;
use crate::package;
use crate::project::Project;
use crate::run::{output_of, quietly};
use crate::tools;

/// The list, each entry below a comment that gives the reason.
const LIST: &str = "xtask/panics.txt";
/// The modules, and the options of cargo for each.
const MODULES: [(&str, &[&str]); 2] = [("smsc", &[]), ("formats", &["--features=formats"])];
/// The part of the core that is not listed.
const UNLISTED: &str = "smsc_wasm::protocol::formats::";

/// Parts of the names of panic functions. For the first ones the caller does not matter: the memory is exhausted, or a text could
/// not be formatted.
const PANIC_FUNCTIONS: [&str; 15] = [
    "::handle_error",
    "::handle_alloc_error",
    "::malloc_failure",
    "::capacity_overflow",
    "::box_new_uninit",
    "::unwrap_failed",
    "core::panicking::",
    "std::panicking::",
    "::panic_already_",
    "::panic_access_error",
    "::expect_failed",
    "::assert_failed",
    "_index_fail",
    "::slice_error_fail",
    "::throw_str",
];
const OF_ANY_CALLER: usize = 6;

/// Prints what can panic; fails where something is not accounted for, or is and cannot panic any more.
pub fn run(project: &Project) -> Result {
    tools::npm_packages(project)?;
    tools::for_wasm(project)?;
    let mut found = BTreeSet::new();
    for (module, features) in MODULES {
        let target = format!("target/panics/{module}");
        let file = format!("{target}/wasm32-unknown-unknown/release/smsc_wasm.wasm");
        project.unless_fresh(&format!("panics of {module}"), &package::SOURCES, &[&file], || {
            let mut cargo = tools::command(project, "cargo");
            cargo.args(["build", "--lib", "--release", "--target=wasm32-unknown-unknown"]).args(features);
            cargo.arg(format!("--target-dir={target}"));
            quietly(project, "Compiling with the names of functions", &mut cargo)
        })?;
        let code = output_of(tools::npm_tool(project, "wasm-dis").arg(&file))?;
        found.extend(Calls::read(&code).panics().into_iter().filter(|panic| !panic.contains(UNLISTED)));
    }
    let list = project.path(LIST);
    let text = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
    let allowed = read_list(&text)?;
    for panic in &found {
        println!("{panic}\n    {}", allowed.get(panic.as_str()).copied().unwrap_or("NOT ACCOUNTED FOR"));
    }
    println!("\n{} ways to panic; {LIST} has the reasons", found.len());
    let new: Vec<&String> = found.iter().filter(|panic| !allowed.contains_key(panic.as_str())).collect();
    let gone: Vec<&&str> = allowed.keys().filter(|panic| !found.contains(**panic)).collect();
    if new.is_empty() && gone.is_empty() {
        return Ok(());
    }
    Err(format!("{LIST} does not fit: it lacks {new:#?}, and these cannot panic any more: {gone:#?}"))
}

/// Each entry with its reason.
fn read_list(text: &str) -> Result<BTreeMap<&str, &str>> {
    let mut reason = None;
    let mut entries = BTreeMap::new();
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            reason = Some(comment);
        } else if line.is_empty() {
            reason = None;
        } else {
            let why = reason.ok_or_else(|| format!("{LIST}: `{line}` has no reason above it"))?;
            entries.insert(line, why);
        }
    }
    Ok(entries)
}

/// Who calls whom, by the names in the module.
struct Calls<'a> {
    of: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// Where the code says that it cannot go on.
    stops: BTreeSet<&'a str>,
    /// Where the outside world comes in.
    roots: Vec<&'a str>,
}

impl<'a> Calls<'a> {
    /// Reads the text format as wasm-dis writes it: one function after the other, one instruction a line.
    fn read(code: &'a str) -> Self {
        let mut of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let (mut roots, mut stops) = (Vec::new(), BTreeSet::new());
        let (mut function, mut last) = ("", "");
        for line in code.lines() {
            let trimmed = line.trim_start();
            if line.starts_with(" (func ") {
                function = name(trimmed, "(func ").unwrap_or_default();
                of.entry(function).or_default();
                last = "";
            } else if let Some(export) = trimmed.split_once("(func ").filter(|_| line.starts_with(" (export ")) {
                roots.extend(name(export.1, "").filter(|name| !name.contains("__wbindgen_describe")));
            } else if line.starts_with(" (elem ") {
                // What is called through the table; what only a panic calls there is no way to one.
                let names = line.split(' ').filter_map(|word| name(word, ""));
                roots.extend(names.filter(|name| {
                    let name = plain(name);
                    !name.contains("panicking") && !name.contains("core::fmt::") && !name.contains("alloc_error_hook")
                }));
            } else if trimmed.starts_with("(unreachable") {
                // Behind the call of a panic function nothing goes on either.
                if panic_function(last).is_none_or(|_| last.contains("box_new_uninit")) {
                    stops.insert(function);
                }
            } else if let Some(called) = name(trimmed, "(call ").or_else(|| name(trimmed, "(return_call ")) {
                of.entry(function).or_default().insert(called);
                last = called;
            }
        }
        Self { of, stops, roots }
    }

    /// Every `caller -> panic function`, the callers being functions of the pure core.
    fn panics(&self) -> BTreeSet<String> {
        let reached = self.reached();
        let aborts = self.stops.iter().filter(|function| reached.contains(**function) && is_own(function));
        let mut found: BTreeSet<String> = aborts.map(|function| format!("{} -> abort", plain(function))).collect();
        for panics in self.of.keys().filter(|name| panic_function(name).is_some()) {
            let of_any_caller = is_of_any_caller(panics);
            let callers = self.callers(panics, &reached);
            if of_any_caller {
                if !callers.is_empty() {
                    found.insert(format!("* -> {}", plain(panics)));
                }
                continue;
            }
            // Up through the libraries, to who called them.
            let (mut todo, mut seen) = (callers, BTreeSet::new());
            while let Some(caller) = todo.pop() {
                if !seen.insert(caller) {
                    continue;
                }
                let above = self.callers(caller, &reached);
                if is_own(caller) {
                    found.insert(format!("{} -> {}", plain(caller), plain(panics)));
                } else {
                    todo.extend(above);
                }
            }
        }
        found
    }

    fn callers(&self, called: &str, reached: &BTreeSet<&'a str>) -> Vec<&'a str> {
        let calls = self.of.iter().filter(|(caller, calls)| reached.contains(**caller) && calls.contains(called));
        calls.map(|(caller, _)| *caller).collect()
    }

    /// What can run before a panic function.
    fn reached(&self) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut todo = self.roots.clone();
        while let Some(function) = todo.pop() {
            if panic_function(function).is_none() && reached.insert(function) {
                todo.extend(self.of.get(function).into_iter().flatten());
            }
        }
        reached
    }
}

/// The name behind a keyword: `$name`, without the dollar.
fn name<'a>(text: &'a str, keyword: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(keyword)?.strip_prefix('$')?;
    rest.split([' ', ')']).next()
}

/// As the source spells it, without the numbers that tell two functions of one name apart.
fn plain(name: &str) -> String {
    let plain = format!("{:#}", demangle(name));
    match plain.rsplit_once('_') {
        // wasm-bindgen's exports end in one.
        Some((export, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            export.to_string()
        }
        _ => plain,
    }
}

fn panic_function(name: &str) -> Option<usize> {
    let name = plain(name);
    PANIC_FUNCTIONS.iter().position(|part| name.contains(part))
}

fn is_of_any_caller(name: &str) -> bool {
    panic_function(name).is_some_and(|place| place < OF_ANY_CALLER)
}

/// Whether a function is one of the pure core, as written in its sources.
fn is_own(name: &str) -> bool {
    let name = plain(name);
    let path = name.trim_start_matches('<').strip_prefix("smsc_wasm::").unwrap_or_default();
    ["api::", "protocol::", "client::", "csv::"].iter().any(|module| path.starts_with(module))
        && !path.contains("Serialize for ")
}

#[cfg(test)]
mod tests {
    use super::{Calls, read_list};

    #[test]
    fn a_panic_is_listed_by_the_function_of_the_core() {
        let code = "(module
 (export \"invoke\" (func $smsc_wasm::client::invoke))
 (func $smsc_wasm::client::invoke (param $0 i32)
  (call $smsc_wasm::api::stops)
  (call $lib::remove
   (local.get $0)
  )
 )
 (func $lib::remove (param $0 i32)
  (call $alloc::raw_vec::handle_error)
  (call $lib::assert_failed)
 )
 (func $lib::assert_failed
  (call $core::panicking::panic_fmt)
 )
 (func $core::panicking::panic_fmt
  (unreachable)
 )
 (func $alloc::raw_vec::handle_error
  (unreachable)
 )
 (func $smsc_wasm::api::stops
  (unreachable)
 )
 (func $smsc_wasm::api::unused
  (call $core::panicking::panic_fmt)
 )
";
        let found: Vec<String> = Calls::read(code).panics().into_iter().collect();
        assert_eq!(
            found,
            [
                "* -> alloc::raw_vec::handle_error",
                "smsc_wasm::api::stops -> abort",
                "smsc_wasm::client::invoke -> lib::assert_failed",
            ]
        );
    }

    #[test]
    fn an_entry_needs_a_reason() {
        assert_eq!(read_list("# why\na -> b\nc -> d\n").map(|list| list.len()), Ok(2));
        assert!(read_list("# why\n\na -> b\n").is_err());
    }
}
