import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, describe, it } from 'vitest';
import { loadModel } from '../../../engine/tensorflow/architecture.ts';
import { ensureSavedModel } from '../../../engine/tensorflow/saved-model.ts';
import { modelFolder, temporaryFolder } from './models.ts';

const model = await loadModel(modelFolder);

describe('the SavedModel in the cache', () => {
  it('is written once and then used again', async () => {
    await using cache = await temporaryFolder();
    const folder = await ensureSavedModel(model, cache.path);
    const written = await stat(join(folder, 'saved_model.pb'));
    expect(await ensureSavedModel(model, cache.path)).toBe(folder);
    const now = await stat(join(folder, 'saved_model.pb'));
    expect([now.ino, now.mtimeMs]).toEqual([written.ino, written.mtimeMs]);
  });

  it('belongs to its weights: other weights have another folder', async () => {
    await using cache = await temporaryFolder();
    const weights = { ...model.architecture.weights, sha256: 'f'.repeat(64) };
    const other = { ...model, architecture: { ...model.architecture, weights } };
    const folders = [
      await ensureSavedModel(model, cache.path),
      await ensureSavedModel(other, cache.path),
    ];
    expect(new Set(folders).size).toBe(2);
  });

  it('belongs to its head: each has another folder', async () => {
    await using cache = await temporaryFolder();
    const classifying = await loadModel(modelFolder, 'classifier');
    const folders = [
      await ensureSavedModel(model, cache.path),
      await ensureSavedModel(classifying, cache.path),
    ];
    expect(new Set(folders).size).toBe(2);
  });

  const damages: [string, (folder: string) => Promise<void>][] = [
    ['cut short', (folder) => truncate(join(folder, 'saved_model.pb'), 1_000_000)],
    ['without its checksum', (folder) => rm(join(folder, 'saved_model.sha256'))],
    ['without its graph', (folder) => rm(join(folder, 'saved_model.pb'))],
    [
      'with one byte changed',
      async (folder) => {
        const path = join(folder, 'saved_model.pb');
        const content = await readFile(path);
        content.writeUInt8(content.readUInt8(5_000_000) ^ 1, 5_000_000);
        await writeFile(path, content);
      },
    ],
  ];
  it.each(damages)('that is found %s is written anew', async (_, damage) => {
    await using cache = await temporaryFolder();
    const folder = await ensureSavedModel(model, cache.path);
    const whole = await readFile(join(folder, 'saved_model.pb'));
    await damage(folder);
    expect(await ensureSavedModel(model, cache.path)).toBe(folder);
    expect((await readFile(join(folder, 'saved_model.pb'))).equals(whole)).toBe(true);
    expect(await readdir(folder)).toEqual(['saved_model.pb', 'saved_model.sha256', 'variables']);
  });

  it('is whole when several programs write it at once, and nothing else is left', async () => {
    await using cache = await temporaryFolder();
    const folders = await Promise.all(
      Array.from({ length: 3 }, () => ensureSavedModel(model, cache.path)),
    );
    expect(new Set(folders).size).toBe(1);
    expect(await readdir(join(cache.path, 'saved-models'))).toHaveLength(1);
    const before = await stat(join(folders[0] ?? '', 'saved_model.pb'));
    await ensureSavedModel(model, cache.path);
    expect((await stat(join(folders[0] ?? '', 'saved_model.pb'))).ino).toBe(before.ino);
  });

  it('that cannot be written is an error that names the folder', async () => {
    await using cache = await temporaryFolder();
    const file = join(cache.path, 'a-file');
    await writeFile(file, '');
    await expect(ensureSavedModel(model, file)).rejects.toMatchObject({
      code: 'library-access',
      message: expect.stringContaining(file) as string,
    });
  });
});
