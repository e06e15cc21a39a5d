// `TextDecoder` and `TextEncoder` for every module of the package; the build puts them in. They are made as soon as the package
// is imported, and Jest's jsdom has none, though the Node.js below it does.

type Encoders = Pick<typeof globalThis, "TextDecoder" | "TextEncoder">;

const found: Encoders =
  typeof globalThis.TextDecoder === "function" && typeof globalThis.TextEncoder === "function"
    ? globalThis
    : (globalThis.process?.getBuiltinModule?.("node:util") ?? globalThis);

export const { TextDecoder, TextEncoder } = found;
