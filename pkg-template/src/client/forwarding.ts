// The member of a client that `smsc-wasm/proxy` uses. The proxy and the client are separate files, so its symbol is registered.

/** Sends a command for another client. */
export const forward: unique symbol = Symbol.for("smsc-wasm.forward") as never;

/** A file that is sent as it arrives. */
export interface FileStream {
  fileName: string;
  type: string;
  /** The stream of a multipart body, whose last part is the file, still without its content. */
  insertInto(body: Uint8Array): ReadableStream<Uint8Array>;
}

/** A command in the service's own names, without credentials. */
export interface Command {
  script: string;
  /** The parameters; `fmt` is a number. */
  parameters: Record<string, string | number>;
  file?: FileStream | undefined;
  /** Whether to send it only if it is known to change nothing. Otherwise the error names the parameter `allow`. */
  mustRead: boolean;
}
