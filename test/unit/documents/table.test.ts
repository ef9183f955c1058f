import assert from "node:assert/strict";
import fc from "fast-check";
import { guessDelimiter, readCsv } from "../../../src/documents/csv.js";
import { DOCUMENT_LIMITS, refusal, textOf } from "../../helpers/documents.js";

function rowsOf(text: string, delimiter = ","): string[][] {
  const rows: string[][] = [];
  readCsv(text, delimiter, (cells) => rows.push(cells));
  return rows;
}

describe("CSV", () => {
  it("reads back whatever was written in quotes", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", ";", "\n", "\r", " ", "é") });
    const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { minLength: 1 });
    fc.assert(
      fc.property(table, fc.constantFrom("\n", "\r\n", "\r"), (rows, end) => {
        const quoted = rows.map((row) =>
          row.map((one) => `"${one.replaceAll('"', '""')}"`).join(","),
        );
        assert.deepEqual(rowsOf(quoted.join(end)), rows);
      }),
    );
  });

  it("takes what is not quite right as it looks", () => {
    assert.deepEqual(rowsOf('a,b"c,"d"e\n'), [["a", 'b"c', "de"]]);
    assert.deepEqual(rowsOf('a,"never closed\nb,c'), [
      ["a", '"never closed'],
      ["b", "c"],
    ]);
    assert.deepEqual(rowsOf("a,,\n,b,"), [
      ["a", "", ""],
      ["", "b", ""],
    ]);
    assert.deepEqual(rowsOf(""), []);
  });

  it("finds the delimiter", () => {
    assert.equal(guessDelimiter("a;b;c\n1,5;2;3\n2,5;3;4"), ";");
    assert.equal(guessDelimiter("a\tb\n1\t2"), "\t");
    assert.equal(guessDelimiter("a|b\n1|2"), "|");
    assert.equal(guessDelimiter('name,note\nx,"one; two"\ny,three'), ",");
    assert.equal(guessDelimiter("one column"), ",");
  });

  it("takes time in proportion to its length, whatever its quotes", () => {
    // Each field would search the rest of the text for its closing quote.
    const hostile = '"a\n"b",'.repeat(100_000) + '"';
    assert.ok(rowsOf(hostile).length > 0);
  });
});

describe("a table", () => {
  it("becomes Markdown with its header and its counts", async () => {
    assert.equal(
      await textOf('name;note\nAnn;"a|b"\nBob;"two\nlines"\n;\n', { name: "people.csv" }),
      'File "people.csv" (CSV table, 2 columns, 2 rows):\n```\n' +
        "| name | note |\n| --- | --- |\n| Ann | a\\|b |\n| Bob | two<br>lines |\n```",
    );
  });

  it("gets letters for a header that it lacks", async () => {
    const text = await textOf("1,2\n3,4\n", { name: "a.csv" });
    assert.match(text, /2 columns, 2 rows\):\n```\n\| A \| B \|\n\| --- \| --- \|\n\| 1 \| 2 \|\n/);
    assert.match(await textOf("a,\nb,2", { name: "a.csv" }), /\| A \| B \|/);
  });

  it("shows so many rows, and counts the others", async () => {
    const rows = Array.from({ length: 50 }, (_, row) => `r${String(row)},${String(row)}`);
    const limits = { ...DOCUMENT_LIMITS, rows: 3 };
    const text = await textOf(["name,value", ...rows].join("\n"), { name: "a.csv", limits });
    assert.match(text, /2 columns, 50 rows, the first 3 of them shown/);
    assert.match(text, /\| r2 \| 2 \|\n\n47 more rows not shown\.\n```$/);
    const bare = await textOf(["1,2", "3,4", "5,6", "7,8"].join("\n"), { name: "a.csv", limits });
    assert.match(bare, /\| 5 \| 6 \|\n\n1 more row not shown\./);
  });

  it("shows so many columns, and counts the others", async () => {
    const wide = Array.from({ length: 300 }, (_, column) => `c${String(column)}`).join(",");
    const text = await textOf(`${wide}\n${wide}`, { name: "a.csv" });
    assert.match(text, /300 columns/);
    assert.match(text, /44 more columns not shown\./);
  });

  it("is refused when its cells are too long altogether", async () => {
    const limits = { ...DOCUMENT_LIMITS, characters: 100 };
    const error = await refusal(`a,b\n${"x".repeat(200)},1`, { name: "a.csv", limits });
    assert.match(error.problem, /characters/);
  });
});
