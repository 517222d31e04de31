/**
 * How much memory a host that is at work keeps for what it does not need any more.
 */
import { setFlagsFromString } from 'node:v8';

/**
 * From now on, what lives longer may grow by three tenths before it is looked at, instead of several
 * times: a host that has exported a large library then keeps a third less, and is no slower. To be
 * called once the library is open, as programs start a tenth slower that begin with it.
 */
export function keepLittleGarbage(): void {
  setFlagsFromString('--heap-growing-percent=30');
}
