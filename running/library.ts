/**
 * A library that another program has open, asked over HTTP on this machine and heard over a WebSocket
 * (see web/server.ts): a client of the same contract as the library itself.
 *
 * Not by `fetch`: it gives up on an answer after five minutes, and a training may take longer.
 */
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type {
  EventData,
  EventName,
  LibraryClient,
  Params,
  RequestName,
  Result,
} from '../engine/contract.ts';
import { errorCodes, fromErrorData, LookalikeError, type ErrorCode } from '../engine/errors.ts';

/** What lets in: the address of the server, and the cookie that it gave for its token. */
export interface Entrance {
  origin: string;
  cookie: string;
}

const errorData = z.object({
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
});

/** What ends work that takes long: whoever asked for it here does not want it to go on there. */
const stops = {
  'training.start': 'training.cancel',
  'evaluation.run': 'evaluation.cancel',
  'documents.clusters': 'clusters.cancel',
  'documents.map': 'map.cancel',
} as const satisfies Partial<Record<RequestName, RequestName>>;

interface Body {
  type: 'application/json' | 'application/octet-stream';
  bytes: string | Uint8Array;
}

export class RunningLibrary implements LibraryClient {
  readonly #entrance: Entrance;
  readonly #listeners = new Map<EventName, Set<(data: never) => void>>();
  readonly #end = new AbortController();
  readonly #unanswered = new Set<{ name: RequestName; params: object }>();
  #socket: WebSocket | undefined;

  constructor(entrance: Entrance) {
    this.#entrance = entrance;
  }

  /** Begins to hear events. Resolves when none is missed any more. @throws LookalikeError `process-died` */
  async listen(): Promise<void> {
    const { origin, cookie } = this.#entrance;
    const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/events`, {
      headers: { cookie, origin },
    });
    this.#socket = socket;
    socket.addEventListener('message', (message) => {
      const event = JSON.parse(String(message.data)) as { name: EventName; data: never };
      for (const listener of this.#listeners.get(event.name) ?? []) listener(event.data);
    });
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => {
        resolve();
      });
      socket.addEventListener('error', () => {
        reject(gone());
      });
    });
  }

  on<Name extends EventName>(name: Name, listener: (data: EventData<Name>) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** @throws LookalikeError as the library; `process-died` when its program ended, `cancelled` after `close` */
  async request<Name extends RequestName>(name: Name, params: Params<Name>): Promise<Result<Name>> {
    if (name !== 'queries.add') {
      const asked = { name, params };
      this.#unanswered.add(asked);
      try {
        return (await this.post(`/api/${name}`, params)) as Result<Name>;
      } finally {
        this.#unanswered.delete(asked);
      }
    }
    const picture = params as Params<'queries.add'>;
    const path = `/api/${name}?name=${encodeURIComponent(picture.name)}`;
    const body: Body = { type: 'application/octet-stream', bytes: picture.bytes };
    return (await this.#send(path, body)) as Result<Name>;
  }

  /** The same for an address of the server that is not in the contract. */
  post(path: string, params: object): Promise<unknown> {
    return this.#send(path, { type: 'application/json', bytes: JSON.stringify(params) });
  }

  /** Stops the long work that was asked for here and is not done. */
  async stop(): Promise<void> {
    for (const { name, params } of this.#unanswered) {
      if (!(name in stops)) continue;
      const { method, algorithm } = params as { method?: string; algorithm?: string };
      const stop = stops[name as keyof typeof stops];
      const of = {
        ...(stop !== 'evaluation.cancel' && { method }),
        ...(stop === 'map.cancel' && { algorithm }),
      };
      await this.post(`/api/${stop}`, of);
    }
  }

  /** Lets go of the library, which stays open where it is. Whoever waits for an answer is told `cancelled`. */
  close(): void {
    this.#end.abort();
    this.#socket?.close();
  }

  #send(path: string, { type, bytes }: Body): Promise<unknown> {
    const { origin, cookie } = this.#entrance;
    const { signal } = this.#end;
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown): void => {
        reject(
          signal.aborted
            ? new LookalikeError('cancelled', 'The library is not asked any more.', { cause })
            : gone(cause),
        );
      };
      const asked = request(new URL(path, origin), {
        method: 'POST',
        headers: {
          ...{ cookie, origin },
          ...{ 'content-type': type, 'content-length': Buffer.byteLength(bytes) },
        },
        // A connection of its own each, so that none is kept open that would keep this process alive.
        agent: false,
        signal,
      });
      asked.on('error', fail);
      asked.on('response', (response) => {
        json(response).then((told) => {
          if (response.statusCode === 200) resolve(told);
          else reject(fromErrorData(errorData.parse(told)));
        }, fail);
      });
      asked.end(bytes);
    });
  }
}

function gone(cause?: unknown): LookalikeError {
  return new LookalikeError(
    'process-died',
    'The Lookalike that had the library open does not answer any more. Try again.',
    { cause },
  );
}
