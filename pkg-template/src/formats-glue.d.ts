// wasm-bindgen's script of the module for stored responses. The build puts it beside this file.
export function formatsGlue(host: object): unknown;
