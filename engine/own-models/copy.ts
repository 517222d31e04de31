/** Copies the files of a model into a library, and checks copies. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LookalikeError, messageOf, systemCode } from '../errors.ts';
import type { FoundModel } from './files.ts';

export interface CopiedFile {
  path: string;
  bytes: number;
  sha256: string;
}

/**
 * Copies the files that belong to a model, and no others.
 * @throws LookalikeError `disk-full`, `model-damaged`
 */
export async function copyModel({ folder, files }: FoundModel, to: string): Promise<void> {
  for (const { path } of files) {
    const target = join(to, path);
    try {
      await mkdir(dirname(target), { recursive: true });
      await copyFile(join(folder, path), target);
    } catch (cause) {
      if (systemCode(cause) === 'ENOSPC')
        throw new LookalikeError(
          'disk-full',
          'No room is left on the disk for a copy of this model. Make room, then try again.',
          { cause },
        );
      throw new LookalikeError(
        'model-damaged',
        `The file ${path} of this model cannot be copied (${messageOf(cause)}).`,
        { cause },
      );
    }
  }
}

/** Puts other content in the place of a file of a copy. */
export async function replaceFile(
  folder: string,
  path: string,
  content: Uint8Array,
): Promise<void> {
  await writeFile(join(folder, path), content);
}

/** @returns the files with their SHA-256, and that of all together */
export async function fingerprint(
  folder: string,
  paths: readonly string[],
): Promise<{ files: CopiedFile[]; sha256: string }> {
  const files: CopiedFile[] = [];
  const all = createHash('sha256');
  for (const path of paths) {
    const hash = createHash('sha256');
    let bytes = 0;
    await pipeline(createReadStream(join(folder, path)), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        hash.update(chunk);
      }
    });
    const sha256 = hash.digest('hex');
    files.push({ path, bytes, sha256 });
    all.update(`${path} ${sha256}\n`);
  }
  return { files, sha256: all.digest('hex') };
}

/** @throws LookalikeError `model-damaged` when a file of a copy is not what it was */
export async function checkCopy(folder: string, files: readonly CopiedFile[]): Promise<void> {
  const paths = files.map(({ path }) => path);
  const now = await fingerprint(folder, paths).catch((cause: unknown) => {
    throw changed(folder, { cause });
  });
  const isSame = files.every(({ sha256 }, index) => now.files[index]?.sha256 === sha256);
  if (!isSame) throw changed(folder);
}

function changed(folder: string, options?: { cause: unknown }): LookalikeError {
  return new LookalikeError(
    'model-damaged',
    `The copy of this model in ${folder} is damaged. Remove the model, then add it again.`,
    options,
  );
}
