// As much of protocol buffers' encoding as an ONNX file needs: https://protobuf.dev/programming-guides/encoding

const VARINT = 0;
const BYTES = 2;

/** Fields of a message, joined. */
export const message = (...fields) => Buffer.concat(fields.flat(Infinity));

/** A non-negative whole number. */
export function integer(field, value) {
  return Buffer.concat([key(field, VARINT), varint(value)]);
}

/** A string, bytes, or a message inside. */
export function bytes(field, content) {
  const data = typeof content === "string" ? Buffer.from(content) : content;
  return Buffer.concat([key(field, BYTES), varint(data.length), data]);
}

/** 32-bit floating point. */
export function float(field, value) {
  const data = Buffer.alloc(4);
  data.writeFloatLE(value);
  return Buffer.concat([key(field, 5), data]);
}

const key = (field, type) => varint(field * 8 + type);

function varint(value) {
  const data = [];
  let rest = value;
  while (rest >= 128) {
    data.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...data, rest]);
}
