// Without the bytes, for pages that load the .wasm file: `init` is given its address.
export * from "../client/api.js";
