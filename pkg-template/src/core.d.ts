// The compiled core: its exports and the types of data, generated from Rust. The build puts the declarations beside this file.
export * from "./smsc.js";
