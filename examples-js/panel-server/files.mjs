/** The files of the built panel. */
import { readFile } from "node:fs/promises";
import { extname, join, resolve, sep } from "node:path";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/** The panel loads nothing from elsewhere, and sends nothing there. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Reads a file of the folder. Returns `undefined` if the folder has no such file. */
export async function readPanelFile(folder, pathname) {
  const root = resolve(folder);
  const file = join(root, pathname === "/" ? "index.html" : decodePath(pathname));
  const type = TYPES[extname(file)];
  if (!file.startsWith(root + sep) || type === undefined) return undefined;
  const body = await readFile(file).catch(() => undefined);
  return (
    body && {
      body,
      headers: { "content-type": type, "content-security-policy": POLICY, "x-content-type-options": "nosniff" },
    }
  );
}

function decodePath(pathname) {
  try {
    return decodeURIComponent(pathname).replaceAll("\0", "");
  } catch {
    return "";
  }
}
