/**
 * How errors are told over HTTP: always ErrorData as JSON, with a status that fits; never a stack.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LookalikeError, toErrorData, type ErrorData } from '../engine/errors.ts';
import { statuses } from './statuses.ts';

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
    return tell(reply, statuses[data.code], data);
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
