/**
 * Entry of a thread that helps with a pass: takes items of the step it is told of, and answers with the
 * edges it found when none is left.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { workOn } from './crew.ts';
import type { Edges } from './forest.ts';
import { PassMemory, type PassPlan } from './pass-memory.ts';
import { StepWorker, type Step } from './pass-steps.ts';
import { yieldToQueries } from './thread-priority.ts';

export interface HelperStart {
  plan: PassPlan;
  /** Its number among the threads of the pass. */
  thread: number;
}
export type HelperTask = Step;
export type HelperReply = Edges;

if (!parentPort) throw new Error('pass-helper.ts runs in a worker thread only');
const port = parentPort;
const { plan, thread } = workerData as HelperStart;
const memory = new PassMemory(plan);
const worker = new StepWorker(memory, thread);

yieldToQueries();
port.on('message', (step: HelperTask) => {
  void workOn(step, memory, worker).then(() => {
    port.postMessage(worker.takeEdges() satisfies HelperReply);
  });
});
