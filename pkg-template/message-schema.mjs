// Makes the schema and the constructor of a message from the struct in Rust: the name, the type and the meaning of each field.

const STRUCT = /pub struct Message \{\n(.*?)\n\}/s;
const FIELD =
  /((?: {4}\/\/\/ .*\n)+) {4}#\[serde\((?:rename = "(\w+)", )?.*\)\]\n {4}#\[tsify\((optional, )?.*\)\]\n {4}pub (\w+): Option<(Integer|IdDigits|Decimal|Text)>,/g;

/**
 * @param {string} source `src/api/message.rs`.
 * @returns {{ name: string, type: string, meaning: string, isRare: boolean }[]} The fields, in their order.
 */
export function messageFields(source) {
  const [, struct] = STRUCT.exec(source);
  const fields = [...struct.matchAll(FIELD)].map(([, comment, renamed, optional, name, type]) => ({
    name: renamed ?? name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase()),
    type: type === "IdDigits" ? "integer" : type.toLowerCase(),
    meaning: comment
      .replaceAll(/^ *\/\/\/ /gm, "")
      .trim()
      .replaceAll("\n", " "),
    isRare: optional !== undefined,
  }));
  const expected = struct.match(/^ {4}pub \w+: Option</gm).length;
  if (fields.length !== expected) throw new Error(`${expected} fields, and ${fields.length} of them are read`);
  return fields;
}

/** The schema as a module of TypeScript. */
export function schemaModule(fields) {
  const entries = fields.map(({ name, type, meaning }) => {
    const line = `/** ${meaning} */ ${name}: { type: "${type}", meaning: ${JSON.stringify(meaning)} },`;
    return line;
  });
  return `/** The type and the meaning of a field of a message. */
export interface MessageFieldSchema<Type extends "integer" | "decimal" | "text" = "integer" | "decimal" | "text"> {
  /** \`"decimal"\` is a decimal number as text. */
  readonly type: Type;
  readonly meaning: string;
}

/** The fields of a message, as data: the type and the meaning of each. \`smsc-wasm/message.schema.json\` is the same as a JSON Schema. */
export const messageSchema: {
${fields.map(({ name, type }) => `readonly ${name}: MessageFieldSchema<"${type}">;`).join("\n")}
} = /* @__PURE__ */ Object.freeze({
${entries.join("\n")}
});
`;
}

/**
 * The source of builders/message-fields.ts, which makes messages from the slots of the core. The slots are in the order of the fields,
 * and those of the rare fields come last.
 */
export function messageConstructor(fields) {
  const usual = fields.findLastIndex(({ isRare }) => !isRare) + 1;
  const rare = fields.slice(usual);
  if (rare.some(({ type }) => type !== "integer")) throw new Error("a rare field that is not an integer");
  if (fields.slice(0, usual).some(({ isRare }) => isRare)) throw new Error("a rare field before a usual one");
  const value = ({ type }, field) =>
    type === "integer"
      ? `numbers[slot${field ? ` + ${field}` : ""}]`
      : `text.slice(words[at + ${2 * field}], words[at + ${2 * field + 1}])`;
  const literal = fields.slice(0, usual).map((field, index) => `    ${field.name}: ${value(field, index)},`);
  const additions = rare.map((field, index) => {
    const slot = usual + index;
    return `  if ((present >> ${slot}) & 1) message.${field.name} = ${value(field, slot)};`;
  });
  return `/** The number of fields that a message can have. */
export const fieldCount = ${fields.length};

/** The fields that a message nearly always has, as bits. */
export const usualFields = ${2 ** usual - 1};

/** A message with all usual fields, in the order of their slots. One literal: engines make such objects fastest. */
export function usualMessage(text: string, words: Int32Array, numbers: Float64Array, slot: number): Record<string, unknown> {
  const at = 2 * slot;
  return {
${literal.join("\n")}
  };
}

/** Adds the other fields, if the message has them. */
export function addRareFields(message: Record<string, unknown>, numbers: Float64Array, slot: number, present: number): void {
${additions.join("\n")}
}
`;
}

/** The schema as a JSON Schema. */
export function jsonSchema(fields) {
  const property = ({ type, meaning }) => ({ type: type === "integer" ? "integer" : "string", description: meaning });
  const properties = fields.map((field) => [field.name, property(field)]);
  const extra = {
    type: "object",
    description: "Other fields of the response, under the service's own keys; absent if there are none.",
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Message",
    description: "A sent message and its outcome. A field that a response does not hold is absent.",
    type: "object",
    properties: { ...Object.fromEntries(properties), extra },
    additionalProperties: false,
  };
}
