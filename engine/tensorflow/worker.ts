/**
 * The embedding worker: loads TensorFlow and the model in its own thread and answers one request
 * after the other. TensorFlow computes synchronously, so nothing else may live in this thread.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorData } from '../errors.ts';
import { loadModel } from './architecture.ts';
import { isAutoencoder, openAutoencoder, readAutoencoder } from './autoencoder.ts';
import { loadBackend } from './backend.ts';
import type { WorkerFacts, WorkerMessage, WorkerRequest, WorkerStart } from './messages.ts';
import { openNetwork, openTrunk } from './network.ts';
import { readTunedModel } from './tuned-model.ts';

if (!parentPort) throw new Error('worker.ts runs in a worker thread only');
const port = parentPort;

function send(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

/** What a model can compute, by the name of the output. */
type Outputs = Partial<
  Record<WorkerRequest['output'], (pixels: Uint8Array, count: number) => Float32Array<ArrayBuffer>>
>;

interface Opened {
  outputs: Outputs;
  facts: WorkerFacts;
}

function answer(outputs: Outputs, { id, output, pixels, count }: WorkerRequest): void {
  try {
    const compute = outputs[output];
    if (!compute) throw new Error(`this model has no ${output}`);
    const values = compute(pixels, count);
    send({ kind: 'result', id, values }, [values.buffer]);
  } catch (error) {
    send({ kind: 'error', id, error: toErrorData(error) });
  }
}

/** The models that ship. */
async function openShipped({
  modelFolder,
  head,
  cacheFolder,
  tuned,
  trunkOf,
  backend: forced,
}: WorkerStart): Promise<Opened> {
  // The model first: it is quick to check, and damaged weights need no TensorFlow to be told.
  const shipped = await loadModel(modelFolder, head);
  const model = tuned === null ? shipped : await readTunedModel(shipped, tuned);
  const backend = await loadBackend(forced);
  const network =
    trunkOf > 0
      ? openTrunk(model, trunkOf, backend)
      : await openNetwork(model, backend, cacheFolder);
  const { input, weights } = model.architecture;
  return {
    outputs: {
      embedding: (pixels, count) => network.embed(pixels, count),
      lastMap: (pixels, count) => network.lastMap(pixels, count),
    },
    facts: {
      backend: backend.name,
      reason: backend.reason,
      dimensions: model.head.dimensions,
      inputSize: input.size,
      weightsSha256: weights.sha256,
    },
  };
}

/** The ones that were trained here. */
async function openTrained({ modelFolder, backend: forced }: WorkerStart): Promise<Opened> {
  const stored = await readAutoencoder(modelFolder);
  const backend = await loadBackend(forced);
  const autoencoder = openAutoencoder(backend.tf, stored);
  return {
    outputs: {
      embedding: (pixels, count) => autoencoder.embed(pixels, count),
      reconstruction: (pixels, count) => autoencoder.reconstruct(pixels, count),
    },
    facts: {
      backend: backend.name,
      reason: backend.reason,
      dimensions: stored.description.dimensions,
      inputSize: stored.description.side,
      weightsSha256: stored.file.sha256,
    },
  };
}

async function begin(work: WorkerStart): Promise<void> {
  const open = isAutoencoder(work.modelFolder) ? openTrained : openShipped;
  const { outputs, facts } = await open(work);
  // A message that came before this line has waited in the port.
  port.on('message', (request: WorkerRequest) => {
    answer(outputs, request);
  });
  send({ kind: 'ready', facts });
}

begin(workerData as WorkerStart).catch((error: unknown) => {
  send({ kind: 'failed', error: toErrorData(error) });
});
