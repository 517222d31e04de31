/**
 * Everything that outlives a page, in one object that components take from their context: the host,
 * the library, where the person is, and what was open where.
 */
import { createContext } from 'svelte';
import type { ExportTarget } from './export.svelte.ts';
import type { Folder, HostAbilities, HostCommand, Method } from '../../engine/contract.ts';
import { LookalikeError } from '../../engine/errors.ts';
import type { Host } from '../bridge/host.ts';
import { carry } from '../motion.ts';
import { ClustersView } from './clusters.svelte.ts';
import { DescriptionView } from './description.svelte.ts';
import { EvaluationView } from './evaluation.svelte.ts';
import { FindingsView } from './findings.svelte.ts';
import { LibraryView } from './library.svelte.ts';
import { LookalikesView } from './lookalikes.svelte.ts';
import { MapView } from './map.svelte.ts';
import { Memory, type StorageLike } from './memory.ts';
import { MarksView } from './marks.svelte.ts';
import { MethodsView } from './methods.svelte.ts';
import { Notices, type Notice } from './notices.svelte.ts';
import { TrainingsView } from './trainings.svelte.ts';
import { SideBySideView } from './side-by-side.svelte.ts';
import { PhotoList } from './photo-list.svelte.ts';
import { PhotoNames } from './photo-names.svelte.ts';
import { Router, type HistoryLike } from './router.svelte.ts';
import { QuestionsView } from './questions.svelte.ts';
import { start, type Route } from './routes.ts';
import { SuitsView } from './suits.svelte.ts';

export const [getApp, setApp] = createContext<App>();

export type Dialog =
  | { kind: 'folders' }
  /** The folder of a model is chosen, then it is looked at. */
  | { kind: 'model-folder' }
  | { kind: 'add-model'; path: string }
  | { kind: 'remove-model'; method: Method }
  | { kind: 'remove'; folder: Folder }
  | { kind: 'export'; target: ExportTarget }
  /** `text`: what is searched for at once. */
  | { kind: 'picture'; text?: string }
  | { kind: 'help' };

/** What the host takes as a query from outside. */
const largestPicture = 50_000_000;

export class App {
  readonly host: Host;
  readonly notices = new Notices();
  readonly library: LibraryView;
  readonly router: Router;
  readonly photos: PhotoList;
  readonly methods: MethodsView;
  readonly lookalikes: LookalikesView;
  readonly sideBySide: SideBySideView;
  readonly trainings: TrainingsView;
  readonly clusters: ClustersView;
  readonly findings: FindingsView;
  readonly evaluation: EvaluationView;
  readonly marks: MarksView;
  readonly questions: QuestionsView;
  readonly suits: SuitsView;
  readonly map: MapView;
  readonly description: DescriptionView;
  dialog: Dialog | null = $state.raw(null);
  abilities: HostAbilities | null = $state.raw(null);
  readonly names: PhotoNames;
  readonly memory: Memory;

  constructor(host: Host, history: HistoryLike, address: string, storage: StorageLike) {
    this.host = host;
    this.memory = new Memory(storage);
    this.library = new LibraryView(host, this.notices);
    this.router = new Router(history, address);
    this.photos = new PhotoList(host);
    this.names = new PhotoNames(host);
    this.methods = new MethodsView(host, this.library, storage);
    this.lookalikes = new LookalikesView(host, this.methods);
    this.sideBySide = new SideBySideView(host, this.methods, storage);
    this.trainings = new TrainingsView(host);
    this.clusters = new ClustersView(host, this.methods);
    this.findings = new FindingsView(host);
    this.evaluation = new EvaluationView(host, this.methods);
    this.marks = new MarksView(host, this.notices);
    this.questions = new QuestionsView(host, this.marks, Date.now());
    this.suits = new SuitsView(host, this.methods);
    this.map = new MapView(host, this.methods);
    this.description = new DescriptionView(host, this.methods);
    host.onCommand((command) => {
      this.obey(command);
    });
    void this.#askAbilities();
    // Asked for before there is a page for them, so that they are there all the sooner.
    const { route } = this.router;
    if (route.page === 'photos')
      void this.photos.show({ folder: route.folder, order: route.order });
  }

