/**
 * The contract between a library and everything that shows it: every request with its parameters
 * and result, and every event, once, as zod schemas. Hosts check what arrives against them, and all
 * types of hosts, renderer and terminal derive from them.
 *
 * The values that stand in them are in `contract-values.ts`, what only a host and its window have to
 * say in `host-contract.ts`, and the JSON documents that leave the program in `documents.ts`.
 */
import { z } from 'zod';
import { attributeRequests } from './attribute-contract.ts';
import { attributeGuess, description } from './attribute-settings.ts';
import { clusterRequests } from './cluster-contract.ts';
import { clusterSettings } from './cluster-settings.ts';
import { clustersByMethodRequests } from './clusters-by-method.ts';
import {
  mapAlgorithm,
  mapRequest,
  mapsToStop,
  photoMap,
  selectedPhotos,
  selection,
  selectionName,
} from './map-settings.ts';
import { markEvents, markRequests } from './marks-contract.ts';
import { methodChoice } from './method-choice.ts';
import { modelRequests } from './model-settings.ts';
import { modelsDocument } from './model-values.ts';
import {
  clustersDocument,
  evaluationDocument,
  faceBox,
  indexDocument,
  infoDocument,
  lookalikesDocument,
  mapDocument,
  problemsDocument,
  sideBySideDocument,
} from './documents.ts';
import {
  clusterOfPhoto,
  clustering,
  count,
  drawing,
  errorCode,
  errorData,
  evaluating,
  folder,
  id,
  indexing,
  k,
  labels,
  lookalike,
  lookalikesOf,
  mapping,
  method,
  nothing,
  photoDetails,
  photoRef,
  preparing,
  type query,
  seed,
  sideBySideOf,
  training,
} from './contract-values.ts';
import { trainingRequests } from './training-contract.ts';

export { epochs, errorData, k, seed, within } from './contract-values.ts';
export { clusterCount, epsilon, minPhotos } from './cluster-settings.ts';
export * from './attribute-contract.ts';
export * from './map-settings.ts';
export * from './training-settings.ts';
export * from './model-settings.ts';
export * from './host-contract.ts';
export type { ClusterCard, ClusterRun } from './cluster-contract.ts';
export type { MarkedPhoto, PhotoMark } from './marks-contract.ts';

// ── Requests ─────────────────────────────────────────────────────────────────────────────────────

