import { expect, test } from 'vitest';
import { readCommandLine } from '../../electron/command-line.ts';

test.each([
  [[], { folders: [], library: null }],
  [['Pictures', '/disk/Photos'], { folders: ['/home/me/Pictures', '/disk/Photos'], library: null }],
  [['--library', 'lib', '.'], { folders: ['/home/me'], library: '/home/me/lib' }],
  [['--library=/lib'], { folders: [], library: '/lib' }],
  [['--library'], { folders: [], library: null }],
  [['--no-sandbox', '--type=x', '-psn_0_1', 'A'], { folders: ['/home/me/A'], library: null }],
  [['file:///home/me/My%20photos'], { folders: ['/home/me/My photos'], library: null }],
  [['file://elsewhere/x'], { folders: ['/home/me/file:/elsewhere/x'], library: null }],
  [[''], { folders: [], library: null }],
])('%j is read as folders and a library', (args, expected) => {
  expect(readCommandLine(args, '/home/me')).toEqual(expected);
});
