/**
 * Writing results to a file: what, where, and where it was written.
 */
import type { LibraryClient, Params, Result } from '../../engine/contract.ts';
import { sentenceOf } from '../words.ts';

export type ExportTarget = Params<'export.write'>['document'];

export class Export {
  /** The product's own format, or that of retrieval challenges, which only all photos have. */
  format: 'own' | 'challenge' = $state('own');
  place: 'downloads' | 'path' = $state('downloads');
  path = $state('');
  writing = $state(false);
  written: Result<'export.write'> | null = $state.raw(null);
  /** A sentence, or nothing. */
  problem = $state('');

  readonly ready = $derived(
    !this.writing && (this.place === 'downloads' || this.path.trim() !== ''),
  );

  #client: LibraryClient;

  constructor(client: LibraryClient) {
    this.#client = client;
  }

  async write(document: ExportTarget): Promise<void> {
    this.writing = true;
    this.problem = '';
    try {
      const path = this.place === 'downloads' ? null : this.path.trim();
      this.written = await this.#client.request('export.write', { document, path });
    } catch (error) {
      this.problem = sentenceOf(error);
    } finally {
      this.writing = false;
    }
  }
}
