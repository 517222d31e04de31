/**
 * One open library: the contract's requests on one side, the rooms of the engine on the other. Hosts
 * talk to this and to nothing deeper.
 */
import envPaths from 'env-paths';
import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type {
  EventData,
  EventName,
  LibraryClient,
  LibraryState,
  Params,
  RequestName,
  Result,
} from './contract.ts';
import { isLookalikeError, LookalikeError, messageOf, type ErrorData } from './errors.ts';
import { IndexingRuns } from './indexing/runs.ts';
import { Mapper } from './map/mapper.ts';
import { methodEntries, modelsFolder } from './methods/registry.ts';
import { Decoder } from './photos/decoder.ts';
import type { FetchOptions } from './photos/fetch-picture.ts';
import { sampleFolder } from './photos/sample-folder.ts';
import type { Fork } from './processes/child.ts';
import { checkName, checkParams } from './requests/check.ts';
import { attributeRequests } from './requests/attributes.ts';
import { clustersByMethodHandlers } from './requests/clusters-by-method.ts';
import { clusterRequests } from './requests/clusters.ts';
import { Context, type Handlers } from './requests/context.ts';
import { documentRequests } from './requests/documents.ts';
import { Evaluations, evaluationRequests } from './requests/evaluations.ts';
import { folderOf, folderRequests } from './requests/folders.ts';
import { FolderWatches } from './requests/folder-watches.ts';
import { lookalikeRequests } from './requests/lookalikes.ts';
import { Maps, mapRequests } from './requests/maps.ts';
import { markRequests } from './requests/marks.ts';
import { methodRequests, Methods } from './requests/methods.ts';
import { ownModelEntries, ownModelRequests } from './requests/own-models.ts';
import { Opening } from './requests/opening.ts';
import { PhotoChanges } from './requests/photo-changes.ts';
import { photoRequests } from './requests/photos.ts';
import { pictures, type Picture } from './requests/pictures.ts';
import { Queries } from './requests/queries.ts';
import { selectionRequests } from './requests/selections.ts';
import { sideBySideRequests } from './requests/side-by-side.ts';
import { Suits, suitsRequests } from './requests/suits.ts';
import { Search } from './search/search.ts';
import { Trainings, trainingRequests } from './requests/trainings.ts';
import { openStore, type WhenDamaged } from './store/store.ts';

export { type Fork } from './processes/child.ts';
export { type Picture } from './requests/pictures.ts';
export { keepLibraryAside } from './store/store.ts';

export interface LibraryOptions {
  /** The library's own directory; made when it is not there. */
  folder: string;
  /**
   * For programs that stay open: index what is new without being asked, watch the folders, and find
   * clusters whenever indexing is done. Otherwise everything waits for a request.
   */
  live?: boolean;
  /**
   * What becomes of a database that is damaged: kept aside, with a new one begun and a notice
   * (default), or nothing, with the error `library-damaged`, for hosts that ask the person first.
   */
  whenDamaged?: WhenDamaged;
  onLog?: (line: string) => void;
  /** How helper processes are started; Node's `fork` by default. */
  fork?: Fork;
  /** For tests, which have no pictures in the network: how pictures are fetched otherwise. */
  fetching?: Partial<FetchOptions>;
}

export interface Library extends LibraryClient {
  /** Its own id, for ever. */
  readonly id: string;
  /** The same as `request` for a host that passes on what came from outside: both arguments are checked. */
  handle(name: string, params: unknown): Promise<unknown>;
  /** Every event of the contract. Returns a function that ends the listening. */
  onAny(listener: (name: EventName, data: unknown) => void): () => void;
  /** WebP, long side at most 512 pixels. @throws LookalikeError `photo-unknown` */
  thumbnail(photoId: number): Promise<Picture>;
  /** WebP for the screen, oriented, sRGB. @throws LookalikeError `photo-unknown` */
  photo(photoId: number, longSide: number): Promise<Picture>;
  /**
   * The same of a query from outside the library, by the id that `lookalikes.find` gives with it.
   * @throws LookalikeError `query-unknown`
   */
  queryPicture(picture: string, longSide: number): Promise<Picture>;
  /** Ends everything that runs. What is stored stays; whatever was under way is done again. */
  close(): Promise<void>;
}

/** The library that is used when none is named: in the system's folder for user data. */
export function defaultLibraryFolder(): string {
  return envPaths('lookalike', { suffix: '' }).data;
}

/**
 * Opens the library in a directory, or begins one.
 * @throws LookalikeError `library-in-use`, `library-newer`, `library-access`, `disk-full` or
 *   `weights-damaged`; `library-damaged` where `whenDamaged` says so
 */
