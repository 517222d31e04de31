import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GrantedPaths } from '../../electron/granted.ts';

test('only paths that were granted pass, wherever they stand in the parameters', () => {
  const granted = new GrantedPaths();
  granted.grant('/photos/holiday');
  const refused = expect.objectContaining({ code: 'request-invalid' }) as Error;

  granted.check({ path: '/photos/holiday' });
  granted.check({ path: '/photos/other/../holiday/' });
  granted.check({ document: { kind: 'library' }, path: null });
  for (const params of [
    { path: '/photos' },
    { path: '/photos/holiday/../../etc' },
    { path: 7 },
    { query: { path: '/etc/passwd' }, k: 5 },
    { document: { kind: 'lookalikes', query: { path: '/photos/holiday/a.jpg' }, k: 5 } },
    { deep: [[{ path: '/etc' }]] },
  ])
    expect(() => {
      granted.check(params);
    }, JSON.stringify(params)).toThrow(refused);
});

test('parameters without a path pass, whatever they are', () => {
  const granted = new GrantedPaths();
  for (const params of [undefined, null, 'path', 3, [], { id: 3 }, { bytes: new Uint8Array(9) }])
    granted.check(params);
});

test('no path passes that resolves to anything but a granted one', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (given, asked) => {
      const granted = new GrantedPaths();
      granted.grant(given);
      const check = () => {
        granted.check({ query: { path: asked } });
      };
      if (resolve(given) === resolve(asked)) check();
      else expect(check).toThrow();
    }),
  );
});
