/**
 * How set-up shows what it is doing and how far it is: one line a step, rewritten in place on a
 * terminal, plain lines otherwise. With nothing to do nothing is written.
 */

const terminalMs = 500;
const plainMs = 10_000;

/**
 * @typedef {{ isTTY?: boolean, write(text: string): unknown }} Output
 * @typedef {<T>(title: string, work: () => Promise<T>, measure?: () => number | undefined) => Promise<T>} Step
 *   Does the work under this title. `measure` is asked from time to time how much is done, 0…1.
 */

/**
 * @param {Output} output
 * @returns {{ step: Step, say: (line: string) => void }}
 */
export function createProgress(output) {
  const terminal = output.isTTY === true;
  const say = (/** @type {string} */ line) => output.write(`${line}\n`);

  /** @type {Step} */
  async function step(title, work, measure) {
    const start = performance.now();
    const state = () => {
      const done = measure?.();
      const percent = done === undefined ? '' : `${Math.floor(100 * Math.min(done, 1))} %, `;
      return `${percent}${Math.round((performance.now() - start) / 1000)} s`;
    };
    const show = () =>
      output.write(terminal ? `\r\x1b[K  ${title}: ${state()}` : `  ${title}: ${state()}\n`);

    output.write(terminal ? `  ${title}` : `  ${title} …\n`);
    const timer = setInterval(show, terminal ? terminalMs : plainMs);
    const end = (/** @type {string} */ result) => {
      clearInterval(timer);
      const seconds = Math.round((performance.now() - start) / 1000);
      say(`${terminal ? '\r\x1b[K' : ''}  ${title}: ${result}, ${seconds} s`);
    };
    try {
      const value = await work();
      end('done');
      return value;
    } catch (error) {
      end('failed');
      throw error;
    }
  }

  return { step, say };
}
