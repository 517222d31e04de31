/**
 * What stops set-up and is nobody's bug: no connection, no compiler, a file that cannot be written.
 * Its message is shown to the user as it is, so it is a plain sentence; everything else that is
 * thrown is shown with its stack.
 */
export class SetUpError extends Error {}
