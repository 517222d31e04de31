/**
 * Loaded before what runs in a helper process: makes it look like Electron's utility process, with a
 * `process.parentPort` and nothing of Node's own channel.
 */
import { EventEmitter } from 'node:events';
import type { MessageEvent, ParentPort } from 'electron';
import { beElectron } from './be-electron.ts';
import { stuckVariable } from './place.ts';
import { declares, type Declares, strict, type Part } from './strict.ts';

declares<Declares<ParentPort['on'], { message: [event: MessageEvent] }>>(true);

const post = process.send?.bind(process);
if (post === undefined) throw new Error('a helper process needs a channel to its parent');

const port = new EventEmitter();
process.on('message', (data) => {
  port.emit('message', { data, ports: [] });
});
// Utility processes end with the program.
process.on('disconnect', () => process.exit(0));

const members = {
  postMessage: (message: unknown) => {
    post(message);
  },
} satisfies Part<ParentPort, 'postMessage'>;

// What it was started for is never loaded.
if (process.env[stuckVariable] === 'yes') await new Promise(() => undefined);

beElectron('utility');
Object.assign(process, {
  parentPort: strict('parentPort', Object.assign(port, members)),
  send: undefined,
});
