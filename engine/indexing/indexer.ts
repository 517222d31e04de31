/**
 * One run of indexing: walk the folders, find out what changed, and send that on its way. It can be
 * paused, and ended at any moment (the process killed included): what was written stays, and the next
 * run begins with what is missing.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IndexDocument } from '../documents.ts';
import type { Indexing } from '../contract.ts';
import { isLookalikeError, LookalikeError, toErrorData, type ErrorData } from '../errors.ts';
import { checkFolder, walk, type Walk } from '../photos/walk.ts';
import type { FolderRow, KnownPhoto } from '../store/reader.ts';
import type { Store } from '../store/store.ts';
import { Moves } from './moves.ts';
import { isPhotoError, Pipeline, type Outcome, type PipelineParts } from './pipeline.ts';
import { planFolder, type Candidate } from './plan.ts';
import { Progress } from './progress.ts';

export interface IndexerParts extends PipelineParts {
  store: Store;
  onProgress: (progress: Indexing) => void;
  /** Photos were stored or removed. */
  onPhotos: (change: { added: number[]; removed: number[] }) => void;
  /** A folder went offline or came back. */
  onFolders: () => void;
  /** Something about a folder that the person should know. */
  onNotice: (folderId: number, notice: ErrorData) => void;
  /** Asked now and then while folders are looked through: that goes on when this resolves. */
  whenQuiet?: () => Promise<void>;
}

/** Rows read or removed at once, so that the host's thread is never held for long. */
const readAtOnce = 2000;
const removedAtOnce = 50;
const thumbnailsAtOnce = 500;

/** What has to be done in this run, over all folders. */
interface Work {
  candidates: Candidate[];
  missing: KnownPhoto[];
}

export class Indexer {
  readonly #parts: IndexerParts;
  readonly #progress: Progress;
  #abort = new AbortController();
  #isSwept = false;
  #resume: PromiseWithResolvers<void> | undefined;

  constructor(parts: IndexerParts) {
    this.#parts = parts;
    this.#progress = new Progress(parts.onProgress);
  }

  get progress(): Indexing {
    return this.#progress.now();
  }

