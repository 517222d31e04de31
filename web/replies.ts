/**
 * How errors are told over HTTP: always ErrorData as JSON, with a status that fits; never a stack.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LookalikeError, toErrorData, type ErrorCode, type ErrorData } from '../engine/errors.ts';

/** The status of each code that is about what was asked for; all others are 500. */
const statuses: Partial<Record<ErrorCode, number>> = {
  'request-invalid': 400,
  'k-invalid': 400,
  'within-invalid': 400,
  'query-address-invalid': 400,
  'query-address-local': 400,
  'epsilon-invalid': 400,
  'min-photos-invalid': 400,
  'seed-invalid': 400,
  'k-too-large': 400,
  'folder-is-file': 400,
  'folder-empty': 400,
  'folder-without-photos': 400,
  'folder-access': 403,
  'photo-access': 403,
  'folder-missing': 404,
  'folder-unknown': 404,
  'photo-unknown': 404,
  'cluster-unknown': 404,
  'mark-unknown': 404,
  'query-unknown': 404,
  'folder-offline': 409,
  'library-empty': 409,
  'evaluation-missing': 409,
  'suits-missing': 409,
  'query-ambiguous': 409,
  cancelled: 409,
  'query-too-large': 413,
  'query-not-a-photo': 422,
  'labels-unreadable': 422,
  'labels-unknown': 422,
  'labels-one-class': 422,
  'labels-too-few': 422,
  'mark-of-one': 422,
  'marks-too-few': 422,
  'marks-learnt': 422,
  'marks-contradict': 422,
  'marks-unreadable': 422,
  'query-address-failed': 502,
  'query-address-timeout': 504,
};

/** The handler of every error thrown while answering. `onLog` takes what only a programmer needs. */
export function errorHandler(onLog: (line: string) => void) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (refusedByFramework(error))
      return tell(reply, error.statusCode, {
        code: 'request-invalid',
        message: `This request cannot be understood: ${error.message}.`,
      });
    const data = toErrorData(error);
    if (data.code === 'internal')
      onLog(
        `${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`,
      );
    return tell(reply, statuses[data.code] ?? 500, data);
  };
}

/** The answer where no address matches. */
export function nothingHere(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return tell(reply, 404, {
    code: 'request-invalid',
    message: 'There is nothing at this address.',
  });
}

function tell(reply: FastifyReply, status: number, data: ErrorData): FastifyReply {
  // A picture that fails now may well be there later.
  return reply.code(status).header('cache-control', 'no-store').send(data);
}

/** Whether Fastify found the request itself wrong: a body that is no JSON or too large, a bad URL. */
function refusedByFramework(error: unknown): error is Error & { statusCode: number } {
  return (
    error instanceof Error &&
    !(error instanceof LookalikeError) &&
    'statusCode' in error &&
    typeof error.statusCode === 'number' &&
    error.statusCode < 500
  );
}
