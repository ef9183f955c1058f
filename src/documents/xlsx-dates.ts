import { attribute, readXml } from "./xml.js";
import type { ZipArchive } from "./zip.js";

const DAY_MS = 86_400_000;
/** Days from Excel's day 0 to 1970, with the 29 February 1900 that it believes in. */
const DAYS_TO_1970 = 25_569;
const DAYS_1900_TO_1904 = 1462;
/** The last day that Excel knows, 9999-12-31. */
const LAST_DAY = 2_958_465;

/** What the numbers of cells are by their style: days since 1900, or a length of time in days. */
export type TimeStyle = "date" | "duration" | undefined;

/** What each of the styles that cells have shows their number as. */
export async function readTimeStyles(archive: ZipArchive, part: string): Promise<TimeStyle[]> {
  const custom = new Map<number, TimeStyle>();
  const styles: TimeStyle[] = [];
  let inCells = false;
  await readXml(archive.stream(part), {
    open(name, attributes) {
      if (name === "numFmt") {
        const id = Number(attribute(attributes, "numFmtId"));
        custom.set(id, styleOfFormat(attribute(attributes, "formatCode") ?? ""));
      } else if (name === "cellXfs") inCells = true;
      else if (name === "xf" && inCells) {
        const id = Number(attribute(attributes, "numFmtId") ?? 0);
        styles.push(custom.has(id) ? custom.get(id) : builtInStyle(id));
      }
    },
    close(name) {
      if (name === "cellXfs") inCells = false;
    },
  });
  return styles;
}

/** A number of days as hours, minutes and seconds, however many hours. */
export function durationText(days: number): string {
  const seconds = Math.round(Math.abs(days) * 86_400);
  if (!Number.isSafeInteger(seconds)) return String(days);
  const pad = (value: number): string => String(value).padStart(2, "0");
  const sign = days < 0 ? "-" : "";
  const [minutes, hours] = [Math.floor(seconds / 60) % 60, Math.floor(seconds / 3600)];
  return `${sign}${String(hours)}:${pad(minutes)}:${pad(seconds % 60)}`;
}

/** A number of days as a date, a time or both. */
export function dateText(days: number, since1904: boolean): string {
  const day = days + (since1904 ? DAYS_1900_TO_1904 : 0);
  if (!(day >= 0 && day <= LAST_DAY)) return String(days);
  // Seconds are the finest that sheets show.
  const ms = Math.round(((day - DAYS_TO_1970) * DAY_MS) / 1000) * 1000;
  const text = new Date(ms).toISOString();
  const time = text.slice(11, 19);
  if (day < 1) return time;
  return time === "00:00:00" ? text.slice(0, 10) : `${text.slice(0, 10)} ${time}`;
}

function builtInStyle(id: number): TimeStyle {
  if (id === 46) return "duration";
  const isDate =
    (id >= 14 && id <= 22) ||
    (id >= 27 && id <= 36) ||
    id === 45 ||
    id === 47 ||
    (id >= 50 && id <= 58);
  return isDate ? "date" : undefined;
}

function styleOfFormat(code: string): TimeStyle {
  if (/\[(?:h+|m+|s+)\]/i.test(code)) return "duration";
  // Quoted text, escaped characters, colours and conditions are no placeholders.
  const placeholders = code.replaceAll(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, "");
  return /[ymdhs]/i.test(placeholders.split(";")[0] ?? "") ? "date" : undefined;
}
