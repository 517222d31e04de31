/** A host for tests: starts a child process, prints the child's process id, and goes on for ever. */
import { ChildProcess } from '../../engine/processes/child.ts';

const child = new ChildProcess({
  name: 'test',
  entry: new URL('./test-child.ts', import.meta.url),
});
console.log(await child.call('pid', null));
setInterval(() => undefined, 1000);
