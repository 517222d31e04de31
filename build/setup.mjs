/** What npm runs before `npm start` and `npm test`: see setup/set-up.mjs. */
import { setUp } from './setup/set-up.mjs';

await setUp();
