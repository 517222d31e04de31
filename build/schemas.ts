/**
 * Makes the JSON Schemas (draft 2020-12) in `resources/schemas/` from the documents of
 * `engine/documents.ts`: `npm run schemas`. They are committed, because others read them there; a
 * test notices when they are not what this makes.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { documents } from '../engine/documents.ts';

export const schemasFolder = new URL('../resources/schemas/', import.meta.url);

/** The text of every schema file by its name. */
export function schemaFiles(): Map<string, string> {
  return new Map(
    Object.entries(documents).map(([name, document]) => {
      // The format of challenges is not ours, so it does not name its schema.
      const id = 'schema' in document.shape ? document.shape.schema.value : `lookalike/${name}@1`;
      // `target` repeats the default of zod, which may move to another draft some day.
      const { $schema, ...rest } = z.toJSONSchema(document, { target: 'draft-2020-12' });
      // A URN: the schemas have a name of their own, but no address on the web.
      const schema = { $schema, $id: `urn:${id.replace('/', ':')}`, title: id, ...rest };
      return [`${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`];
    }),
  );
}

if (import.meta.main) {
  await mkdir(schemasFolder, { recursive: true });
  for (const [name, text] of schemaFiles()) await writeFile(new URL(name, schemasFolder), text);
  console.log(`Wrote ${schemaFiles().size} schemas to ${fileURLToPath(schemasFolder)}`);
}
