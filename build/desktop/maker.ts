/**
 * Who answers for a package, and where the program is at home: `author` and `homepage` of
 * package.json. Whoever hands packages to others fills them in; they are never made up. A deb cannot
 * be without them.
 */
import { z } from 'zod';

const person = z.union([
  // As npm writes it: a name, an address, and perhaps a page.
  z.string().regex(/^[^<>()]*\S\s*<[^\s<>@]+@[^\s<>@]+>(\s*\([^()]*\))?$/),
  z.object({ name: z.string().min(1), email: z.email() }),
]);
const page = z.url({ protocol: /^https?$/ });

/** Those fields of a package.json that are there, as they are. */
export function makerOf(packageFile: object): object {
  return Object.fromEntries(
    Object.entries(packageFile).filter(([field]) => field === 'author' || field === 'homepage'),
  );
}

/** Why no deb can be made with such a package.json, and what to do about it; null when it can. */
export function whyNoDeb(packageFile: object): string | null {
  const { author, homepage } = makerOf(packageFile) as { author?: unknown; homepage?: unknown };
  const missing = [
    ...(person.safeParse(author).success ? [] : ['"author": "Your name <you@example.org>"']),
    ...(page.safeParse(homepage).success ? [] : ['"homepage": "https://example.org/lookalike"']),
  ];
  if (missing.length === 0) return null;
  return `No deb was made: it has to name who maintains it, and where it is at home. Put ${missing.join(' and ')} with your own values into package.json, then run this again.`;
}
