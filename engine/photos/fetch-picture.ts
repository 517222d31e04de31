/**
 * Fetches one picture from an http or https address that the person gave. Nothing else in Lookalike
 * goes to the network, and this does so only when it is asked for exactly that address.
 *
 * An address may come from anybody, so it must not become a way to what only this machine can reach
 * (request forgery): the name is resolved here, each of its network addresses must be public, and the
 * connection goes to one of those that were checked and to no other, whatever the name stands for a
 * moment later. Redirects are followed by hand, each checked like the first address. Neither cookies
 * nor passwords nor a referrer are sent, and nothing of what comes back is kept but a picture's bytes.
 */
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { isLookalikeError, LookalikeError, messageOf, systemCode } from '../errors.ts';
import { isPublicAddress } from './public-address.ts';

/** Redirects that are followed. */
const mostRedirects = 5;

/** A numeric address of a host, as `dns.lookup` gives it. */
export interface HostAddress {
  address: string;
  family: number;
}

export interface FetchOptions {
  /** Bytes of the largest picture that is taken. */
  mostBytes: number;
  /** Stops it, with the error `cancelled`. */
  signal?: AbortSignal;
  /** Milliseconds for everything together, and without anything being sent. */
  wholeMs?: number;
  idleMs?: number;
  /** What a name stands for; the system's answer by default. */
  resolve?: (host: string) => Promise<HostAddress[]>;
  /** For tests, whose servers are on this machine: addresses of these hosts and ports are not checked. */
  exempt?: (url: URL) => boolean;
}

export interface FetchedPicture {
  /** What the address calls it, or else its host. */
  name: string;
  /** Not yet known to be a picture: that is for the decoder to say. */
  bytes: Uint8Array;
}

/**
 * @throws LookalikeError `query-address-invalid`, `query-address-local`, `query-address-failed`,
 *   `query-address-timeout`, `query-too-large`, `query-not-a-photo` (by its type) or `cancelled`
 */
export async function fetchPicture(
  address: string,
  options: FetchOptions,
): Promise<FetchedPicture> {
  const { signal, wholeMs = 15_000 } = options;
  const stopping = new AbortController();
  const onTime = setTimeout(() => {
    stopping.abort(tookTooLong(address));
  }, wholeMs);
  const onStop = (): void => {
    stopping.abort(new LookalikeError('cancelled', 'Fetching the picture was stopped.'));
  };
  signal?.addEventListener('abort', onStop);
  if (signal?.aborted) onStop();
  try {
    return await follow(parse(address), options, stopping);
  } catch (error) {
    // What fails after that fails because of it.
    if (stopping.signal.aborted) throw stopping.signal.reason;
    throw isLookalikeError(error) ? error : unreachable(address, error);
  } finally {
    clearTimeout(onTime);
    signal?.removeEventListener('abort', onStop);
    // Whatever is still open is let go of.
    stopping.abort();
  }
}

async function follow(
  first: URL,
  options: FetchOptions,
  stopping: AbortController,
): Promise<FetchedPicture> {
  let url = first;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const told =
      url.host === first.host ? url.host : `${first.host} leads on to ${url.host}, which`;
    const answer = await ask(url, told, options, stopping);
    const next = redirectOf(url, answer.statusCode ?? 0, answer.headers.location);
    if (next === null)
      return { name: nameOf(first), bytes: await read(url, answer, options.mostBytes) };
    answer.destroy();
    url = next;
  }
  throw new LookalikeError(
    'query-address-failed',
    `${first.host} leads from one address to the next, more than ${mostRedirects} times. ${useTheFile}`,
  );
}

/**
 * The address that was given, as one that may be asked.
 * @throws LookalikeError `query-address-invalid`
 */
function parse(address: string): URL {
  const url = URL.parse(address.trim());
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new LookalikeError(
      'query-address-invalid',
      `${shortened(address)} is not an address that can be fetched: such an address begins with https:// or http://.`,
    );
  if (url.username !== '' || url.password !== '')
    throw new LookalikeError(
      'query-address-invalid',
      `There is a user name or a password in the address of ${url.host}; Lookalike sends none. ${useTheFile}`,
    );
  return url;
}

/**
 * Where an answer leads to; null when it is not a redirect.
 * @throws LookalikeError `query-address-failed` or `query-address-invalid`
 */
export function redirectOf(from: URL, status: number, location: string | undefined): URL | null {
  if (![301, 302, 303, 307, 308].includes(status)) return null;
  const to = URL.parse(location ?? '', from.href);
  if (location === undefined || to === null)
    throw new LookalikeError(
      'query-address-failed',
      `${from.host} leads on to another address, but does not say which. ${useTheFile}`,
    );
  if (from.protocol === 'https:' && to.protocol === 'http:')
    throw new LookalikeError(
      'query-address-failed',
      `${from.host} leads on to an address without encryption (${shortened(to.href)}), which is not followed. ${useTheFile}`,
    );
  return parse(to.href);
}

