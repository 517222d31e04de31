/**
 * Pictures by id: thumbnails and photos under `/pictures/<library id>/<photo id>/`, queries from
 * outside the library under `/pictures/<library id>/queries/`. An id stands for one content for ever,
 * so a browser may keep a picture as long as it likes; the id of the library in the address keeps
 * pictures of different libraries apart. No address takes a path.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LookalikeError } from '../engine/errors.ts';
import type { Library, Picture } from '../engine/library.ts';

/** Pixels of the long side that can be asked for. The largest shows a 50-megapixel photo as it is. */
const SMALLEST_SIDE = 64;
const LARGEST_SIDE = 8192;

type PictureRequest = FastifyRequest<{
  Params: { library: string; photo: string };
  Querystring: { side?: string };
}>;

type QueryPictureRequest = FastifyRequest<{
  Params: { library: string; picture: string };
  Querystring: { side?: string };
}>;

/** Adds the addresses of pictures to `app`. `libraryId` is the library's own id. */
export function addPictures(app: FastifyInstance, library: Library, libraryId: string): void {
  app.get('/pictures/:library/:photo/thumbnail', async (request: PictureRequest, reply) => {
    const picture = await library.thumbnail(photoId(request, libraryId));
    return send(request, reply, picture, 'thumbnail');
  });

  app.get('/pictures/:library/:photo/photo', async (request: PictureRequest, reply) => {
    const photo = photoId(request, libraryId);
    const side = longSide(request.query.side);
    return send(request, reply, await library.photo(photo, side), String(side));
  });

  app.get('/pictures/:library/queries/:picture', async (request: QueryPictureRequest, reply) => {
    const { library: asked, picture } = request.params;
    if (asked !== libraryId)
      throw new LookalikeError('query-unknown', 'No query of this library has this address.');
    const side = longSide(request.query.side);
    return send(request, reply, await library.queryPicture(picture, side), String(side));
  });
}

function longSide(given: string | undefined): number {
  const side = Number(given);
  if (!Number.isInteger(side) || side < SMALLEST_SIDE || side > LARGEST_SIDE)
    throw new LookalikeError(
      'request-invalid',
      `Ask for a long side of ${SMALLEST_SIDE} to ${LARGEST_SIDE} pixels, as a whole number.`,
    );
  return side;
}

function photoId(request: PictureRequest, libraryId: string): number {
  const { library, photo } = request.params;
  if (library !== libraryId || !/^[1-9]\d{0,15}$/.test(photo))
    throw new LookalikeError('photo-unknown', 'No photo of this library has this address.');
  return Number(photo);
}

/** Sends `picture`, or "not modified". Both sizes have the same content hash, hence `variant`. */
function send(
  request: FastifyRequest,
  reply: FastifyReply,
  picture: Picture,
  variant: string,
): FastifyReply {
  const etag = `"${picture.sha256}-${variant}"`;
  reply.headers({ etag, 'cache-control': 'private, max-age=31536000, immutable' });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type(picture.type).send(bufferOf(picture.bytes));
}

/** The same bytes as the kind of array that Fastify sends as they are. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
