/**
 * The worker that finds faces: TensorFlow and the three networks in a thread of their own. It speaks
 * the messages of every embedding worker; what it gives for a photo is a row for each face.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorData } from '../../errors.ts';
import { loadBackend } from '../backend.ts';
import type { WorkerMessage, WorkerRequest, WorkerStart } from '../messages.ts';
import { openFaceFinder, pictureSide, type Face } from './finder.ts';
import { faceDimensions } from './recogniser.ts';
import { rowsOf } from './rows.ts';
import { fingerprint, readFaceModel, readNetwork } from './weights.ts';

if (!parentPort) throw new Error('worker.ts runs in a worker thread only');
const port = parentPort;

function send(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

async function start({ modelFolder, backend: forced }: WorkerStart): Promise<void> {
  // The model first: damaged weights need no TensorFlow to be told.
  const model = await readFaceModel(modelFolder);
  const [detector, landmarks, recogniser] = await Promise.all([
    readNetwork(modelFolder, model, 'detector'),
    readNetwork(modelFolder, model, 'landmarks'),
    readNetwork(modelFolder, model, 'recogniser'),
  ]);
  const backend = await loadBackend(forced);
  const find = openFaceFinder(backend.tf, { detector, landmarks, recogniser });
  port.on('message', ({ id, pixels }: WorkerRequest) => {
    try {
      const faces: Face[] = find({ pixels, width: pictureSide, height: pictureSide });
      const values = rowsOf(faces);
      send({ kind: 'result', id, values }, [values.buffer]);
    } catch (error) {
      send({ kind: 'error', id, error: toErrorData(error) });
    }
  });
  send({
    kind: 'ready',
    facts: {
      backend: backend.name,
      reason: backend.reason,
      dimensions: faceDimensions,
      inputSize: pictureSide,
      weightsSha256: fingerprint(model),
    },
  });
}

start(workerData as WorkerStart).catch((error: unknown) => {
  send({ kind: 'failed', error: toErrorData(error) });
});
