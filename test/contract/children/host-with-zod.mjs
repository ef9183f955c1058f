// node host-with-zod.mjs <package>: an application that has settings of its own in zod,
// which are global, and uses the package. Prints what both came to as JSON.
import { z } from "zod";

const [packageMain] = process.argv.slice(2);
const seen = [];
z.config({
  customError: (issue) => {
    seen.push(issue.input);
    return "the application's own words";
  },
});
const before = { ...z.config() };
const { HuggingFaceProvider } = await import(packageMain);

const refusals = [{ temperature: "hot" }, { token: 5 }, { stop: [""] }].map((options) => {
  try {
    return String(new HuggingFaceProvider(options));
  } catch (error) {
    return error.message;
  }
});
const seenOfPackage = [...seen];
const after = z.config();
const isKept =
  Object.keys(after).length === Object.keys(before).length &&
  Object.entries(before).every(([key, value]) => after[key] === value);
const ownWords = z.string().safeParse(1).error.issues[0].message;

console.log(JSON.stringify({ refusals, seenOfPackage, isKept, ownWords }));