/** Every request, by name. `params` is checked by the library itself, whatever host it came through. */
export const requests = {
  'library.get': {
    params: nothing,
    result: z.strictObject({
      /** Changes when the library does; belongs into the address of a picture, so caches never mix. */
      id: z.string(),
      program: z.strictObject({ name: z.string(), version: z.string() }),
      folders: z.array(folder),
      photos: count,
      problems: count,
      /** Every method, the default first. */
      methods: z.array(method),
      backend: z
        .strictObject({ name: z.enum(['native', 'wasm']), reason: z.string().nullable() })
        .nullable(),
      indexing,
      /** What is being computed now, one entry for each method that is busy. */
      clustering: z.array(clustering),
      preparing: z.array(preparing),
      drawing,
      /** Things the person should be told once, such as a damaged database that was kept aside. */
      notices: z.array(errorData),
    }),
  },

  'folders.add': { params: z.strictObject({ path: z.string().min(1) }), result: folder },
  'folders.remove': { params: z.strictObject({ id }), result: nothing },
  'folders.browse': {
    params: z.strictObject({ path: z.string().nullable() }),
    result: z.strictObject({
      path: z.string(),
      parent: z.string().nullable(),
      /** Home, pictures, disks: places to start from. */
      places: z.array(z.strictObject({ name: z.string(), path: z.string() })),
      folders: z.array(z.strictObject({ name: z.string(), path: z.string() })),
      /** Photo files directly in this folder. */
      photos: count,
    }),
  },
  'folders.addSamples': { params: nothing, result: folder },

  'indexing.start': { params: nothing, result: nothing },
  'indexing.pause': { params: nothing, result: nothing },
  'indexing.resume': { params: nothing, result: nothing },
  'indexing.cancel': { params: nothing, result: nothing },
  /** Resolves when nothing is being indexed any more, with the summary of the last run. */
  'indexing.wait': { params: nothing, result: indexDocument },

  'photos.list': {
    params: z.strictObject({ folder: id.nullable(), order: z.enum(['newest', 'folder']) }),
    result: z.strictObject({
      ids: z.array(id),
      /** Width / height of each, to four decimals. */
      ratios: z.array(z.number()),
      /** Headings: a month ("2026-08") or a folder's path, from the photo at index `start` on. */
      groups: z.array(z.strictObject({ title: z.string(), start: count })),
    }),
  },
  'photos.get': { params: z.strictObject({ id, method: methodChoice }), result: photoDetails },
  'photos.refs': {
    params: z.strictObject({ ids: z.array(id).max(1000) }),
    result: z.array(photoRef),
  },

  /** Hands in a picture from outside as a query: at most 50 MB. It is held until the library closes or 20 others came, files by path counted. */
  'queries.add': {
    params: z.strictObject({ name: z.string(), bytes: z.instanceof(Uint8Array) }),
    result: z.strictObject({ upload: z.string() }),
  },
  'lookalikes.find': {
    params: z.strictObject(lookalikesOf),
    result: z.strictObject({
      query: z.strictObject({
        photo: photoRef.nullable(),
        /** Where there is no photo: the id under which the host shows a picture of the query; of one that was handed in or fetched also its `upload`. */
        picture: z.string().nullable(),
        name: z.string(),
        width: z.int().positive(),
        height: z.int().positive(),
        /** Its faces, the largest first; none where whole photos are compared. */
        faces: z.array(faceBox),
        /** The one of them that was the query. */
        face: count.nullable(),
      }),
      copies: z.array(photoRef),
      /** The cluster whose centre is nearest to the query; null where clusters are not k-means'. */
      cluster: clusterOfPhoto.nullable(),
      /** What the method would call the query, the most probable first; null where it has no names. */
      classes: z.array(z.strictObject({ name: z.string(), probability: z.number() })).nullable(),
      /** The query's attributes, in the order of their list; null where others are compared. */
      attributes: z.array(attributeGuess).nullable(),
      lookalikes: z.array(lookalike),
    }),
  },
  ...attributeRequests,

  /** Computes a method's vectors for all photos that lack them. Photos of files that are gone are passed over. */
  'methods.prepare': {
    params: z.strictObject({ method: methodChoice }),
    result: z.strictObject({ photos: count }),
  },
  'methods.cancel': { params: z.strictObject({ method: methodChoice }), result: nothing },

  ...modelRequests,

  ...trainingRequests,
  ...clusterRequests,

  /** The map of a method that is kept, whether or not it is still of all photos. */
  'map.get': {
    params: z.strictObject({ algorithm: mapAlgorithm, method: methodChoice }),
    result: z.strictObject({ map: photoMap.nullable(), mapping }),
  },
  /** Gives the map that is kept, or makes one. Who asks for one that is being made joins in. */
  'map.find': { params: mapRequest, result: photoMap },
  'map.cancel': { params: mapsToStop, result: nothing },
  'selections.list': { params: nothing, result: z.array(selection) },
  /** Keeps photos under a name, in place of what had that name. */
  'selections.save': {
    params: z.strictObject({ name: selectionName, photos: selectedPhotos }),
    result: nothing,
  },
  'selections.remove': { params: z.strictObject({ id }), result: nothing },

  /** The last evaluation since the library was opened, and whether one is going on. */
  'evaluation.get': {
    params: nothing,
    result: z.strictObject({ document: evaluationDocument.nullable(), evaluating }),
  },
  /**
   * Measures methods (null: all that can be used and compare whole photos) on photos whose labels are known. `held-out`: a fifth of each label, drawn
   * with the seed, are the queries, searched among the others; `leave-one-out`: each photo among all
   * others. A run that is going on is stopped.
   */
  'evaluation.run': {
    params: z.strictObject({
      labels,
      split: z.enum(['held-out', 'leave-one-out']),
      k,
      seed,
      methods: z.array(z.string()).min(1).nullable().default(null),
    }),
    result: evaluationDocument,
  },
  'evaluation.cancel': { params: nothing, result: nothing },

  ...markRequests,

  'problems.list': {
    params: nothing,
    result: z.array(
      z.strictObject({
        path: z.string(),
        folder: id,
        code: errorCode,
        message: z.string(),
        /** The photo, where a part of it could be decoded. */
        photo: id.nullable(),
      }),
    ),
  },

  // Documents: what the terminal prints with --json and what Export writes.
  'documents.lookalikes': {
    params: z.strictObject(lookalikesOf),
    result: lookalikesDocument,
  },
  /** What several methods find for one query. */
  'documents.sideBySide': { params: z.strictObject(sideBySideOf), result: sideBySideDocument },
  'documents.clusters': { params: clusterSettings, result: clustersDocument },
  ...clustersByMethodRequests,
  'documents.map': { params: mapRequest, result: mapDocument },
  'documents.problems': { params: nothing, result: problemsDocument },
  'documents.info': { params: nothing, result: infoDocument },
  'documents.models': { params: nothing, result: modelsDocument },
  /** Writes a document to a file: to `path`, or to a new name in the person's downloads folder. */
  'export.write': {
    params: z.strictObject({
      document: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('library'), method: methodChoice }),
        z.strictObject({ kind: z.literal('clusters'), method: methodChoice }),
        /** What is known of them: none are looked for. */
        z.strictObject({ kind: z.literal('clusters-by-method') }),
        z.strictObject({ kind: z.literal('evaluation') }),
        z.strictObject({ kind: z.literal('marks') }),
        z.strictObject({ kind: z.literal('suits') }),
        z.strictObject({
          kind: z.literal('map'),
          algorithm: mapAlgorithm,
          method: methodChoice,
        }),
        z.strictObject({
          kind: z.literal('selection'),
          name: selectionName.nullable(),
          photos: selectedPhotos,
        }),
        z.strictObject({
          kind: z.literal('challenge'),
          group: z.string().trim().min(1).max(200),
          /** The photos of the library below this folder are the queries. Only a name: nothing is opened. */
          queries: z.string().min(1),
          k,
          method: methodChoice,
        }),
        z.strictObject({ kind: z.literal('lookalikes'), ...lookalikesOf }),
        z.strictObject({ kind: z.literal('side-by-side'), ...sideBySideOf }),
        z.strictObject({ kind: z.literal('description'), ...description }),
      ]),
      path: z.string().min(1).nullable(),
    }),
    result: z.strictObject({ path: z.string(), bytes: count }),
  },
} as const;

