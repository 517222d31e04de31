/**
 * The requests that are about the window and the system: dialogs, the file manager, other programs,
 * menus, dragging. Photos are named by id, so what is shown or opened is always one of the library.
 */
import { join } from 'node:path';
import { app, clipboard, dialog, Menu, shell, type BrowserWindow } from 'electron';
import {
  hostRequests,
  type HostParams,
  type HostRequestName,
  type HostResult,
} from '../engine/contract.ts';
import { LookalikeError } from '../engine/errors.ts';
import type { Library } from '../engine/library.ts';

export interface HostHandlers {
  /** @throws LookalikeError `request-invalid` when the parameters have another form, or a handler's */
  handle(name: HostRequestName, params: unknown): Promise<unknown>;
  /** The dialog for folders, also for the menu; adds what was chosen. */
  chooseFolder(): Promise<HostResult<'host.chooseFolder'>>;
}

export interface HostOptions {
  window: () => BrowserWindow | null;
  library: () => Library | null;
  /** Adds folders that the person chose. */
  addFolder: (path: string) => Promise<HostResult<'host.chooseFolder'>>;
  /** Lets the page use a path that the person chose. */
  grant: (path: string) => void;
  /** The file that was exported last. */
  exported: () => string | null;
}

type Handlers = {
  [Name in HostRequestName]: (params: HostParams<Name>) => Promise<HostResult<Name>>;
};

export function isHostRequest(name: string): name is HostRequestName {
  return Object.hasOwn(hostRequests, name);
}

export function hostHandlers({
  window,
  library,
  addFolder,
  grant,
  exported,
}: HostOptions): HostHandlers {
  async function photoPath(id: number): Promise<string> {
    const open = library();
    if (open === null) throw new LookalikeError('cancelled', 'The library is being closed.');
    const { path, name, offline } = await open.request('photos.get', { id });
    if (offline)
      throw new LookalikeError(
        'folder-offline',
        `The folder of “${name}” cannot be reached now. Connect its disk, then try again.`,
      );
    return path;
  }

  async function chooseFolder(words: {
    title: string;
    buttonLabel: string;
  }): Promise<string | undefined> {
    const options: Electron.OpenDialogOptions = { ...words, properties: ['openDirectory'] };
    const parent = window();
    const { filePaths } = await (parent === null
      ? dialog.showOpenDialog(options)
      : dialog.showOpenDialog(parent, options));
    return filePaths[0];
  }

  const handlers: Handlers = {
    'host.get': () =>
      Promise.resolve({ kind: 'desktop', dialogs: true, showInFolder: true, dragOut: true }),

    'host.chooseFolder': async () => {
      const path = await chooseFolder({
        title: 'Choose a folder with photos',
        buttonLabel: 'Choose this folder',
      });
      return path === undefined ? null : addFolder(path);
    },

    'host.chooseModel': async () => {
      const path = await chooseFolder({
        title: 'Choose the folder of a model',
        buttonLabel: 'Look at this model',
      });
      if (path === undefined) return null;
      grant(path);
      return path;
    },

    'host.chooseFile': async () => {
      const options: Electron.SaveDialogOptions = {
        title: 'Export as JSON',
        defaultPath: join(app.getPath('documents'), 'lookalikes.json'),
        filters: [{ name: 'JSON', extensions: ['json'] }],
      };
      const parent = window();
      const { filePath } = await (parent === null
        ? dialog.showSaveDialog(options)
        : dialog.showSaveDialog(parent, options));
      if (filePath === '') return null;
      grant(filePath);
      return filePath;
    },

    'host.showPhoto': async ({ id }) => {
      shell.showItemInFolder(await photoPath(id));
      return {};
    },

    'host.openPhoto': async ({ id }) => {
      const path = await photoPath(id);
      const failed = await shell.openPath(path);
      if (failed !== '')
        throw new LookalikeError(
          'photo-access',
          `The system has no program that opens ${path} (${failed}).`,
        );
      return {};
    },

    'host.photoMenu': async ({ id }) => {
      const path = await photoPath(id);
      const menu = Menu.buildFromTemplate([
        {
          label: fileManager(),
          click: () => {
            shell.showItemInFolder(path);
          },
        },
        { label: 'Open', click: () => void shell.openPath(path) },
        { type: 'separator' },
        {
          label: 'Copy path',
          click: () => {
            void clipboard.writeText(path);
          },
        },
      ]);
      const parent = window();
      menu.popup(parent === null ? {} : { window: parent });
      return {};
    },

    'host.dragPhotos': async ({ ids }) => {
      const files = await Promise.all(ids.map(photoPath));
      const [file] = files;
      if (file === undefined) return {};
      // Electron cannot read our thumbnails, which are WebP; the system has an icon for any file.
      const icon = await app.getFileIcon(file, { size: 'normal' });
      window()?.webContents.startDrag({ file, files, icon });
      return {};
    },

    'host.showExport': () => {
      const path = exported();
      if (path === null)
        throw new LookalikeError('request-invalid', 'Nothing was exported from this window yet.');
      shell.showItemInFolder(path);
      return Promise.resolve({});
    },
  };

  return {
    handle: async (name, params) => {
      const checked = hostRequests[name].params.safeParse(params ?? {});
      if (!checked.success)
        throw new LookalikeError('request-invalid', `The request ${name} has another form.`);
      // The parameters were just checked to be those of this name.
      return (handlers[name] as (params: unknown) => Promise<unknown>)(checked.data);
    },
    chooseFolder: () => handlers['host.chooseFolder']({}),
  };
}

/** What the system's file manager is called in a menu. */
export function fileManager(): string {
  if (process.platform === 'darwin') return 'Show in Finder';
  return process.platform === 'win32' ? 'Show in Explorer' : 'Show in folder';
}
