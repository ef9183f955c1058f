/**
 * The same path outside of an Electron archive: native code reads from the disk and
 * knows no archives, and files that are opened natively have to be unpacked.
 */
export function unpackedPath(path: string): string {
  return path.replace(/\.asar(?=[\\/])/, ".asar.unpacked");
}
