/** The JSON Schemas of the server's own description, from which forms are made. */

/** @type {Promise<Record<string, any>> | null} */
let read = null;

/** All schemas by name; fetched once. @returns {Promise<Record<string, any>>} */
export function schemas() {
  read ??= fetch("/openapi.json")
    .then((answer) => answer.json())
    .then((document) => document.components.schemas)
    .catch((error) => {
      read = null; // the next form tries again
      throw error;
    });
  return read;
}

const STEM = "#/components/schemas/";

/**
 * What a field takes: references followed, `null` beside something else told as `nullable`.
 * @param {any} schema @param {Record<string, any>} all
 * @returns {any}
 */
export function resolved(schema, all) {
  if (schema.$ref) return { ...resolved(all[schema.$ref.slice(STEM.length)], all), ...("default" in schema ? { default: schema.default } : {}) };
  if (!schema.anyOf) return schema;
  const kinds = schema.anyOf.filter((/** @type {any} */ one) => one.type !== "null");
  const named = kinds.find((/** @type {any} */ one) => one.enum) ?? kinds[0];
  const { anyOf, ...rest } = schema;
  return { ...resolved(named, all), ...rest, nullable: kinds.length < anyOf.length };
}
