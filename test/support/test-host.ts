/** A host for tests: starts a child process, prints the child's process id, and waits for it for minutes. */
import { ChildProcess } from '../../engine/processes/child.ts';

const child = new ChildProcess({
  name: 'test',
  entry: new URL('./test-child.ts', import.meta.url),
});
// Something to do for the child, so that it does not end just because nothing is left.
const minutes = child.call('later', { value: null, afterMs: 600_000 });
console.log(await child.call('pid', null));
await minutes;
