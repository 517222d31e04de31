/**
 * Thumbnails, in a database of their own beside the library's: they are many times its size, can be
 * made again at any time, and so need not be kept safe with it.
 */
import { isLookalikeError, type ErrorData, type LookalikeError } from '../errors.ts';
import { keepAside, openForWriting, translated, type WritableDatabase } from './database.ts';
import { thumbnailMigrations } from './migrations.ts';

export class Thumbnails {
  readonly #path: string;
  readonly #onNotice: (notice: ErrorData) => void;
  #database: WritableDatabase;

  /** Opens or makes the file at `path`. A damaged one is kept aside and begun anew. */
  constructor(path: string, onNotice: (notice: ErrorData) => void) {
    this.#path = path;
    this.#onNotice = onNotice;
    try {
      this.#database = this.#open();
    } catch (error) {
      if (!isLookalikeError(error, 'library-damaged')) throw error;
      this.#database = this.#beginAnew(error);
    }
  }

  /** @param thumbnails WebP by the SHA-256 (hexadecimal) of the photo's content */
  add(thumbnails: readonly { sha256: string; thumbnail: Uint8Array }[]): void {
    this.#run((database) => {
      const insert = database.prepare(
        'INSERT OR IGNORE INTO thumbnails (sha256, webp) VALUES (?, ?)',
      );
      for (const { sha256, thumbnail } of thumbnails) insert.run(binary(sha256), thumbnail);
    });
  }

  get(sha256: string): Uint8Array | undefined {
    return this.#run(
      (database) =>
        database
          .prepare<[Buffer], { webp: Buffer }>('SELECT webp FROM thumbnails WHERE sha256 = ?')
          .get(binary(sha256))?.webp,
    );
  }

  /** The contents there are thumbnails of, in order, after the given one; at most `limit`. */
  contentsAfter(sha256: string, limit: number): string[] {
    return this.#run((database) =>
      database
        .prepare<[Buffer, number], string>(
          `SELECT lower(hex(sha256)) FROM thumbnails WHERE sha256 > ? ORDER BY sha256 LIMIT ?`,
        )
        .pluck()
        .all(binary(sha256), limit),
    );
  }

  remove(contents: readonly string[]): void {
    this.#run((database) => {
      const remove = database.prepare('DELETE FROM thumbnails WHERE sha256 = ?');
      for (const sha256 of contents) remove.run(binary(sha256));
    });
  }

  close(): void {
    this.#database.close();
  }

  #open(): WritableDatabase {
    return openForWriting(this.#path, { migrations: thumbnailMigrations, content: 'remade' });
  }

  #beginAnew(damage: LookalikeError): WritableDatabase {
    const kept = keepAside(this.#path);
    const database = this.#open();
    this.#onNotice({
      code: 'library-damaged',
      message: `${damage.message} It held small pictures of your photos and is kept as ${kept}; they are made again when they are needed.`,
    });
    return database;
  }

  /** Runs `work` in a transaction. Damage that shows only now is dealt with as when opening. */
  #run<T>(work: (database: WritableDatabase) => T): T {
    const attempt = (): T =>
      translated(this.#path, () => this.#database.transaction(() => work(this.#database))());
    try {
      return attempt();
    } catch (error) {
      if (!isLookalikeError(error, 'library-damaged')) throw error;
      this.#database.close();
      this.#database = this.#beginAnew(error);
      return attempt();
    }
  }
}

function binary(hexadecimal: string): Buffer {
  return Buffer.from(hexadecimal, 'hex');
}
