/**
 * The one place of the renderer that talks to its host: requests, events and the addresses of
 * pictures. In a window of Electron the preload script offers the same as `window.lookalike`; in a
 * browser they go over HTTP and one WebSocket to the program on this machine.
 *
 * Everything else takes a `Host`, so tests hand in one of their own.
 */
import type {
  EventData,
  EventName,
  HostAbilities,
  LibraryClient,
  Params,
  RequestName,
  Result,
} from '../engine/contract.ts';
import { fromErrorData, LookalikeError, type ErrorData } from '../engine/errors.ts';

/** `refused`: the program is there, but this page may not talk to it (its address has no token). */
export type Connection = 'connecting' | 'open' | 'lost' | 'refused';

/** A library behind a host, and what that host can do besides. */
export interface Host extends LibraryClient {
  abilities(): Promise<HostAbilities>;
  /** Tells the present state at once, then every change, until the returned function is called. */
  onConnection(listener: (connection: Connection) => void): () => void;
  /** The address of a photo's thumbnail, 512 px on the long side. */
  thumbnail(libraryId: string, photo: number): string;
  /** The address of a photo, made for the screen, at most `side` px on the long side. */
  photo(libraryId: string, photo: number, side: number): string;
  /** The same of a query from outside the library, by the id of its picture. */
  queryPicture(libraryId: string, picture: string, side: number): string;
  /** The folder that the person chose in a dialog of the system; null if they closed it. */
  chooseFolder?(): Promise<string | null>;
  showInFolder?(path: string): Promise<void>;
}

/**
 * What the preload script of a desktop window offers. An error would lose its code on the way through
 * Electron's context bridge, so replies carry it as data.
 */
export interface Preload extends Omit<Host, 'request'> {
  request(name: RequestName, params: unknown): Promise<{ result: unknown } | { error: ErrorData }>;
}

declare global {
  interface Window {
    lookalike?: Preload;
  }
}

/** The host this page runs in. */
export function connectToHost(): Host {
  const preload = window.lookalike;
  if (preload === undefined) return new WebHost(window.location);
  return {
    ...preload,
    async request<Name extends RequestName>(name: Name, params: Params<Name>) {
      const reply = await preload.request(name, params);
      if ('error' in reply) throw fromErrorData(reply.error);
      return reply.result as Result<Name>;
    },
  };
}

const firstRetry = 500;
const lastRetry = 8000;

/** The program on this machine, over HTTP and a WebSocket. The cookie of the page is its key. */
export class WebHost implements Host {
  #page: string;
  #listeners = new Map<EventName, Set<(data: never) => void>>();
  #connectionListeners = new Set<(connection: Connection) => void>();
  #connection: Connection = 'connecting';
  #retry = firstRetry;
  #socket: WebSocket | undefined;
  #closed = false;

  constructor(page: { href: string }) {
    this.#page = page.href;
    this.#listen();
  }

  async request<Name extends RequestName>(name: Name, params: Params<Name>): Promise<Result<Name>> {
    if (name === 'queries.add') {
      const picture = params as Params<'queries.add'>;
      const address = `/api/${name}?name=${encodeURIComponent(picture.name)}`;
      return (await this.#fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: picture.bytes,
      })) as Result<Name>;
    }
    return (await this.#fetch(`/api/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(params),
    })) as Result<Name>;
  }

  on<Name extends EventName>(name: Name, listener: (data: EventData<Name>) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  onConnection(listener: (connection: Connection) => void): () => void {
    this.#connectionListeners.add(listener);
    listener(this.#connection);
    return () => this.#connectionListeners.delete(listener);
  }

  async abilities(): Promise<HostAbilities> {
    return (await this.#fetch('/api/host', { method: 'GET' })) as HostAbilities;
  }

  thumbnail(libraryId: string, photo: number): string {
    return `/pictures/${libraryId}/${photo}/thumbnail`;
  }

  photo(libraryId: string, photo: number, side: number): string {
    return `/pictures/${libraryId}/${photo}/photo?side=${side}`;
  }

  queryPicture(libraryId: string, picture: string, side: number): string {
    return `/pictures/${libraryId}/queries/${encodeURIComponent(picture)}?side=${side}`;
  }

  async #fetch(address: string, init: RequestInit): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(new URL(address, this.#page), { ...init, credentials: 'same-origin' });
    } catch (cause) {
      throw new LookalikeError('process-died', 'Lookalike does not answer. Is it still running?', {
        cause,
      });
    }
    // What comes back without being JSON was not written by the library: the host let nothing in.
    const told: unknown = await response.json().catch(() => undefined);
    if (response.ok && told !== undefined) return told;
    if (isErrorData(told)) throw fromErrorData(told);
    if (response.status >= 401 && response.status <= 404) this.#connected('refused');
    throw new LookalikeError(
      'internal',
      `Lookalike did not understand this page (status ${response.status}). Load the page again.`,
    );
  }

  /** Lets go of the connection for good. */
  close(): void {
    this.#closed = true;
    this.#socket?.close();
  }

  #listen(): void {
    if (this.#closed) return;
    const socket = new WebSocket(new URL('/events', this.#page).href.replace(/^http/, 'ws'));
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#retry = firstRetry;
      this.#connected('open');
    });
    socket.addEventListener('message', (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as { name: EventName; data: never };
      for (const listener of this.#listeners.get(event.name) ?? []) listener(event.data);
    });
    socket.addEventListener('close', () => {
      if (this.#connection !== 'refused') this.#connected('lost');
      setTimeout(() => {
        this.#listen();
      }, this.#retry);
      this.#retry = Math.min(this.#retry * 2, lastRetry);
    });
  }

  #connected(connection: Connection): void {
    if (connection === this.#connection) return;
    this.#connection = connection;
    for (const listener of this.#connectionListeners) listener(connection);
  }
}

function isErrorData(value: unknown): value is ErrorData {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'message' in value &&
    typeof value.message === 'string'
  );
}