  async #askAbilities(): Promise<void> {
    try {
      this.abilities = await this.host.ask('host.get', {});
    } catch {
      // The connection page tells what is wrong; asked again when it is mended (see `mended`).
    }
  }

  /** To be called when the connection is there again. */
  mended(): void {
    if (this.abilities === null) void this.#askAbilities();
  }

  /** Runs something the person asked for; what goes wrong is told, as being about `about`. */
  async attempt<T>(work: () => Promise<T>, about?: Notice['about']): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.notices.fail(error, about);
      return undefined;
    }
  }

  /** Opens the lookalikes of a photo; `picture`, where it was clicked, travels to its new place. */
  open(photo: number, picture: HTMLElement | null = null, ratio?: number): void {
    if (ratio !== undefined) this.memory.shapes.set(photo, ratio);
    this.goTo({ page: 'lookalikes', query: { photo } }, picture);
  }

  goTo(route: Route, picture: HTMLElement | null = null): void {
    carry(
      picture,
      () => document.querySelector<HTMLElement>('[data-query]'),
      () => {
        this.router.go(route);
      },
    );
  }

  /** The window moved in its history. A photo that was the query goes back to its place. */
  moved(address: string): void {
    const query = document.querySelector<HTMLElement>('[data-query]');
    const photo = query?.dataset['query'] ?? '';
    carry(
      query,
      () =>
        document.querySelector<HTMLElement>(`[data-photo="${photo}"]`) ??
        document.querySelector<HTMLElement>('[data-query]'),
      () => {
        this.router.moved(address);
      },
    );
  }

  async chooseFolder(): Promise<void> {
    // Pressed before the host has said what it can do: it has not, only for a moment.
    if (this.abilities === null) await this.#askAbilities();
    if (this.abilities?.dialogs !== true) this.dialog = { kind: 'folders' };
    else await this.attempt(() => this.host.ask('host.chooseFolder', {}));
  }

  /** Begins to add a model of the person's own. */
  async chooseModel(): Promise<void> {
    if (this.abilities === null) await this.#askAbilities();
    if (this.abilities?.dialogs !== true) this.dialog = { kind: 'model-folder' };
    else
      await this.attempt(async () => {
        const path = await this.host.ask('host.chooseModel', {});
        if (path !== null) this.dialog = { kind: 'add-model', path };
      });
  }

  /** Does what the person chose in the program's menu. */
  obey(command: HostCommand): void {
    switch (command) {
      case 'photos':
        this.goTo(start);
        break;
      case 'clusters':
      case 'problems':
      case 'methods':
      case 'evaluation':
      case 'map':
      case 'marks':
        this.goTo({ page: command });
        break;
      case 'describe':
        this.goTo({ page: 'describe', wanted: this.description.wanted });
        break;
      case 'back':
        this.router.back();
        break;
      case 'forward':
        this.router.forward();
        break;
      case 'search-picture':
        this.dialog = { kind: 'picture' };
        break;
      case 'keys':
        this.dialog = { kind: 'help' };
        break;
      case 'export':
        this.dialog = { kind: 'export', target: this.exportTarget };
    }
  }

  /** What Export in the menu means at the present place. */
  get exportTarget(): ExportTarget {
    const { route } = this.router;
    const method = this.methods.id;
    if (route.page === 'lookalikes') {
      if (this.sideBySide.on && this.sideBySide.exportTarget !== null)
        return this.sideBySide.exportTarget;
      const { query, within = null } = route;
      // Within a distance as many as there are.
      const k = within === null ? 5 : Number.MAX_SAFE_INTEGER;
      const { face } = this.lookalikes;
      return { kind: 'lookalikes', query, k, within, method, face };
    }
    if (route.page === 'methods' && this.findings.some) return { kind: 'clusters-by-method' };
    if (route.page === 'clusters' || route.page === 'cluster') return { kind: 'clusters', method };
    if (route.page === 'describe' && this.description.found !== null) {
      const { wanted, k } = this.description;
      return { kind: 'description', wanted: [...wanted], k };
    }
    if (route.page === 'map' && this.map.map !== null)
      return { kind: 'map', algorithm: this.map.algorithm, method };
    if (route.page === 'marks' || route.page === 'questions') return { kind: 'marks' };
    if (route.page === 'evaluation' && this.suits.on)
      return this.suits.document === null ? { kind: 'marks' } : { kind: 'suits' };
    if (route.page === 'evaluation' && this.evaluation.document !== null)
      return { kind: 'evaluation' };
    return { kind: 'library', method };
  }

  async addSamples(): Promise<void> {
    await this.attempt(() => this.host.request('folders.addSamples', {}));
  }

  /** Shows all lookalikes of the present query within a distance; null: the nearest again. */
  limit(within: number | null): void {
    const { route } = this.router;
    if (route.page !== 'lookalikes') return;
    const { page, query, face } = route;
    this.router.replace({
      page,
      query,
      ...(within !== null && { within }),
      ...(face !== undefined && { face }),
    });
  }

  /** Compares another face of the present query; 0 is the largest. */
  useFace(face: number): void {
    const { route } = this.router;
    if (route.page !== 'lookalikes') return;
    const { page, query, within } = route;
    this.router.replace({
      page,
      query,
      ...(within !== undefined && { within }),
      ...(face > 0 && { face }),
    });
  }

  /** Looks for photos like a picture from outside. */
  async searchPicture(file: File): Promise<void> {
    await this.attempt(async () => {
      if (file.size > largestPicture)
        throw new LookalikeError(
          'query-too-large',
          `“${file.name}” is larger than 50 MB. Make it smaller, or add its folder to the library.`,
        );
      const bytes = await readFile(file);
      const name = file.name === '' ? 'Pasted picture' : file.name;
      const { upload } = await this.host.request('queries.add', { name, bytes });
      this.notices.withdraw(({ about }) => about === 'picture');
      this.dialog = null;
      this.goTo({ page: 'lookalikes', query: { upload } });
    }, 'picture');
  }

  /** The address of the present query's picture; null until it is known where there is one. */
  get queryPicture(): string | null {
    const { photo, found } = this.lookalikes;
    if (photo !== null) return this.library.photo(photo);
    const picture = found?.query.picture ?? null;
    return picture === null ? null : this.library.queryPicture(picture);
  }
}

async function readFile(file: File): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new LookalikeError(
      'query-not-a-photo',
      `“${file.name}” could not be read. If it is a folder, add it with “Add a folder” instead.`,
      { cause },
    );
  }
}
