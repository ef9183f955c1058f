import assert from "node:assert/strict";
import { displayWidth, fitWidth } from "../../src/cli/display-width.js";
import { escapeControls, escapeToLine } from "../../src/cli/escape-controls.js";
import { formatTable } from "../../src/cli/table.js";
import { wrap } from "../../src/cli/wrap.js";

describe("formatTable", () => {
  const columns = [
    { title: "ID" },
    { title: "NAME", flexible: true },
    { title: "SIZE", align: "right" as const },
  ];

  it("aligns columns, and leaves no spaces at the ends", () => {
    const lines = formatTable(columns, [
      ["cpu", "a processor", "1 B"],
      ["cuda:0", "b", "200 B"],
    ]);
    assert.deepEqual(lines, [
      "ID      NAME          SIZE",
      "cpu     a processor    1 B",
      "cuda:0  b            200 B",
    ]);
    assert.deepEqual(formatTable([{}, {}], [["a", ""]]), ["a"]);
  });

  it("narrows what is flexible until the terminal is wide enough", () => {
    const lines = formatTable(columns, [["cpu", "a processor with a name", "1 B"]], 24);
    assert.deepEqual(lines, ["ID   NAME           SIZE", "cpu  a processo...   1 B"]);
    for (const line of lines) assert.ok(line.length <= 24);
  });

  it("counts the columns of wide and of combining characters", () => {
    const rows = [
      ["模型", "x"],
      ["e\u0301", "x"],
    ];
    assert.deepEqual(formatTable([{}, {}], rows), ["模型  x", "e\u0301     x"]);
  });

  it("keeps each row on its line, whatever the cells hold", () => {
    assert.deepEqual(formatTable([{}], [["a\nb\x1b[2J"]]), ["a\\nb\\x1b[2J"]);
  });

  it("is only its titles when there are no rows", () => {
    assert.deepEqual(formatTable(columns, []), ["ID  NAME  SIZE"]);
  });
});

describe("widths", () => {
  it("cuts between characters", () => {
    assert.equal(displayWidth("模型🙂a"), 7);
    assert.equal(fitWidth("模型模型", 7), "模型...");
    assert.equal(fitWidth("模型模型", 8), "模型模型");
    assert.equal(fitWidth("abc", 2), "..");
    assert.equal(fitWidth("abc", 0), "");
  });

  it("wraps at spaces, and leaves long words whole", () => {
    assert.deepEqual(wrap("one two three", 7), ["one two", "three"]);
    assert.deepEqual(wrap("incomprehensible a", 5), ["incomprehensible", "a"]);
    assert.deepEqual(wrap("", 5), [""]);
  });
});

describe("text of strangers", () => {
  it("cannot command the terminal", () => {
    const hostile = "a\x1b]0;title\x07\r\x9b2J\u202eb\x7f";
    const shown = "a\\x1b]0;title\\x07\\r\\x9b2J\\u202eb\\x7f";
    assert.equal(escapeControls(hostile), shown);
    assert.equal(escapeToLine(hostile), shown);
  });

  it("keeps its line breaks and tabs where it is a text of lines", () => {
    assert.equal(escapeControls("a\n\tb"), "a\n\tb");
    assert.equal(escapeToLine("a\n\tb"), "a\\n\\tb");
  });
});