export async function openLibrary(options: LibraryOptions): Promise<Library> {
  const directory = resolve(options.folder);
  const { live = false, onLog = () => undefined, fork } = options;
  const forking = { onLog, ...(fork && { fork }) };

  let closing: Promise<void> | undefined;
  const refuseWhenClosing = (): void => {
    if (closing) throw new LookalikeError('cancelled', 'The library is being closed.');
  };
  /** What went wrong with something that nobody waits for. */
  const tell =
    (about: string) =>
    (error: unknown): void => {
      if (!isLookalikeError(error, 'cancelled')) onLog(`${about}: ${messageOf(error)}`);
    };
  const listeners = new Set<(name: EventName, data: unknown) => void>();
  const emit = <Name extends EventName>(name: Name, data: EventData<Name>): void => {
    for (const listener of listeners)
      try {
        listener(name, data);
      } catch (error) {
        // Whatever shows the library may fail; the library's own work goes on.
        onLog(`a listener to ${name}: ${messageOf(error)}`);
      }
  };
  const notices: ErrorData[] = [];
  const notify = (notice: ErrorData): void => {
    notices.push(notice);
    emit('notice', notice);
  };

  const store = openStore(directory, notify, options.whenDamaged);
  const decoder = new Decoder(forking);
  const search = new Search({
    databasePath: store.databasePath,
    ...forking,
    onClustering: (progress) => {
      methods.byRow(progress.method)?.runs.progress(progress);
    },
    onClusterPass: ({ method, pass }) => {
      store.writer.setClusterPass(method, pass);
    },
    onEvaluation: (progress) => {
      evaluations.progress(progress);
    },
  });
  const changes = new PhotoChanges({
    search,
    onShow: () => {
      emit('photos', {
        photos: store.reader.photoCount(),
        problems: store.reader.problemCount(),
      });
    },
    onLog,
  });
  const context = new Context({ store, decoder, search, changes, emit });
  const trainedFolder = join(directory, 'trained');
  const ownModelsFolder = join(directory, 'models');
  const openMethods = async (): Promise<Methods> =>
    Methods.open({
      context,
      entries: [...methodEntries, ...(await ownModelEntries(ownModelsFolder, forking))],
      modelsFolder,
      trainedFolder,
      cacheFolder: envPaths('lookalike', { suffix: '' }).cache,
      live,
      onLog,
      refuseWhenClosing,
    });
  const methods = await openMethods().catch((error: unknown) => {
    store.close();
    throw error;
  });
  const usual = methods.default;
  const trainings = new Trainings({
    context,
    methods,
    modelsFolder,
    folder: trainedFolder,
    program,
    ...forking,
  });
  const evaluations = new Evaluations(context, methods, program);
  const suits = new Suits(context, methods, trainings, program);
  const maps = new Maps(context, methods, new Mapper(forking));
  const samplesPath = join(directory, 'samples');
  /** What was said about folders, by folder and code; it holds until the folder is otherwise. */
  const folderNotices = new Map<string, { folderId: number; notice: ErrorData }>();

  const opening = new Opening();
  const indexing = new IndexingRuns(
    {
      ...(live && {
        whenQuiet: async () => {
          // Nothing may change unseen between the two.
          await watching;
          await opening.quiet();
        },
      }),
      store,
      decoder,
      methodId: usual.rowId,
      embedder: () => usual.model.embedder(),
      inputSize: usual.method.inputSize,
      onProgress: (progress) => {
        emit('indexing', progress);
      },
      onPhotos: (change) => {
        context.photosChanged();
        changes.add(change);
      },
      onFolders: () => {
        foldersChanged();
      },
      onNotice: (folderId, notice) => {
        const key = `${notice.code} ${folderId}`;
        const isSamples = context.folders().get(folderId)?.path === realPath(samplesPath);
        // Sample photos are still being drawn when their folder is first looked at.
        if (folderNotices.has(key) || isSamples) return;
        folderNotices.set(key, { folderId, notice });
        emit('notice', notice);
      },
    },
    () => {
      changes.tellNow();
      foldersChanged();
      if (live && !closing) methods.followIndexing().catch(tell('after indexing'));
    },
  );
  const watches = new FolderWatches(indexing, onLog);
  const foldersChanged = (): void => {
    context.foldersChanged();
    for (const [key, { folderId, notice }] of folderNotices) {
      const folder = context.folders().get(folderId);
      const holds = notice.code === 'folder-offline' ? folder?.offline : folder?.photos === 0;
      if (!holds) folderNotices.delete(key);
    }
    emit('folders', {});
    follow();
  };

  const follow = (): void => {
    if (live && !closing) watches.follow([...context.folders().values()]);
  };
  const watching = live ? opening.quiet().then(follow) : Promise.resolve();

  const samples = sampleFolder(samplesPath, {
    onDrawn: () => {
      if (!closing) indexing.start();
    },
    onDrawing: (drawing) => {
      emit('drawing', drawing);
    },
    ...forking,
  });

  const state = (): LibraryState => ({
    id: store.reader.libraryId(),
    program,
    folders: store.reader.folders().map(folderOf),
    photos: store.reader.photoCount(),
    problems: store.reader.problemCount(),
    methods: methods.states(),
    backend: usual.model.backend,
    indexing: indexing.indexer.progress,
    clustering: methods.all
      .map(({ runs }) => runs.clustering)
      .filter(({ state: doing }) => doing === 'running'),
    preparing: methods.preparing,
    drawing: samples.drawing,
    notices: [...notices, ...[...folderNotices.values()].map(({ notice }) => notice)],
  });

  const shown = pictures(context);
  const queries = new Queries(context, usual, options.fetching);
  const lookalikes = lookalikeRequests(context, methods, queries);
  const sideBySide = sideBySideRequests(context, methods, queries, lookalikes);
  const clustersByMethod = clustersByMethodHandlers(context, methods);
  const photos = photoRequests(context, methods);
  const attributes = attributeRequests(context, methods);
  const handlers: Handlers<RequestName> = {
    'library.get': state,
    ...folderRequests(context, {
      indexing,
      foldersChanged,
      photosChanged: (change) => {
        context.photosChanged();
        changes.add(change);
      },
      drawSamples: () => {
        mkdirSync(samplesPath, { recursive: true });
        samples.draw();
        return Promise.resolve(samplesPath);
      },
      live,
    }),
    ...photos,
    ...lookalikes,
    ...attributes,
    ...sideBySide,
    ...methodRequests(context, methods),
    ...ownModelRequests(methods, ownModelsFolder, forking),
    ...trainingRequests(trainings),
    ...clusterRequests(context, methods),
    ...clustersByMethod,
    ...mapRequests(maps),
    ...selectionRequests(context),
    ...evaluationRequests(evaluations),
    ...markRequests(context, methods),
    ...suitsRequests(suits),
    ...documentRequests(context, {
      methods,
      evaluations,
      suits,
      maps,
      queries,
      lookalikes,
      sideBySide,
      clustersByMethod,
      photos,
      attributes,
      state,
      directory,
    }),
  };

  const whileOpen = async <T>(work: () => T | Promise<T>): Promise<T> => {
    refuseWhenClosing();
    opening.asked();
    try {
      return await work();
    } catch (error) {
      // Whatever was under way then failed for that reason, not for the one it gives.
      refuseWhenClosing();
      throw error;
    }
  };

  const readable = (find: () => Picture): Promise<Picture> =>
    whileOpen(() => {
      const picture = find();
      return { ...picture, read: (signal) => whileOpen(() => picture.read(signal)) };
    });

  const request = async <Name extends RequestName>(
    name: Name,
    params: Params<Name>,
  ): Promise<Result<Name>> => {
    const checked = checkParams(name, params);
    return whileOpen(async () => handlers[name](checked));
  };

  const close = async (): Promise<void> => {
    opening.close();
    await watching;
    await watches.close();
    samples.close();
    queries.close();
    // What is being decoded is not waited for.
    decoder.close();
    maps.cancel();
    await indexing.close();
    changes.close();
    search.close();
    await trainings.close();
    await methods.close();
    store.close();
  };

  if (live) {
    // Sample photos that a closed program left half drawn are finished.
    const real = [...context.folders().values()].map(({ path }) => path);
    if (real.includes(realPath(samplesPath))) samples.draw();
    if (real.length > 0) indexing.start();
    // So that the first click waits no longer than the others.
    opening
      .quiet()
      .then(() => (closing ? undefined : usual.getReady()))
      .catch(tell('getting ready'));
    trainings.goOn().catch(tell('training'));
  }

  return {
    id: store.reader.libraryId(),
    request,
    // `request` checks whether the parameters are those that the name promises.
    handle: async (name, params) => request(checkName(name), params as Params<RequestName>),
    on: (name, listener) => {
      const wrapped = (heard: EventName, data: unknown): void => {
        // Events are emitted by name with the data of that name.
        if (heard === name) (listener as (data: unknown) => void)(data);
      };
      listeners.add(wrapped);
      return () => listeners.delete(wrapped);
    },
    onAny: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    thumbnail: (photoId) => readable(() => shown.thumbnail(photoId)),
    photo: (photoId, longSide) => readable(() => shown.photo(photoId, longSide)),
    queryPicture: (picture, longSide) => readable(() => queries.picture(picture, longSide)),
    close: () => (closing ??= close()),
  };
}

const packageFile = new URL('../package.json', import.meta.url);
const { name, version } = z
  .object({ name: z.string(), version: z.string() })
  .parse(JSON.parse(readFileSync(packageFile, 'utf8')));
const program = { name, version };

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