  pause(): void {
    if (this.#resume || this.#progress.state === 'idle') return;
    this.#resume = Promise.withResolvers();
    this.#progress.set('paused');
  }

  resume(): void {
    if (!this.#resume) return;
    this.#progress.set('running');
    this.#resume.resolve();
    this.#resume = undefined;
  }

  /** Ends the run after what is under way. */
  cancel(): void {
    this.#abort.abort(new LookalikeError('cancelled', 'Indexing was stopped.'));
    this.resume();
  }

  /**
   * Brings the library up to date with its folders.
   * @throws LookalikeError `cancelled`, `disk-full`, `library-access`, `weights-damaged`, …: the run
   *   ended early, and everything written so far stays
   */
  async run(): Promise<IndexDocument> {
    this.#abort = new AbortController();
    const startedAt = performance.now();
    this.#progress.begin();
    try {
      const work = await this.#look();
      if (!this.#resume) this.#progress.set('running');
      await this.#settleMoves(work);
      await this.#removeMissing(work.missing);
      await this.#read(work.candidates);
      await this.#sweep();
    } catch (error) {
      if (!isLookalikeError(error, 'cancelled')) this.#progress.error = toErrorData(error);
      throw error;
    } finally {
      this.#resume = undefined;
      this.#progress.set('idle');
    }
    const { found, indexed, unchanged, failed } = this.#progress;
    const offline = this.#parts.store.reader
      .folders()
      .reduce((sum, folder) => sum + (folder.offline ? folder.photos : 0), 0);
    const seconds = Math.round(performance.now() - startedAt) / 1000;
    return { schema: 'lookalike/index@1', found, indexed, unchanged, failed, offline, seconds };
  }

  /** Walks all folders and gathers what changed. */
  async #look(): Promise<Work> {
    const { reader, writer } = this.#parts.store;
    const folders = reader.folders();
    const roots = new Set(folders.map(({ path }) => path));
    const work: Work = { candidates: [], missing: [] };
    for (const folder of folders) {
      await this.#whenQuiet();
      const walked = await this.#walk(folder, roots);
      if (folder.offline !== (walked === null)) {
        writer.setOffline(folder.id, walked === null);
        this.#parts.onFolders();
      }
      const notice = noticeOf(folder, walked);
      if (notice) this.#parts.onNotice(folder.id, notice);
      if (!walked) continue;
      const problems = reader.problems(folder.id);
      const plan = await planFolder(folder, walked, this.#knownPhotos(folder.id), problems);
      writer.removeProblems(folder.id, plan.solved);
      if (plan.solved.length > 0) this.#parts.onPhotos({ added: [], removed: [] });
      for (const { relativePath, error } of walked.problems)
        writer.addFailure({ folderId: folder.id, relativePath, bytes: 0, modifiedAt: 0 }, error);
      const failedNames = walked.problems.filter(({ isPhoto }) => isPhoto).length;
      this.#progress.found += walked.files.length + failedNames;
      this.#progress.unchanged += plan.unchanged;
      this.#progress.failed += plan.stillFailing + failedNames;
      this.#progress.tell();
      for (const candidate of plan.candidates) work.candidates.push(candidate);
      for (const photo of plan.missing) work.missing.push(photo);
    }
    return work;
  }

  async *#knownPhotos(folderId: number): AsyncGenerator<KnownPhoto[]> {
    const { store, methodId } = this.#parts;
    for (let last = ''; ;) {
      const page = store.reader.knownPhotos(folderId, methodId, last, readAtOnce);
      yield page;
      if (page.length < readAtOnce) return;
      last = page.at(-1)?.relativePath ?? last;
      await sleep(0);
      await this.#whenQuiet();
    }
  }

  /** What is in a folder, or null when it cannot be reached. */
  async #walk(folder: FolderRow, roots: ReadonlySet<string>): Promise<Walk | null> {
    const foundBefore = this.#progress.found;
    try {
      const device = await deviceOf(folder.path);
      const walked = await walk(folder.path, {
        except: roots,
        signal: this.#abort.signal,
        mayGoOn: () => this.#whenQuiet(),
        onFound: (found) => {
          this.#progress.found = foundBefore + found;
          this.#progress.tell();
        },
      });
      await checkFolder(folder.path);
      // A disk that is taken away ends the walk in the middle of it, or leaves an empty folder.
      if ((await deviceOf(folder.path)) !== device) return null;
      return walked.empty && folder.photos > 0 ? null : walked;
    } catch (error) {
      if (isLookalikeError(error) && error.code.startsWith('folder-')) return null;
      throw error;
    } finally {
      this.#progress.found = foundBefore;
    }
  }

  /** Gives photos that only moved or were only touched their new places, and takes them out of `work`. */
  async #settleMoves(work: Work): Promise<void> {
    const { decoder, store } = this.#parts;
    const moves = new Moves(work.missing, work.candidates);
    const taken = new Set<KnownPhoto>();
    const setAside: KnownPhoto[] = [];
    const rest: Candidate[] = [];
    const withoutVector: Candidate[] = [];
    // Files that were known at their places come first: what was only touched is not for its copy.
    const ordered = work.candidates.toSorted((a, b) => Number(!a.known) - Number(!b.known));
    for (const candidate of ordered) {
      await this.#mayGoOn();
      const sha256 = moves.isPossible(candidate)
        ? await decoder
            .identify({ path: join(candidate.root, candidate.relativePath) })
            .catch(unread)
        : null;
      const photo = sha256 === null ? null : moves.take(candidate, sha256);
      if (!photo) {
        rest.push(candidate);
        continue;
      }
      taken.add(photo);
      store.writer.movePhoto(photo.id, candidate);
      if (candidate.known && candidate.known !== photo) setAside.push(candidate.known);
      if (!photo.hasVector) withoutVector.push({ ...candidate, known: photo });
      else {
        this.#progress.unchanged += 1;
        this.#progress.worked(1);
      }
    }
    const isTaken = (photo: KnownPhoto | null): boolean => photo !== null && taken.has(photo);
    work.missing = [...work.missing, ...setAside].filter((photo) => !isTaken(photo));
    work.candidates = rest
      .map((candidate) => (isTaken(candidate.known) ? { ...candidate, known: null } : candidate))
      .concat(withoutVector);
  }

