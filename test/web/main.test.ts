/** The program `lookalike serve`, with a real library: started, asked, and ended from outside. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { requests, type RequestName, type Result } from '../../engine/contract.ts';
import { libraryProcess } from '../support/programs.ts';
import {
  signalGroup,
  startWebProgram,
  startWebProgramIn,
  type WebProgram,
} from '../support/web-program.ts';
import { ask, cookieOf } from './visitor.ts';

it('serves the photos of a folder, and ends when asked to', async () => {
  const { photos, library } = await places();
  await makePhotos(photos, 5);
  const program = start('--library', library, photos);
  const page = await open(program);

  await page.request('indexing.wait', {});
  const state = await page.request('library.get', {});
  expect(state).toMatchObject({ photos: 5, problems: 0 });

  const { ids } = await page.request('photos.list', { folder: null, order: 'newest' });
  const picture = await page.get(`/pictures/${state.id}/${ids[0] ?? 0}/photo?side=300`);
  expect(picture.headers['content-type']).toBe('image/webp');
  expect(picture.body.subarray(8, 12).toString()).toBe('WEBP');

  program.process.kill('SIGTERM');
  expect(await program.ended).toBe(0);
});

it(
  'ends cleanly by Ctrl+C while it indexes: no photo is blamed for it',
  { timeout: 60_000 },
  async () => {
    const { photos, library } = await places();
    await makePhotos(photos, 150);
    const first = start('--library', library, photos);
    const page = await open(first);
    await vi.waitFor(
      async () => {
        expect((await page.request('library.get', {})).photos).toBeGreaterThan(0);
      },
      { timeout: 20_000 },
    );
    signalGroup(first, 'SIGINT');
    signalGroup(first, 'SIGINT'); // once more, passed on by the program that started it
    expect(await first.ended).toBe(0);

    const again = await open(start('--library', library));
    const summary = await again.request('indexing.wait', {});
    expect(summary).toMatchObject({ found: 150, failed: 0 });
    expect(summary.indexed, 'left over when it was interrupted').toBeGreaterThan(0);
    expect(await again.request('problems.list', {})).toEqual([]);
  },
);

it('opens the default browser with an address for one use, where there is a screen', async ({
  skip,
}) => {
  skip(process.platform !== 'linux', 'the default browser is known only on Linux');
  const { folder, library } = await places();
  const { env: screen, opened } = await fakeBrowser(folder);
  const noScreen = { ...screen, DISPLAY: undefined };

  const program = watch(startWebProgramIn(screen, ['--library', library]));
  const printed = await program.address;
  const given = new URL((await vi.waitFor(opened))[0] ?? '');
  expect(given.origin).toBe(printed.origin);
  expect(given.href).not.toBe(printed.href);
  const enter = () => ask(Number(given.port), { path: given.pathname + given.search });
  expect((await enter()).status).toBe(303);
  expect((await enter()).status).toBe(404);

  for (const [environment, args] of [
    [{ ...screen, CI: 'true' }, []],
    [noScreen, []],
    [screen, ['--no-open']],
  ] as const) {
    const other = join(folder, 'other');
    const quiet = watch(startWebProgramIn(environment, ['--library', other, ...args]));
    await quiet.address;
    quiet.process.kill('SIGTERM');
    await quiet.ended;
  }
  expect(await opened()).toHaveLength(1);
});

it('says which folder is missing, and goes on with the others', async () => {
  const { folder, photos, library } = await places();
  const missing = join(folder, 'missing');
  const alone = start('--library', library, missing);
  expect(await alone.ended).toBe(1);
  expect(alone.output).toEqual({
    stdout: '',
    stderr: expect.stringMatching(
      new RegExp(`^error: There is no folder ${missing}.*\\n$`),
    ) as unknown,
  });

  await writeFile(join(photos, 'notes.txt'), 'no photo');
  const both = start('--library', library, missing, photos);
  const page = await open(both);
  expect(both.output.stderr).toContain(`error: There is no folder ${missing}.`);
  const { folders } = await page.request('library.get', {});
  expect(folders.map(({ path }) => path)).toEqual([photos]);
});

describe('a second start', () => {
  it('shows the library from where it is open, adds its folders there, and ends', async () => {
    const { folder, photos, library } = await places();
    await makePhotos(photos, 1);
    const { env, opened } = await fakeBrowser(folder);
    const first = start('--library', library);
    const printed = await first.address;

    const second = watch(startWebProgramIn(env, ['--library', library, photos]));
    expect(await second.ended).toBe(0);
    expect(second.output).toEqual({
      stdout: `Lookalike is running already, at ${printed.href}\n`,
      stderr: '',
    });
    const [given = ''] = await vi.waitFor(opened);
    const { origin, pathname, search } = new URL(given);
    expect(origin).toBe(printed.origin);
    expect(search).not.toBe(printed.search);
    const enter = () => ask(Number(printed.port), { path: pathname + search });
    expect((await enter()).status).toBe(303);
    expect((await enter()).status).toBe(404);

    const page = await open(first);
    await page.request('indexing.wait', {});
    const state = await page.request('library.get', {});
    expect(state).toMatchObject({ folders: [{ path: photos }], photos: 1 });
  });

  it('at the same moment as the first finds it, too', async () => {
    const { library } = await places();
    const both = [start('--library', library), start('--library', library)];
    const addresses = await Promise.all(both.map(({ address }) => address));
    expect(addresses[0]?.href).toBe(addresses[1]?.href);
    expect(await Promise.race(both.map(({ ended }) => ended))).toBe(0);
    expect(both.filter(({ process: { exitCode } }) => exitCode === null)).toHaveLength(1);
  });

  it('waits for a program that is just giving the library free', async () => {
    const { library } = await places();
    await using command = libraryProcess(library);
    expect(await command.line()).toBe('open');
    const second = start('--library', library);
    await sleep(1_200);
    await command.kill();
    expect((await second.address).port).toMatch(/^\d+$/);
  });

  it('says which of its folders is missing', async () => {
    const { folder, library } = await places();
    await start('--library', library).address;
    const second = start('--library', library, join(folder, 'missing'));
    expect(await second.ended).toBe(1);
    expect(second.output.stdout).toBe('');
    expect(second.output.stderr).toMatch(/^error: There is no folder [^\n]+missing[^\n]*\n$/);
  });

  it('leaves the address where only the user can read it, and only while it runs', async () => {
    const { library } = await places();
    const file = join(library, 'server.json');
    const program = start('--library', library);
    const { href } = await program.address;
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ address: href });
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
    program.process.kill('SIGTERM');
    await program.ended;
    expect(existsSync(file)).toBe(false);
  });

  it('says that a program other than a server has the library, whatever a killed server left', async () => {
    const { library } = await places();
    const killed = start('--library', library);
    await killed.address;
    killed.process.kill('SIGKILL');
    await killed.ended;
    expect(existsSync(join(library, 'server.json'))).toBe(true);

    await using command = libraryProcess(library);
    expect(await command.line()).toBe('open');
    const second = start('--library', library);
    expect(await second.ended).toBe(1);
    expect(second.output.stdout).toBe('');
    expect(second.output.stderr).toMatch(
      /^error: Another Lookalike has this library open\.[^\n]*\n$/,
    );
    await command.kill();
    await start('--library', library).address;
  });
});

it('says that a port is taken, and leaves the library free', async () => {
  const { library, folder } = await places();
  const { port } = await start('--library', library).address;
  const otherLibrary = join(folder, 'other');
  const taken = start('--library', otherLibrary, '--port', port);
  expect(await taken.ended).toBe(1);
  expect(taken.output.stderr).toMatch(
    new RegExp(`^error: Another program uses port ${port}\\..*\\n$`),
  );
  await start('--library', otherLibrary).address;
});

it('wrong usage ends with 2 and says what is wrong', async () => {
  for (const args of [['--port', 'x'], ['--port', '70000'], ['--colour', 'red'], ['--port']]) {
    const program = start(...args);
    expect(await program.ended, args.join(' ')).toBe(2);
    expect(program.output.stdout).toBe('');
    expect(program.output.stderr).toContain(args[0]);
  }
});

/** An empty folder for photos and a place for a library. */
async function places() {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-serve-'));
  const photos = await mkdtemp(join(folder, 'photos-'));
  onTestFinished(() => rm(folder, { recursive: true, maxRetries: 3 }));
  return { folder, photos, library: join(folder, 'library') };
}

