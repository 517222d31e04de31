/**
 * The values with which the contract and the documents speak of models of a person's own.
 */
import { z } from 'zod';

/** A TensorFlow.js layers model, a TensorFlow.js graph model, a TensorFlow SavedModel. */
export const modelFormat = z.enum(['layers-model', 'graph-model', 'saved-model']);

/**
 * How the bytes of a pixel, 0…255, become what a network was trained to see: `0..1` x / 255; `-1..1`
 * x / 127.5 − 1; `imagenet` x / 255 less the mean of ImageNet, divided by its standard deviation, of
 * each channel; `caffe` blue, green, red, less the mean of ImageNet; `none` as they are.
 */
export const scaling = z.enum(['0..1', '-1..1', 'imagenet', 'caffe', 'none']);

/** Width and height, in pixels, of the pictures that a network takes. */
export const inputSize = z.int().min(16).max(1024);

/** Where a setting comes from: asked for, written in the file, told by its names, or merely usual. */
export const settingSource = z.enum(['asked', 'file', 'name', 'usual']);

const count = z.int().nonnegative();

/** What a model in the library is run with. */
export const ownModel = z.strictObject({
  format: modelFormat,
  inputSize,
  scaling,
  /** The layer whose output is taken. */
  layer: z.string(),
  /** Where it was copied from. */
  from: z.string(),
  /** Of the library's copy. */
  bytes: count,
});

/** A layer whose output can be taken. */
export const modelLayer = z.strictObject({
  name: z.string(),
  /** What it does, as its format calls it. */
  kind: z.string(),
  /** Of its output for one photo. */
  shape: z.array(z.int().positive()),
  /** Numbers a photo: the channels of a map, which is averaged over its places, or all of a vector. */
  dimensions: z.int().positive(),
});

export const modelInspectionDocument = z.strictObject({
  schema: z.literal('lookalike/model-inspection@1'),
  path: z.string(),
  format: modelFormat,
  bytes: count,
  /** What it would be run with, and where that comes from. */
  inputSize: z.strictObject({ value: inputSize, from: settingSource }),
  scaling: z.strictObject({ value: scaling, from: settingSource }),
  layer: z.strictObject({ value: z.string(), from: settingSource }),
  /** Numbers a photo, with that layer. */
  dimensions: z.int().positive(),
  /** In the order in which they are computed. */
  layers: z.array(modelLayer),
});

const model = {
  id: z.string(),
  name: z.string(),
  /** Null when the copy is damaged. */
  dimensions: z.int().positive().nullable(),
  ...ownModel.shape,
};

export const modelDocument = z.strictObject({ schema: z.literal('lookalike/model@1'), ...model });

const damaged = z
  .string()
  .describe('what using it would say: the copy in the library is not what was added');
export const modelsDocument = z.strictObject({
  schema: z.literal('lookalike/models@1'),
  models: z.array(
    z.union([
      z.strictObject({ ...model, damaged: damaged.optional() }),
      /** Of one whose description is damaged, nothing else is known. */
      z.strictObject({ id: model.id, name: model.name, dimensions: z.null(), damaged }),
    ]),
  ),
});

export type ModelFormat = z.infer<typeof modelFormat>;
export type Scaling = z.infer<typeof scaling>;
export type SettingSource = z.infer<typeof settingSource>;
export type OwnModel = z.infer<typeof ownModel>;
export type ModelLayer = z.infer<typeof modelLayer>;
export type ModelInspectionDocument = z.infer<typeof modelInspectionDocument>;
export type ModelDocument = z.infer<typeof modelDocument>;
export type ModelsDocument = z.infer<typeof modelsDocument>;
