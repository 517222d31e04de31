import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LookalikeError } from '../../../engine/errors.ts';
import {
  ChildProcess,
  forkNodeProcess,
  type ChildOptions,
  type Fork,
} from '../../../engine/processes/child.ts';
import type { Call, FromChild } from '../../../engine/processes/messages.ts';
import { temporaryFolder } from '../../support/photos.ts';

const entry = new URL('../../support/test-child.ts', import.meta.url);
const open: ChildProcess[] = [];
afterEach(() => {
  for (const child of open.splice(0)) child.close();
});

function childWith(options: Partial<ChildOptions> = {}): ChildProcess {
  const child = new ChildProcess({ name: 'test', entry, ...options });
  open.push(child);
  return child;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function isGone(pid: number): Promise<void> {
  await vi.waitFor(
    () => {
      expect(isAlive(pid)).toBe(false);
    },
    { timeout: 10_000 },
  );
}

const pidOf = async (child: ChildProcess): Promise<number> =>
  (await child.call('pid', null)) as number;

/** What became of a call: its error, as data. */
async function errorOf(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await call.then(
    (value) => new Error(`answered ${String(value)}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LookalikeError);
  const { code, message } = error as LookalikeError;
  return { code, message };
}

const died = {
  code: 'process-died',
  message: 'The test process ended unexpectedly. It is started again; please try once more.',
};
const unavailable = {
  code: 'process-unavailable',
  message: 'The test process cannot be started. Close Lookalike and start it again.',
};

describe('a call', () => {
  it('starts the process when it is first needed, and keeps it', async () => {
    const child = childWith();
    expect(child.running).toBe(false);
    const [first, second] = await Promise.all([pidOf(child), pidOf(child)]);
    expect(child.running).toBe(true);
    expect(second).toBe(first);
    expect(await pidOf(child)).toBe(first);
    expect(first).not.toBe(process.pid);
  });

  it('carries any value that can be cloned, typed arrays and all', async () => {
    const value = {
      text: 'quotes " and\nlines 🏔️',
      numbers: new Float32Array([1.5, -0, NaN]),
      bytes: new Uint8Array([0, 255]),
      map: new Map([['a', new Set([1])]]),
      nothing: null,
      missing: undefined,
      date: new Date(0),
    };
    expect(await childWith().call('echo', value)).toEqual(value);
  });

  it('finds the variables it was given, unless the host has others', async () => {
    vi.stubEnv('LOOKALIKE_TEST_HOST', 'host');
    const environment = { LOOKALIKE_TEST_HOST: 'given', LOOKALIKE_TEST_GIVEN: 'given' };
    const child = childWith({ environment });
    const names = ['LOOKALIKE_TEST_HOST', 'LOOKALIKE_TEST_GIVEN', 'PATH'];
    const found = await child.call('variables', names);
    vi.unstubAllEnvs();
    expect(found).toEqual(['host', 'given', process.env['PATH']]);
  });

  it('gets its own answer, in whatever order answers come', async () => {
    const child = childWith();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 40 }), async (delays) => {
        const answers = await Promise.all(
          delays.map((afterMs, i) => child.call('later', { value: i, afterMs })),
        );
        expect(answers).toEqual(delays.map((_, i) => i));
      }),
      { numRuns: 20 },
    );
  });

  it('is rejected with the code and sentence that the handler threw', async () => {
    const child = childWith();
    expect(await errorOf(child.call('refuse', null))).toEqual({
      code: 'folder-missing',
      message: 'There is no such folder.',
    });
    expect(await errorOf(child.call('fail', null))).toEqual({
      code: 'internal',
      message: 'Something went wrong inside Lookalike: x is not a function.',
    });
    expect(await errorOf(child.call('unheard-of', null))).toMatchObject({ code: 'internal' });
    expect(await errorOf(child.call('unsendable', null))).toMatchObject({ code: 'internal' });
    // None of these cost the process.
    expect(await child.call('echo', 1)).toBe(1);
  });

  it('with something that cannot be cloned is rejected and leaves nothing behind', async () => {
    const child = childWith();
    const pid = await pidOf(child);
    await expect(child.call('echo', () => 'a function', 100)).rejects.toThrow(
      /could not be cloned/,
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await pidOf(child)).toBe(pid);
  });
});

describe('a time-out', () => {
  it.each(['never', 'block'])(
    'ends the process (%s), and the next call has another',
    async (name) => {
      const lines: string[] = [];
      const child = childWith({ onLog: (line) => lines.push(line) });
      const pid = await pidOf(child);
      expect(await errorOf(child.call(name, null, 300))).toEqual({
        code: 'process-timeout',
        message: 'The test process did not answer within 0.3 s.',
      });
      // At once, before the system has even told that the process ended.
      const next = await pidOf(child);
      expect(next).not.toBe(pid);
      await isGone(pid);
      expect(lines).toEqual(['test: the process did not answer in time and is ended']);
    },
  );

  it('rejects what else was asked of that process', async () => {
    const child = childWith();
    await pidOf(child);
    const beside = errorOf(child.call('never', null));
    await errorOf(child.call('never', null, 200));
    expect(await beside).toEqual(died);
  });

  it('does not count the time of starting', async () => {
    expect(await childWith().call('echo', 'quick', 1000)).toBe('quick');
  });

  it('that is met ends nothing later', async () => {
    const child = childWith();
    const pid = await pidOf(child);
    await child.call('echo', 1, 2000);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await pidOf(child)).toBe(pid);
  });
});

describe('death', () => {
  it('rejects pending calls with a code, and the next call starts another process', async () => {
    const lines: string[] = [];
    const child = childWith({ onLog: (line) => lines.push(line) });
    const pid = await pidOf(child);
    const pending = [child.call('never', null), child.call('die', null), child.call('never', null)];
    expect(await Promise.all(pending.map(errorOf))).toEqual([died, died, died]);
    expect(child.running).toBe(false);
    expect(await pidOf(child)).not.toBe(pid);
    expect(lines).toEqual(['test: the process ended']);
  });

  it('by the hand of the system is the same', async () => {
    const child = childWith();
    const pid = await pidOf(child);
    const pending = child.call('never', null);
    process.kill(pid, 'SIGKILL');
    expect(await errorOf(pending)).toEqual(died);
    expect(await child.call('echo', 1)).toBe(1);
  });

  it('however often, does not stop it from being started again', async () => {
    const child = childWith();
    for (let i = 0; i < 5; i++) expect(await errorOf(child.call('die', null))).toEqual(died);
    expect(await child.call('echo', 'still there')).toBe('still there');
  });
});

describe('a start', () => {
  /** How often the process was started, for one whose first `failures` starts fail. */
  async function startsOf(failures: number, use: (child: ChildProcess) => Promise<void>) {
    await using folder = await temporaryFolder();
    const counter = join(folder.path, 'starts');
    const child = childWith({ args: [counter, String(failures)] });
    await use(child);
    return (await readFile(counter)).length;
  }

  it('that fails is tried again, without the caller noticing', async () => {
    const starts = await startsOf(2, async (child) => {
      expect(await child.call('echo', 1)).toBe(1);
    });
    expect(starts).toBe(3);
  });

  it('is tried three times at most, however many calls wait for it', async () => {
    const starts = await startsOf(100, async (child) => {
      const calls = Array.from({ length: 5 }, () => errorOf(child.call('echo', 1)));
      expect(await Promise.all(calls)).toEqual(Array.from({ length: 5 }, () => unavailable));
    });
    expect(starts).toBe(3);
  });

  it('that failed for good is tried anew by a later call', async () => {
    const starts = await startsOf(4, async (child) => {
      expect(await errorOf(child.call('echo', 1))).toEqual(unavailable);
      expect(await child.call('echo', 1)).toBe(1);
    });
    expect(starts).toBe(5);
  });

  it('of a file that is not there fails with the same code', async () => {
    const child = childWith({ entry: new URL('../../support/gone.ts', import.meta.url) });
    expect(await errorOf(child.call('echo', 1))).toEqual(unavailable);
  });

  it('that is never ready is ended, and no other is tried until the next call', async () => {
    const lines: string[] = [];
    let ended = 0;
    const child = childWith({
      args: ['never'],
      readyWithinMs: 300,
      onLog: (line) => lines.push(line),
      fork: (...args) => {
        const handle = forkNodeProcess(...args);
        return {
          post: (call) => {
            handle.post(call);
          },
          kill: () => {
            ended += 1;
            handle.kill();
          },
        };
      },
    });
    for (const calls of [1, 2]) {
      expect(await errorOf(child.call('echo', 1))).toMatchObject({
        code: 'process-unavailable',
        message: expect.stringContaining('takes too long to start') as string,
      });
      expect(ended).toBe(calls);
      expect(lines).toEqual(
        Array.from({ length: calls }, () => 'test: the process was not ready in time and is ended'),
      );
    }
  });

  it('that is in time is not ended later', async () => {
    const child = childWith({ readyWithinMs: 1500 });
    const pid = await pidOf(child);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(await pidOf(child)).toBe(pid);
  });
});

describe('preparing', () => {
  it('comes before all other calls, after every start', async () => {
    let starts = 0;
    const child = childWith({
      prepare: async (call) => {
        starts += 1;
        await call('later', { value: null, afterMs: 100 });
        await call('prepare', `start ${starts}`);
      },
    });
    expect(await Promise.all([child.call('prepared', null), child.call('prepared', null)])).toEqual(
      ['start 1', 'start 1'],
    );
    await errorOf(child.call('die', null));
    expect(await child.call('prepared', null)).toBe('start 2');
  });

  it('that fails rejects the call with its reason, and is done again by the next', async () => {
    let fails = true;
    const child = childWith({
      prepare: async (call) => {
        if (fails) await call('refuse', null);
      },
    });
    expect(await errorOf(child.call('echo', 1))).toMatchObject({ code: 'folder-missing' });
    expect(child.running).toBe(false);
    fails = false;
    expect(await child.call('echo', 1)).toBe(1);
  });

  it('in which the process dies counts as a failed start', async () => {
    let starts = 0;
    const child = childWith({
      prepare: async (call) => {
        starts += 1;
        await call('die', null);
      },
    });
    expect(await errorOf(child.call('echo', 1))).toEqual(unavailable);
    expect(starts).toBe(3);
  });

  it('that does not end in time is told as a slow start', async () => {
    const child = childWith({
      readyWithinMs: 1000,
      prepare: async (call) => {
        await call('never', null);
      },
    });
    expect(await errorOf(child.call('echo', 1))).toMatchObject({ code: 'process-unavailable' });
  });
});

describe('what the process tells', () => {
  it('events reach the host with their data', async () => {
    const events: unknown[] = [];
    const child = childWith({ onEvent: (name, data) => events.push([name, data]) });
    await child.call('emit', { done: new Uint8Array([1, 2]) });
    await child.call('emit', null);
    expect(events).toEqual([
      ['news', { done: new Uint8Array([1, 2]) }],
      ['news', null],
    ]);
  });

  it('log lines, and whatever it prints, reach the log of the host line by line', async () => {
    const lines: string[] = [];
    const child = childWith({ onLog: (line) => lines.push(line) });
    await child.call('log', 'a word');
    await child.call('print', null);
    await vi.waitFor(() => {
      expect(lines).toHaveLength(4);
    });
    expect(lines.sort()).toEqual([
      'test: a complaint',
      'test: a word',
      'test: and another, in two pieces',
      'test: one line',
    ]);
  });
});

describe('closing', () => {
  it('ends the process, and rejects pending and later calls', async () => {
    const lines: string[] = [];
    const child = childWith({ onLog: (line) => lines.push(line) });
    const pid = await pidOf(child);
    const pending = errorOf(child.call('never', null));
    child.close();
    const closed = { code: 'cancelled', message: 'The library is being closed.' };
    expect(await pending).toEqual(closed);
    expect(await errorOf(child.call('echo', 1))).toEqual(closed);
    await isGone(pid);
    expect(lines).toEqual([]);
  });

  it('while it starts rejects the call that waits', async () => {
    const child = childWith();
    const call = errorOf(child.call('echo', 1));
    child.close();
    expect(await call).toMatchObject({ code: 'cancelled' });
  });

  it('may happen twice, or before any start', async () => {
    const child = childWith();
    child.close();
    child.close();
    expect(await errorOf(child.call('echo', 1))).toMatchObject({ code: 'cancelled' });
  });
});

it('messages of a process that was given up change nothing', async () => {
  const processes: { calls: Call[]; message: (message: FromChild) => void; exit: () => void }[] =
    [];
  const fork: Fork = (_, __, { message, exit }) => {
    const calls: Call[] = [];
    processes.push({ calls, message, exit });
    queueMicrotask(() => {
      message({ kind: 'ready' });
    });
    return { post: (call) => calls.push(call), kill: () => undefined };
  };
  const child = childWith({ fork });
  expect(await errorOf(child.call('echo', 1, 50))).toMatchObject({ code: 'process-timeout' });
  const second = child.call('echo', 2);
  await vi.waitFor(() => {
    expect(processes[1]?.calls).toHaveLength(1);
  });
  const [late, current] = processes;
  // It answers after all, with its own number and with that of the new call, and then ends.
  for (const reply of [late?.calls[0]?.reply, current?.calls[0]?.reply])
    late?.message({ kind: 'result', reply: reply ?? 0, result: 'too late' });
  late?.exit();
  current?.message({ kind: 'result', reply: current.calls[0]?.reply ?? 0, result: 'in time' });
  expect(await second).toBe('in time');
});
