import type { ImageSpec } from "../../native/image-spec.js";
import { layoutOf } from "../layout.js";
import { tokenText, type VisionSettings } from "../settings.js";
import { plainPixels } from "./llava.js";

/** Pan and scan is off, as in the processor unless a call asks for it. */
export function gemma3Spec(settings: VisionSettings): ImageSpec {
  const begin = tokenText(settings, "boi_token", "<start_of_image>");
  const end = tokenText(settings, "eoi_token", "<end_of_image>");
  return { ...gemma3Texts(begin, end), ...plainPixels(settings) };
}

export function gemma3Texts(
  begin = "<start_of_image>",
  end = "<end_of_image>",
): Pick<ImageSpec, "placeholder" | "surround" | "layout"> {
  return {
    placeholder: begin,
    surround: { before: "", after: "" },
    layout: layoutOf({ picture: { before: `\n\n${begin}`, after: `${end}\n\n` } }),
  };
}
