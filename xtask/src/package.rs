//! The npm package: compiled, assembled, packed and installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::project::{Project, empty_folder, remove_folder, write};
use crate::run::{aloud, output_of, quietly};
use crate::tools;

/// What the compiled module is made of.
pub const SOURCES: [&str; 8] = [
    "src",
    "scan",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    ".cargo/config.toml",
    // wasm-opt is an npm package.
    "package-lock.json",
    // The flags are there.
    "xtask/src/package.rs",
];

/// Leaves the npm package, complete, in `pkg/`.
pub fn build(project: &Project) -> Result {
    tools::npm_packages(project)?;
    tools::for_wasm(project)?;

    // Of the same sources: the client, and what decodes stored responses.
    for (module, what, features) in [
        ("smsc", "Compiling to WebAssembly", [].as_slice()),
        ("formats", "Compiling the formats to WebAssembly", &["--features=formats"]),
    ] {
        let out = format!("target/wasm-pack/{module}");
        project.unless_fresh(module, &SOURCES, &[&out], || {
            remove_folder(&project.path(&out))?;
            let mut wasm_pack = wasm_pack(project, module, &out);
            wasm_pack.env("RUSTFLAGS", without_paths(project));
            quietly(project, what, wasm_pack.args([".", "--"]).args(features))?;
            compress_module(&project.path(&format!("{out}/{module}_bg.wasm")))
        })?;
    }

    let parts = [
        "target/wasm-pack",
        "pkg-template",
        // The comments of the error codes.
        "src/client/error.rs",
        "package-lock.json",
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "CHANGELOG.md",
        "LICENSE-APACHE",
        "LICENSE-MIT",
    ];
    project.unless_fresh("package", &parts, &["pkg"], || {
        // So that no file of an earlier build stays behind.
        remove_folder(&project.path("pkg"))?;
        let mut assemble = tools::command(project, "node");
        quietly(
            project,
            "Assembling the npm package",
            assemble.args(["pkg-template/build.mjs", "target/wasm-pack", "pkg"]),
        )
    })
}

/// Leaves the module compressed, as the package contains it, beside the module itself.
fn compress_module(wasm: &Path) -> Result {
    let packed = wasm.with_extension("wasm.gz");
    let failed = |error: std::io::Error| format!("{}: {error}", packed.display());
    let module = fs::read(wasm).map_err(failed)?;
    let file = fs::File::create(&packed).map_err(failed)?;
    zopfli::compress(zopfli::Options::default(), zopfli::Format::Gzip, module.as_slice(), file).map_err(failed)
}

fn wasm_pack(project: &Project, module: &str, out: &str) -> Command {
    let mut command = tools::command(project, "wasm-pack");
    command.args([
        "build",
        // The script imports the module's exports through a function, which `pkg-template/src/runtime/instance.ts` calls.
        "--target=bundler",
        "--release",
        "--no-pack",
        // The ignore file that it writes otherwise would empty the npm tarball.
        "--no-gitignore",
        // Every tool is on the path by now: a missing one is an error, and nothing is downloaded.
        "--mode=no-install",
        &format!("--out-name={module}"),
        &format!("--out-dir={out}"),
    ]);
    command
}

/// Flags that keep the paths of this machine out of the compiled module, where panics name their locations.
fn without_paths(project: &Project) -> String {
    let home = |variable: &str, folder: &str| {
        std::env::var_os(variable).map(PathBuf::from).or_else(|| {
            Some(PathBuf::from(std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"))?).join(folder))
        })
    };
    let registry = home("CARGO_HOME", ".cargo").map(|home| home.join("registry/src"));
    let sources = registry.iter().flat_map(fs::read_dir).flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let toolchains = home("RUSTUP_HOME", ".rustup");
    sources
        .chain(toolchains)
        .chain([project.path("")])
        .filter(|path| !path.to_string_lossy().contains(' '))
        .map(|path| format!("--remap-path-prefix={}=.", path.display()))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The tarball that `npm publish` would upload, in `target/pack/` beside npm's own list of what is in it.
pub fn pack(project: &Project) -> Result<PathBuf> {
    build(project)?;
    let folder = project.path("target/pack");
    project.unless_fresh("pack", &["pkg"], &["target/pack"], || {
        empty_folder(&folder)?;
        let list = output_of(
            tools::npm(project)
                .args(["pack", "./pkg", "--json", "--ignore-scripts", "--pack-destination"])
                .arg(&folder),
        )?;
        write(&folder.join("contents.json"), &list)
    })?;
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "tgz"))
        .ok_or_else(|| "npm pack left no tarball in target/pack".to_string())
}

/// Prints what the package weighs, and fails over the budget.
pub fn size(project: &Project) -> Result {
    let tarball = pack(project)?;
    let mut measure = tools::command(project, "node");
    aloud(measure.args(["tests/size/measure.mjs", "pkg"]).arg(tarball).arg("--check"))
}

/// Installs the packed package into a project below `target/`, as a user would, and without the network.
pub fn install(project: &Project, tarball: &Path, relative: &str) -> Result {
    let name = relative.replace('/', "-");
    let package_json = format!("{relative}/package.json");
    let installed = format!("{relative}/node_modules/smsc-wasm");
    // Only the tarball's own package is expected below node_modules: `npm install` takes out whatever else is there.
    project.unless_fresh(&name, &["target/pack", &package_json], &[&installed], || {
        remove_folder(&project.path(&installed))?;
        quietly(
            project,
            &format!("Installing the packed package into {relative}"),
            tools::npm(project)
                .args(["install", "--no-save", "--no-package-lock", "--offline", "--no-audit", "--no-fund"])
                .arg(tarball)
                .current_dir(project.path(relative)),
        )
    })
}
