import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Slots } from '../../../engine/photos/slots.ts';

/** Works off each job in turn of the event loop, and writes down who started and how many were held. */
async function run(
  total: number,
  jobs: readonly { slots: number; turns: number }[],
): Promise<{ started: number[]; held: number[] }> {
  const slots = new Slots(total);
  const started: number[] = [];
  const held: number[] = [];
  let now = 0;
  await Promise.all(
    jobs.map(async ({ slots: wanted, turns }, i) => {
      const release = await slots.take(wanted);
      now += wanted;
      started.push(i);
      held.push(now);
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      now -= wanted;
      release();
    }),
  );
  return { started, held };
}

it('never gives out more slots than there are, and serves everybody in the order of asking', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }).chain((total) =>
        fc.record({
          total: fc.constant(total),
          jobs: fc.array(
            fc.record({ slots: fc.integer({ min: 1, max: total }), turns: fc.nat(4) }),
            { maxLength: 30 },
          ),
        }),
      ),
      async ({ total, jobs }) => {
        const { started, held } = await run(total, jobs);
        expect(started).toEqual(jobs.map((_, i) => i));
        expect(Math.max(0, ...held)).toBeLessThanOrEqual(total);
      },
    ),
  );
});

it('lets as many work at the same time as there are slots', async () => {
  const jobs = Array.from({ length: 9 }, () => ({ slots: 1, turns: 3 }));
  const { held } = await run(3, jobs);
  expect(Math.max(...held)).toBe(3);
});

it('lets one that takes all slots work alone, and nobody overtake it', async () => {
  const slots = new Slots(2);
  const order: string[] = [];
  const first = await slots.take();
  const alone = slots.take(2).then((release) => {
    order.push('alone');
    return release;
  });
  const small = slots.take().then((release) => {
    order.push('small');
    return release;
  });
  await new Promise(setImmediate);
  // One slot is free, but whoever wants both asked earlier.
  expect(order).toEqual([]);
  first();
  (await alone)();
  (await small)();
  expect(order).toEqual(['alone', 'small']);
});

it('takes slots back once, however often they are given back', async () => {
  const slots = new Slots(1);
  const release = await slots.take();
  release();
  release();
  const next = await slots.take();
  let second = false;
  const waiting = slots.take().then((giveBack) => {
    second = true;
    giveBack();
  });
  await new Promise(setImmediate);
  expect(second).toBe(false);
  next();
  await waiting;
});

it('lets go of who no longer waits, and of nobody else', async () => {
  const slots = new Slots(2);
  const [first, gone] = [await slots.take(), new AbortController()];
  const alone = slots.take(2, gone.signal);
  const small = slots.take();
  gone.abort(new Error('gone'));
  await expect(alone).rejects.toThrow('gone');
  // It stood in the way of the next one only.
  (await small)();
  first();
  await expect(slots.take(1, gone.signal)).rejects.toThrow('gone');
  const late = new AbortController();
  const held = await slots.take(2, late.signal);
  late.abort();
  held();
  (await slots.take(2))();
});

it('refuses more slots than there are, instead of waiting for ever', async () => {
  const slots = new Slots(2);
  await expect(slots.take(3)).rejects.toThrow(RangeError);
  (await slots.take(2))();
});
