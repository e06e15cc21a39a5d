//! What the commands need, and how each of it comes into the project's folder.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::project::Project;
use crate::run::{output_of, quietly};

const WASM_TARGET: &str = "wasm32-unknown-unknown";
const WASM_PACK_VERSION: &str = "0.15.1";
const CARGO_FUZZ_VERSION: &str = "0.13.2";
/// The oldest Node.js that has `process.getBuiltinModule`, by which the emulator finds its HTTP server.
const OLDEST_NODE: (u32, u32) = (20, 16);

/// Everything that compiling to WebAssembly takes.
pub fn for_wasm(project: &Project) -> Result {
    wasm_target(project)?;
    cargo_tool(project, "wasm-pack", WASM_PACK_VERSION, &["wasm-pack"])?;
    // The tool must be of exactly the version of the library that is linked in.
    let version = locked_version(project, "wasm-bindgen")?;
    cargo_tool(
        project,
        "wasm-bindgen",
        &version,
        &["--path", "xtask/wasm-bindgen", "--target-dir", "target/tools/build"],
    )
}

/// What runs the targets of `fuzz/`.
pub fn cargo_fuzz(project: &Project) -> Result {
    cargo_tool(project, "cargo-fuzz", CARGO_FUZZ_VERSION, &["cargo-fuzz"])
}

/// The Rust target of the compiled module.
pub fn wasm_target(project: &Project) -> Result {
    let mut rustc = command(project, "rustc");
    let libraries = output_of(rustc.args(["--print", "target-libdir", "--target", WASM_TARGET]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    rustup(project, "target", WASM_TARGET)
}

/// A part of the Rust toolchain that is called as a cargo command: `cargo fmt`, `cargo clippy`.
pub fn rust_component(project: &Project, subcommand: &str, component: &str) -> Result {
    if output_of(command(project, "cargo").args([subcommand, "--version"])).is_ok() {
        return Ok(());
    }
    rustup(project, "component", component)
}

fn rustup(project: &Project, kind: &str, name: &str) -> Result {
    quietly(
        project,
        &format!("Adding {name} to the Rust toolchain"),
        command(project, "rustup").args([kind, "add", name]),
    )
    .map_err(|error| {
        format!("the Rust toolchain has no {name}, and rustup could not add it (https://rustup.rs)\n\n{error}")
    })
}

/// Builds a program of exactly that version, with the dependencies of its lock file. `package` is its name in the registry, or a
/// folder of the project.
fn cargo_tool(project: &Project, program: &str, version: &str, package: &[&str]) -> Result {
    let installed = project.path("target/tools/bin").join(program);
    let answer = output_of(Command::new(&installed).arg("--version"));
    if answer.is_ok_and(|answer| answer.split_whitespace().any(|word| word == version)) {
        return Ok(());
    }
    let of_registry: &[&str] = if package.len() == 1 { &["--version", version] } else { &[] };
    quietly(
        project,
        &format!("Building {program} {version} (a few minutes, once)"),
        command(project, "cargo")
            .args(["install", "--locked", "--force", "--root"])
            .arg(project.path("target/tools"))
            .args(package)
            .args(of_registry),
    )
}

/// The version of a package that `Cargo.lock` settles on.
fn locked_version(project: &Project, package: &str) -> Result<String> {
    let path = project.path("Cargo.lock");
    let lock = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    version_in_lock(&lock, package).ok_or_else(|| format!("Cargo.lock names no {package}"))
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{package}\""));
    let version = lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_string())
}

/// Node.js with npm, which nothing here can install.
pub fn node(project: &Project) -> Result {
    let (major, minor) = OLDEST_NODE;
    let advice = format!("Node.js {major}.{minor} or newer, with npm, must be installed: https://nodejs.org");
    let answer =
        output_of(command(project, "node").arg("--version")).map_err(|error| format!("{advice}\n({error})"))?;
    let mut numbers = answer.trim().trim_start_matches('v').split('.').map(|number| number.parse().unwrap_or(0));
    if (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < OLDEST_NODE {
        return Err(format!("{advice}\n(the one on the PATH is {})", answer.trim()));
    }
    output_of(npm(project).arg("--version")).map(|_| ()).map_err(|error| format!("{advice}\n({error})"))
}

/// The npm packages of `package-lock.json`, in `node_modules`.
pub fn npm_packages(project: &Project) -> Result {
    node(project)?;
    // npm writes this file at the end of an installation, so that one that was cut off is done again.
    let installed = "node_modules/.package-lock.json";
    project.unless_fresh("npm-packages", &["package.json", "package-lock.json"], &[installed], || {
        quietly(project, "Installing the npm packages", npm(project).args(["ci", "--no-audit", "--no-fund"]))
    })
}

/// Deno or Bun, of the version that the table of runtimes is made with. npm brings both.
pub fn runtime(project: &Project, name: &str) -> Result<PathBuf> {
    let manifest = format!("tests/runtimes/projects/{name}/package.json");
    let folder = format!("target/load/{name}");
    let file = if cfg!(windows) { format!("{name}.cmd") } else { name.to_string() };
    let program = project.path(&folder).join("node_modules/.bin").join(file);
    let installed = format!("{folder}/node_modules/{name}/package.json");
    project.unless_fresh(&format!("load-{name}"), &[&manifest], &[&installed], || {
        let text = fs::read_to_string(project.path(&manifest)).map_err(|error| format!("{manifest}: {error}"))?;
        crate::project::write(&project.path(&folder).join("package.json"), &text)?;
        let mut install = npm(project);
        install.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]);
        quietly(project, &format!("Installing {name}"), install.current_dir(project.path(&folder)))?;
        // Its script links the binary.
        let mut rebuild = npm(project);
        rebuild.args(["rebuild", "--ignore-scripts=false", name]).current_dir(project.path(&folder));
        quietly(project, &format!("Linking {name}"), &mut rebuild)
    })?;
    Ok(program)
}

