/**
 * The map of a method's photos: the one that is kept, one that is being made, where it is looked at
 * from, and what is selected on it. It outlives the page, so that who comes back from a photo is where
 * they were.
 */
import { SvelteSet } from 'svelte/reactivity';
import type { LibraryClient, Mapping, PhotoMap, Selection } from '../../engine/contract.ts';
import { isLookalikeError } from '../../engine/errors.ts';
import type { Camera } from '../map/camera.ts';
import type { MethodsView } from './methods.svelte.ts';

export type MapAlgorithm = PhotoMap['settings']['algorithm'];

export class MapView {
  algorithm: MapAlgorithm = $state('t-sne');
  map: PhotoMap | null = $state.raw(null);
  mapping: Mapping | null = $state.raw(null);
  known = $state(false);
  error: unknown = $state.raw(null);
  /** Whether the page is there: elsewhere nobody needs the map. */
  open = false;
  /** A map that this window asked for. */
  asking = $state(false);

  /** Null shows all of the map. */
  camera: Camera | null = $state.raw(null);
  /** The cluster that is looked at more closely, 0 for photos in none, null for no such. */
  lit: number | null = $state(null);
  /** Ids of photos. */
  readonly selected = new SvelteSet<number>();
  /** The name the selection has or is being given. */
  name = $state('');
  selections: Selection[] = $state.raw([]);

  /** Whether the map that is shown here is being made, whoever asked for it. */
  readonly running = $derived.by(
    () => this.asking || (this.mapping?.state === 'running' && this.#isMine(this.mapping)),
  );
  /** 0…1 */
  readonly share = $derived(
    this.mapping === null || this.mapping.total === 0 ? 0 : this.mapping.done / this.mapping.total,
  );

  #client: LibraryClient;
  #methods: MethodsView;
  #loading = 0;

  constructor(client: LibraryClient, methods: MethodsView) {
    this.#client = client;
    this.#methods = methods;
    client.on('mapping', (mapping) => {
      // Others may be being made for other windows.
      if (!this.#isMine(mapping)) return;
      const ended = this.running && mapping.state === 'idle';
      this.mapping = mapping;
      if (ended && this.open && !this.asking) void this.load();
    });
    client.on('clusters', ({ method }) => {
      // The colours are others, the places are not.
      if (method === methods.id && this.open && !this.asking) void this.load();
    });
    client.on('photos', () => {
      if (this.map?.current === true) this.map = { ...this.map, current: false };
    });
    methods.onChange((isAnother) => {
      if (isAnother) this.#empty();
      if (this.open && !this.asking) void this.load();
    });
    client.on('selections', () => {
      if (this.open) void this.loadSelections();
    });
  }

  /** The map that is kept. */
  async load(): Promise<void> {
    const loading = ++this.#loading;
    try {
      const { map, mapping } = await this.#client.request('map.get', {
        algorithm: this.algorithm,
        method: this.#methods.id,
      });
      if (loading !== this.#loading) return;
      this.#show(map);
      this.mapping = mapping;
      this.error = mapping.error === null ? null : mapping.error;
      this.known = true;
    } catch (error) {
      if (loading === this.#loading) this.error = error;
    }
  }

  async loadSelections(): Promise<void> {
    try {
      this.selections = await this.#client.request('selections.list', {});
    } catch {
      // What was kept is a help and no more; the page tells why the library cannot be asked.
    }
  }

  /** Makes the map where there is none of these photos. */
  async find(): Promise<void> {
    const loading = ++this.#loading;
    this.asking = true;
    this.error = null;
    try {
      const map = await this.#client.request('map.find', {
        algorithm: this.algorithm,
        method: this.#methods.id,
      });
      if (loading === this.#loading) this.#show(map);
    } catch (error) {
      if (loading === this.#loading && !isLookalikeError(error, 'cancelled')) this.error = error;
    } finally {
      if (loading === this.#loading) this.asking = false;
    }
  }

  async cancel(): Promise<void> {
    await this.#client.request('map.cancel', {
      method: this.#methods.id,
      algorithm: this.algorithm,
    });
  }

  /** Shows the map by another algorithm. */
  async use(algorithm: MapAlgorithm): Promise<void> {
    if (algorithm === this.algorithm) return;
    this.algorithm = algorithm;
    this.#empty();
    await this.load();
  }

  /** Another map is meant: nothing is known of it yet. One that is being made goes on. */
  #empty(): void {
    this.#loading += 1;
    this.asking = false;
    this.map = null;
    this.mapping = null;
    this.known = false;
    this.error = null;
    this.camera = null;
    this.lit = null;
  }

  #isMine({ method, algorithm }: Mapping): boolean {
    return method === this.#methods.id && algorithm === this.algorithm;
  }

  /** Makes these photos the selection, or adds them to it. */
  select(photos: Iterable<number>, add = false): void {
    if (!add) {
      this.selected.clear();
      this.name = '';
    }
    for (const photo of photos) this.selected.add(photo);
  }

  toggle(photo: number): void {
    if (!this.selected.delete(photo)) this.selected.add(photo);
  }

  /** Shows what was kept under a name. */
  recall(selection: Selection): void {
    this.select(selection.photos);
    this.name = selection.name;
  }

  /** Keeps the selection under its name. */
  async save(): Promise<void> {
    const name = this.name.trim();
    if (name === '' || this.selected.size === 0) return;
    await this.#client.request('selections.save', { name, photos: [...this.selected] });
    await this.loadSelections();
  }

  async remove({ id }: Selection): Promise<void> {
    await this.#client.request('selections.remove', { id });
    await this.loadSelections();
  }

  /** Another map is seen as a whole first; the same one with other colours from where it was. */
  #show(map: PhotoMap | null): void {
    const before = this.map;
    const isSame =
      before?.ids.length === map?.ids.length && before?.x.every((x, i) => x === map?.x[i]) === true;
    if (!isSame) this.camera = null;
    this.map = map;
  }
}
