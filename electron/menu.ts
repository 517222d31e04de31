/**
 * The program's menu, with the shortcuts that people know from other programs of their system.
 */
import { basename } from 'node:path';
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { HostCommand } from '../engine/contract.ts';

export interface MenuOptions {
  /** Folders opened lately, the latest first. */
  recent: readonly string[];
  openFolder: () => void;
  openRecent: (path: string) => void;
  clearRecent: () => void;
  /** Tells the page what was chosen. */
  tell: (command: HostCommand) => void;
}

const separator: MenuItemConstructorOptions = { type: 'separator' };
const isMac = process.platform === 'darwin';

/** Makes it the menu of the program. To be called again when the recent folders change. */
export function setMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)));
}

/** The menu as data. */
export function menuTemplate(options: MenuOptions): MenuItemConstructorOptions[] {
  const command = (
    label: string,
    name: HostCommand,
    accelerator?: string,
  ): MenuItemConstructorOptions => ({
    label,
    ...(accelerator !== undefined && { accelerator }),
    click: () => {
      options.tell(name);
    },
  });
  return [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: '&File',
      submenu: [
        { label: 'Open folder…', accelerator: 'CmdOrCtrl+O', click: options.openFolder },
        { label: 'Open recent', submenu: recentItems(options) },
        separator,
        command('Find lookalikes of a picture…', 'search-picture', 'CmdOrCtrl+F'),
        command('Export…', 'export', 'CmdOrCtrl+E'),
        separator,
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        // In the order of the sidebar.
        command('Photos', 'photos', 'CmdOrCtrl+1'),
        command('Clusters', 'clusters', 'CmdOrCtrl+2'),
        command('Map', 'map', 'CmdOrCtrl+3'),
        command('Describe', 'describe', 'CmdOrCtrl+4'),
        command('Marks', 'marks', 'CmdOrCtrl+5'),
        command('Methods', 'methods', 'CmdOrCtrl+6'),
        command('Evaluation', 'evaluation', 'CmdOrCtrl+7'),
        command('Problems', 'problems', 'CmdOrCtrl+8'),
        separator,
        command('Back', 'back', isMac ? 'Cmd+[' : 'Alt+Left'),
        command('Forward', 'forward', isMac ? 'Cmd+]' : 'Alt+Right'),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [command('Keys', 'keys'), ...(isMac ? [] : [separator, { role: 'about' as const }])],
    },
  ];
}

function recentItems(options: MenuOptions): MenuItemConstructorOptions[] {
  if (options.recent.length === 0) return [{ label: 'No folder yet', enabled: false }];
  return [
    ...options.recent.map((path) => ({
      label: basename(path) || path,
      sublabel: path,
      toolTip: path,
      click: () => {
        options.openRecent(path);
      },
    })),
    separator,
    { label: 'Clear this list', click: options.clearRecent },
  ];
}

/** What "About Lookalike" says. */
export function describeProgram(version: string): void {
  app.setAboutPanelOptions({
    applicationName: 'Lookalike',
    applicationVersion: version,
    copyright: 'MIT licence',
    credits: 'Finds the photos that look alike, on your own machine.',
  });
}
