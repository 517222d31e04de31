/**
 * Addresses of a protocol of the program's own, in a browser that knows no such protocol. A page of
 * `lookalike://app` is shown under an https origin that is nowhere, and that only the program answers.
 * The program itself never sees the other form.
 */

const nowhere = 'stand-in.invalid';

/** `lookalike://app/…` as the browser has it; http and https stay as they are. */
export function toBrowser(address: string): string {
  return address.replace(
    /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/,
    (whole, scheme: string, host: string) =>
      scheme === 'http' || scheme === 'https' ? whole : `https://${host}.${scheme}.${nowhere}`,
  );
}

/** The other way round. */
export function toProgram(address: string): string {
  return address.replace(
    /^https:\/\/([^/?#]*)\.([a-z][a-z0-9+-]*)\.stand-in\.invalid(?=[/?#]|$)/,
    (_whole, host: string, scheme: string) => `${scheme}://${host}`,
  );
}