export type Requests = typeof requests;
export type RequestName = keyof Requests;
/** As they are sent: what has a default may be left out. */
export type Params<Name extends RequestName> = z.input<Requests[Name]['params']>;
/** The same after the check, with every default filled in. */
export type Checked<Name extends RequestName> = z.output<Requests[Name]['params']>;
export type Result<Name extends RequestName> = z.infer<Requests[Name]['result']>;

// ── Events ───────────────────────────────────────────────────────────────────────────────────────

/** Every event, by name. They say that something changed; who needs more asks for it. */
export const events = {
  indexing,
  clustering,
  preparing,
  training,
  evaluating,
  ...markEvents,
  mapping,
  /** What people named on a map changed. */
  selections: nothing,
  drawing,
  /** Photos came or went (told at most twice a second). */
  photos: z.strictObject({ photos: count, problems: count }),
  /** Folders were added, removed, or went offline. */
  folders: nothing,
  /** The present run of clusters of a method is another one. */
  clusters: z.strictObject({ method: z.string() }),
  /** What can be said of the methods changed: vectors are there now, or one was trained. */
  methods: nothing,
  notice: errorData,
} as const;

export type Events = typeof events;
export type EventName = keyof Events;
export type EventData<Name extends EventName> = z.infer<Events[Name]>;

// ── Names of the values, for those who pass them on ──────────────────────────────────────────────

export type Folder = z.infer<typeof folder>;
export type Method = z.infer<typeof method>;
export type PhotoRef = z.infer<typeof photoRef>;
export type PhotoDetails = z.infer<typeof photoDetails>;
export type Lookalike = z.infer<typeof lookalike>;
export type FaceBox = z.infer<typeof faceBox>;
export type Query = z.infer<typeof query>;
export type Indexing = z.infer<typeof indexing>;
export type Clustering = z.infer<typeof clustering>;
export type Preparing = z.infer<typeof preparing>;
export type Training = z.infer<typeof training>;
export type Evaluating = z.infer<typeof evaluating>;
export type Mapping = z.infer<typeof mapping>;
export type PhotoMap = z.infer<typeof photoMap>;
export type Selection = z.infer<typeof selection>;
export type ClusterOfPhoto = z.infer<typeof clusterOfPhoto>;
export type ClusterSettings = z.input<typeof clusterSettings>;
export type LibraryState = Result<'library.get'>;
export type * from './documents.ts';
export type { ClustersByMethodDocument } from './clusters-by-method.ts';

/** What every host offers and the renderer and the terminal use: requests in, events out. */
export interface LibraryClient {
  request<Name extends RequestName>(name: Name, params: Params<Name>): Promise<Result<Name>>;
  /** Calls `listener` at each such event until the returned function is called. */
  on<Name extends EventName>(name: Name, listener: (data: EventData<Name>) => void): () => void;
}
