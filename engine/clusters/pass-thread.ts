/**
 * Entry of the thread that makes a pass: it leads, and has helpers beside it. So the process it is in
 * goes on answering queries meanwhile. It is ended when the pass is not wanted any more.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { build } from './build.ts';
import { Crew } from './crew.ts';
import type { Hierarchy } from './hierarchy.ts';
import type { PassPlan } from './pass-memory.ts';
import { yieldToQueries } from './thread-priority.ts';
import { update, type OldHierarchy } from './update.ts';

export interface PassStart {
  plan: PassPlan;
  minPhotos: number;
  /** What to bring up to date; without, it is a first pass. */
  old: OldHierarchy | undefined;
}

export type PassMessage =
  { kind: 'progress'; done: number; total: number } | { kind: 'found'; hierarchy: Hierarchy };

if (!parentPort) throw new Error('pass-thread.ts runs in a worker thread only');
const port = parentPort;
const { plan, minPhotos, old } = workerData as PassStart;

yieldToQueries();
let told = 0;
const pace = {
  pause: () => Promise.resolve(),
  onProgress: (done: number, total: number): void => {
    if (done === told) return;
    told = done;
    port.postMessage({ kind: 'progress', done, total } satisfies PassMessage);
  },
};
const crew = new Crew(plan);
const hierarchy = await (old ? update(crew, old, pace) : build(crew, minPhotos, pace));
crew.close();
port.postMessage({ kind: 'found', hierarchy } satisfies PassMessage);
port.close();
