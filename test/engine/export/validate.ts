/**
 * Checks a document against the committed JSON Schema with Ajv, which shares no code with the zod
 * schemas that the file was made from.
 */
import { readFileSync } from 'node:fs';
import { type AnySchema, Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv);

/** What is wrong with `document` by `resources/schemas/NAME.schema.json`; empty when it is valid. */
export function schemaErrors(name: string, document: unknown): string[] {
  const url = new URL(`../../../resources/schemas/${name}.schema.json`, import.meta.url);
  const validate =
    ajv.getSchema(`urn:lookalike:${name}@1`) ??
    ajv.compile(JSON.parse(readFileSync(url, 'utf8')) as AnySchema);
  if (validate(document)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}
