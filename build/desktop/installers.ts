/**
 * What electron-builder is told: what goes into a package, what the systems are told about the
 * program, and which installers there are.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from 'electron-builder';

/** The switches inside of Electron's binary, which nobody can turn without breaking its signature. */
export const fuses: NonNullable<Configuration['electronFuses']> = {
  // The program is no general Node: no fork of it, no NODE_OPTIONS, no debugger from outside.
  runAsNode: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableCookieEncryption: true,
  // Only code of the archive that was packed, and only as it was packed.
  onlyLoadAppFromAsar: true,
  enableEmbeddedAsarIntegrityValidation: true,
  // There is one snapshot for all processes, and pages come from a protocol of the program's own.
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
};

/** Where electron-builder finds things, absolute. */
export interface Places {
  /** What `stage` laid out. */
  staged: string;
  /** Where packages are written to. */
  output: string;
  /** A folder with Electron for this system; without, it is downloaded. */
  electronDist: string | null;
  /** Whether a deb is made, too; see `maker.ts`. */
  deb: boolean;
}

/**
 * There is no auto-update, on purpose: nothing of the program goes to the network, and whoever wants
 * a newer one installs it. So nothing is published either.
 */
export function installers({ staged, output, electronDist, deb }: Places): Configuration {
  return {
    appId: 'app.lookalike.desktop',
    productName: 'Lookalike',
    copyright: 'Copyright © 2026 The Lookalike authors',
    publish: null,
    directories: { app: join(staged, 'app'), output, buildResources: 'resources' },
    ...(electronDist === null ? {} : { electronDist }),
    // All native packages are of Node-API, and what they need was found by `stage` already.
    beforeBuild: () => Promise.resolve(false),
    files: [
      '**/*',
      { from: join(staged, 'app/node_modules'), to: 'node_modules', filter: ['**/*'] },
    ],
    asar: { smartUnpack: false },
    // The system loads these, and it knows no archives.
    asarUnpack: ['**/*.{node,dylib,dll,so}', '**/*.so.*'],
    extraResources: [{ from: join(staged, 'licences'), to: 'licences' }],
    electronFuses: {
      ...fuses,
      // Turning switches breaks the signature that processors of Apple ask for.
      resetAdHocDarwinSignature: process.platform === 'darwin',
    },
    // The interface is in English; Chromium would bring its own words in fifty languages.
    electronLanguages: ['en-US'],
    // Electron as downloaded has a program of its own to show when there is no other.
    afterExtract: async ({ packager, appOutDir }) => {
      const resources = packager.getResourcesDir(appOutDir);
      for (const file of [join(resources, 'default_app.asar'), join(appOutDir, 'version')])
        await rm(file, { force: true });
    },
    artifactName: '${productName}-${version}-${os}-${arch}.${ext}',
    // The older tool starts the program without its sandbox.
    toolsets: { appimage: '1.0.3' },

    linux: {
      target: deb ? ['AppImage', 'deb'] : ['AppImage'],
      executableName: 'lookalike',
      icon: 'icons/linux',
      category: 'Graphics;Photography;Viewer',
      synopsis: 'Finds the photos that look alike',
      mimeTypes: ['inode/directory'],
      syncDesktopName: true,
      desktop: { entry: { Keywords: 'photos;similar;duplicates;clusters;' } },
    },
    deb: {
      packageCategory: 'graphics',
      // Paths, where it would be addresses else.
      executableArgs: ['%F'],
    },

    mac: {
      target: ['dmg'],
      icon: 'icons/icon.icns',
      category: 'public.app-category.photography',
      extendInfo: {
        CFBundleDocumentTypes: [
          {
            CFBundleTypeName: 'Folder',
            CFBundleTypeRole: 'Viewer',
            LSHandlerRank: 'Alternate',
            LSItemContentTypes: ['public.folder'],
          },
        ],
      },
    },

    win: { target: ['nsis'], icon: 'icons/icon.ico' },
    nsis: {
      oneClick: false,
      perMachine: false,
      allowToChangeInstallationDirectory: true,
      include: join(import.meta.dirname, 'folder-menu.nsh'),
    },
  };
}
