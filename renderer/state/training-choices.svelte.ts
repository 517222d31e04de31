/** What a person chose for the next training, beside where labels come from. */
import type { Method, Params, Training } from '../../engine/contract.ts';
import {
  mostDimensions,
  mostEpochs,
  mostLastLayers,
  usualDimensions,
  usualEpochs,
  usualLastLayers,
} from '../../engine/training-limits.ts';

type Chosen = Pick<Params<'training.start'>, 'epochs' | 'dimensions' | 'layers'>;
type Choosable = Pick<Method, 'id' | 'choosesEpochs' | 'choosesDimensions' | 'lastLayers'>;

export class TrainingChoices {
  /** By method, where it is not the usual number. Null while the field is empty, as are the others. */
  #epochs: Record<string, number | null> = $state({});
  dimensions: number | null = $state(usualDimensions);
  withLastLayers = $state(false);
  layers: number | null = $state(usualLastLayers);

  epochsOf(method: string): number | null {
    return this.#epochs[method] === undefined ? usualEpochs : this.#epochs[method];
  }

  setEpochs(method: string, epochs: number | null): void {
    this.#epochs[method] = epochs;
  }

  /** What `training.start` is told for a method. */
  for({ id, choosesEpochs, choosesDimensions, lastLayers: of }: Choosable): Chosen {
    const layers = of?.unavailable === null && this.withLastLayers ? (this.layers ?? 0) : 0;
    return {
      ...(choosesEpochs && { epochs: this.epochsOf(id) ?? 0 }),
      ...(choosesDimensions && { dimensions: this.dimensions ?? 0 }),
      ...(of && { layers }),
    };
  }

  /** Whether a method can be trained with it. */
  allows(method: Choosable): boolean {
    const wantsLayers = method.lastLayers?.unavailable === null && this.withLastLayers;
    return (
      (!method.choosesEpochs || isWithin(this.epochsOf(method.id), mostEpochs)) &&
      (!method.choosesDimensions || isWithin(this.dimensions, mostDimensions)) &&
      (!wantsLayers || isWithin(this.layers, mostLastLayers))
    );
  }

  /** A run that was stopped goes on only as it was begun. */
  take({
    method,
    interrupted,
    epochs,
    layers,
  }: Pick<Training, 'method' | 'interrupted' | 'epochs' | 'layers'>): void {
    if (!interrupted || layers === null) return;
    this.setEpochs(method, epochs);
    this.withLastLayers = layers > 0;
    if (layers > 0) this.layers = layers;
  }
}

function isWithin(value: number | null, most: number): boolean {
  return value !== null && Number.isInteger(value) && value >= 1 && value <= most;
}
