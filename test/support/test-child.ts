/**
 * Entry of a child process for tests, with every way in which a process answers or fails to. Its
 * first argument says how it starts: `well`, `never` (is never ready), or the path of a file that
 * counts its starts, followed by the number of starts that fail.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { LookalikeError } from '../../engine/errors.ts';
import { emit, log, serve } from '../../engine/processes/serve.ts';

const [how = 'well', failures = '0'] = process.argv.slice(2);

if (how === 'never') {
  setInterval(() => undefined, 1000);
} else {
  if (how !== 'well') {
    appendFileSync(how, 'x');
    if (readFileSync(how).length <= Number(failures)) process.exit(1);
  }
  let prepared: unknown = null;
  serve({
    echo: (value: unknown) => value,
    later: ({ value, afterMs }: { value: unknown; afterMs: number }) =>
      new Promise((resolve) => setTimeout(resolve, afterMs, value)),
    never: () => new Promise(() => undefined),
    block: () => {
      for (;;);
    },
    die: () => process.exit(1),
    pid: () => process.pid,
    variables: (names: string[]) => names.map((name) => process.env[name]),
    prepare: (value: unknown) => {
      prepared = value;
    },
    prepared: () => prepared,
    refuse: () => {
      throw new LookalikeError('folder-missing', 'There is no such folder.');
    },
    fail: async () => {
      await Promise.resolve();
      throw new TypeError('x is not a function');
    },
    unsendable: () => () => 'a function cannot cross',
    emit: (data: unknown) => {
      emit('news', data);
    },
    log: (line: string) => {
      log(line);
    },
    print: async () => {
      process.stdout.write('one line\n\nand another, ');
      await new Promise((resolve) => setTimeout(resolve, 100));
      process.stdout.write('in two pieces\n');
      process.stderr.write('a complaint\n');
    },
  });
}
