/**
 * Long side of thumbnails, in pixels. In a file of its own, as the host has to know it and must not
 * load the decoder.
 */
export const thumbnailSide = 512;
