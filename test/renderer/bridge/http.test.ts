/** The web host, against a real server that speaks its protocol. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { isLookalikeError } from '../../../engine/errors.ts';
import type { Connection } from '../../../renderer/bridge/host.ts';
import { WebHost } from '../../../renderer/bridge/http.ts';

interface Asked {
  method: string | undefined;
  url: string | undefined;
  type: string | undefined;
  body: string;
}

let server: Server;
let sockets: WebSocketServer;
let asked: Asked[];
let reply: { status: number; body: string };

async function listen(port: number): Promise<number> {
  server = createServer((request, response) => void answer(request, response));
  sockets = new WebSocketServer({ server, path: '/events' });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  asked.push({
    method: request.method,
    url: request.url,
    type: request.headers['content-type'],
    body,
  });
  response.statusCode = reply.status;
  response.end(reply.body);
}

async function stop(): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
}

let port: number;
let host: WebHost;
let connections: Connection[];

beforeEach(async () => {
  asked = [];
  reply = { status: 200, body: '{}' };
  port = await listen(0);
  host = new WebHost({ href: `http://127.0.0.1:${port}/?token=x#/photos` });
  connections = [];
  host.onConnection((connection) => connections.push(connection));
  await vi.waitFor(() => {
    expect(connections.at(-1)).toBe('open');
  });
});
afterEach(async () => {
  host.close();
  await stop();
});

test('a request carries its parameters and comes back with its result', async () => {
  reply.body = '{"photos":3}';
  const result = await host.request('photos.get', { id: 3 });
  expect(result).toEqual({ photos: 3 });
  expect(asked).toEqual([
    { method: 'POST', url: '/api/photos.get', type: 'application/json', body: '{"id":3}' },
  ]);
});

test('a picture goes as it is, its name in the address', async () => {
  reply.body = '{"upload":"u"}';
  const bytes = new TextEncoder().encode('picture');
  await host.request('queries.add', { name: 'ä & b.png', bytes });
  expect(asked).toEqual([
    {
      method: 'POST',
      url: '/api/queries.add?name=%C3%A4%20%26%20b.png',
      type: 'application/octet-stream',
      body: 'picture',
    },
  ]);
});

test('pictures are addressed by ids alone', () => {
  expect(host.pictures.photo('l', 3, 512)).toBe('/pictures/l/3/photo?side=512');
  expect(host.pictures.query('l', '../3', 512)).toBe('/pictures/l/queries/..%2F3?side=512');
});

test('an error keeps its code and its sentence', async () => {
  reply = { status: 404, body: '{"code":"folder-missing","message":"There is no such folder."}' };
  await expect(host.request('folders.add', { path: '/x' })).rejects.toSatisfy(
    (error) =>
      isLookalikeError(error, 'folder-missing') && error.message === 'There is no such folder.',
  );
  expect(connections.at(-1)).toBe('open');
});

test('what was stopped is no result, although its status is that of no failure', async () => {
  reply = { status: 202, body: '{"code":"cancelled","message":"It was stopped."}' };
  await expect(host.request('map.find', { algorithm: 't-sne' })).rejects.toSatisfy((error) =>
    isLookalikeError(error, 'cancelled'),
  );
});

test('a host that lets nothing in is told apart from one that is gone', async () => {
  reply = { status: 404, body: 'Not found' };
  await expect(host.request('library.get', {})).rejects.toSatisfy((error) =>
    isLookalikeError(error),
  );
  expect(connections.at(-1)).toBe('refused');
});

test('events reach those who listen to them, until they stop', async () => {
  const heard: unknown[] = [];
  const stopListening = host.on('photos', (data) => heard.push(data));
  const tell = (photos: number): void => {
    for (const socket of sockets.clients)
      socket.send(JSON.stringify({ name: 'photos', data: { photos, problems: 0 } }));
  };
  tell(1);
  await vi.waitFor(() => {
    expect(heard).toEqual([{ photos: 1, problems: 0 }]);
  });
  stopListening();
  let clusters = 0;
  host.on('clusters', () => clusters++);
  tell(2);
  for (const socket of sockets.clients) socket.send(JSON.stringify({ name: 'clusters', data: {} }));
  await vi.waitFor(() => {
    expect(clusters).toBe(1);
  });
  expect(heard).toHaveLength(1);
});

test('a program that ends is noticed, and one that starts again is found', async () => {
  await stop();
  await vi.waitFor(() => {
    expect(connections.at(-1)).toBe('lost');
  });
  await expect(host.request('library.get', {})).rejects.toSatisfy((error) =>
    isLookalikeError(error, 'process-died'),
  );
  await listen(port);
  await vi.waitFor(
    () => {
      expect(connections.at(-1)).toBe('open');
    },
    { timeout: 10_000 },
  );
});
