/** Models of a person's own as lines for people. Pure functions, as in `format.ts`. */
import type { ModelDocument, ModelInspectionDocument, ModelsDocument } from '../engine/contract.ts';
import { columns } from './columns.ts';
import { fileSize, printable, type Look } from './format.ts';

/** Layers that are listed where not all are asked for: those before the end are what is wanted. */
const lastLayers = 12;

const formats = {
  'layers-model': 'TensorFlow.js layers model',
  'graph-model': 'TensorFlow.js graph model',
  'saved-model': 'TensorFlow SavedModel',
};

const sources = {
  asked: 'as you said',
  file: 'read from the file',
  name: 'told by its names',
  usual: 'a guess',
};

export function inspectionLines(
  document: ModelInspectionDocument,
  all: boolean,
  look: Look,
): string[] {
  const { path, format, bytes, inputSize, scaling, layer, dimensions, layers } = document;
  const side = inputSize.value;
  const shown = all ? layers : layers.slice(-lastLayers);
  const rows = shown.map(({ name, kind, shape, dimensions: numbers }) => [
    name === layer.value ? '→' : ' ',
    printable(name),
    kind,
    shape.join(' × '),
    String(numbers),
  ]);
  return [
    look.style('bold', `${formats[format]} in ${printable(path)}, ${fileSize(bytes)}`),
    ...columns([
      ['input size', `${side} × ${side}`, `(${sources[inputSize.from]})`],
      ['scaling', scaling.value, `(${sources[scaling.from]})`],
      [
        'layer',
        `${printable(layer.value)}: ${dimensions} numbers a photo`,
        `(${layer.from === 'usual' ? 'the last before its classifier' : sources[layer.from]})`,
      ],
    ]),
    look.style(
      'bold',
      shown.length < layers.length
        ? `The last ${shown.length} of ${layers.length} layers that can be taken (--all lists all):`
        : 'Layers that can be taken:',
    ),
    ...columns(rows),
  ];
}

export function modelLines(document: ModelDocument, look: Look): string[] {
  return [
    look.style('bold', `Added ${printable(document.name)} as ${document.id}.`),
    ...detailLines(document),
    `Use it like any method: --method ${document.id}`,
  ];
}

export function modelsLines({ models }: ModelsDocument, look: Look): string[] {
  if (models.length === 0) return ['There are no models of your own.'];
  return models.flatMap((model) => [
    look.style('bold', `${model.id}  ${printable(model.name)}`),
    ...('format' in model ? detailLines(model) : []),
    ...(model.damaged === undefined ? [] : [`  ${printable(model.damaged)}`]),
  ]);
}

function detailLines(model: Omit<ModelDocument, 'schema'>): string[] {
  const { format, bytes, inputSize, scaling, layer, dimensions, from } = model;
  const numbers = dimensions === null ? '' : `: ${dimensions} numbers a photo`;
  return columns([
    ['format', `${formats[format]}, ${fileSize(bytes)}`],
    ['runs with', `${inputSize} × ${inputSize} pixels, scaling ${scaling}`],
    ['layer', `${printable(layer)}${numbers}`],
    ['copied from', printable(from)],
  ]).map((line) => `  ${line}`);
}