  async #removeMissing(missing: readonly KnownPhoto[]): Promise<void> {
    for (let start = 0; start < missing.length; start += removedAtOnce) {
      await this.#mayGoOn();
      const ids = missing.slice(start, start + removedAtOnce).map(({ id }) => id);
      this.#parts.store.writer.removePhotos(ids);
      this.#parts.onPhotos({ added: [], removed: ids });
      await sleep(0);
    }
  }

  /** Decodes, embeds and writes all candidates. */
  async #read(candidates: readonly Candidate[]): Promise<void> {
    const pipeline = new Pipeline(this.#parts);
    const offline = new Set<number>();
    const arrivals = new Set<Promise<void>>();
    let failure: { error: unknown } | undefined;
    try {
      for (const candidate of candidates) {
        await this.#mayGoOn();
        if (failure) break;
        if (offline.has(candidate.folderId)) {
          this.#progress.found -= 1;
          continue;
        }
        const { arrived } = await pipeline.send(candidate);
        const arrival = arrived
          .then((outcome) => {
            this.#arrived(candidate, outcome, offline);
          })
          .catch((error: unknown) => {
            // Whatever it is, it is not the photo: the others need not find that out one by one.
            failure ??= { error };
            pipeline.stop();
          })
          .finally(() => arrivals.delete(arrival));
        arrivals.add(arrival);
      }
    } finally {
      await Promise.all(arrivals);
    }
    if (failure) throw failure.error;
  }

  /** Once for an open library: drops thumbnails of contents that no photo has any more. */
  async #sweep(): Promise<void> {
    if (this.#isSwept) return;
    const { reader, thumbnails } = this.#parts.store;
    for (let last: string | undefined = ''; last !== undefined;) {
      await this.#mayGoOn();
      const contents = thumbnails.contentsAfter(last, thumbnailsAtOnce);
      thumbnails.remove(contents.filter((sha256) => !reader.hasContent(sha256)));
      last = contents.at(-1);
      await sleep(0);
    }
    this.#isSwept = true;
  }

  #arrived(candidate: Candidate, outcome: Outcome, offline: Set<number>): void {
    const { store, onPhotos, onFolders } = this.#parts;
    const removed = candidate.known ? [candidate.known.id] : [];
    switch (outcome.kind) {
      case 'indexed':
        this.#progress.indexed += 1;
        onPhotos({
          added: [outcome.photoId],
          removed: removed.filter((id) => id !== outcome.photoId),
        });
        break;
      case 'failed':
        this.#progress.failed += 1;
        onPhotos({ added: [], removed });
        break;
      case 'vanished':
        this.#progress.found -= 1;
        if (candidate.known) {
          store.writer.removePhotos(removed);
          onPhotos({ added: [], removed });
        }
        break;
      case 'offline':
        this.#progress.found -= 1;
        if (!offline.has(candidate.folderId)) {
          offline.add(candidate.folderId);
          store.writer.setOffline(candidate.folderId, true);
          onFolders();
        }
    }
    this.#progress.worked(1);
  }

  /** Lets what a person waits for go first. @throws LookalikeError `cancelled` */
  async #whenQuiet(): Promise<void> {
    await this.#parts.whenQuiet?.();
    this.#abort.signal.throwIfAborted();
  }

  /** Waits while paused. @throws LookalikeError `cancelled` */
  async #mayGoOn(): Promise<void> {
    await this.#resume?.promise;
    this.#abort.signal.throwIfAborted();
  }
}

/** Which disk a path is on, or null when it cannot be reached. */
async function deviceOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ dev }) => dev,
    () => null,
  );
}

/** For a file whose content cannot be read now: it is looked at, and judged, with the rest. */
function unread(error: unknown): null {
  if (isPhotoError(error)) return null;
  throw error;
}

/** What a person should know of a folder in which there is nothing to do. */
function noticeOf({ path, photos }: FolderRow, walked: Walk | null): ErrorData | null {
  if (!walked)
    return {
      code: 'folder-offline',
      message: `The folder ${path} cannot be reached. Its ${photos} photos are kept; connect the disk it is on, or remove the folder from the library.`,
    };
  if (walked.empty) return { code: 'folder-empty', message: `The folder ${path} is empty.` };
  if (walked.files.length === 0)
    return {
      code: 'folder-without-photos',
      message: `The folder ${path} holds no photos that Lookalike reads (JPEG, PNG, WebP, AVIF, GIF, TIFF).`,
    };
  return null;
}
