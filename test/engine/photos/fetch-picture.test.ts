/** Real servers on this machine, of which those that a test lets through count as public. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  fetchPicture,
  redirectOf,
  type FetchedPicture,
  type FetchOptions,
} from '../../../engine/photos/fetch-picture.ts';

const mostBytes = 1024 * 1024;
const picture = Buffer.from('the bytes of a picture');
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Place {
  /** `http://127.0.0.1:…` */
  origin: string;
  port: string;
  /** The paths that were asked for, in order. */
  asked: string[];
}

async function serve(answer: RequestListener): Promise<Place> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = String((server.address() as AddressInfo).port);
  return { origin: `http://127.0.0.1:${port}`, port, asked };
}

function sendPicture(response: ServerResponse, type = 'image/jpeg'): void {
  response.writeHead(200, { 'content-type': type }).end(picture);
}

/** Fetches from servers of which those in `open` count as public. */
function fetchFrom(
  open: Place[],
  address: string,
  options: Partial<FetchOptions> = {},
): Promise<FetchedPicture> {
  return fetchPicture(address, {
    mostBytes,
    exempt: ({ port }) => open.some((place) => place.port === port),
    ...options,
  });
}

/** What is told of a picture that must not come. */
async function refusal(work: Promise<unknown>): Promise<{ code: unknown; message: string }> {
  const error: unknown = await work.then(
    () => {
      throw new Error('it was not refused');
    },
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error) || !('code' in error)) throw error;
  return { code: error.code, message: error.message };
}

describe('a picture', () => {
  test.each(['image/jpeg', 'IMAGE/PNG; charset=x', 'application/octet-stream'])(
    'of the type %s comes as it is, with the name that the address gives it',
    async (type) => {
      const place = await serve((_request, response) => {
        sendPicture(response, type);
      });
      const found = await fetchFrom([place], `${place.origin}/a/be%C3%A4ch.jpg?size=9#top`);
      expect(found.name).toBe('beäch.jpg');
      expect(Buffer.from(found.bytes)).toEqual(picture);
      expect(place.asked).toEqual(['/a/be%C3%A4ch.jpg?size=9']);
    },
  );

  test('without a type or a name comes as well, called after its host', async () => {
    const place = await serve((_request, response) => {
      response.end(picture);
    });
    const { name } = await fetchFrom([place], `  ${place.origin}  `);
    expect(name).toBe(`127.0.0.1:${place.port}`);
  });

  test('is asked for without cookies, passwords and a referrer', async () => {
    let headers: object = {};
    const place = await serve((request, response) => {
      headers = request.headers;
      sendPicture(response);
    });
    await fetchFrom([place], place.origin);
    expect(Object.keys(headers).sort()).toEqual(
      ['accept', 'accept-encoding', 'connection', 'host', 'user-agent'].sort(),
    );
  });

  test.each([301, 302, 303, 307, 308])('is found behind a redirect (%i)', async (status) => {
    const place = await serve((request, response) => {
      if (request.url === '/there.jpg') sendPicture(response);
      else response.writeHead(status, { location: '/there.jpg' }).end();
    });
    const { name, bytes } = await fetchFrom([place], `${place.origin}/here.jpg`);
    expect(name).toBe('here.jpg');
    expect(Buffer.from(bytes)).toEqual(picture);
  });

  test('is found behind five redirects, and not behind six', async () => {
    const place = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) sendPicture(response);
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    await fetchFrom([place], `${place.origin}/5`);
    expect(await refusal(fetchFrom([place], `${place.origin}/6`))).toEqual({
      code: 'query-address-failed',
      message: expect.stringContaining('more than 5 times') as string,
    });
  });
});

