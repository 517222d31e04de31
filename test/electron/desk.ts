/** What the tests of the desktop app share: sample photos, programs, and a temporary folder for all of it. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { DesktopReply } from '../../engine/contract.ts';
import { samplePhotos } from '../support/sample-photos.ts';
import { bundleWhenStale } from './bundled.ts';
import { DesktopProgram } from './desktop-program.ts';

export class Desk {
  /** Everything is in here. */
  readonly folder: string;
  /** A subfolder per theme. */
  readonly photos: string;
  readonly #programs: DesktopProgram[] = [];

  private constructor(folder: string) {
    this.folder = folder;
    this.photos = join(folder, 'My photos');
  }

  /**
   * May have to draw the sample photos and to bundle the program first: give it 5 minutes.
   * @param themes of the sample photos to have; all of them when none is named
   */
  static async make(...themes: string[]): Promise<Desk> {
    await bundleWhenStale();
    const samples = await samplePhotos();
    const desk = new Desk(await mkdtemp(join(tmpdir(), 'lookalike-desktop-')));
    await mkdir(desk.photos);
    if (themes.length === 0) await cp(samples, desk.photos, { recursive: true });
    for (const theme of themes)
      await cp(join(samples, theme), join(desk.photos, theme), { recursive: true });
    return desk;
  }

  /**
   * Starts the program.
   * @param system programs of the same system know of each other, and share their user data
   */
  start(system: string, ...args: string[]): DesktopProgram {
    return this.follow(new DesktopProgram(join(this.folder, system), args));
  }

  /** Sees to it that this program ends with the tests. */
  follow(program: DesktopProgram): DesktopProgram {
    this.#programs.push(program);
    return program;
  }

  async end(): Promise<void> {
    for (const program of this.#programs) await program.kill();
    await rm(this.folder, { recursive: true, maxRetries: 3 });
  }
}

/** Asks through the bridge, as any code in the page could. The parameters are an expression. */
export function ask(page: Page, name: string, params = '{}'): Promise<DesktopReply> {
  return page.evaluate<DesktopReply>(`lookalike.request(${JSON.stringify(name)}, ${params})`);
}
