//! `cargo xtask panics`: which functions of the core can panic, as the optimiser leaves it, against the list of those that
//! are accounted for.
//!
//! In the product a panic is one nameless instruction. So the same code is compiled once more, with the same optimisation but
//! with panics that are told: then each is a call of a named function of the standard library, a *door*. Who calls a door, or
//! a function of a library that calls one, is listed by its name: `the core's own function -> the door`. What aborts at once,
//! without a door, is listed where it does so: `function -> abort`.

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
const MODULE: &str = "target/panics/wasm32-unknown-unknown/release/smsc_wasm.wasm";

/// What the name of a function that panics holds. The first end in "no more memory".
const DOORS: [&str; 15] = [
    "::handle_error",
    "::handle_alloc_error",
    "::malloc_failure",
    "::capacity_overflow",
    "::box_new_uninit",
    "core::panicking::",
    "std::panicking::",
    "::panic_already_",
    "::panic_access_error",
    "::expect_failed",
    "::unwrap_failed",
    "::assert_failed",
    "_index_fail",
    "::slice_error_fail",
    "::throw_str",
];
const OF_MEMORY: usize = 5;

/// Prints what can panic; fails where something is not accounted for, or is and cannot panic any more.
pub fn run(project: &Project) -> Result {
    tools::npm_packages(project)?;
    tools::for_wasm(project)?;
    project.unless_fresh("panics", &package::SOURCES, &[MODULE], || {
        let mut cargo = tools::command(project, "cargo");
        cargo.args(["build", "--lib", "--release", "--target=wasm32-unknown-unknown", "--target-dir=target/panics"]);
        quietly(project, "Compiling with the names of functions", &mut cargo)
    })?;
    let code = output_of(tools::npm_tool(project, "wasm-dis").arg(MODULE))?;
    let found = Calls::read(&code).panics();
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
                // Behind the call of a door nothing goes on either.
                if door(last).is_none_or(|_| last.contains("box_new_uninit")) {
                    stops.insert(function);
                }
            } else if let Some(called) = name(trimmed, "(call ").or_else(|| name(trimmed, "(return_call ")) {
                of.entry(function).or_default().insert(called);
                last = called;
            }
        }
        Self { of, stops, roots }
    }

    /// Every `function -> door`, the functions being the core's own or, above them, those that nothing of the core calls.
    fn panics(&self) -> BTreeSet<String> {
        let reached = self.reached();
        let aborts = self.stops.iter().filter(|function| reached.contains(**function));
        let mut found: BTreeSet<String> = aborts.map(|function| format!("{} -> abort", plain(function))).collect();
        for door in self.of.keys().filter(|name| door(name).is_some()) {
            let memory = door_of_memory(door);
            let callers = self.callers(door, &reached);
            if memory {
                if !callers.is_empty() {
                    found.insert(format!("* -> {}", plain(door)));
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
                if is_own(caller) || above.is_empty() {
                    found.insert(format!("{} -> {}", plain(caller), plain(door)));
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

    /// What can run before a door is passed.
    fn reached(&self) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut todo = self.roots.clone();
        while let Some(function) = todo.pop() {
            if door(function).is_none() && reached.insert(function) {
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

fn door(name: &str) -> Option<usize> {
    let name = plain(name);
    DOORS.iter().position(|door| name.contains(door))
}

fn door_of_memory(name: &str) -> bool {
    door(name).is_some_and(|place| place < OF_MEMORY)
}

fn is_own(name: &str) -> bool {
    plain(name).trim_start_matches('<').starts_with("smsc_wasm::")
}

#[cfg(test)]
mod tests {
    use super::{Calls, read_list};

    #[test]
    fn who_panics_is_told_by_the_core_s_own_name() {
        let code = "(module
 (export \"invoke\" (func $smsc_wasm::invoke))
 (func $smsc_wasm::invoke (param $0 i32)
  (call $smsc_wasm::stops)
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
 (func $smsc_wasm::stops
  (unreachable)
 )
 (func $smsc_wasm::unused
  (call $core::panicking::panic_fmt)
 )
";
        let found: Vec<String> = Calls::read(code).panics().into_iter().collect();
        assert_eq!(
            found,
            [
                "* -> alloc::raw_vec::handle_error",
                "smsc_wasm::invoke -> lib::assert_failed",
                "smsc_wasm::stops -> abort"
            ]
        );
    }

    #[test]
    fn an_entry_needs_a_reason() {
        assert_eq!(read_list("# why\na -> b\nc -> d\n").map(|list| list.len()), Ok(2));
        assert!(read_list("# why\n\na -> b\n").is_err());
    }
}
