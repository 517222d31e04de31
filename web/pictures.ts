/**
 * Pictures by id over HTTP; the engine knows their addresses.
 */
import type { FastifyInstance } from 'fastify';
import type { Library } from '../engine/library.ts';
import { pictureAt } from '../engine/pages.ts';

/** Adds the addresses of pictures to `app`. */
export function addPictures(app: FastifyInstance, library: Library): void {
  app.get('/pictures/*', async (request, reply) => {
    const { type, read, headers } = await pictureAt(library, new URL(request.url, 'http://here'));
    if (request.headers['if-none-match'] === headers.etag)
      return reply.headers(headers).code(304).send();
    const { buffer, byteOffset, byteLength } = await read(request.signal);
    return reply
      .headers(headers)
      .type(type)
      .send(Buffer.from(buffer, byteOffset, byteLength));
  });
}
