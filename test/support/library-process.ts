/**
 * A program of its own that opens a library, for tests that kill it: `node library-process.ts
 * LIBRARY` opens, `… LIBRARY FOLDER` indexes that folder as well. It says "open" and "done" on a line
 * each, or the code of the error that stopped it, and stays until it is ended.
 */
import { toErrorData } from '../../engine/errors.ts';
import { openLibrary } from '../../engine/library.ts';

const [directory = '', folder] = process.argv.slice(2);
try {
  const library = await openLibrary({ folder: directory });
  console.log('open');
  if (folder !== undefined) {
    await library.request('folders.add', { path: folder });
    await library.request('indexing.start', {});
    await library.request('indexing.wait', {});
    await library.close();
  } else setInterval(() => undefined, 60_000);
  console.log('done');
} catch (error) {
  console.log(toErrorData(error).code);
  process.exit(1);
}