describe('the connection goes to the address that was checked', () => {
  test('and to no other, whatever the system knows by that name', async () => {
    const place = await serve((request, response) => {
      expect(request.headers.host).toBe(`pictures.test:${place.port}`);
      sendPicture(response);
    });
    let resolved = 0;
    await fetchFrom([place], `http://pictures.test:${place.port}/`, {
      resolve: () => {
        resolved += 1;
        return Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
      },
    });
    expect(resolved).toBe(1);
  });

  test('a name that is public once and local the next time is never asked for locally', async () => {
    const inside = await serve((_request, response) => {
      sendPicture(response);
    });
    // Nobody listens at the first one, which stands for a public address.
    const answers = ['127.0.0.9', '127.0.0.1'];
    const told = await refusal(
      fetchFrom([inside], `http://rebound.test:${inside.port}/`, {
        wholeMs: 1000,
        resolve: () => Promise.resolve([{ address: answers.shift() ?? '', family: 4 }]),
      }),
    );
    expect(told.code).toMatch(/^query-address-(timeout|failed)$/);
    expect(answers).toEqual(['127.0.0.1']);
    expect(inside.asked).toEqual([]);
  });

  test('a name with a public and a local address is refused', async () => {
    const inside = await serve((_request, response) => {
      sendPicture(response);
    });
    const told = await refusal(
      fetchFrom([], `http://both.test:${inside.port}/`, {
        resolve: () =>
          Promise.resolve([
            { address: '1.1.1.1', family: 4 },
            { address: '::1', family: 6 },
          ]),
      }),
    );
    expect(told.code).toBe('query-address-local');
    expect(inside.asked).toEqual([]);
  });
});

describe('nothing is asked of this machine and its network', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://127.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.0.0.1:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://0.0.0.0:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::]:PORT/',
    'http://192.168.0.1/',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00::1]/',
  ])('%s', async (address) => {
    const inside = await serve((_request, response) => {
      sendPicture(response);
    });
    const told = await refusal(fetchFrom([], address.replace('PORT', inside.port)));
    expect(told).toEqual({
      code: 'query-address-local',
      message: expect.stringContaining('is on this machine or in the local network') as string,
    });
    expect(inside.asked).toEqual([]);
  });

  test.each([
    (inside: Place) => inside.origin,
    (inside: Place) => `//localhost:${inside.port}/`,
    () => 'http://192.168.1.1/router.jpg',
  ])('not after a redirect either (%#)', async (to) => {
    const inside = await serve((_request, response) => {
      sendPicture(response);
    });
    const place = await serve((_request, response) => {
      response.writeHead(302, { location: to(inside) }).end();
    });
    const told = await refusal(fetchFrom([place], place.origin));
    expect(told.code).toBe('query-address-local');
    expect(told.message).toContain(`127.0.0.1:${place.port} leads on to `);
    expect(inside.asked).toEqual([]);
  });
});

describe('what is no picture gets a sentence', () => {
  test.each([
    ['text/html; charset=utf-8', 'shows a page at this address, not a picture'],
    ['application/pdf', 'is not a picture (application/pdf)'],
  ])('%s', async (type, sentence) => {
    const place = await serve((_request, response) => {
      sendPicture(response, type);
    });
    expect(await refusal(fetchFrom([place], place.origin))).toEqual({
      code: 'query-not-a-photo',
      message: expect.stringContaining(sentence) as string,
    });
  });

  test.each([
    [404, 'There is nothing at this address'],
    [403, 'does not give the picture (status 403)'],
    [500, 'does not give the picture (status 500)'],
    [204, 'does not give the picture (status 204)'],
    [304, 'does not give the picture (status 304)'],
  ])('status %i', async (status, sentence) => {
    const place = await serve((_request, response) => {
      response.writeHead(status, { 'content-type': 'image/png' }).end();
    });
    expect(await refusal(fetchFrom([place], place.origin))).toEqual({
      code: 'query-address-failed',
      message: expect.stringContaining(sentence) as string,
    });
  });

  const tooLarge = {
    code: 'query-too-large',
    message: expect.stringContaining('has more than 1 MB') as string,
  };

  test('2 GB that say so: not a byte of them is awaited', async () => {
    const place = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': String(2 * 1024 ** 3) }).flushHeaders();
    });
    expect(await refusal(fetchFrom([place], place.origin))).toEqual(tooLarge);
  });

  test('2 GB that do not say so: they are broken off', async () => {
    let sent = 0;
    const place = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
        response.once('drain', more);
      };
      more();
    });
    expect(await refusal(fetchFrom([place], place.origin))).toEqual(tooLarge);
    expect(sent).toBeLessThan(100 * mostBytes);
  });

  test('one that is exactly as large as it may be is taken', async () => {
    const place = await serve((_request, response) => {
      response.end(Buffer.alloc(mostBytes));
    });
    expect((await fetchFrom([place], place.origin)).bytes).toHaveLength(mostBytes);
  });
});

