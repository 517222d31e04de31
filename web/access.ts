/**
 * Who may talk to the local web app.
 *
 * Any program and any web page on this machine can reach a port on 127.0.0.1, so a request counts
 * only when it shows a secret that this program made, and comes from a page of this program:
 * - The secret first travels as a token in the address, and is exchanged there for a cookie, so that
 *   it leaves the address bar.
 * - The address that is printed stays good while the program runs: a person may want it in a second
 *   browser, or again after clearing cookies. The address that is handed to the default browser is
 *   good once only, because every user of the machine can read the arguments of other programs.
 * - The Host header must name this server, otherwise another site's name may point here (DNS
 *   rebinding).
 * - Origin must be this server, because a cookie belongs to a host and not to a port: a page that
 *   another program serves on 127.0.0.1 is "same-site", and its requests carry our cookie.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';

/** What to do with a request: serve it, set the cookie and send it to `/`, or tell it nothing. */
export type Verdict = { kind: 'allowed' } | { kind: 'enter'; cookie: string } | { kind: 'refused' };

export const refused: Verdict = { kind: 'refused' };

export class Access {
  readonly #token = newSecret();
  readonly #session = newSecret();
  readonly #tickets = new Set<string>();
  /** The names of this server, as a browser writes them (the port is left out when it is 80). */
  readonly #names: URL[];
  readonly #cookieName: string;

  constructor(port: number) {
    this.#names = ['127.0.0.1', 'localhost'].map((name) => new URL(`http://${name}:${port}/`));
    // Browsers share cookies between ports: the port in the name keeps two programs apart.
    this.#cookieName = `lookalike-${port}`;
  }

  /** The address to print: good while the program runs. */
  get address(): string {
    return this.#addressWith(this.#token);
  }

  /** An address that lets in one browser, once. */
  addressForOneUse(): string {
    const ticket = newSecret();
    this.#tickets.add(ticket);
    return this.#addressWith(ticket);
  }

  /** Judges a request by its headers and address alone; uses up a ticket that it shows. */
  judge(request: IncomingMessage): Verdict {
    const server = this.#names.find((name) => name.host === request.headers.host);
    if (server === undefined || !comesFromOurPages(request, server)) return refused;

    const known = isSecret(this.#cookieOf(request), this.#session);
    const token = tokenOf(request);
    if (token === null) return known ? { kind: 'allowed' } : refused;
    // With a token it ends at `/` without one, also for a browser that is let in already.
    return this.#accepts(token) || known ? { kind: 'enter', cookie: this.#newCookie() } : refused;
  }

  #addressWith(token: string): string {
    const address = new URL(String(this.#names[0]));
    address.searchParams.set('token', token);
    return address.href;
  }

  #accepts(token: string): boolean {
    if (isSecret(token, this.#token)) return true;
    const ticket = [...this.#tickets].find((one) => isSecret(token, one));
    return ticket !== undefined && this.#tickets.delete(ticket);
  }

  #cookieOf(request: IncomingMessage): string {
    return parseCookie(request.headers.cookie ?? '')[this.#cookieName] ?? '';
  }

  #newCookie(): string {
    return stringifySetCookie({
      name: this.#cookieName,
      value: this.#session,
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
    });
  }
}

/**
 * Whether the browser says that a page of this server, or the person, asked. Origin is sent with
 * everything but plain GETs; Sec-Fetch-Site also tells about those (an <img> on another page).
 */
function comesFromOurPages(request: IncomingMessage, server: URL): boolean {
  const { origin, upgrade, 'sec-fetch-site': site } = request.headers;
  const onlyReads = request.method === 'GET' || request.method === 'HEAD';
  const originIsRight =
    origin === undefined ? onlyReads && upgrade === undefined : origin === server.origin;
  const siteIsRight = site === undefined || site === 'same-origin' || site === 'none';
  return originIsRight && siteIsRight;
}

/** The token in `/?token=…`, or null: no other address and method takes one. */
function tokenOf(request: IncomingMessage): string | null {
  const [path, search] = (request.url ?? '').split('?', 2);
  if (request.method !== 'GET' || path !== '/') return null;
  return new URLSearchParams(search).get('token');
}

/** 256 random bits. */
function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares in a time that does not depend on where, or in how many characters, the two differ. */
function isSecret(given: string, secret: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(secret));
}
