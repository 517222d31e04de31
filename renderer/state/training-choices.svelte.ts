/** What a person chose for the next training, beside where labels come from. */
import type { Method, Params, Training } from '../../engine/contract.ts';
import {
  mostDimensions,
  mostLastLayers,
  usualDimensions,
  usualLastLayers,
} from '../../engine/training-limits.ts';

type Chosen = Pick<Params<'training.start'>, 'dimensions' | 'layers'>;
type Choosable = Pick<Method, 'choosesDimensions' | 'lastLayers'>;

export class TrainingChoices {
  /** Null while the field is empty. */
  dimensions: number | null = $state(usualDimensions);
  withLastLayers = $state(false);
  layers: number | null = $state(usualLastLayers);

  /** What `training.start` is told for a method. */
  for({ choosesDimensions, lastLayers: of }: Choosable): Chosen {
    const layers = of?.unavailable === null && this.withLastLayers ? (this.layers ?? 0) : 0;
    return {
      ...(choosesDimensions && { dimensions: this.dimensions ?? 0 }),
      ...(of && { layers }),
    };
  }

  /** Whether a method can be trained with it. */
  allows(method: Choosable): boolean {
    const wantsLayers = method.lastLayers?.unavailable === null && this.withLastLayers;
    return (
      (!method.choosesDimensions || isWithin(this.dimensions, mostDimensions)) &&
      (!wantsLayers || isWithin(this.layers, mostLastLayers))
    );
  }

  /** A run that was stopped goes on only as it was begun. */
  take({ interrupted, layers }: Pick<Training, 'interrupted' | 'layers'>): void {
    if (!interrupted || layers === null) return;
    this.withLastLayers = layers > 0;
    if (layers > 0) this.layers = layers;
  }
}

function isWithin(value: number | null, most: number): boolean {
  return value !== null && Number.isInteger(value) && value >= 1 && value <= most;
}
