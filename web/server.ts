/**
 * The library over HTTP and WebSocket on 127.0.0.1, and the interface with it:
 *   POST /api/<request name>      parameters as JSON → result as JSON, or ErrorData with a status
 *   POST /api/queries.add?name=…  a picture as raw bytes
 *   GET  /api/host.get            what this host can do
 *   POST /api/entrance            an address that lets in one more browser, once
 *   GET  /events                  WebSocket: every event as {name, data}
 *   GET  /pictures/…              pictures by id
 *   GET  /…                       the interface
 */
import { access as exists } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import staticFiles from '@fastify/static';
import webSockets from '@fastify/websocket';
import fastify, { type FastifyInstance } from 'fastify';
import { LookalikeError, systemCode } from '../engine/errors.ts';
import type { Library } from '../engine/library.ts';
import { cachingOf } from '../engine/pages.ts';
import { Access, refused } from './access.ts';
import { closeSockets, tellEvents } from './events.ts';
import { createGuardedServer } from './guard.ts';
import { addPictures } from './pictures.ts';
import { errorHandler, nothingHere } from './replies.ts';
import { addRequests } from './requests.ts';

/** Bytes of the largest parameters: about 100,000 photo ids. */
const LARGEST_PARAMETERS = 1024 * 1024;

export interface WebServer {
  /** The address with its token; good while the server runs. */
  readonly address: string;
  /** An address that lets in one browser, once. */
  addressForOneUse(): string;
  /** Ends all connections. The library stays open. */
  close(): Promise<void>;
}

export interface ServerOptions {
  library: Library;
  /** 0 for any free port. */
  port: number;
  /** The built interface: a folder with index.html. */
  rendererFolder: string;
  /** Takes a line about a mistake of the program, for the log. */
  onLog: (line: string) => void;
}

/**
 * Starts serving `library` on 127.0.0.1.
 * @throws LookalikeError `port-unavailable`, `interface-missing`
 */
export async function startServer(options: ServerOptions): Promise<WebServer> {
  const { library, rendererFolder, onLog } = options;
  await requireInterface(rendererFolder);

  let gate: Access | null = null;
  const judge = (request: IncomingMessage) => gate?.judge(request) ?? refused;
  const tellError = errorHandler(onLog);
  const app = fastify({
    serverFactory: (serve) => createGuardedServer(judge, serve),
    bodyLimit: LARGEST_PARAMETERS,
    forceCloseConnections: true,
    // What is not HTTP gets no answer: it would describe the server.
    clientErrorHandler: (_error, socket) => socket.destroy(),
    frameworkErrors: (error, request, reply) => {
      tellError(error, request, reply);
    },
  });
  app.setErrorHandler(tellError);
  app.setNotFoundHandler(nothingHere);

  await app.register(webSockets, {
    options: { maxPayload: 1024 },
    preClose(done) {
      closeSockets(app.websocketServer.clients);
      app.websocketServer.close();
      done();
    },
  });
  await app.register(staticFiles, {
    root: rendererFolder,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders(reply, path) {
      void reply.header('cache-control', cachingOf(path));
    },
  });
  addRequests(app, library);
  addPictures(app, library);
  app.get('/events', { websocket: true }, (socket) => {
    tellEvents(socket, library);
  });

  app.post('/api/entrance', () => ({ address: gate?.addressForOneUse() }));

  const access = new Access(await listen(app, options.port));
  gate = access;
  return {
    address: access.address,
    addressForOneUse: () => access.addressForOneUse(),
    close: () => app.close(),
  };
}

/** Listens on `port` (0: any free one) and returns the port that it became. */
async function listen(app: FastifyInstance, port: number): Promise<number> {
  try {
    return Number(new URL(await app.listen({ host: '127.0.0.1', port })).port || 80);
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new LookalikeError(
      'port-unavailable',
      code === 'EADDRINUSE'
        ? `Another program uses port ${port}. Give another one with --port, or none for any free one.`
        : `Port ${port} may not be used by you. Give one above 1023 with --port, or none for any free one.`,
    );
  }
}

async function requireInterface(folder: string): Promise<void> {
  try {
    await exists(join(folder, 'index.html'));
  } catch {
    throw new LookalikeError(
      'interface-missing',
      'The pages of Lookalike have not been built yet. Run "npm start" once: it builds them.',
    );
  }
}
