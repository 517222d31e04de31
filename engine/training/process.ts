/**
 * Entry of the training process: loads TensorFlow and trains one network. It is a process of its own,
 * of low priority, so that neither the host nor a query waits for it, and it can be ended at any time:
 * all it has learnt until the last epoch is in its folder.
 */
import { constants, setPriority } from 'node:os';
import { emit, serve } from '../processes/serve.ts';
import { forcedBackend, loadBackend, type BackendName } from '../tensorflow/backend.ts';
import { kinds } from './kinds.ts';
import { learnComponents } from './principal-components.ts';
import type { TrainingResult, TrainingRun } from './run.ts';
import { train, type TrainingListener } from './train.ts';

/** What the training process can be asked. */
export interface TrainingRequests {
  /** `backend`: null for the best that can be had, or what LOOKALIKE_TENSORFLOW says. */
  train: { params: { run: TrainingRun; backend: BackendName | null }; result: TrainingResult };
}

serve({
  train: async ({ run, backend: asked }: TrainingRequests['train']['params']) => {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    // The native library writes notes to standard error; it reads this before it is loaded.
    process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
    const backend = await loadBackend(asked ?? forcedBackend(process.env));
    const { kind } = run;
    const listener: TrainingListener = {
      onEpoch: (report) => {
        emit('epoch', report);
      },
      onProgress: (progress) => {
        emit('progress', progress);
      },
    };
    return kind === 'pixels-pca'
      ? learnComponents(backend, run, listener)
      : train(backend, kinds[kind], run, listener);
  },
});