describe('who never gives it', () => {
  const slow: [string, (response: ServerResponse) => void][] = [
    ['says nothing', () => undefined],
    [
      'begins and says no more',
      (response) => {
        response.writeHead(200, { 'content-type': 'image/png' }).write('x');
      },
    ],
    [
      'sends a byte now and then',
      (response) => {
        response.writeHead(200, { 'content-type': 'image/png' });
        setInterval(() => response.write('x'), 20).unref();
      },
    ],
  ];

  test.each(slow)('%s: it is waited for so long and no longer', async (_, answer) => {
    const place = await serve((_request, response) => {
      answer(response);
    });
    expect(await refusal(fetchFrom([place], place.origin, { wholeMs: 200 }))).toEqual({
      code: 'query-address-timeout',
      message: expect.stringContaining('took too long') as string,
    });
  });

  test.each(slow.slice(0, 2))('%s: it is left as soon as it is silent', async (_, answer) => {
    const place = await serve((_request, response) => {
      answer(response);
    });
    const told = refusal(fetchFrom([place], place.origin, { wholeMs: 1e6, idleMs: 100 }));
    expect((await told).code).toBe('query-address-timeout');
  });

  test('has a name that is never resolved', async () => {
    const told = refusal(
      fetchFrom([], 'http://never.test/', {
        wholeMs: 50,
        resolve: () => new Promise(() => undefined),
      }),
    );
    expect((await told).code).toBe('query-address-timeout');
  });

  test('is left when the person stops', async () => {
    const stopping = new AbortController();
    const place = await serve(() => {
      stopping.abort();
    });
    const { signal } = stopping;
    expect((await refusal(fetchFrom([place], place.origin, { signal }))).code).toBe('cancelled');
    expect((await refusal(fetchFrom([place], place.origin, { signal }))).code).toBe('cancelled');
    expect(place.asked).toHaveLength(1);
  });

  test('breaks off in the middle', async () => {
    const place = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': '100' });
      response.write('only a part', () => response.destroy());
    });
    expect(await refusal(fetchFrom([place], place.origin))).toEqual({
      code: 'query-address-failed',
      message: expect.stringContaining('broke off') as string,
    });
  });

  test('is not there', async () => {
    const place = await serve(() => undefined);
    servers.pop()?.close();
    expect((await refusal(fetchFrom([place], place.origin))).code).toBe('query-address-failed');
    const unknown = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    const resolve = (): Promise<never> => Promise.reject(unknown);
    const told = refusal(fetchFrom([], 'https://nobody.invalid/x.jpg', { resolve }));
    expect((await told).message).toContain('nobody.invalid cannot be found');
  });
});

describe('an address that cannot be asked', () => {
  test.each([
    ['beach.jpg', 'begins with https:// or http://'],
    ['file:///etc/passwd', 'begins with https:// or http://'],
    ['ftp://example.org/x.jpg', 'begins with https:// or http://'],
    ['javascript:alert(1)', 'begins with https:// or http://'],
    ['https://', 'begins with https:// or http://'],
    ['https://anna:secret@example.org/x.jpg', 'a user name or a password'],
    ['https://anna@example.org/x.jpg', 'a user name or a password'],
  ])('%s', async (address, sentence) => {
    const told = await refusal(fetchFrom([], address));
    expect(told).toEqual({
      code: 'query-address-invalid',
      message: expect.stringContaining(sentence) as string,
    });
    expect(told.message).not.toContain('secret');
  });
});

describe('a redirect', () => {
  const from = new URL('https://example.org/a/b.jpg');

  test('may lead to an address beside it', () => {
    expect(redirectOf(from, 302, '../c.jpg')?.href).toBe('https://example.org/c.jpg');
    expect(redirectOf(from, 302, '//example.com/')?.href).toBe('https://example.com/');
    expect(redirectOf(new URL('http://example.org'), 302, 'https://example.org/')?.href).toBe(
      'https://example.org/',
    );
  });

  test('is what its status says', () => {
    for (const status of [200, 204, 300, 304, 404])
      expect(redirectOf(from, status, '/c.jpg')).toBeNull();
  });

  test.each([
    ['away from encryption', 'http://example.org/c.jpg', 'query-address-failed'],
    ['nowhere', undefined, 'query-address-failed'],
    ['to what is no address', 'https://[', 'query-address-failed'],
    ['to a file', 'file:///etc/passwd', 'query-address-invalid'],
    ['with a password', 'https://a:b@example.org/', 'query-address-invalid'],
  ])('%s is not followed', (_, location, code) => {
    expect(() => redirectOf(from, 302, location)).toThrow(expect.objectContaining({ code }));
  });
});
