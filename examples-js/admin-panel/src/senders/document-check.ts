/** A first check of a document when it is chosen. The client checks it again, with its content, before anything is sent. */

const MAX_BYTES = 3 * 1024 * 1024;

/** The endings that the file dialog offers. */
export const DOCUMENT_ENDINGS = [".jpg", ".jpeg", ".tif", ".tiff", ".pdf", ".png", ".zip", ".rar"];

/** Returns the name of the text that says why a document is not accepted. */
export function checkDocument({ name, size }: File): "documentTooLarge" | "documentKind" | undefined {
  const lowerCaseName = name.toLowerCase();
  if (!DOCUMENT_ENDINGS.some((ending) => lowerCaseName.endsWith(ending))) return "documentKind";
  return size > MAX_BYTES ? "documentTooLarge" : undefined;
}
