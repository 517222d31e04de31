/**
 * The embedding worker: loads TensorFlow and the model in its own thread and answers one request
 * after the other. TensorFlow computes synchronously, so nothing else may live in this thread.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorData } from '../errors.ts';
import { loadModel } from './architecture.ts';
import { loadBackend } from './backend.ts';
import type { WorkerMessage, WorkerRequest, WorkerStart } from './messages.ts';
import { type Network, openNetwork } from './network.ts';

if (!parentPort) throw new Error('worker.ts runs in a worker thread only');
const port = parentPort;

function send(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function answer(network: Network, { id, output, pixels, count }: WorkerRequest): void {
  try {
    const values =
      output === 'embedding' ? network.embed(pixels, count) : network.lastMap(pixels, count);
    send({ kind: 'result', id, values }, [values.buffer]);
  } catch (error) {
    send({ kind: 'error', id, error: toErrorData(error) });
  }
}

async function start(work: WorkerStart): Promise<void> {
  const { modelFolder, head, cacheFolder, backend: forced } = work;
  // The model first: it is quick to check, and damaged weights need no TensorFlow to be told.
  const model = await loadModel(modelFolder, head);
  const backend = await loadBackend(forced);
  const network = await openNetwork(model, backend, cacheFolder);
  // A message that came before this line has waited in the port.
  port.on('message', (request: WorkerRequest) => {
    answer(network, request);
  });
  const { input, weights } = model.architecture;
  send({
    kind: 'ready',
    facts: {
      backend: backend.name,
      reason: backend.reason,
      dimensions: model.head.dimensions,
      inputSize: input.size,
      weightsSha256: weights.sha256,
    },
  });
}

start(workerData as WorkerStart).catch((error: unknown) => {
  send({ kind: 'failed', error: toErrorData(error) });
});
