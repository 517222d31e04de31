/**
 * What people get of a training who ask for nothing else, and the most that they may ask for. Beside the
 * schemas, as pages need these: schemas compile code, which the policy of pages forbids.
 */

export const usualEpochs = 30;
export const usualDimensions = 64;
export const usualLastLayers = 20;
export const mostEpochs = 1000;
/** More keep hardly more of the differences between photos of 32 × 32 pixels. */
export const mostDimensions = 256;
/** Behind more of them there is no place where the network is narrow enough to be cut. */
export const mostLastLayers = 30;
