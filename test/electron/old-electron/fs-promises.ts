/** `node:fs/promises`, which Node 12 has by another name. */
import { promises } from 'node:fs';

export const { readFile } = promises;
