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

interface ResponseInit {
  status?: number;
  headers?: Record<string, string>;
}

/** Keeps its headers as an object, which is how Electron 9 takes them. */
export class OldResponse {
  readonly status: number;
  readonly given: Record<string, string>;
  readonly bytes: Buffer;

  constructor(body: Uint8Array | string | null, { status = 200, headers = {} }: ResponseInit = {}) {
    this.status = status;
    this.given = headers;
    this.bytes = Buffer.from(body ?? '');
  }

  static json(data: unknown, init: ResponseInit = {}): OldResponse {
    const headers = { 'content-type': 'application/json', ...init.headers };
    return new OldResponse(JSON.stringify(data), { ...init, headers });
  }
}

Object.assign(globalThis, { Request: OldRequest, Response: OldResponse });
Object.assign(URL, {
  parse: (address: string) => {
    try {
      return new URL(address);
    } catch {
      return null;
    }
  },
});
