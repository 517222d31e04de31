/** From the bytes of pixels to the numbers that a network was trained to see. */
import type { Scaling } from '../model-values.ts';

/** Mean and standard deviation of the channels of ImageNet's photos, red, green, blue, of 0…1. */
const mean = [0.485, 0.456, 0.406] as const;
const deviation = [0.229, 0.224, 0.225] as const;
/** The means that Caffe's networks were trained with: blue, green, red, of 0…255. */
const caffeMean = [103.939, 116.779, 123.68] as const;

/**
 * @param pixels RGB, one byte a number
 * @returns as many numbers, scaled as `scaling` in `model-values.ts` says
 */
export function scalePixels(pixels: Uint8Array, scaling: Scaling): Float32Array<ArrayBuffer> {
  const scaled = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) {
    const channel = i % 3;
    const value = pixels[i] ?? 0;
    switch (scaling) {
      case 'none':
        scaled[i] = value;
        break;
      case '0..1':
        scaled[i] = value / 255;
        break;
      case '-1..1':
        scaled[i] = value / 127.5 - 1;
        break;
      case 'imagenet':
        scaled[i] = (value / 255 - (mean[channel] ?? 0)) / (deviation[channel] ?? 1);
        break;
      case 'caffe':
        // Blue first: the places of the first and the third channel change.
        scaled[i + 2 - 2 * channel] = value - (caffeMean[2 - channel] ?? 0);
    }
  }
  return scaled;
}
