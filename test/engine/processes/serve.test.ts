import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LookalikeError } from '../../../engine/errors.ts';
import { emit, log, serve } from '../../../engine/processes/serve.ts';

/** Whether a process is at work. One that ended, but that nobody has asked about yet, is not. */
function isAtWork(pid: number): boolean {
  try {
    if (process.platform === 'linux')
      return !/\) [XZ] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('a child ends when its host is killed', async () => {
  const host = spawn(
    process.execPath,
    [fileURLToPath(new URL('../../support/test-host.ts', import.meta.url))],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const [line] = (await once(createInterface({ input: host.stdout }), 'line')) as [string];
    const child = Number(line);
    expect(isAtWork(child)).toBe(true);
    host.kill('SIGKILL');
    await vi.waitFor(
      () => {
        expect(isAtWork(child)).toBe(false);
      },
      { timeout: 10_000 },
    );
  } finally {
    host.kill('SIGKILL');
  }
});

describe('over the port of an Electron utility process', () => {
  afterEach(() => {
    Reflect.deleteProperty(process, 'parentPort');
  });

  function fakePort() {
    const posted: unknown[] = [];
    let listener: ((event: { data: unknown }) => void) | undefined;
    Object.assign(process, {
      parentPort: {
        on: (_: 'message', added: (event: { data: unknown }) => void) => {
          listener = added;
        },
        postMessage: (message: unknown) => posted.push(message),
      },
    });
    return { posted, receive: (data: unknown) => listener?.({ data }) };
  }

  it('a child says that it is ready, answers, and tells of itself', async () => {
    const { posted, receive } = fakePort();
    serve({
      double: ({ value }: { value: number }) => 2 * value,
      refuse: () => {
        throw new LookalikeError('photo-unknown', 'There is no such photo.');
      },
    });
    expect(posted).toEqual([{ kind: 'ready' }]);
    receive({ reply: 7, name: 'double', params: { value: 21 } });
    receive({ reply: 8, name: 'refuse', params: null });
    emit('progress', { done: 1 });
    log('half way');
    await vi.waitFor(() => {
      expect(posted).toHaveLength(5);
    });
    expect(posted).toEqual(
      expect.arrayContaining([
        { kind: 'result', reply: 7, result: 42 },
        {
          kind: 'error',
          reply: 8,
          error: { code: 'photo-unknown', message: 'There is no such photo.' },
        },
        { kind: 'event', name: 'progress', data: { done: 1 } },
        { kind: 'log', line: 'half way' },
      ]),
    );
  });
});
