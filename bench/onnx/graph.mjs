import { bytes, float, integer, message } from "./protobuf.mjs";

// Numbers of fields and types: onnx.proto3 of the ONNX project.
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INTEGER = 2;
const ATTRIBUTE_INTEGERS = 7;
const IR_VERSION = 9;
const OPSET = 20;

/** Collects the nodes and weights of an ONNX model. Tensors are named by strings. */
export class OnnxGraph {
  #nodes = [];
  #weights = [];
  #inputs = [];
  #outputs = [];
  #count = 0;

  /** int64; a string among the dimensions is a name for what is not known before. */
  input(name, dimensions) {
    this.#inputs.push(bytes(11, valueInfo(name, INT64, dimensions)));
    return name;
  }

  /** Of f32. */
  output(name, dimensions) {
    this.#outputs.push(bytes(12, valueInfo(name, FLOAT, dimensions)));
  }

  weight(name, dimensions, values) {
    const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    const type = values instanceof BigInt64Array ? INT64 : FLOAT;
    const sizes = dimensions.map((size) => integer(1, size));
    this.#weights.push(bytes(5, message(sizes, integer(2, type), bytes(8, name), bytes(9, raw))));
    return name;
  }

  integers(...values) {
    const name = this.#name("integers");
    return this.weight(name, [values.length], BigInt64Array.from(values.map(BigInt)));
  }

  scalar(value) {
    return this.weight(this.#name("scalar"), [], Float32Array.of(value));
  }

  /** Adds an operator; returns its output's name. */
  node(operator, inputs, attributes = {}, output = this.#name(operator)) {
    this.#nodes.push(
      bytes(
        1,
        message(
          inputs.map((name) => bytes(1, name)),
          bytes(2, output),
          bytes(3, output),
          bytes(4, operator),
          Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))),
        ),
      ),
    );
    return output;
  }

  /** The whole file. */
  serialise() {
    const graph = message(
      this.#nodes,
      bytes(2, "graph"),
      this.#weights,
      this.#inputs,
      this.#outputs,
    );
    const opset = message(bytes(1, ""), integer(2, OPSET));
    return message(integer(1, IR_VERSION), bytes(7, graph), bytes(8, opset));
  }

  #name(what) {
    this.#count += 1;
    return `${what}_${this.#count}`;
  }
}

function valueInfo(name, type, dimensions) {
  const shape = dimensions.map((size) =>
    bytes(1, typeof size === "string" ? bytes(2, size) : integer(1, size)),
  );
  const tensor = message(integer(1, type), bytes(2, message(shape)));
  return message(bytes(1, name), bytes(2, bytes(1, tensor)));
}

function attribute(name, value) {
  const named = bytes(1, name);
  if (Array.isArray(value)) {
    const items = value.map((item) => integer(8, item));
    return message(named, items, integer(20, ATTRIBUTE_INTEGERS));
  }
  if (name === "epsilon") return message(named, float(2, value), integer(20, ATTRIBUTE_FLOAT));
  return message(named, integer(3, value), integer(20, ATTRIBUTE_INTEGER));
}
