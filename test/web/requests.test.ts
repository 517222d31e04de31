/** The requests of the contract over HTTP, and how their errors arrive. */
import { describe, expect, it } from 'vitest';
import { LookalikeError } from '../../engine/errors.ts';
import { openSite, type Site } from './visitor.ts';

const json = { 'content-type': 'application/json' };
const bytes = { 'content-type': 'application/octet-stream' };

describe('a request', () => {
  it('reaches the library with its name and parameters, and its result comes back as JSON', async () => {
    const site = await openSite();
    site.library.answer = () => ({ ids: [3, 1], ratios: [1.5, 0.75], groups: [] });
    const params = { folder: null, order: 'newest' };
    const answer = await post(site, 'photos.list', params);
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ ids: [3, 1], ratios: [1.5, 0.75], groups: [] });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(site.library.asked).toEqual([{ name: 'photos.list', params }]);
  });

  it('without a body has no parameters', async () => {
    const site = await openSite();
    await site.askInside({ method: 'POST', path: '/api/library.get' });
    expect(site.library.asked).toEqual([{ name: 'library.get', params: {} }]);
  });

  it('is only taken by POST', async () => {
    const site = await openSite();
    expect((await site.askInside({ path: '/api/library.get' })).status).toBe(404);
    expect(site.library.asked).toEqual([]);
  });
});

describe('an error of the library', () => {
  it('arrives as data, with a status that fits', async () => {
    const site = await openSite();
    const expected = {
      'photo-unknown': 404,
      'k-invalid': 400,
      'disk-full': 500,
      // The person wanted it so: browsers would note a failure on their console.
      cancelled: 202,
    } as const;
    for (const code of ['photo-unknown', 'k-invalid', 'disk-full', 'cancelled'] as const) {
      site.library.answer = () => {
        throw new LookalikeError(code, 'A sentence.');
      };
      const answer = await post(site, 'photos.get', { id: 1 });
      expect(answer.status).toBe(expected[code]);
      expect(answer.json()).toEqual({ code, message: 'A sentence.' });
    }
    expect(site.log).toEqual([]);
  });

  it('that is a mistake of the program is logged with its stack, which never leaves', async () => {
    const site = await openSite();
    site.library.answer = () => {
      throw new TypeError('x is not a function');
    };
    const answer = await post(site, 'photos.get', { id: 1 });
    expect(answer.status).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'internal' });
    expect(answer.body.toString()).not.toMatch(/\n +at |\.ts/);
    expect(site.log.join()).toMatch(
      /^POST \/api\/photos\.get: TypeError: x is not a function\n +at /,
    );
  });
});

describe('a request that cannot be understood', () => {
  it('gets a sentence, and never reaches the library', async () => {
    const site = await openSite();
    const path = '/api/photos.get';
    const questions = {
      'no JSON': { method: 'POST', path, headers: json, body: '{"id":' },
      'nothing announced as JSON': { method: 'POST', path, headers: json },
      'another type': {
        method: 'POST',
        path,
        headers: { 'content-type': 'text/xml' },
        body: '<a/>',
      },
      'a prototype': { method: 'POST', path, headers: json, body: '{"__proto__":{"id":1}}' },
      'too long': { method: 'POST', path, headers: json, body: `"${'x'.repeat(1024 * 1024)}"` },
      'no URL': { path: '/%' },
      'no such address': { path: '/api' },
    };
    for (const [name, question] of Object.entries(questions)) {
      const answer = await site.askInside(question);
      expect(answer.status, name).toBeGreaterThanOrEqual(400);
      expect(answer.status, name).toBeLessThan(500);
      expect(answer.json(), name).toEqual({
        code: 'request-invalid',
        message: expect.stringMatching(/^[A-Z].*\.$/) as unknown,
      });
    }
    expect(site.library.asked).toEqual([]);
    expect(site.log).toEqual([]);
  });
});

describe('a picture from outside', () => {
  it('arrives byte for byte, with its name', async () => {
    const site = await openSite();
    site.library.answer = () => ({ upload: 'u1' });
    const picture = Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251);
    const answer = await site.askInside({
      method: 'POST',
      path: `/api/queries.add?name=${encodeURIComponent('été "1".jpg')}`,
      headers: bytes,
      body: picture,
    });
    expect(answer.json()).toEqual({ upload: 'u1' });
    const { name, params } = site.library.asked[0] ?? {};
    expect(name).toBe('queries.add');
    const got = params as { name: string; bytes: Uint8Array };
    expect(got.name).toBe('été "1".jpg');
    expect(got.bytes).toBeInstanceOf(Uint8Array);
    expect(Buffer.compare(got.bytes, picture)).toBe(0);
  });

  it('of more than 50 MB is refused with its own code', async () => {
    const site = await openSite();
    const answer = await site.askInside({
      method: 'POST',
      path: '/api/queries.add?name=big.tif',
      headers: bytes,
      body: new Uint8Array(50 * 1024 * 1024 + 1),
    });
    expect(answer.status).toBe(413);
    expect(answer.json()).toMatchObject({ code: 'query-too-large' });
    expect(site.library.asked).toEqual([]);
  });
});

it('a file of labels may be larger than other parameters, and errors keep their status', async () => {
  const site = await openSite();
  const params = { labels: { from: 'csv', file: 'l.csv', text: 'x'.repeat(3_000_000) } };
  const ask = (name: string) =>
    site.askInside({
      method: 'POST',
      path: `/api/${name}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(params),
    });
  site.library.answer = () => {
    throw new LookalikeError('labels-unknown', 'No row names a photo.');
  };
  const answer = await ask('evaluation.run');
  expect(site.library.asked).toEqual([{ name: 'evaluation.run', params }]);
  expect(answer.status).toBe(422);
  expect(answer.json()).toEqual({ code: 'labels-unknown', message: 'No row names a photo.' });
  expect((await ask('clusters.find')).status).toBe(413);
});

it('the host says what it can do', async () => {
  const site = await openSite();
  const answer = await site.askInside({ path: '/api/host.get' });
  expect(answer.json()).toEqual({
    kind: 'web',
    dialogs: false,
    showInFolder: false,
    dragOut: false,
  });
});

function post(site: Site, name: string, params: unknown) {
  return site.askInside({
    method: 'POST',
    path: `/api/${name}`,
    headers: json,
    body: JSON.stringify(params),
  });
}
