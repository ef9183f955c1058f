import assert from "node:assert/strict";
import { fileType } from "../../../src/files/file-type.js";
import { MediaError } from "../../../src/errors.js";
import { resolveFiles } from "../../../src/files.js";
import { fixture, fixturePath } from "../../helpers/documents.js";
import { rejectionOf } from "../../helpers/rejection.js";

describe("the type of a file", () => {
  it("comes from its first bytes", () => {
    const types: Record<string, string> = {
      "halves.jpg": "image/jpeg",
      "halves.png": "image/png",
      "halves.gif": "image/gif",
      "halves.bmp": "image/bmp",
      "halves.webp": "image/webp",
      "halves.avif": "image/avif",
      "halves.heic": "image/heic",
      "halves.tiff": "image/tiff",
      "sources/drawing.svg": "image/svg+xml",
      "tone.wav": "audio/wav",
      "tone.mp3": "audio/mpeg",
      "tone.flac": "audio/flac",
      "tone.ogg": "audio/ogg",
      "tone.m4a": "audio/mp4",
    };
    for (const [name, type] of Object.entries(types)) {
      assert.equal(fileType(fixture(name)).type, type, name);
    }
    // Without the tag in front.
    const mp3 = fixture("tone.mp3");
    assert.equal(fileType(mp3.subarray(mp3.indexOf(Buffer.from([0xff, 0xe3])))).type, "audio/mpeg");
    for (const name of ["report.pdf", "report.docx", "book.xlsx", "report.doc", "make.sh"]) {
      assert.equal(fileType(fixture(name)).kind, "document", name);
    }
  });

  it("is not taken from texts that begin alike", () => {
    for (const text of [
      "BMW drives",
      "RIFFraff",
      "GIF is a format",
      "ID",
      "ID3 tags of music",
      "GGUF is a format",
      "FLV films",
      "BZh compresses",
      "PAR1 tables",
      "fLaC sounds",
      "OggS pages",
      "wOFF fonts",
      "<svgx>",
      "",
      "\xff\xfea",
    ]) {
      const type = fileType(Buffer.from(text, "latin1"));
      assert.ok(type.kind === "document" || text.startsWith("RIFF"), text);
    }
    assert.equal(fileType(Buffer.from("<html><svg></svg></html>")).kind, "document");
    assert.equal(
      fileType(Buffer.from('\uFEFF<!-- a --><!DOCTYPE svg><svg xmlns="x">')).kind,
      "vector",
    );
  });

  it("may be another one than its name says", async () => {
    for (const [name, type] of [
      ["cat.jpg", "image/png"],
      ["cat.pdf", "image/png"],
    ] as const) {
      const [file] = await resolveFiles([new File([fixture("halves.png")], name)]);
      assert.equal(file?.type, type);
    }
    const [text] = await resolveFiles([new File(["plain words"], "cat.jpg")]);
    assert.match(text?.kind === "text" ? text.text : "", /File "cat\.jpg" \(text, 1 line\)/);
  });

  it("is named when it is not served", async () => {
    const cases: Record<string, RegExp> = {
      "\x1f\x8b\x08": /is a gzip archive, which is not served\. Served are pictures/,
      "\x7fELF\x02": /is a program/,
      "SQLite format 3\0": /is an SQLite database/,
      "\0\0\0\x20ftypisom": /is an MPEG-4 film/,
      "PAR1\0\0": /is a Parquet table/,
    };
    for (const [bytes, message] of Object.entries(cases)) {
      const call = resolveFiles([Buffer.from(bytes, "latin1")]);
      assert.match((await rejectionOf(MediaError, call)).message, message);
    }
  });
});

describe("a sound", () => {
  it("goes to the model as bytes", async () => {
    for (const name of ["tone.wav", "tone.mp3", "tone.flac"]) {
      const [file] = await resolveFiles([fixturePath(name)]);
      assert.ok(file?.kind === "audio", name);
      assert.deepEqual(Buffer.from(file.bytes), fixture(name));
    }
  });

  it("is refused with a remedy in other formats, and when it is too long", async () => {
    const ogg = await rejectionOf(MediaError, resolveFiles([fixturePath("tone.ogg")]));
    assert.match(
      ogg.message,
      /is an Ogg sound, which is not served\. Served are WAV, MP3 and FLAC/,
    );
    for (const name of ["tone.wav", "tone.mp3", "tone.flac"]) {
      const limits = { audio_seconds: 0.5 };
      const error = await rejectionOf(MediaError, resolveFiles([fixturePath(name)], { limits }));
      assert.match(error.message, /is 1 s long, and at most 0\.5 s are allowed/, name);
    }
  });
});
