/** Commands while the web app has the library open: it does their work. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { IndexDocument, InfoDocument, LookalikesDocument } from '../../engine/contract.ts';
import { numbered, place, writePhotos, type Place } from '../support/library.ts';
import { startWebProgram, type WebProgram } from '../support/web-program.ts';
import { run, type Ended } from './run.ts';

let here: Place;
let program: WebProgram;
const lookalike = (...args: string[]): Promise<Ended> =>
  run([...args, '--library', here.directory]);
const documentOf = async <Document>(...args: string[]): Promise<Document> => {
  const { code, stdout, stderr } = await lookalike(...args, '--json');
  // Progress may be told there.
  expect(stderr).not.toContain('error');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Document;
};

beforeAll(async () => {
  here = await place();
  await writePhotos(here.photos, numbered(12));
  program = startWebProgram('--library', here.directory);
  await program.address;
});
afterAll(async () => {
  program.process.kill('SIGTERM');
  await program.ended;
  await here[Symbol.asyncDispose]();
});

it('write to it, read it, and leave it running', async () => {
  const indexed = await documentOf<IndexDocument>('index', here.photos);
  expect(indexed).toMatchObject({ found: 12, failed: 0 });
  const found = await documentOf<LookalikesDocument>('similar', join(here.photos, '3.jpg'));
  expect(found.lookalikes).toHaveLength(5);
  expect(await documentOf<InfoDocument>('info')).toMatchObject({ photos: 12 });
  const out = join(here.directory, 'out.json');
  expect((await lookalike('export', '--out', out)).stdout).toContain(out);
  expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({ folders: [here.photos] });
  expect(program.process.exitCode).toBeNull();
});

it('fail as they would without it', async () => {
  const { code, stdout, stderr } = await lookalike('similar', 'nowhere.jpg');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^error: .*nowhere\.jpg/);
  expect(stderr).not.toContain('    at ');
});
