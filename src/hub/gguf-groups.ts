import { totalSize, type HubFile } from "./hub-file.js";

/** A model of a repository as GGUF: one file, or the parts of one that was split. */
export interface GgufGroup {
  /** Without the number of the part, and without ".gguf". */
  readonly name: string;
  /** In capitals, "Q4_K_M"; undefined when its name says nothing. */
  readonly quantization: string | undefined;
  /** In the order of the parts; the engine is given the first. */
  readonly files: readonly HubFile[];
  readonly size: number;
}

const PART_NUMBER = /-(\d{5})-of-(\d{5})$/;
const QUANTIZATION =
  /(?<![a-z\d])((?:ud-)?(?:i?q\d(?:_[a-z\d]+)*|tq\d_\d|mxfp4(?:_moe)?|nvfp4|bf16|fp?16|fp?32))(?![a-z\d])/gi;

/** The models among the GGUF files of a repository, without projectors and incomplete ones. */
export function ggufGroups(files: readonly HubFile[]): GgufGroup[] {
  const groups = new Map<string, HubFile[]>();
  for (const file of files) {
    if (!isGguf(file.path) || isProjector(file.path) || /imatrix/i.test(file.path)) continue;
    const name = groupName(file.path);
    groups.set(name, [...(groups.get(name) ?? []), file]);
  }
  return [...groups].flatMap(([name, members]) => {
    const parts = inOrder(members);
    if (parts === undefined) return [];
    return [{ name, quantization: quantizationOf(name), files: parts, size: totalSize(parts) }];
  });
}

export function isGguf(path: string): boolean {
  return /[.]gguf$/i.test(path);
}

export function isProjector(path: string): boolean {
  return isGguf(path) && /mmproj/i.test(baseName(path));
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The name of the group that a file belongs to. */
export function groupName(path: string): string {
  return path.replace(/[.]gguf$/i, "").replace(PART_NUMBER, "");
}

/** The last of a name, which models may have before it: "Q8-7B-Q4_K_M"; else its folder's. */
export function quantizationOf(name: string): string | undefined {
  for (const part of name.split("/").reverse()) {
    const found = [...part.matchAll(QUANTIZATION)].at(-1)?.[1];
    if (found !== undefined) return found.toUpperCase().replace(/^FP/, "F");
  }
  return undefined;
}

/** undefined when parts are missing. */
function inOrder(files: readonly HubFile[]): HubFile[] | undefined {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const count = PART_NUMBER.exec(sorted[0]?.path.replace(/[.]gguf$/i, "") ?? "")?.[2];
  return Number(count ?? 1) === sorted.length ? sorted : undefined;
}
