// What lives here: the lint rules, among them who may import whom (the house, see CONTRIBUTING.md).
// The house is a table, so that a new room is one new line; type-only imports obey it too.
import js from '@eslint/js';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Every room of the engine, and which other rooms its files may import. */
const rooms = {
  processes: [],
  photos: ['processes'],
  tensorflow: [],
  training: ['processes', 'tensorflow'],
  'own-models': ['processes', 'tensorflow'],
  methods: ['tensorflow', 'photos', 'training', 'own-models'],
  store: [],
  search: ['processes', 'store'],
  clusters: ['search'],
  evaluation: ['search'],
  map: ['processes', 'store', 'search'],
  export: [],
  indexing: ['photos', 'methods', 'tensorflow', 'store'],
  requests: [
    ...['processes', 'photos', 'tensorflow', 'methods', 'store', 'search', 'clusters', 'export'],
    ...['indexing', 'evaluation', 'map', 'training', 'own-models'],
  ],
};
/** The engine's doors, which only hosts may import. */
const aboveTheRooms = ['library', 'pages'];

/** Native packages, and the only places that may load them. */
const nativePackages = {
  'better-sqlite3': ['engine/store'],
  sharp: ['engine/photos'],
  '@tensorflow/*': ['engine/tensorflow', 'engine/methods'],
  electron: ['electron'],
};

/** Forbids what `folder` must not import, as patterns of a no-restricted-imports rule. */
function restrict(folder, forbiddenFolders, message) {
  const patterns = [];
  if (forbiddenFolders.length > 0)
    patterns.push({ regex: `^\\.{1,2}/(.*/)?(${forbiddenFolders.join('|')})(/|\\.)`, message });
  for (const [name, allowedIn] of Object.entries(nativePackages)) {
    if (!allowedIn.some((place) => folder.startsWith(place)))
      patterns.push({
        regex: `^${name.replace('/*', '/')}`,
        message: `${name} is loaded in ${allowedIn.join(', ')} only`,
      });
  }
  return {
    files: [`${folder}/**/*.{ts,svelte}`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
}

const roomNames = Object.keys(rooms);
const houseRules = [
  ...roomNames.map((room) =>
    restrict(
      `engine/${room}`,
      [
        ...roomNames.filter((other) => other !== room && !rooms[room].includes(other)),
        ...aboveTheRooms,
        'electron',
        'web',
        'cli',
        'running',
        'renderer',
      ],
      `engine/${room} may import ${rooms[room].join(', ') || 'no other room'} (see CONTRIBUTING, "The house")`,
    ),
  ),
  ...['electron', 'web', 'cli'].map((host) =>
    restrict(
      host,
      [
        ...['electron', 'web', 'cli', 'renderer'].filter((other) => other !== host),
        ...(host === 'electron' ? ['running'] : []),
        ...roomNames.map((room) => `engine/${room}`),
      ],
      'a host imports engine/library, engine/pages, engine/contract and engine/errors only',
    ),
  ),
  {
    // The search process is where clusters are found and methods measured, as the vectors are there:
    // its entry starts the other rooms' work.
    ...restrict(
      'engine/search',
      roomNames.filter(
        (room) => !['processes', 'store', 'clusters', 'evaluation', 'search'].includes(room),
      ),
      'the search process may import processes, store, clusters and evaluation',
    ),
    files: ['engine/search/process.ts'],
  },
  restrict(
    'running',
    [
      ...['electron', 'web', 'cli', 'renderer', 'engine/library', 'engine/pages'],
      ...roomNames.map((room) => `engine/${room}`),
    ],
    'running imports engine/contract and engine/errors only',
  ),
  restrict(
    'renderer',
    [
      'electron',
      'web',
      'cli',
      'running',
      'engine/library',
      'engine/pages',
      ...roomNames.map((room) => `engine/${room}`),
    ],
    'the renderer imports engine/contract and engine/errors only',
  ),
];

export default defineConfig(
  globalIgnores(['dist', 'node_modules']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      globals: globals.node,
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] },
    },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver()],
      'import-x/extensions': ['.ts', '.mjs', '.js'],
      // What a .svelte file imports is TypeScript, although the file itself is parsed as Svelte.
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // A file that is only imported for its types would still be loaded, with all that it loads.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      // Numbers in messages are plain numbers here; writing String(n) everywhere would only add noise.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
  },
  {
    files: ['renderer/**'],
    languageOptions: { globals: globals.browser, parserOptions: { parser: tseslint.parser } },
  },
  houseRules,
);
