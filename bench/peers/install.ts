/**
 * `npm run bench:peers`: installs the peers that need Python into a folder of their own, versions
 * pinned, a group for each `*.txt` here; `npm run bench:peers -- search` installs one group only.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { peersFolder, peersPython } from './peer.ts';

const known = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name.endsWith('.txt'))
  .map((name) => name.slice(0, -'.txt'.length));
const groups = process.argv.slice(2);
const unknown = groups.filter((group) => !known.includes(group));
if (unknown.length > 0) {
  console.error(`There is no group ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exit(2);
}

mkdirSync(peersFolder, { recursive: true });
if (!existsSync(peersPython)) run('python3', ['-m', 'venv', peersFolder]);
for (const group of groups.length > 0 ? groups : known)
  run(peersPython, [
    ...['-m', 'pip', 'install', '--disable-pip-version-check', '-r'],
    fileURLToPath(new URL(`${group}.txt`, import.meta.url)),
  ]);

function run(program: string, args: string[]): void {
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  if (status === 0) return;
  console.error(
    `The peers could not be installed: ${program} failed. Python 3 with venv and pip is needed; without the peers, npm run bench leaves them out.`,
  );
  process.exit(1);
}
