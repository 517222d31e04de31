/**
 * A second thread that answers batches of queries together with this one, which waits for it at the
 * end: until there are results, nothing else is done here, so that the rows stay as they are. What the
 * other thread does not get to, or does not come back with, is done here.
 */
import { availableParallelism } from 'node:os';
import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
} from 'node:worker_threads';
import { control, state, takenAtOnce, workOn, type Batch, type Found } from './batch.ts';
import { nearest, type NearestQuery, type NearestSearch } from './nearest.ts';
import type { Neighbour } from './top.ts';

/** With fewer rows, all is answered before another thread is awake. */
const leastRows = 4000;
/** The last few queries of the other thread take seconds at most. */
const longestWaitMs = 60_000;

/** What the other thread is given. */
export interface CompanionStart {
  /** See `control` in batch.ts. */
  memory: Int32Array;
  /** Batches go there, and what was found comes back. */
  port: MessagePort;
}

interface Other extends CompanionStart {
  thread: Worker;
}

export class Companion {
  readonly #isAlone: boolean;
  #other: Other | undefined;
  #answeredByOther = 0;

  /** @param threads that may work at the same time */
  constructor(threads: number = availableParallelism()) {
    this.#isAlone = threads < 2;
  }

  /** As `nearest` does. */
  readonly nearest: NearestSearch = (vectors, queries, k, hidden, within) => {
    const isShort = queries.length <= takenAtOnce || vectors.size < leastRows;
    if (this.#isAlone || isShort) return nearest(vectors, queries, k, hidden, within);
    const { memory, port } = (this.#other ??= this.#start());
    const rest = { queries: [...queries], k, hidden, within };
    Atomics.store(memory, control.next, 0);
    port.postMessage({
      vectors: vectors.shared,
      sketch: vectors.pruner?.shared,
      ...rest,
    } satisfies Batch);
    Atomics.store(memory, control.state, state.posted);
    Atomics.notify(memory, control.state);
    const found = workOn(memory, vectors, rest);
    for (const [start, results] of this.#theirs()) {
      found.set(start, results);
      this.#answeredByOther += results.length;
    }
    return inOrder(
      queries,
      (some, start) => found.get(start) ?? nearest(vectors, some, k, hidden, within),
    );
  };

  /** Queries that the other thread has answered. */
  get answeredByOther(): number {
    return this.#answeredByOther;
  }

  #start(): Other {
    const memory = new Int32Array(new SharedArrayBuffer(4 * control.length));
    const { port1: port, port2 } = new MessageChannel();
    const thread = new Worker(new URL('./companion-thread.ts', import.meta.url), {
      workerData: { memory, port: port2 } satisfies CompanionStart,
      transferList: [port2],
    });
    const other = { thread, memory, port };
    const end = (): void => {
      if (this.#other === other) this.#other = undefined;
    };
    thread.on('error', end).on('exit', end);
    // It does not keep the process from ending.
    thread.unref();
    port.unref();
    return other;
  }

  /** What the other thread found, once it is done. */
  #theirs(): Found {
    const other = this.#other;
    if (!other) return new Map();
    const { memory, port, thread } = other;
    if (Atomics.compareExchange(memory, control.state, state.posted, state.idle) === state.posted)
      return new Map();
    Atomics.wait(memory, control.state, state.begun, longestWaitMs);
    const answer = receiveMessageOnPort(port) as { message: Found } | undefined;
    if (answer) return answer.message;
    this.#other = undefined;
    void thread.terminate();
    return new Map();
  }

  close(): void {
    void this.#other?.thread.terminate();
    this.#other = undefined;
  }
}

/** Puts together the results of some queries at a time. */
function inOrder(
  queries: readonly NearestQuery[],
  of: (some: readonly NearestQuery[], start: number) => Neighbour[][],
): Neighbour[][] {
  const all: Neighbour[][] = [];
  for (let start = 0; start < queries.length; start += takenAtOnce)
    all.push(...of(queries.slice(start, start + takenAtOnce), start));
  return all;
}
