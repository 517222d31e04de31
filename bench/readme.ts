/**
 * `npm run bench:readme`: writes what the kept results of the benches came to. README.md has, between
 * marks such as `<!-- bench:goals -->`, every figure that had a goal, and the table of methods;
 * docs/measured.md has all tables, with plots. So no figure there is typed by hand.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { settingLine } from './measuring.ts';
import { methodsTable } from './methods-table.ts';
import { bars } from './plot.ts';
import {
  figure,
  keptReport,
  resultsPath,
  timesOf,
  type Report,
  type Row,
  type Table,
} from './report.ts';

/** Subjects in the order in which they are told, and the row of theirs that is drawn. */
const subjects = [
  { subject: 'search', drawn: 'top 5, one query' },
  { subject: 'clusters', drawn: 'first pass, all ε' },
  { subject: 'index', drawn: 'indexing' },
  { subject: 'index-long', drawn: '' },
  { subject: 'window', drawn: '' },
].filter(({ subject }) => existsSync(resultsPath(subject)));

const heads = ['', 'Lookalike', 'peer', 'ratio', 'goal'];
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const plots = path('../docs/bench');
mkdirSync(plots, { recursive: true });

let text = readFileSync(path('../README.md'), 'utf8');
const reports = subjects.map(({ subject, drawn }) => ({ report: keptReport(subject), drawn }));
write('goals', goals(reports.map(({ report }) => report)));
const ofMethods = methodsTable();
if (ofMethods !== undefined) write('methods', ofMethods);
await keep('../README.md', text);
await keep(
  '../docs/measured.md',
  [
    '# What was measured',
    'Written by `npm run bench:readme` from the results in [`bench/results`](../bench/results). A ratio above 1 is in favour of Lookalike.',
    ...reports.map(({ report, drawn }) => section(report, drawn)),
  ].join('\n\n'),
);

async function keep(relative: string, content: string): Promise<void> {
  const file = path(relative);
  writeFileSync(file, await format(content, { ...(await resolveConfig(file)), filepath: file }));
}

/** Puts a text between the marks of a subject. */
function write(subject: string, content: string): void {
  const [begin, end] = [`<!-- bench:${subject} -->`, `<!-- /bench:${subject} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < 0) throw new Error(`README.md lacks the marks ${begin} and ${end}`);
  text = `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

/** Every figure that had a goal, machine by machine. */
function goals(all: readonly Report[]): string {
  const byMachine = Map.groupBy(all, ({ setting }) => setting.processor);
  return [...byMachine.values()].map(goalsOfMachine).join('\n\n');
}

function goalsOfMachine(all: readonly Report[]): string {
  const rows = all.flatMap(({ tables }) =>
    tables.flatMap((table) =>
      table.rows.flatMap((row) => (row.goal ? [[table.title, ...cellsOf(row)]] : [])),
    ),
  );
  const dates = [...new Set(all.map(({ setting }) => setting.date))].join(', ');
  const machine = all.slice(0, 1).map(({ setting: { processor, cores, memory, node } }) => {
    return `${processor}, ${cores} cores, ${memory} GB; Node ${node}; ${dates}.`;
  });
  return [grid(['', ...heads], rows), ...machine].join('\n\n');
}

/** The tables of a report, with their plots. */
function section({ subject, setting, tables }: Report, drawn: string): string {
  const parts = tables.flatMap((table, place) => {
    const plot = plotOf(table, drawn);
    const name = `${subject}-${place}.svg`;
    if (plot) writeFileSync(`${plots}/${name}`, plot);
    return [
      `### ${table.title}`,
      ...(plot ? [`![${table.title}: ${drawn}](bench/${name})`] : []),
      ...(table.rows.length > 0 ? [grid(heads, table.rows.map(cellsOf))] : []),
      table.notes.map((note) => `- ${note}`).join('\n'),
    ];
  });
  return [`## ${subject}`, `${settingLine(setting)}; ${setting.date}.`, ...parts].join('\n\n');
}

function cellsOf({ what, value, unit, peer, goal }: Row): string[] {
  return [
    what,
    figure(value, unit),
    peer ? `${peer.name}: ${figure(peer.value, unit)}` : '',
    peer ? `${timesOf(value, unit, peer.value).toFixed(2)} ×` : '',
    goal ? `${goal.text}${goal.met ? ', reached' : ', **missed**'}` : '',
  ];
}

function grid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((cell) => (cell === 'Lookalike' || cell === 'ratio' ? '-:' : '-'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The rows of one thing that was measured, as bars; nothing where fewer than two peers were there. */
function plotOf({ title, rows }: Table, drawn: string): string | undefined {
  const of = rows.filter(({ what, peer }) => what === drawn && peer);
  const [first] = of;
  if (!first || of.length < 2) return undefined;
  return bars(`${title}: ${drawn}`, first.unit, [
    { name: 'Lookalike', value: first.value, own: true },
    ...of.map(({ peer }) => ({ name: peer?.name ?? '', value: peer?.value ?? 0, own: false })),
  ]);
}
