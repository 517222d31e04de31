/** The table of methods in the README, of what a run of `bench -- methods` came to. */
import { existsSync, readFileSync } from 'node:fs';
import type { EvaluationDocument } from '../engine/contract.ts';
import { methodEntries } from '../engine/methods/registry.ts';
import { settingLine, type Setting } from './measuring.ts';
import { figure, resultsPath } from './report.ts';

export type MeasuredMethod = EvaluationDocument['methods'][number];

/** What is kept of a run. */
export interface MethodsReport {
  subject: 'methods';
  setting: Setting;
  /** Results of a query that are looked at. */
  k: number;
  kinds: number;
  photos: number;
  methods: MeasuredMethod[];
  faces: { people: number; photos: number; method: MeasuredMethod };
}

/** Markdown, or nothing where no run is kept. */
export function methodsTable(): string | undefined {
  const path = resultsPath('methods');
  if (!existsSync(path)) return undefined;
  const report = JSON.parse(readFileSync(path, 'utf8')) as MethodsReport;
  const { setting, k, kinds, photos, faces } = report;
  const rows = methodEntries.map(({ facts: { id, sentence } }) => {
    const method = [...report.methods, faces.method].find((one) => one.id === id);
    return [`\`${id}\``, sentence, ...(method ? cellsOf(method) : ['', '', '', '', ''])];
  });
  const head = ['method', 'what it does', 'numbers', 'P@1', `P@${k}`, 'mAP', 'a photo'];
  const lines = [head, ['-', '-', '-:', '-:', '-:', '-:', '-:'], ...rows];
  return [
    lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    `${settingLine(setting)}; ${setting.date}. ${photos} photos of ${kinds} kinds; a fifth of each kind asks, among the rest, and methods that learn from labels had learnt from those other four fifths (\`attributes\`: one attribute for each kind). \`faces\` is asked about people instead: ${faces.photos} photos of ${faces.people}.`,
  ].join('\n\n');
}

/** Numbers a photo, precision, mean average precision, time. */
export function cellsOf(method: MeasuredMethod): string[] {
  const { dimensions, precisionAt1, precisionAtK, meanAveragePrecision, secondsPerPhoto } = method;
  return [
    String(dimensions),
    ...[precisionAt1, precisionAtK, meanAveragePrecision].map((share) => share.toFixed(3)),
    secondsPerPhoto === null ? '' : figure(1000 * secondsPerPhoto, 'ms'),
  ];
}
