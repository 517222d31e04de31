/** Checks what comes in against the contract, and says in a sentence what is wrong with it. */
import { z } from 'zod';
import { requests, type Checked, type RequestName } from '../contract.ts';
import { errorCodes, LookalikeError, type ErrorCode } from '../errors.ts';

/** What people are told when a value that they gave is out of its range. */
const sentences: Partial<Record<ErrorCode, string>> = {
  'k-invalid': 'The number of lookalikes must be a whole number of at least 1.',
  'within-invalid': 'The largest distance must be a number from 0 to 2.',
  'epsilon-invalid': 'ε must be a number from 0 to 2, or automatic.',
  'seed-invalid': 'The seed must be a whole number of at least 0.',
  'min-photos-invalid': 'The minimum of photos must be a whole number of at least 1.',
  'perplexity-invalid': 'The perplexity must be a number from 2 to 100.',
  'neighbours-invalid': 'The number of neighbours must be a whole number from 2 to 200.',
  'dimensions-invalid': 'The number of numbers must be a whole number from 1 to 256.',
  'layers-invalid': 'The number of last layers must be a whole number from 0 to 30.',
  'attribute-value-invalid': 'How much of an attribute is wanted must be a number from 0 to 1.',
  'cluster-count-invalid':
    'The number of clusters must be a whole number of at least 1, or automatic.',
};

/** The name, as one of the contract's. @throws LookalikeError `request-invalid` */
export function checkName(name: string): RequestName {
  if (!Object.hasOwn(requests, name))
    throw new LookalikeError('request-invalid', `There is no request ${name}.`);
  return name as RequestName;
}

/**
 * The parameters of a request.
 * @throws LookalikeError `k-invalid`, `within-invalid`, `epsilon-invalid`, `min-photos-invalid`,
 *   `seed-invalid`, `cluster-count-invalid`, … or `request-invalid`
 */
export function checkParams<Name extends RequestName>(name: Name, params: unknown): Checked<Name> {
  const result = requests[name].params.safeParse(params);
  if (result.success) return result.data as Checked<Name>;
  const codes = Object.keys(errorCodes) as ErrorCode[];
  const code = codes.find((known) => result.error.issues.some((issue) => issue.message === known));
  throw new LookalikeError(
    code ?? 'request-invalid',
    (code && sentences[code]) ??
      `The request ${name} has the wrong form: ${z.prettifyError(result.error)}`,
  );
}
