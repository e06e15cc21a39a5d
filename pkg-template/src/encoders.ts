// `TextDecoder` and `TextEncoder` for every module of the package; the build puts them in. They are made as soon as the package
// is imported, and Jest's jsdom has none, though the Node.js below it does.

type Encoders = Pick<typeof globalThis, "TextDecoder" | "TextEncoder">;

/** In place of both where there are none at all: harmless until it is asked for something. */
class Missing {
  decode(bytes?: unknown): string {
    if (bytes === undefined) return "";
    throw new Error("this environment has no TextDecoder, which smsc-wasm needs");
  }

  encode(): never {
    throw new Error("this environment has no TextEncoder, which smsc-wasm needs");
  }

  encodeInto(): never {
    return this.encode();
  }
}

const found: Partial<Encoders> =
  typeof globalThis.TextDecoder === "function" && typeof globalThis.TextEncoder === "function"
    ? globalThis
    : (globalThis.process?.getBuiltinModule?.("node:util") ?? {});

export const TextDecoder = found.TextDecoder ?? (Missing as unknown as Encoders["TextDecoder"]);
export const TextEncoder = found.TextEncoder ?? (Missing as unknown as Encoders["TextEncoder"]);
