/**
 * The host's handle on the search process. A process that died comes back with the next question and
 * loads the vectors again.
 */
import { ChildProcess, type Fork } from '../processes/child.ts';
import type {
  ClusteringProgress,
  EvaluationProgress,
  FoundPass,
  MethodRequests,
  SearchedMethod,
} from './process.ts';

export interface SearchOptions {
  databasePath: string;
  fork?: Fork;
  onLog?: (line: string) => void;
  onClustering?: (progress: ClusteringProgress) => void;
  onEvaluation?: (progress: EvaluationProgress) => void;
  onClusterPass?: (found: FoundPass) => void;
}

export class Search {
  readonly #child: ChildProcess;

  constructor(options: SearchOptions) {
    const { databasePath, fork, onLog, onClustering, onEvaluation, onClusterPass } = options;
    this.#child = new ChildProcess({
      name: 'search',
      entry: new URL('./process.ts', import.meta.url),
      ...(fork && { fork }),
      ...(onLog && { onLog }),
      prepare: async (call) => {
        await call('open', { databasePath });
      },
      onEvent: (name, data) => {
        if (name === 'clustering') onClustering?.(data as ClusteringProgress);
        if (name === 'evaluation') onEvaluation?.(data as EvaluationProgress);
        if (name === 'clusterPass') onClusterPass?.(data as FoundPass);
      },
    });
  }

  /**
   * Asks the process, which is started first if need be.
   * @throws LookalikeError `process-died`, or what the process threw
   */
  async ask<Name extends keyof MethodRequests>(
    name: Name,
    method: SearchedMethod,
    params: MethodRequests[Name]['params'],
  ): Promise<MethodRequests[Name]['result']> {
    const result = await this.#child.call(name, { ...params, method });
    return result as MethodRequests[Name]['result'];
  }

  /** Tells a running process what came and went. One that is not running reads it all when it starts. */
  async changed(added: number[], removed: number[]): Promise<void> {
    if (this.#child.running) await this.#child.call('changed', { added, removed });
  }

  /** The vectors of this method, by its id in the database, are not needed any more. */
  async forget(id: number): Promise<void> {
    if (this.#child.running) await this.#child.call('forget', { id });
  }

  close(): void {
    this.#child.close();
  }
}
