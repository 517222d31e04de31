/** Who is let in, and what everybody else is told: each line of the web app's safety, over HTTP. */
import { describe, expect, it } from 'vitest';
import { cookieOf, openSite, sendRaw, type Question, type Site } from './visitor.ts';

/** What a stranger gets, byte for byte. */
const BARE_404 = 'HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';

describe('without a cookie or token', () => {
  it('every address and method gets the same bare 404', async () => {
    const { port } = await openSite();
    const requests = [
      ['GET', '/'],
      ['GET', '/assets/index-1a2b.js'],
      ['GET', '/api/host.get'],
      ['GET', '/events'],
      ['GET', '/pictures/small-library/1/thumbnail'],
      ['GET', '/no/such/thing'],
      ['GET', '/%'],
      ['GET', `/${'x'.repeat(5_000)}`],
      ['HEAD', '/'],
      ['OPTIONS', '/api/library.get'],
      ['POST', '/api/library.get'],
      ['POST', '/api/queries.add?name=x'],
      ['PUT', '/'],
      ['DELETE', '/'],
      ['PROPFIND', '/'],
    ];
    for (const [method, path] of requests) {
      const answer = await sendRaw(
        port,
        `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`,
      );
      expect(answer, `${method} ${path}`).toBe(BARE_404);
    }
  });

  it('headers that make a server speak up get it too', async () => {
    const { port } = await openSite();
    const host = `Host: 127.0.0.1:${port}\r\n`;
    const requests = {
      'no host': '',
      'a body announced, and none sent': `${host}Content-Length: 99999999\r\nContent-Type: x\r\n`,
      'asks to go on': `${host}Content-Length: 5\r\nExpect: 100-continue\r\n`,
      'expects the impossible': `${host}Expect: miracles\r\n`,
      'an upgrade': `${host}Connection: Upgrade\r\nUpgrade: h2c\r\n`,
    };
    for (const [name, headers] of Object.entries(requests))
      expect(await sendRaw(port, `POST /api/host.get HTTP/1.1\r\n${headers}\r\n`), name).toBe(
        BARE_404,
      );
  });

  it('what is not HTTP gets a closed connection', async () => {
    const { port } = await openSite();
    expect(await sendRaw(port, 'EHLO there\r\n\r\n')).toBe('');
    expect(await sendRaw(port, `GET / HTTP/1.1\r\nA: ${'x'.repeat(40_000)}\r\n\r\n`)).toBe('');
  });

  it('a socket is not opened', async () => {
    const site = await openSite();
    expect(await sendRaw(site.port, handshake(site, { origin: site.origin }))).toBe(BARE_404);
    expect(site.library.listening).toBe(0);
  });

  it('a wrong, shortened or empty token or cookie lets nobody in', async () => {
    const site = await openSite();
    const cookie = await site.cookie();
    for (const token of ['', 'x', site.token.slice(0, -1), `${site.token}x`, cookie])
      await expectStranger(site, { path: `/?token=${token}` });
    for (const wrong of [
      '',
      cookie.slice(0, -1),
      `${cookie}x`,
      cookie.replace(/=.*/, `=${site.token}`),
    ])
      await expectStranger(site, { headers: { cookie: wrong } });
  });

  it('the library is not asked anything', async () => {
    const site = await openSite();
    await expectStranger(site, {
      method: 'POST',
      path: '/api/library.get',
      headers: { origin: site.origin, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(site.library.asked).toEqual([]);
  });
});

describe('the token', () => {
  it('is exchanged for a strict cookie, and leaves the address', async () => {
    const site = await openSite();
    const answer = await site.ask({ path: `/?token=${site.token}` });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      new RegExp(`^lookalike-${site.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    expect(cookieOf(answer)).not.toContain(site.token);

    const page = await site.ask({ headers: { cookie: cookieOf(answer) } });
    expect(page.status).toBe(200);
    expect(page.body.toString()).toContain('<title>Lookalike</title>');
  });

  it('of the printed address lets in a second browser; the one for one use does not', async () => {
    const site = await openSite();
    const enter = async (address: string) =>
      (await site.ask({ path: new URL(address).pathname + new URL(address).search })).status;
    expect(await enter(site.server.address)).toBe(303);
    expect(await enter(site.server.address)).toBe(303);

    const once = site.server.addressForOneUse();
    expect(await enter(once)).toBe(303);
    expect(await enter(once)).toBe(404);
  });

  it('is taken at / with GET only', async () => {
    const site = await openSite();
    await expectStranger(site, { path: `/api/host.get?token=${site.token}` });
    await expectStranger(site, { method: 'HEAD', path: `/?token=${site.token}` });
    await expectStranger(site, {
      method: 'POST',
      path: `/?token=${site.token}`,
      headers: { origin: site.origin },
    });
  });

  it('of an earlier start leaves the address of a browser that is let in already', async () => {
    const site = await openSite();
    const answer = await site.askInside({ path: '/?token=of-another-start' });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/');
  });

  it('and the cookie of one program are nothing to another', async () => {
    const [one, other] = [await openSite(), await openSite()];
    expect(one.token).not.toBe(other.token);
    const value = (await one.cookie()).split('=')[1] ?? '';
    await expectStranger(other, { headers: { cookie: `lookalike-${other.port}=${value}` } });
  });
});

describe('with the cookie', () => {
  it('Host must name this server', async () => {
    const site = await openSite();
    const cookie = await site.cookie();
    for (const host of [
      'evil.example',
      `evil.example:${site.port}`,
      '127.0.0.1',
      `127.0.0.1:${site.port + 1}`,
      `127.0.0.1.evil.example:${site.port}`,
      `0.0.0.0:${site.port}`,
    ])
      await expectStranger(site, { headers: { host, cookie } });
    await expectStranger(site, {
      path: `/?token=${site.token}`,
      headers: { host: 'evil.example' },
    });

    for (const host of [`127.0.0.1:${site.port}`, `localhost:${site.port}`])
      expect((await site.ask({ headers: { host, cookie } })).status, host).toBe(200);
  });

  it('Origin must be this server for everything but plain reading', async () => {
    const site = await openSite();
    const cookie = await site.cookie();
    const post = { method: 'POST', path: '/api/library.get' };
    await expectStranger(site, { ...post, headers: { cookie } });
    for (const origin of [
      'null',
      'http://evil.example',
      `http://127.0.0.1:${site.port + 1}`,
      `https://127.0.0.1:${site.port}`,
      `http://localhost:${site.port}`, // not the name that Host says
    ]) {
      await expectStranger(site, { ...post, headers: { cookie, origin } });
      await expectStranger(site, { headers: { cookie, origin } });
    }
    expect(site.library.asked).toEqual([]);
    expect((await site.ask({ ...post, headers: { cookie, origin: site.origin } })).status).toBe(
      200,
    );
  });

  it('no page of another site or another port may embed or read anything', async () => {
    const site = await openSite();
    const cookie = await site.cookie();
    for (const from of ['cross-site', 'same-site'])
      await expectStranger(site, {
        path: '/pictures/small-library/1/thumbnail',
        headers: { cookie, 'sec-fetch-site': from },
      });
    for (const from of ['same-origin', 'none'])
      expect((await site.ask({ headers: { cookie, 'sec-fetch-site': from } })).status).toBe(200);
  });

  it('a socket needs the right Origin', async () => {
    const site = await openSite();
    const cookie = await site.cookie();
    for (const headers of [{ cookie }, { cookie, origin: 'http://evil.example' }])
      expect(await sendRaw(site.port, handshake(site, headers))).toBe(BARE_404);
    expect(site.library.listening).toBe(0);
  });

  it('every answer makes the browser strict', async () => {
    const site = await openSite();
    const host = `127.0.0.1:${site.port}`;
    const answers = [
      await site.ask({ path: `/?token=${site.token}` }),
      await site.askInside({}),
      await site.askInside({ path: '/assets/index-1a2b.js' }),
      await site.askInside({ path: '/api/host.get' }),
      await site.askInside({ path: '/no/such/thing' }),
      await site.askInside({ path: '/%' }),
      await site.askInside({ path: '/pictures/small-library/1/thumbnail' }),
      await site.askInside({ path: '/pictures/small-library/9/thumbnail' }),
    ];
    for (const { headers } of answers) {
      expect(String(headers['content-security-policy']).split('; ')).toEqual([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        `connect-src 'self' ws://${host}`,
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
      });
      expect(headers).not.toHaveProperty('server');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });
});

it('the server is reachable through 127.0.0.1 only', async () => {
  const { port } = await openSite();
  // All of 127/8 is this machine: a server that listened everywhere would answer here as well.
  await expect(sendRaw(port, 'GET / HTTP/1.1\r\n\r\n', '127.0.0.2')).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
});

async function expectStranger(site: Site, question: Question): Promise<void> {
  const answer = await site.ask(question);
  expect(answer.status, JSON.stringify(question)).toBe(404);
  expect(answer.headers).toEqual({ connection: 'close', 'content-length': '0' });
  expect(answer.body.length).toBe(0);
}

function handshake(site: Site, headers: Record<string, string>): string {
  const lines = {
    Host: `127.0.0.1:${site.port}`,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    ...headers,
  };
  const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET /events HTTP/1.1\r\n${text.join('')}\r\n`;
}
