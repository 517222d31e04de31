/**
 * Real HTTP for tests of the web host, with every header in the test's hand (fetch forbids Host,
 * Origin and Cookie), and a web server with a small library to talk to.
 */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startServer, type WebServer } from '../../web/server.ts';
import { SmallLibrary } from '../support/small-library.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The body as JSON. */
  json(): unknown;
}

export interface Question {
  method?: string;
  path?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Uint8Array;
}

/** Sends one request to 127.0.0.1, with exactly these headers and Host. */
export function ask(port: number, question: Question): Promise<Answer> {
  const { method = 'GET', path = '/', headers = {}, body } = question;
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(parts);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: whole,
          json: (): unknown => JSON.parse(whole.toString()),
        });
      });
    });
    sent.end(body);
  });
}

/** Sends bytes that need not be HTTP, and returns all that comes back until the connection ends. */
export function sendRaw(port: number, text: string, host = '127.0.0.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => socket.write(text));
    let answer = '';
    socket.on('data', (part) => (answer += part.toString()));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(answer);
    });
  });
}

export interface Site {
  library: SmallLibrary;
  rendererFolder: string;
  server: WebServer;
  port: number;
  /** `http://127.0.0.1:port`. */
  origin: string;
  /** The token in the printed address. */
  token: string;
  /** Lines that the server wrote to the log. */
  log: string[];
  ask(question: Question): Promise<Answer>;
  /** A cookie that lets in, as a Cookie header. */
  cookie(): Promise<string>;
  /** Asks as a page of the web app does: with the cookie and the right Origin. */
  askInside(question: Question): Promise<Answer>;
}

/** Starts a web server for the test that is running, and ends it after that. */
export async function openSite(): Promise<Site> {
  const rendererFolder = await mkdtemp(join(tmpdir(), 'lookalike-web-'));
  await mkdir(join(rendererFolder, 'assets'));
  await writeFile(join(rendererFolder, 'index.html'), '<!doctype html><title>Lookalike</title>');
  await writeFile(join(rendererFolder, 'assets', 'index-1a2b.js'), 'export {};');

  const library = new SmallLibrary();
  const log: string[] = [];
  const server = await startServer({
    library,
    port: 0,
    rendererFolder,
    onLog: (line) => log.push(line),
  });
  onTestFinished(async () => {
    await server.close();
    await rm(rendererFolder, { recursive: true });
  });

  const address = new URL(server.address);
  const port = Number(address.port);
  const token = address.searchParams.get('token') ?? '';
  const cookie = async () => cookieOf(await ask(port, { path: `/?token=${token}` }));
  return {
    library,
    rendererFolder,
    server,
    port,
    origin: address.origin,
    token,
    log,
    cookie,
    ask: (question) => ask(port, question),
    askInside: async (question) =>
      ask(port, {
        ...question,
        headers: { origin: address.origin, cookie: await cookie(), ...question.headers },
      }),
  };
}

/** The cookie that `answer` sets, as the header that a browser sends back. */
export function cookieOf(answer: Answer): string {
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}
