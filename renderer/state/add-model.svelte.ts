/**
 * Adding a model of the person's own: it is looked at first, then they see what was read and may
 * decide otherwise.
 */
import type {
  LibraryClient,
  ModelFormat,
  ModelInspectionDocument,
  ModelLayer,
  Scaling,
} from '../../engine/contract.ts';
import { sentenceOf } from '../words.ts';

export const modelFormats: Record<ModelFormat, string> = {
  'layers-model': 'TensorFlow.js layers model',
  'graph-model': 'TensorFlow.js graph model',
  'saved-model': 'TensorFlow SavedModel',
};

/** How pixels become numbers, for a person. */
export const scalings: Record<Scaling, string> = {
  '0..1': 'from 0 to 1',
  '-1..1': 'from −1 to 1',
  imagenet: 'by ImageNet’s mean and deviation',
  caffe: 'blue first, less ImageNet’s mean',
  none: 'from 0 to 255',
};

/** Which networks are trained so. */
export const scalingsOf: Record<Scaling, string> = {
  '0..1': 'TensorFlow Hub',
  '-1..1': 'MobileNet, Inception, Xception, ResNet V2',
  imagenet: 'PyTorch, DenseNet',
  caffe: 'VGG, ResNet50',
  none: 'EfficientNet, MobileNetV3',
};

export class AddModel {
  /** What was found; null while it is looked at, and when it cannot be used. */
  found: ModelInspectionDocument | null = $state.raw(null);
  /** Why it cannot be used, or could not be added with these settings; a sentence, or nothing. */
  problem = $state('');
  busy: 'looking' | 'adding' | null = $state(null);

  name = $state('');
  /** Null while the field is empty. */
  inputSize: number | null = $state(null);
  scaling: Scaling = $state('-1..1');
  layer = $state('');

  readonly chosenLayer: ModelLayer | null = $derived(
    this.found?.layers.find(({ name }) => name === this.layer) ?? null,
  );
  /** Whether the file leaves the input size open. */
  readonly sizeIsOpen: boolean = $derived(this.found?.inputSize.from !== 'file');

  readonly #client: LibraryClient;
  readonly #path: string;

  constructor(client: LibraryClient, path: string) {
    this.#client = client;
    this.#path = path;
  }

  /** Looks at the model. */
  async look(): Promise<void> {
    this.busy = 'looking';
    try {
      const found = await this.#client.request('models.inspect', { path: this.#path });
      this.found = found;
      this.name = found.path.split(/[\\/]/).findLast((part) => part !== '') ?? '';
      this.inputSize = found.inputSize.value;
      this.scaling = found.scaling.value;
      this.layer = found.layer.value;
    } catch (error) {
      this.problem = sentenceOf(error);
    } finally {
      this.busy = null;
    }
  }

  /** Adds it with what is chosen; the id of the new method, or null if that failed. */
  async add(): Promise<string | null> {
    if (this.found === null || this.busy !== null) return null;
    this.busy = 'adding';
    this.problem = '';
    try {
      const { id } = await this.#client.request('models.add', {
        path: this.#path,
        name: this.name.trim() === '' ? null : this.name,
        inputSize: this.inputSize,
        scaling: this.scaling,
        layer: this.layer,
      });
      return id;
    } catch (error) {
      this.problem = sentenceOf(error);
      return null;
    } finally {
      this.busy = null;
    }
  }
}
