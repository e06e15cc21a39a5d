// What some runtimes have and others lack, as far as it is asked for here.
declare var process:
  | {
      getBuiltinModule?: {
        (name: "node:fs/promises"): { readFile(path: URL): Promise<Uint8Array<ArrayBuffer>> };
        (
          name: "node:zlib",
        ): {
          gunzipSync(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
          createGunzip?(options: { chunkSize: number }): ZlibStream;
        };
        (name: "node:util"): Pick<typeof globalThis, "TextDecoder" | "TextEncoder">;
      };
      versions?: { node?: string };
    }
  | undefined;
interface ZlibStream {
  on(event: "readable" | "end" | "error", listener: (error: unknown) => void): unknown;
  read(): Uint8Array | null;
  write(piece: Uint8Array, callback: (error: unknown) => void): boolean;
  end(): void;
  destroy(error?: unknown): void;
}
declare var Buffer:
  | {
      from(buffer: ArrayBuffer): {
        latin1Slice?(from: number, to: number): string;
        ucs2Slice?(from: number, to: number): string;
      };
      from(text: string, encoding: "base64"): Uint8Array<ArrayBuffer>;
    }
  | undefined;
interface ErrorConstructor {
  captureStackTrace?(error: object, above: (...args: never[]) => unknown): void;
}
declare var Deno: object | undefined;
declare var WorkerGlobalScope: (new () => object) | undefined;

declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}
