/**
 * What the window loads, under `lookalike://app/`: the files of the interface, and pictures by id. A
 * protocol of its own needs no port and no token, and nothing but this program's window reaches it.
 */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { messageOf, toErrorData } from '../engine/errors.ts';
import type { Library } from '../engine/library.ts';
import { cachingOf, isPicture, nothingHere, pictureAt, safetyHeaders } from '../engine/pages.ts';

export const SCHEME = 'lookalike';
export const ORIGIN = `${SCHEME}://app`;
/** The address of the interface. */
export const START = `${ORIGIN}/index.html`;

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Where pages and pictures come from; the library may be another one later. */
export interface PageSources {
  /** The built interface: a folder with index.html. */
  rendererFolder: string;
  library: () => Library | null;
  /** Takes a line about a mistake of the program, for the log. */
  onLog: (line: string) => void;
}

/** Answers every request for an address of the protocol; never throws. */
export function pages(sources: PageSources): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      if (request.method !== 'GET') throw nothingHere();
      const address = new URL(request.url);
      if (address.protocol !== `${SCHEME}:` || address.host !== 'app') throw nothingHere();
      return isPicture(address)
        ? await picture(request, address, sources)
        : await file(address, sources.rendererFolder);
    } catch (error) {
      const data = toErrorData(error);
      if (data.code === 'internal') sources.onLog(`${request.url}: ${data.message}`);
      return Response.json(data, {
        status: data.code === 'internal' ? 500 : 404,
        headers: { ...safetyHeaders(), 'cache-control': 'no-store' },
      });
    }
  };
}

/**
 * A picture is told at once and follows as a stream: Electron says that a page has gone on only by
 * cancelling what it is being sent, and a large photo that nobody waits for is then not decoded. A
 * picture that cannot be made breaks off, which the page takes as it takes any missing picture.
 */
async function picture(
  request: Request,
  address: URL,
  { library, onLog }: PageSources,
): Promise<Response> {
  const open = library();
  if (open === null) throw nothingHere();
  const { read, type, headers } = await pictureAt(open, address);
  if (request.headers.get('if-none-match') === headers.etag)
    return new Response(null, { status: 304, headers });

  const gone = new AbortController();
  const stream = new ReadableStream<Uint8Array>({
    start: async (controller) => {
      try {
        // The decoder hands it over whole, so in pieces it would be no smaller in memory.
        controller.enqueue(await read(gone.signal));
        controller.close();
      } catch (error) {
        if (gone.signal.aborted) return;
        if (toErrorData(error).code === 'internal') onLog(`${request.url}: ${messageOf(error)}`);
        controller.error(error);
      }
    },
    cancel: () => {
      gone.abort();
    },
  });
  return new Response(stream, {
    headers: { ...safetyHeaders(), ...headers, 'content-type': type },
  });
}

async function file(address: URL, folder: string): Promise<Response> {
  // Names of Vite's making only: no dots that lead upwards, nothing encoded.
  const path = /^\/((?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)*)$/.exec(address.pathname)?.[1];
  const type = types[extname(path ?? '')];
  if (path === undefined || type === undefined) throw nothingHere();
  let content: Buffer<ArrayBuffer>;
  try {
    content = await readFile(join(folder, path));
  } catch (cause) {
    throw nothingHere(cause);
  }
  return new Response(content, {
    headers: { ...safetyHeaders(), 'content-type': type, 'cache-control': cachingOf(path) },
  });
}
