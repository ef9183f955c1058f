import type { HubOptions } from "../index.js";
import type { Arguments } from "./arguments.js";
import type { Flag } from "./flag.js";

/** For commands that are about the cache of downloaded models. */
export const CACHE_FLAG: Flag = {
  name: "cache-dir",
  kind: "text",
  placeholder: "FOLDER",
  help: "The folder of downloaded models (default: that of huggingface_hub)",
};

/** For commands that download, besides. */
export const HUB_FLAGS: readonly Flag[] = [
  {
    name: "revision",
    kind: "text",
    placeholder: "NAME",
    help: "Branch, tag or commit of the repository (default: main)",
  },
  {
    name: "token",
    kind: "text",
    placeholder: "TOKEN",
    help: "Access token of the Hub (default: HF_TOKEN, or that of `hf auth login`)",
  },
  CACHE_FLAG,
];

export function hubOptions(args: Arguments): HubOptions {
  const [cache, revision, token] = ["cache-dir", "revision", "token"].map((flag) => args.get(flag));
  return {
    ...(cache === undefined ? {} : { cache_dir: cache }),
    ...(revision === undefined ? {} : { revision }),
    ...(token === undefined ? {} : { token }),
  };
}
