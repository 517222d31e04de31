/** Results as lines for people. Pure functions: whether there are colours and bars is a parameter. */
import type {
  IndexDocument,
  Indexing,
  InfoDocument,
  LookalikesDocument,
  MapDocument,
  ProblemsDocument,
  SideBySideDocument,
} from '../engine/contract.ts';

/** What the output can show. */
export interface Look {
  /** Whether bars are drawn beside numbers. */
  bars: boolean;
  style: (format: 'bold' | 'dim', text: string) => string;
}

/** How far something is; `notes` say more, the most important first. */
export interface Step {
  label: string;
  done: number;
  total: number;
  notes: string[];
}

export function lookalikeLines(document: LookalikesDocument, look: Look): string[] {
  const { cluster, copies, lookalikes, within } = document;
  const { path, face } = document.query;
  const query = face ? `the face in ${printable(path)}` : printable(path);
  const anySimilar = lookalikes.some(({ similar }) => similar);
  const lines = [look.style('bold', heading())];
  for (const { rank, similarity, similar, path } of lookalikes) {
    const cells = [String(rank).padStart(String(lookalikes.length).length)];
    cells.push(similarity.toFixed(3).padStart(6));
    if (look.bars) cells.push(bar(similarity));
    cells.push(printable(path) + (anySimilar && !similar ? '  (not really similar)' : ''));
    lines.push(
      look.style(similar ? 'bold' : 'dim', cells.slice(0, -1).join('  ')) +
        `  ${cells.at(-1) ?? ''}`,
    );
  }
  if (document.classes) {
    const names = document.classes
      .filter(({ probability }, index) => index === 0 || probability >= 0.01)
      .map(({ name, probability }) => `${printable(name)} ${(probability * 100).toFixed(0)} %`);
    lines.push(`${look.style('bold', 'Would be called:')} ${names.join(', ')}`);
  }
  if (document.attributes) {
    const has = document.attributes
      .filter(({ probability }) => probability >= 0.5)
      .map(({ name, probability }) => `${printable(name)} ${(probability * 100).toFixed(0)} %`);
    lines.push(`${look.style('bold', 'Has:')} ${has.join(', ') || 'none of the attributes'}`);
  }
  if (cluster) {
    const named = cluster.name === undefined ? '' : ` “${printable(cluster.name)}”`;
    lines.push(
      `${look.style('bold', `Falls into cluster ${cluster.id}`)}${named}, of ${many(cluster.size, 'photo')}.`,
    );
  }
  if (copies.length > 0)
    lines.push(look.style('bold', 'The same content:'), ...copies.map(printable));
  return lines;

  function heading(): string {
    if (within !== undefined)
      return lookalikes.length === 0
        ? `No photo is within a distance of ${within} of ${query}.`
        : `${many(lookalikes.length, 'photo')} within a distance of ${within} of ${query}:`;
    if (lookalikes.length === 0)
      return face
        ? `No other photo shows a face to compare ${query} with.`
        : `There is no other photo to compare ${query} with.`;
    if (!anySimilar)
      return face
        ? `No other face is really similar to ${query}. The nearest photos:`
        : `Nothing is really similar to ${query}. The nearest photos:`;
    return `Lookalikes of ${query}:`;
  }
}

export function sideBySideLines(document: SideBySideDocument, look: Look): string[] {
  const { query, methods } = document;
  const several = methods.length > 1;
  return [
    look.style('bold', `Lookalikes of ${printable(query.path)}:`),
    ...methods.flatMap(({ id, name, lookalikes }) => [
      look.style('bold', `${name} (${id})`),
      ...lookalikes.map(({ rank, similarity, path, agreed }) =>
        [
          ` ${String(rank).padStart(String(lookalikes.length).length)}`,
          similarity.toFixed(3).padStart(6),
          // How many agree: a number, as a mark alone would not tell two from all.
          ...(several ? [agreed > 1 ? `${agreed} agree` : ' '.repeat(7)] : []),
          printable(path),
        ].join('  '),
      ),
    ]),
  ];
}

export function mapLines(document: MapDocument, look: Look): string[] {
  const { algorithm, method, photos, trustworthiness } = document;
  if (method.finds === 'faces' && photos.length === 0)
    return ['No face was found in any photo, so the map is empty.'];
  const settings =
    algorithm.name === 't-sne'
      ? `t-SNE, perplexity ${algorithm.perplexity}`
      : `UMAP, ${algorithm.neighbours} neighbours`;
  const clusters = new Set(photos.flatMap(({ cluster }) => cluster ?? []));
  return [
    look.style(
      'bold',
      `A map of ${many(photos.length, 'photo')} in ${many(clusters.size, 'cluster')} (${settings}, seed ${algorithm.seed}).`,
    ),
    trustworthiness === null
      ? 'There are too few photos to tell how far it can be trusted.'
      : `Trustworthiness ${trustworthiness.toFixed(4)}: 1 if photos that are near each other on it are all really alike.`,
  ];
}

