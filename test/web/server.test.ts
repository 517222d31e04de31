/** Starting and ending the web server, and the pages that it serves. */
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { startServer } from '../../web/server.ts';
import { SmallLibrary } from '../support/small-library.ts';
import { ask, openSite } from './visitor.ts';

it('the page is asked for anew each time, what has a hash in its name is kept', async () => {
  const site = await openSite();
  const page = await site.askInside({});
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'private, no-cache',
  });
  const script = await site.askInside({ path: '/assets/index-1a2b.js' });
  expect(script.headers).toMatchObject({
    'content-type': 'application/javascript; charset=utf-8',
    'cache-control': 'private, max-age=31536000, immutable',
  });
});

it('no file outside of the interface is served', async () => {
  const site = await openSite();
  for (const path of [
    '/../../../../../../etc/passwd',
    '/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2f..%2f..%2fetc%2fpasswd',
    '/assets/..%5c..%5cetc',
    '//etc/passwd',
    '/assets',
    '/assets/',
  ]) {
    const answer = await site.askInside({ path });
    expect(answer.status, path).toBeGreaterThanOrEqual(400);
    expect(answer.json(), path).toMatchObject({ code: 'request-invalid' });
  }
});

it('a port that is taken is a sentence that says so', async () => {
  const site = await openSite();
  await expect(start(site.port, site.rendererFolder)).rejects.toMatchObject({
    code: 'port-unavailable',
    message: expect.stringContaining(`port ${site.port}`) as unknown,
  });
});

it('an interface that was not built is a sentence that says so', async () => {
  await expect(start(0, tmpdir())).rejects.toMatchObject({
    code: 'interface-missing',
    message: expect.stringContaining('npm start') as unknown,
  });
});

it('ends while a browser keeps its connection and waits for an answer', async () => {
  const site = await openSite();
  site.library.answer = () => new Promise(() => undefined);
  const waiting = site.askInside({ method: 'POST', path: '/api/indexing.wait' });
  const outcome = expect(waiting).rejects.toMatchObject({ code: 'ECONNRESET' });
  while (site.library.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await site.server.close();
  await outcome;
  await expect(ask(site.port, {})).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

function start(port: number, rendererFolder: string) {
  return startServer({
    library: new SmallLibrary(),
    port,
    rendererFolder,
    onLog: () => undefined,
  });
}
