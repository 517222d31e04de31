/** What a second start reads and asks, with a server whose library answers by hand. */
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { leaveAddress, removeAddress } from '../../running/address.ts';
import { findServer } from '../../running/find.ts';
import { openSite } from '../web/visitor.ts';

async function libraryFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-running-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return { folder, file: join(folder, 'server.json') };
}

it('finds the server whose address is left, with addresses for one use', async () => {
  const { folder } = await libraryFolder();
  const { server } = await openSite();
  await leaveAddress(folder, server.address);
  const found = await findServer(folder);
  expect(found?.address).toBe(server.address);
  const [one, two] = [await found?.addressForOneUse(), await found?.addressForOneUse()];
  expect(new Set([one, two, server.address]).size).toBe(3);
  expect((await fetch(one ?? '', { redirect: 'manual' })).status).toBe(303);
  expect((await fetch(one ?? '', { redirect: 'manual' })).status).toBe(404);
});

it('an address for one use is given to nobody who is not let in', async () => {
  const site = await openSite();
  const entrance = { method: 'POST', path: '/api/entrance' };
  expect(await site.ask(entrance)).toMatchObject({ status: 404, body: Buffer.alloc(0) });
  const foreign = { ...entrance, headers: { origin: 'http://127.0.0.1:1' } };
  expect((await site.askInside(foreign)).status).toBe(404);
});

it('replaces what an earlier server left, also where others could read that', async () => {
  const { folder, file } = await libraryFolder();
  const elsewhere = join(folder, 'elsewhere');
  await writeFile(elsewhere, 'not ours');
  await symlink(elsewhere, file);
  const { server } = await openSite();
  await leaveAddress(folder, server.address);
  expect(await findServer(folder)).toBeDefined();
  expect(await readFile(elsewhere, 'utf8')).toBe('not ours');
});

it('finds nothing once the address is taken away, nor after the server ended', async () => {
  const { folder } = await libraryFolder();
  const { server } = await openSite();
  await leaveAddress(folder, server.address);
  await removeAddress(folder);
  expect(await findServer(folder)).toBeUndefined();
  await leaveAddress(folder, server.address);
  await server.close();
  expect(await findServer(folder)).toBeUndefined();
});

it('does not believe a file that others can read or write', async ({ skip }) => {
  skip(process.platform === 'win32', 'rights work differently on this system');
  const { folder, file } = await libraryFolder();
  const { server } = await openSite();
  await leaveAddress(folder, server.address);
  await chmod(file, 0o620);
  expect(await findServer(folder)).toBeUndefined();
});

it('does not believe another program at that port, and tells it nothing but the dead token', async () => {
  const { folder } = await libraryFolder();
  const asked: string[] = [];
  const stranger = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response.end('hello');
  });
  await new Promise<void>((listening) => stranger.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void stranger.close());
  const { port } = stranger.address() as { port: number };
  await leaveAddress(folder, `http://127.0.0.1:${port}/?token=dead`);
  expect(await findServer(folder)).toBeUndefined();
  expect(asked).toEqual(['GET /?token=dead']);
});

it.each(['', '{', '{"address": 5}', '{"address": "http://example.org/?token=x"}'])(
  'does not go by a file that says %j',
  async (text) => {
    const { folder, file } = await libraryFolder();
    await writeFile(file, text, { mode: 0o600 });
    expect(await findServer(folder)).toBeUndefined();
  },
);
