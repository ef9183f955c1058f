import assert from "node:assert/strict";
import { htmlToMarkdown } from "../../../src/documents/html.js";
import { DOCUMENT_LIMITS, fixture, refusal, textOf } from "../../helpers/documents.js";

function markdown(html: string): string {
  return htmlToMarkdown(html, DOCUMENT_LIMITS);
}

describe("HTML", () => {
  it("becomes Markdown", async () => {
    const text = await textOf(fixture("sources/report.html"), { name: "report.html" });
    for (const line of [
      "Title: Quarterly report",
      "# Quarterly report",
      "Sales rose by 12 %, and the café in Zürich opened.",
      "## Numbers",
      "| Region | Sales |\n| --- | --- |\n| North | 1200 |\n| South \\| East | 950 |",
      "- First point\n- Second point\n  - Nested\n1. One\n2. Two",
      "A link (https://example.com/more).",
    ]) {
      assert.ok(text.includes(line), line);
    }
  });

  it("keeps code, and joins what is one line for its reader", () => {
    assert.equal(markdown("<p>a\n  b <b>c</b><i>d</i></p>"), "a b cd");
    assert.equal(markdown("<pre>x  =\n  1</pre>"), "```\nx  =\n  1\n```");
    assert.equal(markdown("use <code>a b</code><br>then"), "use `a b`\nthen");
    assert.equal(markdown("<ol start=3><li><p>c</p><li>d</ol>"), "3. c\n4. d");
  });

  it("leaves out what no reader sees", () => {
    const hidden =
      "<script>alert(1)</script><style>p{}</style><template>t</template>" +
      '<p hidden>a</p><p style="DISPLAY : none">b</p><div aria-hidden="true"><p>c</p></div>' +
      "<svg><text>d</text></svg><!-- e -->";
    assert.equal(markdown(`${hidden}<p>seen</p>`), "seen");
  });

  it("names pictures and links, and no scripts or data behind them", () => {
    assert.equal(markdown('<img alt="A cat" src="x.png"><img src="y.png">'), "[image: A cat]");
    assert.equal(markdown('<a href="javascript:x()">go</a>'), "go");
    assert.equal(markdown('<a href="data:text/html,x">go</a>'), "go");
  });

  it("shows tables for the looks as paragraphs", () => {
    assert.equal(
      markdown("<table><tr><td><p>one</p></td></tr><tr><td>two</td></tr></table>"),
      "one\n\ntwo",
    );
    assert.equal(
      markdown("<table><tr><th colspan=2>a<th>b<tr><td>1<td>2<td>3</table>"),
      "| A | B | C |\n| --- | --- | --- |\n| a |  | b |\n| 1 | 2 | 3 |",
    );
  });

  it("survives what is nested as deeply as a document can be", async () => {
    const error = await refusal(`<html>${"<div>".repeat(100_000)}`, { name: "a.html" });
    assert.match(error.problem, /nested too deeply/);
    assert.equal(markdown("</p></td></table>text</ul>"), "text");
  });

  it("is in the charset that its head declares", async () => {
    const page = Buffer.concat([
      Buffer.from('<html><head><meta charset="iso-8859-2"></head><body>'),
      Buffer.from([0xb1, 0xe6]),
    ]);
    assert.match(await textOf(page), /ąć/);
  });
});
