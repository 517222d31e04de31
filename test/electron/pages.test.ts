/** What a desktop window may load, with a library of three pictures and an interface of two files. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ORIGIN, pages, START } from '../../electron/pages.ts';
import { LookalikeError } from '../../engine/errors.ts';
import { temporaryFolder } from '../support/photos.ts';
import { SmallLibrary, smallLibraryId } from '../support/small-library.ts';

const pictures = `${ORIGIN}/pictures/${smallLibraryId}`;

/** A handler, and what it wrote into the log. */
async function openPages(library: SmallLibrary | null = new SmallLibrary()) {
  const folder = await temporaryFolder();
  const rendererFolder = join(folder.path, 'renderer');
  await mkdir(join(rendererFolder, 'assets'), { recursive: true });
  await writeFile(join(rendererFolder, 'index.html'), '<!doctype html>');
  await writeFile(join(rendererFolder, 'assets', 'index-Ab_1.js'), 'script');
  await writeFile(join(folder.path, 'secret.html'), 'secret');
  const log: string[] = [];
  const answer = pages({ rendererFolder, library: () => library, onLog: (line) => log.push(line) });
  return {
    log,
    get: (address: string, init?: RequestInit) => answer(new Request(address, init)),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test('the interface is served with a policy that lets nothing in from elsewhere', async () => {
  await using site = await openPages();
  const page = await site.get(START);
  expect(page.status).toBe(200);
  expect(await page.text()).toBe('<!doctype html>');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('cache-control')).toBe('private, no-cache');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe');

  const script = await site.get(`${ORIGIN}/assets/index-Ab_1.js`);
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(script.headers.get('cache-control')).toContain('immutable');
});

test('pictures come by id, and are not sent again to a window that has them', async () => {
  await using site = await openPages();
  const thumbnail = await site.get(`${pictures}/2/thumbnail`);
  expect(await thumbnail.text()).toBe('thumbnail 2');
  expect(thumbnail.headers.get('content-type')).toBe('image/webp');
  expect(thumbnail.headers.get('cache-control')).toContain('immutable');
  const etag = thumbnail.headers.get('etag') ?? '';
  const again = await site.get(`${pictures}/2/thumbnail`, { headers: { 'if-none-match': etag } });
  expect(again.status).toBe(304);
  expect(await (await site.get(`${pictures}/2/photo?side=1600`)).text()).toBe('photo 2 at 1600');
  expect(await (await site.get(`${pictures}/queries/a-query?side=64`)).text()).toBe(
    'query a-query at 64',
  );
});

test('a photo that nobody waits for any more is not made', async () => {
  const library = new SmallLibrary();
  const made = library.photo.bind(library);
  const asked = Promise.withResolvers<AbortSignal | undefined>();
  library.photo = async (id, side) => ({
    ...(await made(id, side)),
    read: (signal) => {
      asked.resolve(signal);
      return new Promise(() => undefined);
    },
  });
  await using site = await openPages(library);
  const answer = await site.get(`${pictures}/2/photo?side=1600`);
  expect(answer.headers.get('content-type')).toBe('image/jpeg');
  const signal = await asked.promise;
  expect(signal?.aborted).toBe(false);
  await answer.body?.cancel();
  expect(signal?.aborted).toBe(true);
});

test('a photo that cannot be read breaks off, and only a mistake of the program is logged', async () => {
  const library = new SmallLibrary();
  const made = library.photo.bind(library);
  await using site = await openPages(library);
  for (const [error, log] of [
    [new LookalikeError('folder-offline', 'Connect the disk.'), []],
    [new Error('oh no'), [expect.stringContaining('oh no')]],
  ] as const) {
    library.photo = async (id, side) => ({
      ...(await made(id, side)),
      read: () => Promise.reject(error),
    });
    const answer = await site.get(`${pictures}/2/photo?side=1600`);
    await expect(answer.arrayBuffer()).rejects.toThrow(error.message);
    expect(site.log).toEqual(log);
  }
});

test('a huge range is answered with the whole picture, which is small', async () => {
  await using site = await openPages();
  const headers = { range: 'bytes=0-99999999999999999999' };
  const answer = await site.get(`${pictures}/2/thumbnail`, { headers });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('thumbnail 2');
});

test.each([
  `${ORIGIN}/../secret.html`,
  `${ORIGIN}/%2e%2e/secret.html`,
  `${ORIGIN}/..%2fsecret.html`,
  `${ORIGIN}/assets/..%5c..%5csecret.html`,
  `${ORIGIN}//etc/passwd`,
  `${ORIGIN}/assets/`,
  `${ORIGIN}/nothing.html`,
  'lookalike://other/index.html',
  'file:///etc/passwd',
  `${pictures}/4/thumbnail`,
  `${pictures}/0/thumbnail`,
  `${pictures}/-1/thumbnail`,
  `${pictures}/1e3/thumbnail`,
  `${pictures}/2/original`,
  `${pictures}/2/thumbnail/more`,
  `${pictures}/..%2f..%2fsecret.html/thumbnail`,
  `${pictures}/2/photo?side=999999999999`,
  `${pictures}/2/photo`,
  `${ORIGIN}/pictures/other-library/2/thumbnail`,
  `${ORIGIN}/pictures`,
])('%s leads nowhere', async (address) => {
  await using site = await openPages();
  const answer = await site.get(address);
  expect(answer.status).toBe(404);
  const told = JSON.stringify(await answer.json());
  expect(told).not.toContain('secret<');
  expect(told).toMatch(/photo-unknown|request-invalid/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(site.log).toEqual([]);
});

test('only GET is answered, and without an open library no picture', async () => {
  await using site = await openPages(null);
  expect((await site.get(START, { method: 'POST', body: 'x' })).status).toBe(404);
  expect((await site.get(`${pictures}/2/thumbnail`)).status).toBe(404);
});
