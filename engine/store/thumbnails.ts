/**
 * Thumbnails, in a database of their own beside the library's: they are many times its size, can be
 * made again at any time, and so need not be kept safe with it.
 */
import { openForWriting, keepAside, translated, type WritableDatabase } from './database.ts';
import { isLookalikeError } from '../errors.ts';
import { thumbnailMigrations } from './migrations.ts';

export class Thumbnails {
  readonly #database: WritableDatabase;

  /** Opens or makes the file at `path`. A damaged one is kept aside and begun anew. */
  constructor(path: string) {
    try {
      this.#database = openForWriting(path, thumbnailMigrations);
    } catch (error) {
      if (!isLookalikeError(error, 'library-damaged')) throw error;
      keepAside(path);
      this.#database = openForWriting(path, thumbnailMigrations);
    }
  }

  /** @param thumbnails WebP by the SHA-256 (hexadecimal) of the photo's content */
  add(thumbnails: readonly { sha256: string; thumbnail: Uint8Array }[]): void {
    translated(this.#database.name, () => {
      const insert = this.#database.prepare(
        'INSERT OR IGNORE INTO thumbnails (sha256, webp) VALUES (?, ?)',
      );
      this.#database.transaction(() => {
        for (const { sha256, thumbnail } of thumbnails)
          insert.run(Buffer.from(sha256, 'hex'), thumbnail);
      })();
    });
  }

  get(sha256: string): Uint8Array | undefined {
    return this.#database
      .prepare<[Buffer], { webp: Buffer }>('SELECT webp FROM thumbnails WHERE sha256 = ?')
      .get(Buffer.from(sha256, 'hex'))?.webp;
  }

  /** Drops thumbnails of contents that no photo has any more. */
  keepOnly(isUsed: (sha256: string) => boolean): void {
    const all = this.#database
      .prepare<[], { sha256: string }>('SELECT lower(hex(sha256)) AS sha256 FROM thumbnails')
      .all();
    const remove = this.#database.prepare('DELETE FROM thumbnails WHERE sha256 = ?');
    this.#database.transaction(() => {
      for (const { sha256 } of all) if (!isUsed(sha256)) remove.run(Buffer.from(sha256, 'hex'));
    })();
  }

  close(): void {
    this.#database.close();
  }
}
