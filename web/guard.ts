/**
 * The HTTP server in front of the web framework. It judges every request before the framework sees
 * it, so that whoever is not let in gets the same empty 404 for every address and method, whatever
 * the framework or Node itself would say; and it gives every answer the headers that keep a browser
 * strict.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { safetyHeaders } from '../engine/pages.ts';
import type { Verdict } from './access.ts';

/** A server that calls `serve` for the requests that `judge` allows. */
export function createGuardedServer(
  judge: (request: IncomingMessage) => Verdict,
  serve: RequestListener,
): Server {
  function answer(request: IncomingMessage, response: ServerResponse): void {
    const verdict = judge(request);
    if (verdict.kind === 'refused') {
      refuse(response);
      return;
    }
    for (const [name, value] of Object.entries(headers(request))) response.setHeader(name, value);
    if (verdict.kind === 'enter') enter(response, verdict.cookie);
    else serve(request, response);
  }

  const server = createServer(
    {
      // Node's own answers to a missing Host and to a refused upgrade would differ from ours.
      requireHostHeader: false,
      shouldUpgradeCallback: (request) =>
        request.url === '/events' && judge(request).kind === 'allowed',
    },
    answer,
  );
  server.on('checkContinue', answer);
  server.on('checkExpectation', answer);
  return server;
}

/** The bare 404. The connection ends with it, so that the body of the request is never awaited. */
function refuse(response: ServerResponse): void {
  response.sendDate = false;
  response.writeHead(404, { connection: 'close', 'content-length': 0 }).end();
}

/** Gives the browser its cookie and sends it on to an address without the token. */
function enter(response: ServerResponse, cookie: string): void {
  response
    .writeHead(303, { location: '/', 'set-cookie': cookie, 'cache-control': 'no-store' })
    .end();
}

/** Safari before 15.4 does not count the socket as the page's own host, which was judged before. */
function headers(request: IncomingMessage): Record<string, string> {
  return safetyHeaders(`ws://${request.headers.host ?? ''}`);
}
