/**
 * The threads that work on one pass: this one, and helpers beside it.
 */
import { Worker } from 'node:worker_threads';
import type { Edges } from './forest.ts';
import type { HelperStart, HelperTask } from './pass-helper.ts';
import { PassMemory, type PassPlan } from './pass-memory.ts';
import { itemsOf, StepWorker, type Step } from './pass-steps.ts';

/** Called between items of this thread, with the share of the step that is done. */
export type AfterItem = (share: number) => Promise<void>;

/** Place in `PassMemory.control` of the next item that nobody has taken. */
const nextItem = 0;

/** Takes items until none is left. */
export async function workOn(
  step: Step,
  memory: PassMemory,
  worker: StepWorker,
  afterItem?: AfterItem,
): Promise<void> {
  const items = itemsOf(step, memory);
  for (;;) {
    const item = Atomics.add(memory.control, nextItem, 1);
    if (item >= items) return;
    worker.do(step, item);
    if (afterItem) await afterItem((item + 1) / items);
  }
}

export class Crew {
  readonly memory: PassMemory;
  readonly #worker: StepWorker;
  readonly #helpers: Worker[];

  constructor(plan: PassPlan) {
    this.memory = new PassMemory(plan);
    this.#worker = new StepWorker(this.memory, 0);
    this.#helpers = Array.from(
      { length: plan.threads - 1 },
      (_, index) =>
        new Worker(new URL('./pass-helper.ts', import.meta.url), {
          workerData: { plan, thread: index + 1 } satisfies HelperStart,
        }),
    );
  }

  /**
   * Does a step, all of its items.
   * @returns the edges that each thread found
   */
  async run(step: Step, afterItem: AfterItem): Promise<Edges[]> {
    Atomics.store(this.memory.control, nextItem, 0);
    const helped = this.#helpers.map((helper) => ask(helper, step));
    // Whatever ends the step here first, a helper that fails later is no crash.
    for (const one of helped) one.catch(() => undefined);
    await workOn(step, this.memory, this.#worker, afterItem);
    return [this.#worker.takeEdges(), ...(await Promise.all(helped))];
  }

  close(): void {
    for (const helper of this.#helpers) void helper.terminate();
  }
}

function ask(helper: Worker, task: HelperTask): Promise<Edges> {
  const { promise, resolve, reject } = Promise.withResolvers<Edges>();
  const ended = (): void => {
    reject(new Error('a thread of the pass over the library ended'));
  };
  helper.once('message', resolve);
  helper.once('error', reject);
  helper.once('exit', ended);
  helper.postMessage(task);
  return promise.finally(() => {
    helper.off('message', resolve).off('error', reject).off('exit', ended);
  });
}