/**
 * Asks for `url`, and waits until the answer begins.
 * @param told how a sentence about where it leads begins
 * @throws LookalikeError `query-address-local`; Error when it cannot be reached
 */
async function ask(
  url: URL,
  told: string,
  { resolve = lookupAll, exempt, idleMs = 10_000 }: FetchOptions,
  stopping: AbortController,
): Promise<IncomingMessage> {
  // Numeric IPv6 addresses stand in brackets.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = await orStopped(resolve(host), stopping.signal);
  if (exempt?.(url) !== true && !addresses.every(({ address }) => isPublicAddress(address)))
    throw new LookalikeError(
      'query-address-local',
      `${told} is on this machine or in the local network, where Lookalike fetches nothing. ${useTheFile}`,
    );
  const request = (url.protocol === 'https:' ? https : http).get(url, {
    // A connection of its own: one that is kept for longer was made by another request's check.
    agent: false,
    lookup: answering(addresses),
    signal: stopping.signal,
    // Some servers give nothing to programs that do not say who they are.
    headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'Lookalike' },
  });
  request.setTimeout(idleMs, () => {
    stopping.abort(tookTooLong(url.href));
  });
  // After the answer has begun, what goes wrong is told by the answer as well.
  request.on('error', () => undefined);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return addAbortSignal(stopping.signal, answer);
}

const lookupAll = (host: string): Promise<HostAddress[]> => lookup(host, { all: true });

/** A resolver for one connection that knows these addresses and nothing else. */
function answering(addresses: HostAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [first] = addresses;
    if (all === true || first === undefined) callback(null, addresses);
    else callback(null, first.address, first.family);
  };
}

/**
 * The bytes of an answer that may be a picture.
 * @throws LookalikeError `query-address-failed`, `query-not-a-photo` or `query-too-large`
 */
async function read(url: URL, answer: IncomingMessage, mostBytes: number): Promise<Uint8Array> {
  const status = answer.statusCode ?? 0;
  if (status !== 200)
    throw new LookalikeError(
      'query-address-failed',
      status === 404 || status === 410
        ? `There is nothing at this address of ${url.host} (status ${status}). Check it.`
        : `${url.host} does not give the picture (status ${status}). ${useTheFile}`,
    );
  const type = (answer.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!/^(image\/.*|(application|binary)\/octet-stream|)$/.test(type))
    throw new LookalikeError(
      'query-not-a-photo',
      type === 'text/html'
        ? `${url.host} shows a page at this address, not a picture. Open the picture by itself, and use its address.`
        : `What ${url.host} has at this address is not a picture (${shortened(type)}).`,
    );
  const tooLarge = (): LookalikeError =>
    new LookalikeError(
      'query-too-large',
      `The picture at ${url.host} has more than ${mostBytes / 1024 / 1024} MB, the most that a query may have. Save it smaller, and use the file.`,
    );
  if (Number(answer.headers['content-length']) > mostBytes) throw tooLarge();
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    size += part.length;
    // It need not have told its length, or not the true one.
    if (size > mostBytes) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const useTheFile = 'Save the picture, and use the file.';

function tookTooLong(address: string): LookalikeError {
  const host = URL.parse(address)?.host ?? address;
  return new LookalikeError(
    'query-address-timeout',
    `${host} took too long to give the picture. Try again, or save the picture and use the file.`,
  );
}

function unreachable(address: string, error: unknown): LookalikeError {
  const host = URL.parse(address)?.host ?? address;
  const unknown = ['ENOTFOUND', 'EAI_AGAIN', 'ENODATA'].includes(systemCode(error) ?? '');
  return new LookalikeError(
    'query-address-failed',
    unknown
      ? `${host} cannot be found. Check the address, and whether this machine is connected.`
      : `${host} cannot be reached, or broke off (${systemCode(error) ?? messageOf(error)}). Try again later.`,
    { cause: error },
  );
}

/** Waits for `work`, which cannot be stopped itself, for as long as nobody stops. */
async function orStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('stopped'));
    });
    if (signal.aborted) reject(new Error('stopped'));
  });
  // Nobody waits for it any more when the work was done in time.
  stopped.catch(() => undefined);
  return Promise.race([work, stopped]);
}

function nameOf({ pathname, host }: URL): string {
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last) || host;
  } catch {
    return last;
  }
}

/** Addresses can be very long. */
function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
