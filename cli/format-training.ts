/** A training as lines for people. */
import type { TrainingDocument } from '../engine/contract.ts';
import { duration, many, type Look } from './format.ts';
import { rowLines } from './row-lines.ts';

export function trainingLines(document: TrainingDocument, look: Look): string[] {
  const { method, data, losses, bestEpoch, ended, problem, seconds, backend } = document;
  const { labels, layers, components } = document;
  const why = { complete: '', early: ', as it got no better', diverged: '' }[ended];
  const epochs = losses.length > 0 ? ` in ${many(losses.length, 'epoch')}${why}` : '';
  const by = { native: ' (native TensorFlow)', wasm: ' (WebAssembly)' };
  return [
    `${method.name} (${method.id}) learnt from ${many(data.training, 'photo')}${epochs}; took ${duration(seconds)}${backend === null ? '' : by[backend]}.`,
    ...(layers === null ? [] : [`The last ${many(layers, 'layer')} of the network learnt, too.`]),
    ...(components === null ? [] : [componentsLine(components)]),
    ...(losses.length === 0 ? [] : [look.style('bold', 'Epoch, loss, loss on photos held back:')]),
    ...losses.map(({ loss, validationLoss }, index) => {
      const line = `${String(index + 1).padStart(3)}  ${loss.toFixed(4)}  ${validationLoss.toFixed(4)}`;
      return index + 1 === bestEpoch
        ? look.style('bold', `${line}  the best: this one is used`)
        : line;
    }),
    ...(problem ? [problem.message] : []),
    ...(labels?.rows ? rowLines(labels.rows) : []),
  ];
}

function componentsLine({ shares, kept }: NonNullable<TrainingDocument['components']>): string {
  return `${many(shares.length, 'number')} keep${shares.length === 1 ? 's' : ''} ${(kept * 100).toFixed(1)} % of the differences between photos.`;
}
