/**
 * The part of the contract that is about a host and its window: what it can do beyond the library,
 * and what a desktop window gives its page. Others take it from `contract.ts`.
 */
import { z } from 'zod';
import type { ErrorData } from './errors.ts';
import { folder, id, nothing } from './contract-values.ts';

/** How the program is being shown; the renderer offers what the host can do and nothing else. */
export const hostAbilities = z.strictObject({
  kind: z.enum(['web', 'desktop']),
  /** The system's own dialogs for folders and files; a typed path is then not taken. */
  dialogs: z.boolean(),
  /** The system's file manager for photos and exports, other programs, a menu for each photo. */
  showInFolder: z.boolean(),
  /** Dragging photos out of the window, into other programs. */
  dragOut: z.boolean(),
});
export type HostAbilities = z.infer<typeof hostAbilities>;

/**
 * Requests that a host answers by itself, as they are about its window and the system. Every host
 * answers `host.get`; the others where its abilities say so. None takes a path from a page: it is an
 * id, or what a dialog of the system returned.
 */
export const hostRequests = {
  'host.get': { params: nothing, result: hostAbilities },
  /** Lets the person choose a folder, which is added to the library; null if they chose none. */
  'host.chooseFolder': { params: nothing, result: folder.nullable() },
  /** Lets the person choose the folder of a model, which the page may name then; null if they chose none. */
  'host.chooseModel': { params: nothing, result: z.string().nullable() },
  /** Lets the person choose the file that an export is written to; null if they chose none. */
  'host.chooseFile': { params: nothing, result: z.string().nullable() },
  'host.showPhoto': { params: z.strictObject({ id }), result: nothing },
  /** Opens a photo in the program that the system has for it. */
  'host.openPhoto': { params: z.strictObject({ id }), result: nothing },
  /** A menu of what can be done with a photo, where the pointer is. */
  'host.photoMenu': { params: z.strictObject({ id }), result: nothing },
  /** Begins dragging photos out of the window. */
  'host.dragPhotos': {
    params: z.strictObject({ ids: z.array(id).min(1).max(1000) }),
    result: nothing,
  },
  /** Shows the file that was last exported. */
  'host.showExport': { params: nothing, result: nothing },
} as const;

export type HostRequests = typeof hostRequests;
export type HostRequestName = keyof HostRequests;
export type HostParams<Name extends HostRequestName> = z.infer<HostRequests[Name]['params']>;
export type HostResult<Name extends HostRequestName> = z.infer<HostRequests[Name]['result']>;

/** What a host tells its window besides the events of the library. */
export const hostEvents = {
  /** The person chose this in the program's menu. */
  'host.command': z.enum([
    'photos',
    'clusters',
    'problems',
    'methods',
    'evaluation',
    'map',
    'describe',
    'marks',
    'export',
    'search-picture',
    'keys',
    'back',
    'forward',
  ]),
} as const;
export type HostCommand = z.infer<(typeof hostEvents)['host.command']>;

/** An error would lose its code on the way into a page, so replies carry it as data. */
export type DesktopReply = { result: unknown } | { error: ErrorData };

/** What a desktop window gives its page, as `window.lookalike`. */
export interface DesktopBridge {
  /** A request of the library or of the host. */
  request(name: string, params: unknown): Promise<DesktopReply>;
  /** Every event of the library and of the host. There is one listener, for as long as the page lives. */
  onEvent(listener: (name: string, data: unknown) => void): void;
  /** Adds the folder that this dropped file stands for to the library. */
  dropFolder(file: File): Promise<DesktopReply>;
}
