/**
 * The method that is computed while photos are indexed, and used where none is named. By itself, so
 * that the renderer has it without the schemas of the contract.
 */
export const defaultMethod = 'imagenet';
