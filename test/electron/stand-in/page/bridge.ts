/**
 * How the preload script's world and the page's world reach each other, as Electron's contextBridge
 * does it: functions and promises are proxied, other values are copied, prototypes and the codes of
 * errors are lost. Both worlds share nothing but the document, so what is said crosses as DOM events,
 * which are dispatched at once and whose details Chromium clones between worlds.
 *
 * This runs in pages, as text: it uses nothing from outside, and the few parts of the DOM that it needs
 * are declared here.
 */

/** A value on its way between the worlds. */
type Carried =
  | { is: 'value'; value: unknown }
  | { is: 'function' | 'promise'; id: number }
  | { is: 'array'; items: Carried[] }
  | { is: 'object'; entries: [string, Carried][] }
  | { is: 'error'; message: string };

type Said =
  | { kind: 'call'; call: number; id: number; args: Carried }
  | { kind: 'returned'; call: number; failed: boolean; value: Carried }
  | { kind: 'settled'; id: number; failed: boolean; value: Carried }
  | { kind: 'expose'; name: string; value: Carried };

type Anything = (...args: unknown[]) => unknown;

/**
 * One end of the bridge.
 * @param document the page's document
 * @param here and there: names that only the two ends know
 * @returns what gives the other world a value under a name of its `window`
 */
export function openBridge(
  document: EventTarget,
  world: object,
  here: string,
  there: string,
): (name: string, value: unknown) => void {
  const functions = new Map<number, Anything>();
  const waiting = new Map<number, { resolve: Anything; reject: Anything }>();
  let last = 0;
  let returned: (Said & { kind: 'returned' }) | undefined;

  function say(what: Said): void {
    document.dispatchEvent(new CustomEvent(there, { detail: what }));
  }

  function carry(value: unknown): Carried {
    if (typeof value === 'function') {
      functions.set(++last, value as Anything);
      return { is: 'function', id: last };
    }
    if (typeof value !== 'object' || value === null) return { is: 'value', value };
    if (value instanceof Promise) {
      const id = ++last;
      const tell = (failed: boolean) => (result: unknown) => {
        say({ kind: 'settled', id, failed, value: carry(result) });
      };
      value.then(tell(false), tell(true));
      return { is: 'promise', id };
    }
    if (value instanceof Error) return { is: 'error', message: value.message };
    if (Array.isArray(value)) return { is: 'array', items: value.map(carry) };
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof Date)
      return { is: 'value', value };
    // Files, blobs and the like are the browser's own and cross as they are.
    if (value instanceof Blob) return { is: 'value', value };
    return {
      is: 'object',
      entries: Object.entries(value).map(([key, part]) => [key, carry(part)]),
    };
  }

  function receive(carried: Carried): unknown {
    switch (carried.is) {
      case 'value':
        return carried.value;
      case 'error':
        return new Error(carried.message);
      case 'array':
        return carried.items.map(receive);
      case 'object':
        return Object.fromEntries(carried.entries.map(([key, part]) => [key, receive(part)]));
      case 'promise':
        return new Promise((resolve, reject) => {
          waiting.set(carried.id, { resolve, reject });
        });
      case 'function':
        return (...args: unknown[]) => {
          const call = ++last;
          say({ kind: 'call', call, id: carried.id, args: carry(args) });
          const answer = returned;
          returned = undefined;
          if (answer?.call !== call) throw new Error('the other world did not answer');
          const value = receive(answer.value);
          if (answer.failed) throw value as Error;
          return value;
        };
    }
  }

  function answer({ call, id, args }: Said & { kind: 'call' }): void {
    try {
      const result = functions.get(id)?.(...(receive(args) as unknown[]));
      say({ kind: 'returned', call, failed: false, value: carry(result) });
    } catch (error) {
      say({ kind: 'returned', call, failed: true, value: carry(error) });
    }
  }

  function frozen(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    for (const part of Object.values(value)) frozen(part);
    return Object.freeze(value);
  }

  document.addEventListener(here, (event) => {
    const said = (event as CustomEvent<Said>).detail;
    switch (said.kind) {
      case 'call':
        answer(said);
        return;
      case 'returned':
        returned = said;
        return;
      case 'settled': {
        const waiter = waiting.get(said.id);
        waiting.delete(said.id);
        waiter?.[said.failed ? 'reject' : 'resolve'](receive(said.value));
        return;
      }
      case 'expose':
        Object.defineProperty(world, said.name, {
          value: frozen(receive(said.value)),
          enumerable: true,
        });
    }
  });

  return (name, value) => {
    say({ kind: 'expose', name, value: carry(value) });
  };
}
