/**
 * The program on this machine, reached from a browser over HTTP and one WebSocket. The cookie of the
 * page is its key.
 */
import type {
  EventData,
  EventName,
  HostRequestName,
  HostResult,
  Params,
  RequestName,
  Result,
} from '../../engine/contract.ts';
import { fromErrorData, LookalikeError, type ErrorData } from '../../engine/errors.ts';
import { pictureAddresses, type Connection, type Host } from './host.ts';

const firstRetry = 500;
const lastRetry = 8000;

export class WebHost implements Host {
  readonly pictures = pictureAddresses;
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

  async ask<Name extends HostRequestName>(name: Name): Promise<HostResult<Name>> {
    return (await this.#fetch(`/api/${name}`, { method: 'GET' })) as HostResult<Name>;
  }

  /** A browser has a menu of its own, which knows nothing of the program. */
  onCommand(): void {
    // Nothing is ever told.
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
    // What was stopped has another status of those that are no failure.
    if (response.status === 200 && told !== undefined) return told;
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