export function indexLines(document: IndexDocument): string[] {
  const { found, indexed, unchanged, failed, offline, seconds } = document;
  const lines = [
    `${many(found, 'photo')} found: ${indexed} indexed, ${unchanged} known from before, ${failed} failed; took ${duration(seconds)}.`,
  ];
  if (failed > 0)
    lines.push(
      `${many(failed, 'file')} could not be read; "lookalike problems" lists ${failed === 1 ? 'it' : 'them'}.`,
    );
  if (offline > 0)
    lines.push(`${many(offline, 'photo')} kept of folders that cannot be reached now.`);
  return lines;
}

export function problemLines(document: ProblemsDocument, look: Look): string[] {
  const { problems } = document;
  if (problems.length === 0) return ['No problems: every photo could be read.'];
  return problems.flatMap(({ path, message }) => [
    look.style('bold', printable(path)),
    `    ${printable(message)}`,
  ]);
}

export function infoLines(document: InfoDocument, look: Look): string[] {
  const { program, library, folders, backend, versions } = document;
  const idWidth = Math.max(...document.methods.map(({ id }) => id.length));
  const rows: [string, string][] = [
    ['Program', `${program.name} ${program.version}`],
    ['Library', printable(library)],
    ...(folders.length === 0 ? [['Folders', 'none yet'] satisfies [string, string]] : []),
    ...folders.map(({ path, photos, offline }, index): [string, string] => [
      index === 0 ? 'Folders' : '',
      `${printable(path)}  (${many(photos, 'photo')}${offline ? ', offline' : ''})`,
    ]),
    ['Photos', String(document.photos)],
    ['Problems', String(document.problems)],
    ['Clusters', document.clusters === null ? 'not looked for yet' : String(document.clusters)],
    ...document.methods.map((method, index): [string, string] => [
      index === 0 ? 'Methods' : '',
      `${method.id.padEnd(idWidth)}  ${methodText(method)}`,
    ]),
    ['TensorFlow', backendText(backend)],
    [
      'Versions',
      Object.entries(versions)
        .map((pair) => pair.join(' '))
        .join(', '),
    ],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${look.style('bold', name.padEnd(width))}  ${value}`);
}

function methodText({
  name,
  photos,
  clusters,
  unavailable,
}: InfoDocument['methods'][number]): string {
  if (unavailable !== null) return printable(unavailable);
  if (photos === 0) return `${name}: not computed yet`;
  const found = clusters === null ? '' : `, ${many(clusters, 'cluster')}`;
  return `${name}: ${many(photos, 'photo')}${found}`;
}

function backendText(backend: InfoDocument['backend']): string {
  if (!backend) return 'not started yet';
  const name = backend.name === 'native' ? 'native' : 'WebAssembly';
  return backend.reason === null ? name : `${name} (${printable(backend.reason)})`;
}

/** How an indexing run is going, for the progress bar. */
export function indexingStep(indexing: Indexing): Step {
  const { state, found, indexed, unchanged, failed, perSecond, secondsLeft } = indexing;
  const notes: string[] = [];
  if (failed > 0) notes.push(`${failed} failed`);
  if (perSecond !== null) notes.push(`${perSecond.toFixed(perSecond < 10 ? 1 : 0)} a second`);
  if (secondsLeft !== null) notes.push(`${duration(secondsLeft)} left`);
  const label = state === 'walking' ? 'Looking for photos' : 'Indexing';
  return { label, done: indexed + unchanged + failed, total: found, notes };
}

/** `similarity` as ten cells of a bar; below 0 it is empty. */
export function bar(similarity: number): string {
  const eighths = Math.round(Math.min(Math.max(similarity, 0), 1) * 80);
  const part = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] ?? '';
  return ('█'.repeat(Math.floor(eighths / 8)) + part).padEnd(10);
}

/** "1 photo", "2 photos"; `plural` where it takes more than an s. */
export function many(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** Seconds in the two largest units that matter: "0.4 s", "45 s", "3 min 20 s", "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A size in decimal units, as file managers show it: "512 bytes", "13.4 MB". */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return many(bytes, 'byte');
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1] ?? ''}`;
}

/**
 * `text` on one line and without power over the terminal: control characters and those that turn
 * the direction of writing are shown as JSON would write them. A file's name may hold anything.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, (character) => {
    const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
    return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
