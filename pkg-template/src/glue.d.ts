// wasm-bindgen's script as a function of what it imports. The build puts it beside this file.
export function glue(host: object): unknown;
