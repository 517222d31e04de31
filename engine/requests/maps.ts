/**
 * Answers requests for maps: one is made in a process of its own when it is first wanted, kept in the
 * database by method and algorithm, and made anew when it is asked for after photos came or went.
 * Who asks for a map that is being made joins in; others are made beside it, or wait for their turn.
 */
import type { Checked, Mapping, PhotoMap } from '../contract.ts';
import type { MapDocument } from '../documents.ts';
import { isLookalikeError, LookalikeError, toErrorData } from '../errors.ts';
import { mapDocumentOf, type MappedPhoto } from '../export/documents.ts';
import type { Mapper } from '../map/mapper.ts';
import { Slots } from '../photos/slots.ts';
import type { MapRow, MapSettings } from '../store/reader.ts';
import type { Context, Handlers } from './context.ts';
import type { Methods } from './methods.ts';
import type { OpenMethod } from './open-method.ts';
import { slices } from './slices.ts';

const idle: Mapping = {
  state: 'idle',
  method: null,
  algorithm: null,
  done: 0,
  total: 0,
  error: null,
};

/** Maps that are made at once: one more than a single person looks at. */
const atOnce = 2;

/** A map being made, or waiting for its turn. */
interface Run {
  method: string;
  settings: MapSettings;
  stop: AbortController;
  result: Promise<MapRow>;
}

export class Maps {
  readonly #context: Context;
  readonly #methods: Methods;
  readonly #mapper: Mapper;
  readonly #slots = new Slots(atOnce);
  readonly #runs = new Set<Run>();
  /** What was told last, by method and algorithm. */
  readonly #told = new Map<string, Mapping>();

  constructor(context: Context, methods: Methods, mapper: Mapper) {
    this.#context = context;
    this.#methods = methods;
    this.#mapper = mapper;
  }

  /** How the map of a method by an algorithm stands. */
  mapping(method: string, algorithm: MapSettings['algorithm']): Mapping {
    return this.#told.get(`${method} ${algorithm}`) ?? idle;
  }

  /** The map that is kept, or null. @throws LookalikeError as `Methods.get` */
  async map(id: string, algorithm: MapSettings['algorithm']): Promise<PhotoMap | null> {
    const method = this.#methods.get(id);
    const row = this.#context.parts.store.reader.map(method.rowId, algorithm);
    return row ? this.#describe(method, row) : null;
  }

  /**
   * The map that is kept, where it is made with these settings and of the photos that are there now;
   * or else a new one, which is kept from then on.
   * @throws LookalikeError `library-empty`, `cancelled`, or as `Methods.prepare`
   */
  async find(id: string, settings: MapSettings): Promise<PhotoMap> {
    return this.#describe(this.#methods.get(id), await this.#row(id, settings));
  }

  /** The same as a document; clusters are found first where there are none. */
  async document(id: string, settings: MapSettings): Promise<MapDocument> {
    const row = await this.#row(id, settings);
    const method = this.#methods.get(id);
    await method.runs.refresh();
    const photos: MappedPhoto[] = [];
    const breathe = slices();
    for (const [place, photoId] of row.photoIds.entries()) {
      await breathe();
      const photo = this.#context.parts.store.reader.photo(photoId);
      // Deleted while the document is made.
      if (!photo) continue;
      photos.push({
        path: this.#context.pathOf(photo),
        x: rounded(row.coordinates[2 * place]),
        y: rounded(row.coordinates[2 * place + 1]),
        cluster: method.runs.clusterOf(photoId)?.id ?? null,
      });
    }
    return mapDocumentOf(method.method, row, photos);
  }

  /** The settings of the map that is kept, or the usual ones. */
  settingsOf(id: string, usual: MapSettings): MapSettings {
    const { rowId } = this.#methods.get(id);
    return this.#context.parts.store.reader.map(rowId, usual.algorithm)?.settings ?? usual;
  }

