/**
 * Keeps the stand-in honest in two ways. At run time: a member of Electron that the stand-in does not
 * have fails with a sentence that names it, instead of being undefined. When types are checked: an
 * event that Electron does not declare, or not with these arguments, does not compile.
 */

/**
 * `members` as Electron's `name`: reading what is not there throws. Functions keep the object itself as
 * `this`, so private fields work.
 */
export function strict<Members extends object>(name: string, members: Members): Members {
  return new Proxy(members, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      // What is awaited or printed is asked for such members by the language itself.
      if (!(key in target) && typeof key === 'string' && key !== 'then' && key !== 'toJSON')
        throw new Error(`The stand-in of Electron has no ${name}.${key}; give it one.`);
      return typeof value === 'function' && !/^class\b/.test(String(value))
        ? (value as (...args: unknown[]) => unknown).bind(target)
        : value;
    },
  });
}

type AreDeclared<On, Events> = {
  [Name in keyof Events]: Events[Name] extends unknown[]
    ? On extends (event: Name, listener: (...args: Events[Name]) => void) => unknown
      ? true
      : false
    : false;
}[keyof Events];

/**
 * Compiles only when Electron's `On` (the type of an `on`) declares all of `Events`, which maps names to
 * the arguments that listeners take: true then.
 */
export type Declares<On, Events> = false extends AreDeclared<On, Events> ? never : true;

/** Holds such a proof: `declares<Declares<App['on'], Events>>(true)`. */
export function declares<Proof extends true>(proof: Proof): Proof {
  return proof;
}

/** Members of Electron's `Whole` that are typed here as there; what emits is checked by `declares`. */
export type Part<Whole, Names extends keyof Whole> = Pick<Whole, Names>;

/** An event that a listener can prevent. */
export class PreventableEvent {
  #prevented = false;
  readonly preventDefault = (): void => {
    this.#prevented = true;
  };
  get defaultPrevented(): boolean {
    return this.#prevented;
  }
}
