// The compiled core. `./smsc.js` is the module that wasm-pack makes: its types are generated from the Rust types.
export * from "./smsc.js";
