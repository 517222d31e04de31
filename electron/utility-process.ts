/**
 * Starts helper processes as Electron's utility processes. The files that they run are the same that
 * other hosts fork; `engine/processes` speaks with them.
 */
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import type { Fork } from '../engine/library.ts';

export const forkUtilityProcess: Fork = (entry, args, on, environment) => {
  const path = fileURLToPath(entry);
  const child = utilityProcess.fork(path, args, {
    stdio: 'pipe',
    serviceName: 'Lookalike helper',
    env: { ...environment, ...process.env },
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim()) on.log(line);
    });
  }
  child.on('message', (message) => {
    // What these files send has this form; see `engine/processes/messages.ts`.
    on.message(message as Parameters<typeof on.message>[0]);
  });
  child.on('exit', () => {
    on.exit();
  });
  return {
    post: (message) => {
      child.postMessage(message);
    },
    kill: () => {
      child.kill();
    },
  };
};
