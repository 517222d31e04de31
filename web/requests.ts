/**
 * The requests of the contract over HTTP. Names and parameters are checked by the library.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HostAbilities } from '../engine/contract.ts';
import { LookalikeError } from '../engine/errors.ts';
import type { Library } from '../engine/library.ts';

const abilities: HostAbilities = {
  kind: 'web',
  dialogs: false,
  showInFolder: false,
  dragOut: false,
};

/** Bytes of the largest query picture that a browser may hand in: 50 MB. */
const LARGEST_QUERY = 50 * 1024 * 1024;

/** Bytes of the largest request with a file of labels: some hundred thousand rows. */
const LARGEST_LABELS = 50 * 1024 * 1024;

/** Adds `/api/…` to `app`. */
export function addRequests(app: FastifyInstance, library: Library): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
  });

  app.get('/api/host.get', () => abilities);

  app.post('/api/:name', (request: FastifyRequest<{ Params: { name: string } }>) =>
    library.handle(request.params.name, request.body ?? {}),
  );
  for (const name of ['evaluation.run', 'training.start'])
    app.post(`/api/${name}`, { bodyLimit: LARGEST_LABELS }, (request) =>
      library.handle(name, request.body),
    );

  addQueries(app, library);
}

/** Pictures from outside arrive as they are: as JSON they would be a third larger. */
function addQueries(app: FastifyInstance, library: Library): void {
  app.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer' },
    (_request, body, done) => {
      done(null, body);
    },
  );

  app.post(
    '/api/queries.add',
    {
      bodyLimit: LARGEST_QUERY,
      errorHandler(error) {
        throw error.statusCode === 413
          ? new LookalikeError(
              'query-too-large',
              'This picture is larger than 50 MB. Choose a smaller one.',
            )
          : error;
      },
    },
    (request: FastifyRequest<{ Querystring: { name?: string } }>) =>
      library.handle('queries.add', { name: request.query.name ?? '', bytes: request.body }),
  );
}
