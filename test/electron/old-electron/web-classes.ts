/**
 * The classes of the web that Node has had since version 18, as far as the program's pages use them.
 */

class OldHeaders {
  readonly #values = new Map<string, string>();

  constructor(values: Record<string, string> = {}) {
    for (const [name, value] of Object.entries(values)) this.#values.set(name.toLowerCase(), value);
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }
}

class OldRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: OldHeaders;

  constructor(url: string, init: { method: string; headers: Record<string, string> }) {
    this.url = url;
    this.method = init.method;
    this.headers = new OldHeaders(init.headers);
  }
}

/** A stream whose content is all given when it starts. */
class OldStream {
  readonly content: Promise<Uint8Array>;

  constructor({ start }: { start: (controller: object) => unknown }) {
    this.content = new Promise((resolve, reject) => {
      start({ enqueue: resolve, close: () => undefined, error: reject });
    });
  }
}

/** Electron 9 never says that a page has gone on. */
class OldAbortController {
  readonly signal = { aborted: false };
}

interface ResponseInit {
  status?: number;
  headers?: Record<string, string>;
}

/** Keeps its headers as an object, which is how Electron 9 takes them. */
export class OldResponse {
  readonly status: number;
  readonly given: Record<string, string>;
  readonly bytes: Promise<Buffer>;

  constructor(
    body: OldStream | Uint8Array | string | null,
    { status = 200, headers = {} }: ResponseInit = {},
  ) {
    this.status = status;
    this.given = headers;
    this.bytes = Promise.resolve(body instanceof OldStream ? body.content : body).then((content) =>
      Buffer.from(content ?? ''),
    );
  }

  static json(data: unknown, init: ResponseInit = {}): OldResponse {
    const headers = { 'content-type': 'application/json', ...init.headers };
    return new OldResponse(JSON.stringify(data), { ...init, headers });
  }
}

Object.assign(globalThis, {
  ...{ Request: OldRequest, Response: OldResponse },
  ...{ ReadableStream: OldStream, AbortController: OldAbortController },
});
Object.assign(URL, {
  parse: (address: string) => {
    try {
      return new URL(address);
    } catch {
      return null;
    }
  },
});
