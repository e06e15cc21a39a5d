/**
 * Documents for the operators: "в формате jpg, tif, pdf, png, zip, rar. Максимальный размер … не должен превышать 3 Мб". The page
 * does not name the multipart field, and the service accepted any name, so the first file of the body is the document.
 */

import { ServiceError } from "./errors.js";

/** @import { EmulatorFile, EmulatorSender, UploadedFile } from "./types.js" */

const MAX_BYTES = 3 * 1024 * 1024;

/** @type {Record<string, number[][]>} First bytes of each format, by extension. */
const SIGNATURES = {
  jpg: [[0xff, 0xd8, 0xff]],
  tif: [
    [0x49, 0x49, 0x2a, 0x00],
    [0x4d, 0x4d, 0x00, 0x2a],
  ],
  pdf: [[0x25, 0x50, 0x44, 0x46]],
  png: [[0x89, 0x50, 0x4e, 0x47]],
  zip: [[0x50, 0x4b]],
  rar: [[0x52, 0x61, 0x72, 0x21]],
};

/** @type {Record<string, string>} */
const EXTENSION_ALIASES = { jpeg: "jpg", tiff: "tif" };

/**
 * Reads the document of a request.
 *
 * @param {UploadedFile[]} files
 * @returns {UploadedFile | undefined} `undefined` if the request has no file.
 * @throws {ServiceError} Error 1 if the file is too large or its format is not accepted.
 */
export function readDocument(files) {
  const [file] = files;
  if (!file) return undefined;
  const extension = /\.([a-z]+)$/i.exec(file.fileName)?.[1]?.toLowerCase() ?? "";
  const signatures = SIGNATURES[EXTENSION_ALIASES[extension] ?? extension];
  const hasSignature = signatures?.some((signature) => signature.every((byte, index) => file.bytes[index] === byte));
  if (!hasSignature || file.bytes.length > MAX_BYTES) throw new ServiceError(1);
  return file;
}

/**
 * Adds a document to a sender name.
 *
 * @param {EmulatorSender} sender
 * @param {UploadedFile} file
 * @param {string} info
 * @param {EmulatorSender[]} all Every sender name of the service; the document's id is unique among their files.
 * @returns {EmulatorFile}
 */
export function attachDocument(sender, file, info, all) {
  const id = 1 + Math.max(5000, ...all.flatMap(({ files }) => files.map((other) => other.id)));
  /** @type {EmulatorFile} */
  const attached = { name: file.fileName, id, status: 0, comment: "", size: file.bytes.length, info };
  sender.files.push(attached);
  return attached;
}
