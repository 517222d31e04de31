/**
 * What the language's own objects have learned since Chromium 83 and Node 12, as far as the program
 * uses it. A bundler rewrites syntax, but not this.
 */

function add(target: object, members: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(members))
    if (!(name in target))
      Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

function at<T>(this: ArrayLike<T>, index: number): T | undefined {
  return this[index < 0 ? this.length + index : index];
}

add(Array.prototype, {
  at,
  toSorted<T>(this: T[], compare?: (a: T, b: T) => number): T[] {
    return [...this].sort(compare);
  },
});
add(String.prototype, {
  at,
  replaceAll(this: string, pattern: string | RegExp, by: string): string {
    const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return this.replace(
      typeof pattern === 'string' ? new RegExp(literal(pattern), 'g') : pattern,
      by,
    );
  },
});
add(Object, {
  hasOwn: (object: object, key: PropertyKey) => Object.prototype.hasOwnProperty.call(object, key),
});
add(Map, {
  groupBy<Key, Item>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
    const groups = new Map<Key, Item[]>();
    for (const item of items) {
      const key = keyOf(item);
      groups.set(key, [...(groups.get(key) ?? []), item]);
    }
    return groups;
  },
});
