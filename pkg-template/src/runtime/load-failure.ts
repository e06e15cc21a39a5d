import { internal, type SmscError } from "./errors.js";
import { orUndefined } from "./user-values.js";

/** Why the host rejects WebAssembly, and what to do, if its error shows it; otherwise the error's own message. */
function reasonOf(cause: unknown): string | undefined {
  if (typeof WebAssembly === "undefined") {
    return (
      "this environment has no WebAssembly: run Node.js without `--jitless`; React Native has none, and has to call a server " +
      "that uses smsc-wasm"
    );
  }
  const message = String(orUndefined(() => (cause as Error).message));
  // Chromium and Safari name the directive, Firefox says "blocked by CSP".
  if (/unsafe-eval|Content.Security.Policy|\bCSP\b/i.test(message)) {
    return (
      "the Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its `script-src`; of a browser extension, to " +
      "`content_security_policy.extension_pages` in manifest.json"
    );
  }
  if (/disallowed by embedder/i.test(message)) {
    return (
      "this host accepts WebAssembly only as an imported module: build with the condition `workerd` or `edge-light`, or pass the " +
      "module to `init` of smsc-wasm/slim"
    );
  }
  return messageOf(cause);
}

/** Maximum length of the message of another error: it may contain an address of any length. */
const MAX_MESSAGE_LENGTH = 300;

/** The message of an error, and of its cause: that of `fetch` alone is "fetch failed". */
function messageOf(error: unknown): string | undefined {
  const texts = [error, orUndefined(() => (error as Error).cause)].map((each) =>
    orUndefined(() => (each as Error).message),
  );
  const known = texts.filter((text): text is string => typeof text === "string" && text !== "");
  return known.length === 0 ? undefined : known.join(": ").slice(0, MAX_MESSAGE_LENGTH);
}

/** The error of `import()`. */
export function importFailure(cause: unknown): SmscError {
  const message =
    "the reader of files and stored responses could not be loaded by `import()`. Where that is not allowed, as in a service worker, " +
    'add `import "smsc-wasm/formats-static"`';
  return internal(message, { cause });
}

/** The error of WebAssembly that could not be loaded. */
export function loadFailure(cause: unknown): SmscError {
  const reason = reasonOf(cause);
  return internal(`the WebAssembly could not be loaded${reason === undefined ? "" : `: ${reason}`}`, { cause });
}
