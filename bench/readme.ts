/**
 * `npm run bench:readme`: writes the kept results of the benches into README.md, between the marks
 * `<!-- bench:SUBJECT -->` and `<!-- /bench:SUBJECT -->`, and draws their plots into docs/bench. So no
 * figure there is typed by hand.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { settingLine } from './measuring.ts';
import { methodsTable } from './methods-table.ts';
import { bars } from './plot.ts';
import { figure, keptReport, resultsPath, type Report, type Table } from './report.ts';

/** Subjects whose results stand in the README, and the row of theirs that is drawn. */
const subjects = [
  { subject: 'search', drawn: 'top 5, one query' },
  { subject: 'clusters', drawn: 'first pass, all ε' },
  { subject: 'index', drawn: 'indexing' },
  { subject: 'window', drawn: '' },
];

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const readme = path('../README.md');

let text = readFileSync(readme, 'utf8');
for (const { subject, drawn } of subjects) {
  if (!existsSync(resultsPath(subject))) continue;
  write(subject, section(keptReport(subject), drawn));
}
const ofMethods = methodsTable();
if (ofMethods !== undefined) write('methods', `\n${ofMethods}\n`);
const style = await resolveConfig(readme);
writeFileSync(readme, await format(text, { ...style, filepath: readme }));

/** Puts a text between the marks of a subject. */
function write(subject: string, content: string): void {
  const [begin, end] = [`<!-- bench:${subject} -->`, `<!-- /bench:${subject} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < 0) throw new Error(`README.md lacks the marks ${begin} and ${end}`);
  text = `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}

/** The tables of a report in Markdown, its plots before them. */
function section(report: Report, drawn: string): string {
  const { subject, setting, tables } = report;
  mkdirSync(path('../docs/bench'), { recursive: true });
  const parts = tables.flatMap((table, place) => {
    const plot = plotOf(table, drawn);
    if (plot) writeFileSync(path(`../docs/bench/${subject}-${place}.svg`), plot);
    return [
      `**${table.title}**`,
      ...(plot ? [`![${table.title}: ${drawn}](docs/bench/${subject}-${place}.svg)`] : []),
      ...(table.rows.length > 0 ? [markdown(table)] : []),
      ...table.notes.map((note) => `- ${note}`),
    ];
  });
  return ['', `${settingLine(setting)}; ${setting.date}.`, ...parts, ''].join('\n\n');
}

function markdown({ rows }: Table): string {
  const lines = rows.map(({ what, value, unit, peer, goal }) => [
    what,
    figure(value, unit),
    peer ? `${peer.name}: ${figure(peer.value, unit)}` : '',
    peer ? `${(peer.value / value).toFixed(2)} ×` : '',
    goal ? `${goal.text}${goal.met ? ', reached' : ', **missed**'}` : '',
  ]);
  return [['', 'Lookalike', 'peer', 'ratio', 'goal'], ['-', '-:', '-', '-:', '-'], ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
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
