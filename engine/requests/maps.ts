/**
 * Answers requests for maps: one is made in a process of its own when it is first wanted, kept in the
 * database by method and algorithm, and made anew when it is asked for after photos came or went.
 */
import type { Mapping, PhotoMap } from '../contract.ts';
import type { MapDocument } from '../documents.ts';
import { isLookalikeError, LookalikeError, toErrorData } from '../errors.ts';
import { mapDocumentOf, type MappedPhoto } from '../export/documents.ts';
import type { Mapper } from '../map/mapper.ts';
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

export class Maps {
  readonly #context: Context;
  readonly #methods: Methods;
  readonly #mapper: Mapper;
  #mapping: Mapping = idle;
  /** What was asked for last, while it goes on. */
  #asked: MapSettings | undefined;

  constructor(context: Context, methods: Methods, mapper: Mapper) {
    this.#context = context;
    this.#methods = methods;
    this.#mapper = mapper;
  }

  get mapping(): Mapping {
    return this.#mapping;
  }

  /** The map that is kept, or null. @throws LookalikeError as `Methods.get` */
  async map(id: string, algorithm: MapSettings['algorithm']): Promise<PhotoMap | null> {
    const method = this.#methods.get(id);
    const row = this.#context.parts.store.reader.map(method.rowId, algorithm);
    return row ? this.#describe(method, row) : null;
  }

  /**
   * The map that is kept, where it is made with these settings and of the photos that are there now;
   * or else a new one, which is kept from then on. One that is being made is stopped.
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

  /** Stops the map that is being made; whoever waits for it is told `cancelled`. */
  cancel(): void {
    if (this.#asked === undefined) return;
    this.#asked = undefined;
    this.#mapper.cancel();
    // Its vectors may have been being computed first.
    if (this.#mapping.method !== null) this.#methods.cancel(this.#mapping.method);
    this.#tell(idle);
  }

  async #row(id: string, settings: MapSettings): Promise<MapRow> {
    this.#context.requirePhotos();
    const { reader, writer } = this.#context.parts.store;
    const method = this.#methods.get(id);
    const { rowId } = method;
    const asked = { ...settings };
    this.#mapper.cancel();
    this.#asked = asked;
    const running = { state: 'running', method: id, algorithm: settings.algorithm } as const;
    this.#tell({ ...running, done: 0, total: 0, error: null });
    let error: Mapping['error'] = null;
    try {
      await this.#methods.prepare(id);
      this.#refuseWhenStopped(asked);
      const kept = reader.map(rowId, settings.algorithm);
      if (kept && this.#isCurrent(method, kept) && isSame(kept.settings, settings)) return kept;
      const { databasePath } = this.#context.parts.store;
      const { dimensions, finds } = method.method;
      const task = { databasePath, methodId: rowId, dimensions, settings, finds };
      const found = await this.#mapper.find(task, ({ done, total }) => {
        if (asked === this.#asked) this.#tell({ ...running, done, total, error: null });
      });
      const row = { settings, ...found };
      this.#refuseWhenStopped(asked);
      writer.setMap(rowId, row);
      return row;
    } catch (reason) {
      if (!isLookalikeError(reason, 'cancelled')) error = toErrorData(reason);
      throw reason;
    } finally {
      if (asked === this.#asked) {
        this.#asked = undefined;
        this.#tell({ ...idle, error });
      }
    }
  }

  #refuseWhenStopped(asked: MapSettings): void {
    if (asked !== this.#asked)
      throw new LookalikeError('cancelled', 'Finding the map was stopped.');
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
    this.#mapping = mapping;
    this.#context.parts.emit('mapping', mapping);
  }
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
      mapping: maps.mapping,
    }),

    'map.find': ({ method, ...settings }) => maps.find(method, settings),

    'map.cancel': () => {
      maps.cancel();
      return {};
    },
  };
}
