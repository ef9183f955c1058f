/**
 * A URL as messages show it: without its credentials, its query and its fragment, in which
 * secrets may be.
 */
export function labelOfUrl(url: URL): string {
  return url.protocol === "file:" ? url.href : `${url.origin}${url.pathname}`;
}

/** The last part of the path, decoded; undefined where there is none. */
export function nameInUrl(url: URL): string | undefined {
  const last = url.pathname.split("/").at(-1) ?? "";
  if (last === "") return undefined;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** The file's name that a Content-Disposition header suggests, without a folder. */
export function nameInDisposition(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const extended = /filename\*\s*=\s*utf-8''([^;\s]+)/i.exec(header)?.[1];
  if (extended !== undefined) {
    try {
      return withoutFolder(decodeURIComponent(extended));
    } catch {
      // The plain name follows, most likely.
    }
  }
  const plain = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(header);
  const name = plain?.[1]?.replaceAll(/\\(.)/g, "$1") ?? plain?.[2];
  return name === undefined ? undefined : withoutFolder(name);
}

function withoutFolder(name: string): string | undefined {
  const last = name.split(/[\\/]/).at(-1) ?? "";
  return last === "" ? undefined : last;
}
