/** The events of the library over a WebSocket. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Indexing } from '../../engine/contract.ts';
import { tellEvents } from '../../web/events.ts';
import { SmallLibrary } from '../support/small-library.ts';
import { openSite, type Site } from './visitor.ts';

const indexing: Indexing = {
  state: 'running',
  found: 0,
  indexed: 0,
  unchanged: 0,
  failed: 0,
  perSecond: null,
  secondsLeft: null,
  error: null,
};

it('each event reaches every browser as {name, data}', async () => {
  const site = await openSite();
  const [one, other] = [await openSocket(site), await openSocket(site)];
  site.library.say('photos', { photos: 7, problems: 1 });
  for (const socket of [one, other])
    await vi.waitFor(() => {
      expect(socket.told).toEqual([{ name: 'photos', data: { photos: 7, problems: 1 } }]);
    });
});

it('a browser that does not read is told the latest when it does, and every notice', async () => {
  const site = await openSite();
  const { socket, told } = await openSocket(site);
  socket.pause();
  // Far more than the buffers of the system take; each event is a megabyte.
  const error = { code: 'internal', message: 'x'.repeat(1_000_000) } as const;
  for (let found = 1; found <= 100; found++) {
    site.library.say('indexing', { ...indexing, found, error });
    if (found % 25 === 0)
      site.library.say('notice', { code: 'library-damaged', message: `${found}` });
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.resume();
  await vi.waitFor(() => {
    expect(told.findLast(({ name }) => name === 'indexing')?.data).toMatchObject({ found: 100 });
    const notices = told.filter(({ name }) => name === 'notice');
    expect(notices.map(({ data }) => data)).toEqual(
      ['25', '50', '75', '100'].map((message) => ({ code: 'library-damaged', message })),
    );
  });
  expect(told.filter(({ name }) => name === 'indexing').length).toBeLessThan(50);
});

it('a browser that is gone is no longer told', async () => {
  const site = await openSite();
  const { socket } = await openSocket(site);
  expect(site.library.listening).toBe(1);
  socket.close();
  await vi.waitFor(() => {
    expect(site.library.listening).toBe(0);
  });
});

it('a browser that answers no ping is let go, one that does stays', async () => {
  const pairs = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => {
    pairs.close();
  });
  await once(pairs, 'listening');
  const { port } = pairs.address() as AddressInfo;
  async function join(autoPong: boolean) {
    const library = new SmallLibrary();
    pairs.once('connection', (server) => {
      tellEvents(server, library, 50);
    });
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { autoPong });
    await once(socket, 'open');
    return { socket, library };
  }

  const awake = await join(true);
  const asleep = await join(false);
  await once(asleep.socket, 'close');
  await vi.waitFor(() => {
    expect(asleep.library.listening).toBe(0);
  });
  expect(awake.library.listening).toBe(1);
  expect(awake.socket.readyState).toBe(WebSocket.OPEN);
  awake.socket.terminate();
});

it('a browser that talks on the socket is let go', async () => {
  const site = await openSite();
  const { socket } = await openSocket(site);
  socket.send('hello');
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(1003);
});

it('a socket is nowhere but at /events', async () => {
  const site = await openSite();
  await expect(openSocket(site, '/api/host.get')).rejects.toThrow('200');
  await expect(openSocket(site, '/no/such/thing')).rejects.toThrow('404');
});

it('the server ends although a browser does not say goodbye', async () => {
  const site = await openSite();
  const { socket } = await openSocket(site);
  socket.pause();
  await site.server.close();
  await vi.waitFor(() => {
    expect(site.library.listening).toBe(0);
  });
});

/** Opens a socket as a page of the web app does, and keeps what it is told. */
async function openSocket(site: Site, path = '/events') {
  const socket = new WebSocket(`ws://127.0.0.1:${site.port}${path}`, {
    origin: site.origin,
    headers: { cookie: await site.cookie() },
  });
  const told: { name: string; data: unknown }[] = [];
  socket.on('message', (message: Buffer) => {
    told.push(JSON.parse(message.toString()) as { name: string; data: unknown });
  });
  onTestFinished(() => {
    socket.terminate();
  });
  await once(socket, 'open');
  return { socket, told };
}
