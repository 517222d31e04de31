/**
 * Entry of the thread that answers queries together with the search process: it sleeps until there is
 * a batch, and answers what it took of it. See companion.ts.
 */
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { control, state, vectorsOf, workOn, type Batch, type Found } from './batch.ts';
import type { CompanionStart } from './companion.ts';

const noneFound: Found = new Map();
const { memory, port } = workerData as CompanionStart;

for (;;) {
  Atomics.wait(memory, control.state, state.idle);
  const before = Atomics.compareExchange(memory, control.state, state.posted, state.begun);
  if (before !== state.posted) continue;
  try {
    const batch = latest();
    const found: Found = batch ? workOn(memory, vectorsOf(batch), batch) : noneFound;
    port.postMessage(found);
  } finally {
    // Whatever happened, nobody waits for this thread any more.
    Atomics.store(memory, control.state, state.idle);
    Atomics.notify(memory, control.state);
  }
}

/** The last batch that was sent; others were done before this thread was awake. */
function latest(): Batch | undefined {
  let batch: Batch | undefined;
  for (;;) {
    const next = receiveMessageOnPort(port) as { message: Batch } | undefined;
    if (!next) return batch;
    batch = next.message;
  }
}
