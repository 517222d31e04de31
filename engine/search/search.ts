/**
 * The host's handle on the search process. A process that died comes back with the next question and
 * loads the vectors again.
 */
import { ChildProcess, type Fork } from '../processes/child.ts';
import type { ClusteringProgress, EvaluationProgress, SearchRequests } from './process.ts';

export interface SearchOptions {
  databasePath: string;
  methodId: number;
  dimensions: number;
  fork?: Fork;
  onLog?: (line: string) => void;
  onClustering?: (progress: ClusteringProgress) => void;
  onEvaluation?: (progress: EvaluationProgress) => void;
}

export class Search {
  readonly #child: ChildProcess;

  constructor(options: SearchOptions) {
    const { databasePath, methodId, dimensions, fork, onLog, onClustering, onEvaluation } = options;
    this.#child = new ChildProcess({
      name: 'search',
      entry: new URL('./process.ts', import.meta.url),
      ...(fork && { fork }),
      ...(onLog && { onLog }),
      prepare: async (call) => {
        await call('open', { databasePath, methodId, dimensions });
      },
      onEvent: (name, data) => {
        if (name === 'clustering') onClustering?.(data as ClusteringProgress);
        if (name === 'evaluation') onEvaluation?.(data as EvaluationProgress);
      },
    });
  }

  /**
   * Asks the process, which is started first if need be.
   * @throws LookalikeError `process-died`, or what the process threw
   */
  async ask<Name extends keyof SearchRequests>(
    name: Name,
    params: SearchRequests[Name]['params'],
  ): Promise<SearchRequests[Name]['result']> {
    return (await this.#child.call(name, params)) as SearchRequests[Name]['result'];
  }

  /** Tells a running process what came and went. One that is not running reads it all when it starts. */
  async changed(added: number[], removed: number[]): Promise<void> {
    if (this.#child.running) await this.ask('changed', { added, removed });
  }

  close(): void {
    this.#child.close();
  }
}
