/**
 * The export document (`lookalike/export@1` in `../documents.ts`) as a stream of text, one photo a
 * line, so that a library of any size is exported without its text ever being in memory as a whole.
 */
import type { ExportDocument } from '../documents.ts';

type Rows<Row> = AsyncIterable<Row> | Iterable<Row>;

/** What is exported: plain data, the long lists row by row as they are read. Paths are absolute. */
export interface ExportSource extends Pick<ExportDocument, 'program' | 'method' | 'folders'> {
  created: Date;
  photos: () => Rows<ExportDocument['photos'][number]>;
  clusters: () => Rows<ExportDocument['clusters'][number]>;
  noise: () => Rows<string>;
}

/** The text of the document in pieces. The lists of `source` are read once each, in this order. */
export async function* exportDocument(source: ExportSource): AsyncGenerator<string, void> {
  const head = {
    schema: 'lookalike/export@1',
    created: source.created.toISOString(),
    program: source.program,
    method: source.method,
    folders: source.folders,
  } satisfies Partial<ExportDocument>;
  yield '{\n';
  for (const [key, value] of Object.entries(head)) yield `"${key}": ${JSON.stringify(value)},\n`;
  yield '"photos": ';
  yield* list(source.photos());
  yield ',\n"clusters": ';
  yield* list(source.clusters());
  yield ',\n"noise": ';
  yield* list(source.noise());
  yield '\n}\n';
}

/** A JSON array with one item a line. */
async function* list(rows: Rows<unknown>): AsyncGenerator<string, void> {
  let before = '[\n  ';
  for await (const row of rows) {
    yield before + JSON.stringify(row);
    before = ',\n  ';
  }
  yield before.startsWith('[') ? '[]' : '\n]';
}
