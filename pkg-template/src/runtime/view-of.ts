/** The same bytes. Throws if their buffer was transferred, since the module cannot read them then. */
export function viewOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
