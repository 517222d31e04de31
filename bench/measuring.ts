/** How the benches measure: medians of several runs, product and peer in turn, on a named machine. */
import { availableParallelism, cpus, totalmem } from 'node:os';

/** Where and with what figures were made: enough to judge them, nothing that tells whose it is. */
export interface Setting {
  processor: string;
  cores: number;
  /** GB */
  memory: number;
  system: string;
  node: string;
  /** Of peers, by name. */
  versions: Record<string, string>;
  seed: number;
  /** When it was measured, as a date. */
  date: string;
}

export function setting(seed: number, versions: Record<string, string> = {}): Setting {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memory: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    versions,
    seed,
    date: new Date().toISOString().slice(0, 10),
  };
}

export function settingLine({ processor, cores, memory, node, versions, seed }: Setting): string {
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${processor}, ${cores} cores, ${memory} GB`,
    `Node ${node}`,
    ...peers,
    `seed ${seed}`,
  ].join('; ');
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** Milliseconds that some work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Something that is measured: it runs once, the how-many-th time it is told, and says how long it took. */
export type Contender = (run: number) => number | Promise<number>;

/**
 * Runs contenders in turn, so that whatever else the machine does meets all of them alike.
 * @param warmUps runs before those, which are left out
 * @returns the median of each
 */
export async function inTurn<Name extends string>(
  runs: number,
  contenders: Record<Name, Contender>,
  warmUps = 1,
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let run = 0; run < warmUps + runs; run++)
    for (const name of names) {
      const took = await contenders[name](run);
      if (run >= warmUps) times.get(name)?.push(took);
    }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}