/** An environment with a screen whose default browser writes down the addresses it is to open. */
async function fakeBrowser(folder: string) {
  const list = join(folder, 'opened');
  const browser = join(folder, 'browser');
  await writeFile(browser, `#!/bin/sh\necho "$1" >> '${list}'\n`, { mode: 0o700 });
  return {
    // xdg-open, which opens the default browser on Linux, asks $BROWSER where no desktop has one.
    env: {
      ...process.env,
      ...{ CI: undefined, DISPLAY: ':0', WAYLAND_DISPLAY: undefined },
      ...{ XDG_DATA_DIRS: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
      BROWSER: browser,
    },
    opened: async () => (await readFile(list, 'utf8')).trim().split('\n'),
  };
}

/** Photos that differ in what stands after their end, so that making them costs next to nothing. */
async function makePhotos(folder: string, count: number): Promise<void> {
  const create = { width: 1600, height: 1200, channels: 3, background: 'teal' } as const;
  const photo = await sharp({ create }).jpeg().toBuffer();
  for (let i = 1; i <= count; i++)
    await writeFile(join(folder, `${i}.jpg`), Buffer.concat([photo, Buffer.from(String(i))]));
}

function start(...args: string[]): WebProgram {
  return watch(startWebProgram(...args));
}

/** Ends the program with the test. */
function watch(program: WebProgram): WebProgram {
  onTestFinished(async () => {
    program.process.kill('SIGKILL');
    await program.ended;
  });
  return program;
}

/** Lets itself in as a browser does. */
async function open(program: WebProgram) {
  const address = await program.address;
  const port = Number(address.port);
  const cookie = cookieOf(await ask(port, { path: address.pathname + address.search }));
  const headers = { cookie, origin: address.origin, 'content-type': 'application/json' };
  return {
    get: (path: string) => ask(port, { path, headers: { cookie } }),
    async request<Name extends RequestName>(name: Name, params: object): Promise<Result<Name>> {
      const body = JSON.stringify(params);
      const answer = await ask(port, { method: 'POST', path: `/api/${name}`, headers, body });
      // The contract itself says whether the answer is what was promised.
      return requests[name].result.parse(answer.json()) as Result<Name>;
    },
  };
}
