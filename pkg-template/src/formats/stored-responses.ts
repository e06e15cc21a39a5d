import type { ResponseFormat, StoredMessage, StoredSenders } from "../client/stored-responses.js";
import type * as Exports from "../formats-module.js";
import type { Sender, Task } from "../formats-module.js";
import { describe } from "../runtime/describe.js";
import { SmscError } from "../runtime/errors.js";
import { formatsModule } from "./module.js";

/** Decodes a stored response of the history. */
export function decodeHistory<Format extends ResponseFormat>(
  text: string,
  fmt: Format,
): Promise<StoredMessage<Format>[]> {
  return decode("history", text, fmt, (exports) => exports.decodeHistory(text, fmt) as StoredMessage<Format>[]);
}

/** Decodes a stored response of the sender names. */
export async function decodeSenders(text: string, fmt: ResponseFormat, saved?: StoredSenders): Promise<Sender[]> {
  const all = checkAll(saved);
  return decode("senders", text, fmt, (exports) => exports.decodeSenders(text, fmt, all));
}

/** Decodes a stored list of deferred tasks. */
export function decodeTasks(text: string, fmt: ResponseFormat): Promise<Task[]> {
  return decode("tasks", text, fmt, (exports) => exports.decodeTasks(text, fmt));
}

function checkAll(saved: StoredSenders | undefined): boolean | undefined {
  if (typeof (saved ?? {}) !== "object")
    throw invalid("senders", "saved", `takes an object, and got ${describe(saved)}`);
  const { all, ...others } = saved ?? {};
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    const message = `Unknown parameter \`${unknown}\`. The only one here is \`all\`.`;
    throw SmscError.create({ code: "invalid_parameter", message, endpoint: "senders", parameter: unknown });
  }
  if (all !== undefined && typeof all !== "boolean") {
    throw invalid("senders", "all", `takes \`true\` or \`false\`, and got ${describe(all)}`);
  }
  return all;
}

async function decode<T>(
  endpoint: string,
  text: unknown,
  fmt: unknown,
  call: (exports: typeof Exports) => T[],
): Promise<T[]> {
  if (typeof text !== "string") throw invalid(endpoint, "text", `takes a string, and got ${describe(text)}`);
  if (fmt !== 0 && fmt !== 1 && fmt !== 2 && fmt !== 3) {
    throw invalid(endpoint, "fmt", `takes 0, 1, 2 or 3, and got ${describe(fmt)}`);
  }
  try {
    const module = await formatsModule();
    try {
      return module.instance.enter(call);
    } finally {
      module.dropUnusable();
    }
  } catch (error) {
    throw asInternal(error, endpoint);
  }
}

/** The module's own errors name the endpoint; others are faults of the package or the host. */
function asInternal(error: unknown, endpoint: string): SmscError {
  if (error instanceof SmscError && error.endpoint !== undefined) return error;
  const { message, cause } =
    error instanceof SmscError ? error : { message: "the stored response could not be decoded", cause: error };
  return SmscError.create({ code: "internal", message, endpoint }, { cause });
}

function invalid(endpoint: string, parameter: string, problem: string): SmscError {
  return SmscError.create({ code: "invalid_parameter", message: `\`${parameter}\` ${problem}`, endpoint, parameter });
}
