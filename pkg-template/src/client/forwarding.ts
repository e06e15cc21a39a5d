// What `smsc-wasm/proxy` uses of a client. It imports the client as a file of its own, so these members have registered symbols.

/** Sends a command for another client. */
export const forward: unique symbol = Symbol.for("smsc-wasm.forward") as never;

/** Whether a command is known to change nothing at the service. */
export const onlyReads: unique symbol = Symbol.for("smsc-wasm.onlyReads") as never;

/** A file that is sent as it arrives. */
export interface FileStream {
  fileName: string;
  type: string;
  stream: ReadableStream<Uint8Array>;
}

/** A command in the service's own names, without credentials. */
export interface Command {
  script: string;
  /** The parameters; `fmt` is a number. */
  parameters: Record<string, string | number>;
  file?: FileStream | undefined;
}
