/** What a bench found, as tables on the screen and as JSON that figures and plots are made from. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { aligned } from '../cli/columns.ts';
import { settingLine, type Setting } from './measuring.ts';

/** A line of a table: a figure, and the same of a peer from the same run on the same data. */
export interface Row {
  what: string;
  value: number;
  unit: 'ms' | 's' | 'MB' | 'photos/s' | '';
  peer: { name: string; value: number } | null;
  /** What was to be reached. */
  goal: { text: string; met: boolean } | null;
}

export interface Table {
  title: string;
  rows: Row[];
  notes: string[];
}

export interface Report {
  subject: string;
  setting: Setting;
  tables: Table[];
}

/** A goal on the value itself. */
export function atMost(limit: number, value: number, unit: string): Row['goal'] {
  return { text: `≤ ${limit} ${unit}`, met: value <= limit };
}

/** A goal on how many times the peer takes. */
export function timesFaster(factor: number, value: number, peer: number): Row['goal'] {
  return {
    text: factor === 1 ? 'faster' : `${factor > 1 ? '≥ ' : ''}${factor} ×`,
    met: peer / value >= factor,
  };
}

/** A report as it is printed. */
export function printed({ subject, setting, tables }: Report): string {
  const lines = [`${subject}: ${settingLine(setting)}`];
  for (const { title, rows, notes } of tables) {
    const cells = rows.map(({ what, value, unit, peer, goal }) => [
      what,
      figure(value, unit),
      peer ? figure(peer.value, unit) : '',
      peer ? peer.name : '',
      peer ? `${timesOf(value, unit, peer.value).toFixed(2)} ×` : '',
      goal ? goal.text : '',
      goal ? (goal.met ? 'yes' : 'no') : '',
    ]);
    const head = ['', 'Lookalike', 'peer', '', 'ratio', 'goal', 'met'];
    lines.push('', title, ...(rows.length > 0 ? aligned([head, ...cells]) : []), ...notes);
  }
  return lines.join('\n');
}

/** How many times better the value is than the peer's: a rate where it is higher, all else where it is lower. */
export function timesOf(value: number, unit: Row['unit'], peer: number): number {
  return unit === 'photos/s' ? value / peer : peer / value;
}

export function figure(value: number, unit: string): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`.trim();
}

/** Where the last results of a subject are kept with the project. */
export const resultsPath = (subject: string): string =>
  fileURLToPath(new URL(`results/${subject}.json`, import.meta.url));

export function keepReport(report: { subject: string }): void {
  mkdirSync(new URL('results/', import.meta.url), { recursive: true });
  writeFileSync(resultsPath(report.subject), `${JSON.stringify(report, null, 2)}\n`);
}

/** The report of the last run, as it is kept with the project. */
export function keptReport(subject: string): Report {
  return JSON.parse(readFileSync(resultsPath(subject), 'utf8')) as Report;
}
