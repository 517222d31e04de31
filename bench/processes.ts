/**
 * The memory and the core time of a process and of all that it started, while something is measured.
 * Linux says them of each; other systems do not so easily, and there nothing is told.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';

const lookEveryMs = 200;

/** What a process came to. */
export interface ProcessMemory {
  /** As the house names its processes; the first one is the host. */
  name: string;
  /** Resident, in MB (10⁶ bytes): the most so far, and at the last look. */
  peak: number;
  now: number;
}

/** Looks at a process and its descendants until it is stopped. */
export class MemoryWatch {
  readonly #root: number;
  readonly #seen = new Map<number, ProcessMemory>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(root: number) {
    this.#root = root;
  }

  /** Peaks are counted from now on. */
  async begin(): Promise<void> {
    await this.stop();
    this.#seen.clear();
    for (const pid of await descendants(this.#root))
      // "5" resets the peak (proc(5)); a process that has just ended needs none.
      await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => undefined);
    await this.#look();
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, lookEveryMs);
  }

  /** Looks for the last time. */
  async stop(): Promise<ProcessMemory[]> {
    clearInterval(this.#timer);
    await this.#looking;
    return this.look();
  }

  /** Every process that was seen, the first one first. Processes of one name are told as one, the largest. */
  async look(): Promise<ProcessMemory[]> {
    await this.#look();
    const byName = Map.groupBy(this.#seen.values(), ({ name }) => name);
    return [...byName].map(([name, all]) => ({
      name,
      peak: Math.max(...all.map(({ peak }) => peak)),
      now: Math.max(...all.map(({ now }) => now)),
    }));
  }

  async #look(): Promise<void> {
    for (const pid of await descendants(this.#root)) {
      const memory = await memoryOf(pid);
      if (memory) this.#seen.set(pid, pid === this.#root ? { ...memory, name: 'host' } : memory);
    }
  }
}

/** Core seconds that a process and those below it have used so far; NaN where that is not known. */
export async function coreSeconds(root: number): Promise<number> {
  let ticks = NaN;
  for (const pid of await descendants(root)) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The name stands in brackets and may hold anything; user and system time are the 12th and 13th after it.
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    ticks = (Number.isNaN(ticks) ? 0 : ticks) + (user ?? 0) + (system ?? 0);
  }
  return ticks / ticksASecond;
}

/** USER_HZ, which is the same on every Linux that Node runs on. */
const ticksASecond = 100;

/** A line such as "host 180 MB, search 210 MB". */
export function describePeaks(memory: readonly ProcessMemory[]): string {
  if (memory.length === 0) return 'not known on this system';
  return memory.map(({ name, peak }) => `${name} ${Math.round(peak)} MB`).join(', ');
}

/** The process itself and all below it that are there now; none where there is no /proc. */
async function descendants(root: number): Promise<number[]> {
  const found: number[] = [];
  const next = [root];
  for (let pid = next.pop(); pid !== undefined; pid = next.pop()) {
    const threads = await readdir(`/proc/${pid}/task`).catch(() => undefined);
    if (!threads) continue;
    found.push(pid);
    for (const thread of threads) {
      const children = await readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(
        () => '',
      );
      for (const child of children.split(' ')) if (child !== '') next.push(Number(child));
    }
  }
  return found;
}

async function memoryOf(pid: number): Promise<ProcessMemory | undefined> {
  const [status, command] = await Promise.all(
    ['status', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
  );
  const megabytes = (field: string): number =>
    (Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(status ?? '')?.[1] ?? 0) * 1024) / 1e6;
  const peak = megabytes('VmHWM');
  // A process that has ended, and waits for its parent to notice, has no memory.
  if (peak === 0) return undefined;
  return { name: nameOf(command ?? ''), peak, now: megabytes('VmRSS') };
}

/** As the house names its processes; of Chromium, what kind of process it is. */
function nameOf(command: string): string {
  const room = /engine\/(\w+)\/(?:\w+\/)?(\w+-)?process\.ts/.exec(command)?.[1];
  if (room !== undefined) return room === 'photos' ? 'decoder' : room;
  if (/(web|cli)\/main\.ts|lookalike/.test(command)) return 'host';
  return /--type=([\w-]+)/.exec(command)?.[1] ?? command.split('\0', 1)[0]?.split('/').pop() ?? '';
}
