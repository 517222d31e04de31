/**
 * What people said of two photos: that they are alike, or that they are not. A mark is of contents,
 * so it holds for all copies, outlives a move, and waits for photos that went away.
 */
import { translated, type ReadableDatabase, type WritableDatabase } from './database.ts';

/** The contents of two photos, as hexadecimal SHA-256, in any order. */
export type Pair = readonly [string, string];

export interface MarkRow {
  id: number;
  /** Hexadecimal SHA-256; `first` is the smaller one. */
  first: string;
  second: string;
  alike: boolean;
  /** Milliseconds since 1970. */
  markedAt: number;
}

type Stored = Omit<MarkRow, 'alike'> & { alike: number };

const columns = `id, lower(hex(first)) AS first, lower(hex(second)) AS second, alike,
  marked_at AS markedAt`;

export class MarkReader {
  readonly #database: ReadableDatabase;

  constructor(database: ReadableDatabase) {
    this.#database = database;
  }

  /** Every mark, the newest first. */
  all(): MarkRow[] {
    return this.#database
      .prepare<[], Stored>(`SELECT ${columns} FROM marks ORDER BY marked_at DESC, id DESC`)
      .all()
      .map(markOf);
  }

  /** Those of one content. */
  of(sha256: string): MarkRow[] {
    return this.#database
      .prepare<[Buffer, Buffer], Stored>(
        `SELECT ${columns} FROM marks WHERE first = ? OR second = ? ORDER BY id`,
      )
      .all(binary(sha256), binary(sha256))
      .map(markOf);
  }

  get(id: number): MarkRow | undefined {
    const row = this.#database
      .prepare<[number], Stored>(`SELECT ${columns} FROM marks WHERE id = ?`)
      .get(id);
    return row && markOf(row);
  }
}

export class MarkWriter {
  readonly #database: WritableDatabase;

  constructor(database: WritableDatabase) {
    this.#database = database;
  }

  /** Stores marks; what was said of a pair before is replaced. One that says the same keeps its time. */
  set(marks: readonly { pair: Pair; alike: boolean; markedAt: number }[]): void {
    this.#run(() => {
      const set = this.#database.prepare(
        `INSERT INTO marks (first, second, alike, marked_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (first, second) DO UPDATE
           SET alike = excluded.alike, marked_at = excluded.marked_at
           WHERE alike <> excluded.alike`,
      );
      for (const { pair, alike, markedAt } of marks)
        set.run(...inOrder(pair), alike ? 1 : 0, markedAt);
    });
  }

  /** @returns whether there was one */
  remove(id: number): boolean {
    return this.#run(
      () => this.#database.prepare('DELETE FROM marks WHERE id = ?').run(id).changes > 0,
    );
  }

  /** @returns whether the two were marked */
  removePair(pair: Pair): boolean {
    return this.#run(
      () =>
        this.#database
          .prepare('DELETE FROM marks WHERE first = ? AND second = ?')
          .run(...inOrder(pair)).changes > 0,
    );
  }

  #run<T>(work: () => T): T {
    return translated(this.#database.name, () => this.#database.transaction(work)());
  }
}

function markOf({ alike, ...row }: Stored): MarkRow {
  return { ...row, alike: alike !== 0 };
}

function inOrder([a, b]: Pair): [Buffer, Buffer] {
  return a < b ? [binary(a), binary(b)] : [binary(b), binary(a)];
}

function binary(hexadecimal: string): Buffer {
  return Buffer.from(hexadecimal, 'hex');
}
