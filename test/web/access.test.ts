/** The parts of access that no server on a free port can show. The rest is in guard.test.ts. */
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Access } from '../../web/access.ts';

it('on port 80, which browsers leave out, Host and Origin have no port', () => {
  const access = new Access(80);
  expect(access.address).toMatch(/^http:\/\/127\.0\.0\.1\/\?token=/);
  const path = access.address.replace('http://127.0.0.1', '');
  const verdict = access.judge(request(path, { host: '127.0.0.1' }));
  if (verdict.kind !== 'enter') throw new Error(verdict.kind);

  const cookie = verdict.cookie.split(';')[0];
  const inside = { host: 'localhost', origin: 'http://localhost', cookie };
  expect(access.judge(request('/', inside)).kind).toBe('allowed');
  expect(access.judge(request('/', { ...inside, host: 'localhost:8080' })).kind).toBe('refused');
});

it('secrets have 256 bits, and none is like another', () => {
  const access = new Access(8080);
  const tokens = [access.address, access.addressForOneUse(), access.addressForOneUse()].map(
    (address) => new URL(address).searchParams.get('token') ?? '',
  );
  expect(new Set(tokens).size).toBe(3);
  for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
});

it('a cookie header that makes no sense is no cookie', () => {
  const access = new Access(8080);
  for (const cookie of [';;;', '=', 'lookalike-8080', 'lookalike-8080=%ff', '__proto__=x'])
    expect(access.judge(request('/', { host: '127.0.0.1:8080', cookie })).kind).toBe('refused');
});

function request(url: string, headers: Record<string, string | undefined>): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url, headers });
}
