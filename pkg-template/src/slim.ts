// Without the bytes: `init` is given where they are.
export * from "./api.js";