/// A program that only some tests need, and that is no part of the project's folder.
pub struct Program {
    name: &'static str,
    /// Names one by its path.
    pub variable: &'static str,
    programs: &'static [&'static str],
    places: &'static [&'static str],
    debian: &'static str,
}

pub const CHROMIUM: Program = Program {
    name: "Chromium or Chrome",
    variable: "CHROME_PATH",
    programs: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"],
    places: &[
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/snap/bin/chromium",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    ],
    debian: "chromium",
};

pub const FIREFOX: Program = Program {
    name: "Firefox",
    variable: "FIREFOX_PATH",
    programs: &["firefox-esr", "firefox"],
    places: &["/Applications/Firefox.app/Contents/MacOS/firefox", r"C:\Program Files\Mozilla Firefox\firefox.exe"],
    debian: "firefox-esr",
};

/// The WebDriver server of WebKitGTK. The package brings the browser, which needs a display: [`XVFB`].
pub const WEBKIT: Program = Program {
    name: "WebKitWebDriver",
    variable: "WEBKIT_DRIVER_PATH",
    programs: &["WebKitWebDriver"],
    places: &[],
    debian: "webkit2gtk-driver",
};

/// A virtual display.
pub const XVFB: Program =
    Program { name: "Xvfb", variable: "XVFB_PATH", programs: &["Xvfb"], places: &[], debian: "xvfb" };

pub const REDIS: Program = Program {
    name: "Redis",
    variable: "REDIS_SERVER",
    programs: &["redis-server", "valkey-server"],
    places: &["/opt/homebrew/bin/redis-server", "/usr/local/bin/redis-server"],
    debian: "redis-server",
};

pub const VALGRIND: Program =
    Program { name: "Valgrind", variable: "VALGRIND", programs: &["valgrind"], places: &[], debian: "valgrind" };

/// Where the program is, or the text that tells what to install.
pub fn program(project: &Project, program: &Program) -> Result<std::result::Result<PathBuf, String>> {
    let Program { name, variable, debian, .. } = program;
    if let Some(path) = env::var_os(variable).filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        return if path.is_file() {
            Ok(Ok(path))
        } else {
            Err(format!("{variable} names {}, where there is no file", path.display()))
        };
    }
    if let Some(found) = installed(program) {
        return Ok(Ok(found));
    }
    let advice = format!(
        "{name} was not found: install it (on Debian: `sudo apt-get install {debian}`), or set {variable} to it"
    );
    if !is_root_on_debian() {
        return Ok(Err(advice));
    }
    let done = quietly(project, "Updating the list of Debian packages", Command::new("apt-get").arg("update"))
        .and_then(|()| {
            quietly(
                project,
                &format!("Installing Debian's {debian}"),
                Command::new("apt-get")
                    .args(["install", "--yes", "--no-install-recommends", debian])
                    .env("DEBIAN_FRONTEND", "noninteractive"),
            )
        });
    match (done, installed(program)) {
        (Ok(()), Some(found)) => Ok(Ok(found)),
        (Ok(()), None) => Ok(Err(advice)),
        (Err(error), _) => Ok(Err(format!("{advice}\n\n{error}"))),
    }
}

fn installed(program: &Program) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = program.programs.iter().flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)));
    on_path.chain(program.places.iter().map(PathBuf::from)).find(|candidate| candidate.is_file())
}

/// Ubuntu is left out: its package of that name installs a snap, which containers cannot run.
fn is_root_on_debian() -> bool {
    let debian = fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"));
    debian && output_of(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// A program, run in the project's folder, that finds the project's own tools before any others.
pub fn command(project: &Project, program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(project.root()).env("PATH", tools_path(project));
    command
}

/// npm, which is a script under another name on Windows.
pub fn npm(project: &Project) -> Command {
    command(project, if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// A program out of `node_modules`.
pub fn npm_tool(project: &Project, name: &str) -> Command {
    let file = if cfg!(windows) { format!("{name}.cmd") } else { name.to_string() };
    let path = project.path("node_modules/.bin").join(file);
    command(project, &path.to_string_lossy())
}

fn tools_path(project: &Project) -> OsString {
    let own = [project.path("target/tools/bin"), project.path("node_modules/.bin")];
    let inherited = env::var_os("PATH").unwrap_or_default();
    // Only a folder whose name holds the separator cannot be joined; then the tools are simply not found.
    env::join_paths(own.into_iter().chain(env::split_paths(&inherited))).unwrap_or(inherited)
}

#[cfg(test)]
mod tests {
    use super::version_in_lock;

    #[test]
    fn the_tool_of_wasm_bindgen_has_the_version_of_the_library() {
        let library = version_in_lock(include_str!("../../Cargo.lock"), "wasm-bindgen");
        let tool = version_in_lock(include_str!("../wasm-bindgen/Cargo.lock"), "wasm-bindgen-cli");
        assert!(library.is_some());
        assert_eq!(tool, library);
    }

    #[test]
    fn a_version_is_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in_lock(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in_lock(lock, "bindgen"), None);
    }
}
