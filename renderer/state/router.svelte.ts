/**
 * Where the person is, kept in the window's history: Back and Forward of the browser, of a mouse and
 * of the keyboard all work, and each entry remembers the trail of queries that led to it.
 */
import { addressOf, routeOf, start, type Route } from './routes.ts';

/** One query on the way to the present one. */
export interface TrailStep {
  address: string;
  /** The photo to show; null for a picture from outside the library. */
  photo: number | null;
}

interface Entry {
  /** How many entries of this program lie before it. */
  depth: number;
  trail: TrailStep[];
}

/** The part of the window's history that the router needs, so that tests can be their own. */
export interface HistoryLike {
  readonly state: unknown;
  pushState(state: unknown, unused: string, address: string): void;
  replaceState(state: unknown, unused: string, address: string): void;
  go(steps: number): void;
}

const longestTrail = 12;

export class Router {
  route: Route = $state.raw(start);
  trail: TrailStep[] = $state.raw([]);
  #depth = 0;
  #history: HistoryLike;

  constructor(history: HistoryLike, address: string) {
    this.#history = history;
    this.#show(address);
  }

  /** Goes to a place. From query to query the trail grows; elsewhere it begins again. */
  go(route: Route): void {
    const address = addressOf(route);
    if (address === addressOf(this.route)) return;
    const trail = this.#trailTo(route, address);
    const entry: Entry = { depth: this.#depth + 1, trail };
    this.#history.pushState(entry, '', address);
    this.#show(address);
  }

  /** Changes the present place without an entry to go back to. */
  replace(route: Route): void {
    const address = addressOf(route);
    this.#history.replaceState({ depth: this.#depth, trail: this.trail }, '', address);
    this.#show(address);
  }

  /** One step back; to the photos if this program has no step to go back to. */
  back(): void {
    if (this.#depth > 0) this.#history.go(-1);
    else this.replace(start);
  }

  /** One step forward, where the person has come back from. */
  forward(): void {
    this.#history.go(1);
  }

  /** Back to a step of the trail; the last one is the present query. */
  backTo(index: number): void {
    const steps = index - (this.trail.length - 1);
    if (steps < 0 && this.#depth + steps >= 0) this.#history.go(steps);
  }

  /** To be called when the window moved in its history, or its address was changed by hand. */
  moved(address: string): void {
    this.#show(address);
  }

  #trailTo(route: Route, address: string): TrailStep[] {
    if (route.page !== 'lookalikes') return [];
    const photo = 'photo' in route.query ? route.query.photo : null;
    const before = this.route.page === 'lookalikes' ? this.trail : [];
    return [...before, { address, photo }].slice(-longestTrail);
  }

  #show(address: string): void {
    const route = routeOf(address);
    const entry = entryOf(this.#history.state);
    if (entry === null) {
      // Typed by hand or opened from outside: from here on it is an entry like any other.
      const fresh: Entry = { depth: 0, trail: [] };
      if (route.page === 'lookalikes')
        fresh.trail = [{ address, photo: 'photo' in route.query ? route.query.photo : null }];
      this.#history.replaceState(fresh, '', addressOf(route));
      this.#depth = 0;
      this.trail = fresh.trail;
    } else {
      this.#depth = entry.depth;
      this.trail = entry.trail;
    }
    this.route = route;
  }
}

function entryOf(state: unknown): Entry | null {
  if (typeof state !== 'object' || state === null) return null;
  if (!('depth' in state) || typeof state.depth !== 'number') return null;
  if (!('trail' in state) || !Array.isArray(state.trail)) return null;
  return state as Entry;
}
