/** What is laid out for a package with native TensorFlow, which is too big to be packed in a test. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtTensorFlow } from '../../../build/desktop/parts.ts';
import { stage, type Staged } from '../../../build/desktop/stage.ts';
import { runIn, startWorker } from '../../support/run-packed.ts';

const built = builtTensorFlow() === 'native';
const why = built ? '' : ' (SKIPPED: native TensorFlow is not built on this machine)';

describe.skipIf(!built)(`a package with native TensorFlow${why}`, () => {
  let folder: string;
  let staged: Staged;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lookalike-staged-'));
    const { platform, arch } = process;
    staged = await stage(join(folder, 'made'), { platform, arch }, 'native');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('has the library as files, not as links into a folder of this user', () => {
    const files = staged.find(({ title }) => title === 'libtensorflow')?.files ?? [];
    expect(files).toHaveLength(2);
    const entries = readdirSync(join(folder, 'made'), { recursive: true, withFileTypes: true });
    expect(entries.filter((entry) => entry.isSymbolicLink())).toEqual([]);
    for (const file of files)
      expect(statSync(join(folder, 'made/app', file)).size).toBeGreaterThan(1e7);
  });

  test('brings the licences of TensorFlow and of what that is built with', () => {
    expect(readdirSync(join(folder, 'made/licences'))).toContainEqual(
      expect.stringMatching(/^tensorflow-[\d.]+\.txt$/),
    );
  });

  test('loads its model natively', async () => {
    const ready = await runIn(join(folder, 'made/app'), startWorker('native', folder));
    expect(ready).toMatchObject({ kind: 'ready', facts: { backend: 'native', dimensions: 256 } });
  });
});
