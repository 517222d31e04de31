/**
 * The closed set of errors that a person can meet, each with a code.
 *
 * An error is a code, a sentence that a person understands, and (inside the sentence) what to do
 * next. It crosses a process or a wire as data (`ErrorData`), never as a stack.
 */

/** Every code, with what it stands for. Codes appear in JSON, so they never change their meaning. */
export const errorCodes = {
  // One photo. These are listed under "Problems" and never stop the indexing of other photos.
  'photo-damaged': 'a part of the photo could be decoded and is used',
  'photo-unreadable': 'the file has the form of a photo, but nothing of it can be decoded',
  'photo-empty': 'the file has no bytes',
  'not-a-photo': 'the content is not a picture that Lookalike reads',
  'photo-format': 'a picture format that cannot be decoded here, such as HEIC',
  'photo-too-large': 'more pixels than the limit',
  'photo-timeout': 'decoding took too long and was stopped',
  'photo-crash': 'decoding this file ended the decoder process',
  'photo-access': 'the file may not be read, or the disk failed while reading it',
  'photo-no-vector': 'the model gave no usable numbers for this photo',
  'name-not-text': 'the name of the file is not valid text (UTF-8)',
  // Folders.
  'folder-missing': 'there is no such folder',
  'folder-is-file': 'a file was named where a folder is needed',
  'folder-access': 'the folder may not be read',
  'folder-empty': 'the folder holds nothing at all',
  'folder-without-photos': 'the folder holds files, but no photos',
  'folder-offline': 'the folder is known, but cannot be reached now',
  'folder-unknown': 'no folder of this library has that id',
  // What was asked for.
  'request-invalid': 'a request does not have the form that the contract gives it',
  'k-invalid': 'the number of lookalikes is not a whole number of at least 1',
  'epsilon-invalid': 'ε is not a number from 0 to 2, nor automatic',
  'min-photos-invalid': 'the minimum of photos is not a whole number of at least 1',
  'cluster-count-invalid': 'k is not a whole number of at least 1, nor automatic',
  'within-invalid': 'the largest distance is not a number from 0 to 2',
  'k-too-large': 'more results are asked for than there are photos to search',
  'seed-invalid': 'the seed is not a whole number of at least 0',
  'perplexity-invalid': 'the perplexity is not a number from 2 to 100',
  'neighbours-invalid': 'the number of neighbours is not a whole number from 2 to 200',
  'dimensions-invalid': 'the number of numbers is not a whole number from 1 to 256',
  'layers-invalid': 'the number of layers is not a whole number from 0 to 30',
  'photo-unknown': 'no photo of this library has that id or path',
  'cluster-unknown': 'no cluster of the present run has that number',
  'query-unknown': 'the query photo given from outside is no longer held',
  'query-not-a-photo': 'the query is not a picture that can be decoded',
  'query-too-large': 'the query is larger than 50 MB',
  'query-ambiguous': 'several photos of the library have the name that was given',
  'query-address-invalid': 'not an http or https address, or one with a password in it',
  'query-address-local': 'an address of this machine or the local network, or one that leads there',
  'query-address-failed': 'the address cannot be reached, gives nothing, or leads nowhere',
  'query-address-timeout': 'the address did not give the picture in time',
  'library-empty': 'nothing is indexed yet',
  // Methods.
  'method-unknown': 'there is no method of that id',
  'no-face': 'no face was found in the query, or none of that number',
  'method-untrained': 'the method has to be trained before it is used',
  'method-not-trained': 'the method does not learn, so it cannot be trained',
  // Models of a person's own.
  'model-unknown-format': 'the folder holds no model of a format that Lookalike reads',
  'model-damaged': 'files of the model are missing, or not what they should be',
  'model-unsafe': 'the model would do something else than compute, or reads outside of its folder',
  'model-unsuitable': 'the model does not turn one picture into numbers, or is too large',
  'model-failed': 'the model crashed, or took too long or too much memory',
  // Labels, and what is measured with them.
  'labels-unreadable': 'the file of labels cannot be opened, or is not text',
  'labels-unknown': 'no row of the file of labels names a photo of the library',
  'labels-one-class': 'all labelled photos have the same label',
  'labels-too-few': 'no label has two photos, so that there is nothing to be found',
  'attributes-missing': 'attributes are to be learnt, but no list of them was given',
  'attributes-list-invalid': 'the list of attributes does not begin like one',
  'attribute-unknown': 'no attribute of that name was learnt',
  'attribute-value-invalid': 'how much of an attribute is wanted is not a number from 0 to 1',
  'evaluation-missing': 'nothing has been evaluated yet',
  // Marks of two photos, alike or not.
  'mark-of-one': 'a photo was to be marked with itself, or with a copy of itself',
  'mark-unknown': 'no mark of this library has that id, or the two photos are not marked',
  'marks-too-few': 'there are too few marks, or only such of one kind',
  'marks-learnt': 'only methods were to be measured that learnt from the very marks',
  'marks-contradict': 'photos marked not alike are alike by way of others',
  'marks-unreadable': 'the file of marks cannot be opened, or is no document of marks',
  'suits-missing': 'it has not been asked yet which method suits the photos',
  // Training.
  'training-too-few': 'there are too few photos to learn from',
  'training-needs-native': 'this network can only be trained with native TensorFlow',
  'training-data-damaged': 'the file of what is to be learnt from is missing or damaged',
  'training-diverged': 'the loss became something that is no number',
  'training-busy': 'another training is going on',
  // The library on disk.
  'library-in-use': 'another program has this library open',
  'library-damaged': 'the database is damaged; it is kept aside',
  'library-newer': 'the database was written by a newer Lookalike',
  'library-access': 'the library cannot be written where it is',
  'disk-full': 'no room is left on the disk',
  'export-failed': 'the export could not be written',
  // The program itself.
  'port-unavailable': 'the port that was asked for cannot be used',
  'interface-missing': 'the pages of the interface have not been built',
  'weights-damaged': 'the weights of a model are missing or damaged',
  'tensorflow-unavailable': 'the TensorFlow backend that was asked for cannot be used',
  'process-died': 'a helper process ended while it worked on this',
  'process-unavailable': 'a helper process cannot be started',
  'process-timeout': 'a helper process did not answer in time',
  cancelled: 'the person stopped it',
  internal: 'a mistake in Lookalike itself',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** An error as it crosses a process, a socket or a file. */
export interface ErrorData {
  code: ErrorCode;
  message: string;
}

/** An error that a person can meet. `message` is a whole sentence for that person. */
export class LookalikeError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'LookalikeError';
    this.code = code;
  }
}

export function isLookalikeError(error: unknown, code?: ErrorCode): error is LookalikeError {
  return error instanceof LookalikeError && (code === undefined || error.code === code);
}

/** The data of any thrown value. What is not a LookalikeError becomes `internal`. */
export function toErrorData(error: unknown): ErrorData {
  if (isLookalikeError(error)) return { code: error.code, message: error.message };
  return {
    code: 'internal',
    message: `Something went wrong inside Lookalike: ${messageOf(error)}.`,
  };
}

/** The LookalikeError that `data` describes, on the receiving side. */
export function fromErrorData(data: ErrorData): LookalikeError {
  return new LookalikeError(data.code, data.message);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of a Node system error such as ENOENT, or undefined for any other value. */
export function systemCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string')
    return error.code;
  return undefined;
}
