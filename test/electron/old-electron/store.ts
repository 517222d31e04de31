/** electron-store needs a later Node. This keeps nothing but what the program asks it for, in memory. */
export default class Store<Values extends Record<string, unknown>> {
  readonly #values: Values;

  constructor({ defaults }: { defaults: Values }) {
    this.#values = { ...defaults };
  }

  get<Key extends keyof Values>(key: Key): Values[Key] {
    return this.#values[key];
  }

  set<Key extends keyof Values>(key: Key, value: Values[Key]): void {
    this.#values[key] = value;
  }
}
