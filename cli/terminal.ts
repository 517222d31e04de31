/**
 * The person's terminal: results go to stdout, everything else to stderr, and progress is a bar where
 * stderr is a terminal and now and then a line where it is not.
 *
 * A reader that went away (`lookalike problems | head -1`) is no failure: what is written after that
 * is dropped, and the command ends as it would have.
 */
import { styleText } from 'node:util';
import { SingleBar } from 'cli-progress';
import { messageOf, systemCode } from '../engine/errors.ts';
import { printable, type Look, type Step } from './format.ts';

/** Milliseconds between two lines of progress where there is no bar. */
const LINE_EVERY = 5_000;

export class Terminal {
  readonly look: Look;
  #bar: SingleBar | undefined;
  #lineAt = Date.now();

  constructor() {
    for (const stream of [process.stdout, process.stderr]) stream.on('error', outputFailed);
    const { stdout } = process;
    this.look = {
      bars: stdout.isTTY,
      style: (format, text) => styleText(format, text, { stream: stdout }),
    };
  }

  /** Writes result lines to stdout. */
  print(lines: readonly string[]): void {
    this.endProgress();
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  }

  /** Writes the one JSON document of a command to stdout. */
  printDocument(document: object): void {
    this.print([JSON.stringify(document, null, 2)]);
  }

  /** Tells the person a line on stderr. */
  say(line: string): void {
    // The bar draws itself again below the line.
    if (this.#bar) process.stderr.write('\r\x1b[K');
    process.stderr.write(`${printable(line)}\n`);
  }

  error(sentence: string): void {
    this.endProgress();
    this.say(`error: ${sentence}`);
  }

  progress(step: Step): void {
    if (process.stderr.isTTY) this.#draw(step);
    else if (Date.now() - this.#lineAt >= LINE_EVERY) {
      this.#lineAt = Date.now();
      this.say(`${step.label}: ${[`${step.done} of ${step.total}`, ...step.notes].join(', ')}`);
    }
  }

  endProgress(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #draw({ label, done, total, notes }: Step): void {
    const payload = { label, notes: notes.map((note) => ` · ${note}`).join('') };
    if (!this.#bar) {
      this.#bar = new SingleBar({
        format: '{label} {bar} {value} of {total}{notes}',
        stream: process.stderr,
        barsize: 24,
        barCompleteChar: '█',
        barIncompleteChar: '░',
        emptyOnZero: true,
        clearOnComplete: true,
        forceRedraw: true,
        hideCursor: true,
        // Signals are handled in one place, session.ts.
        gracefulExit: false,
      });
      this.#bar.start(total, done, payload);
    }
    this.#bar.setTotal(total);
    this.#bar.update(done, payload);
  }
}

function outputFailed(error: Error): void {
  if (systemCode(error) === 'EPIPE') return;
  process.exitCode = 1;
  process.stderr.write(`error: The output could not be written (${messageOf(error)}).\n`);
}
