import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { schemaFiles, schemasFolder } from '../../build/schemas.ts';

it('the committed JSON Schemas are what `npm run schemas` makes', async () => {
  const made = schemaFiles();
  expect((await readdir(schemasFolder)).sort()).toEqual([...made.keys()].sort());
  for (const [name, text] of made)
    expect(await readFile(new URL(name, schemasFolder), 'utf8')).toBe(text);
});