  /**
   * Stops maps that are being made, of one method or algorithm where those are given; whoever waits
   * for one of them is told `cancelled`.
   */
  cancel(of: Partial<Checked<'map.cancel'>> = {}): void {
    for (const run of this.#runs) {
      const { method, settings, stop } = run;
      if (method !== (of.method ?? method)) continue;
      if (settings.algorithm !== (of.algorithm ?? settings.algorithm)) continue;
      stop.abort();
      this.#runs.delete(run);
      // Its vectors may have been being computed first.
      if (![...this.#runs].some((other) => other.method === method)) this.#methods.cancel(method);
    }
  }

  #row(method: string, settings: MapSettings): Promise<MapRow> {
    this.#context.requirePhotos();
    for (const run of this.#runs)
      if (run.method === method && isSame(run.settings, settings)) return run.result;
    const stop = new AbortController();
    const run = { method, settings, stop, result: this.#make(method, settings, stop.signal) };
    this.#runs.add(run);
    const end = (): void => {
      this.#runs.delete(run);
    };
    run.result.then(end, end);
    return run.result;
  }

  async #make(id: string, settings: MapSettings, signal: AbortSignal): Promise<MapRow> {
    const { reader, writer, databasePath } = this.#context.parts.store;
    const about = { method: id, algorithm: settings.algorithm };
    const running = { ...about, state: 'running', error: null } as const;
    this.#tell({ ...running, done: 0, total: 0 });
    let error: Mapping['error'] = null;
    let giveBack: (() => void) | undefined;
    try {
      await this.#methods.prepare(id);
      refuseWhenStopped(signal);
      const method = this.#methods.get(id);
      const kept = reader.map(method.rowId, settings.algorithm);
      if (kept && this.#isCurrent(method, kept) && isSame(kept.settings, settings)) return kept;
      giveBack = await this.#slots.take(1, signal).catch(() => undefined);
      refuseWhenStopped(signal);
      const { dimensions, finds } = method.method;
      const task = { databasePath, methodId: method.rowId, dimensions, settings, finds };
      const onProgress = ({ done, total }: { done: number; total: number }): void => {
        if (!signal.aborted) this.#tell({ ...running, done, total });
      };
      const row = { settings, ...(await this.#mapper.find(task, onProgress, signal)) };
      refuseWhenStopped(signal);
      writer.setMap(method.rowId, row);
      return row;
    } catch (reason) {
      if (!isLookalikeError(reason, 'cancelled')) error = toErrorData(reason);
      throw reason;
    } finally {
      giveBack?.();
      this.#tell({ ...idle, ...about, error });
    }
  }

  /** Whether a map is of the photos that have a vector now. Ids only ever grow. */
  #isCurrent(method: OpenMethod, { photoIds }: MapRow): boolean {
    const { count, lastId } = method.photoState();
    return count === photoIds.length && lastId === (photoIds.at(-1) ?? 0);
  }

  async #describe(method: OpenMethod, row: MapRow): Promise<PhotoMap> {
    const { runs } = method;
    const { settings, trustworthiness, photoIds, coordinates } = row;
    const current = this.#isCurrent(method, row);
    const map: PhotoMap = {
      ...{ settings, trustworthiness, current },
      ...{ ids: [], x: [], y: [], clusters: [] },
    };
    const breathe = slices();
    for (const [place, id] of photoIds.entries()) {
      await breathe();
      // Only where something changed can a photo have been deleted.
      if (!current && !this.#context.parts.store.reader.photo(id)) continue;
      map.ids.push(id);
      map.x.push(rounded(coordinates[2 * place]));
      map.y.push(rounded(coordinates[2 * place + 1]));
      map.clusters.push(runs.clusterOf(id)?.id ?? 0);
    }
    return map;
  }

  #tell(mapping: Mapping): void {
    this.#told.set(`${mapping.method ?? ''} ${mapping.algorithm ?? ''}`, mapping);
    this.#context.parts.emit('mapping', mapping);
  }
}

/** @throws LookalikeError `cancelled` */
function refuseWhenStopped({ aborted }: AbortSignal): void {
  if (aborted) throw new LookalikeError('cancelled', 'Finding the map was stopped.');
}

/** Coordinates reach some tens: with three places they are exact to less than anybody sees. */
function rounded(coordinate = NaN): number {
  return Math.round(coordinate * 1000) / 1000;
}

function isSame(a: MapSettings, b: MapSettings): boolean {
  if (a.algorithm === 't-sne')
    return b.algorithm === 't-sne' && a.perplexity === b.perplexity && a.seed === b.seed;
  return b.algorithm === 'umap' && a.neighbours === b.neighbours && a.seed === b.seed;
}

export function mapRequests(maps: Maps): Handlers<'map.get' | 'map.find' | 'map.cancel'> {
  return {
    'map.get': async ({ method, algorithm }) => ({
      map: await maps.map(method, algorithm),
      mapping: maps.mapping(method, algorithm),
    }),

    'map.find': ({ method, ...settings }) => maps.find(method, settings),

    'map.cancel': (of) => {
      maps.cancel(of);
      return {};
    },
  };
}
