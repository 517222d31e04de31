/** Entry of the program in Electron 9: what came later, what the test can do, and the program itself. */
import './language.ts';
import './web-classes.ts';
import './driver.ts';
import '../../../electron/main.ts';
