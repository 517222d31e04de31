/** Plots as SVG, in colours that can be read on a light page and on a dark one. */
import { figure } from './report.ts';

export interface Bar {
  name: string;
  value: number;
  /** Lookalike's own. */
  own: boolean;
}

const rowHeight = 26;
const nameWidth = 170;
const barsWidth = 400;
const figureWidth = 90;
const top = 34;
const colours = { text: '#7a7f87', own: '#2f8f6b', other: '#8f97a3' };

/** Horizontal bars, one below the other. */
export function bars(title: string, unit: string, all: readonly Bar[]): string {
  const most = Math.max(...all.map(({ value }) => value));
  const width = nameWidth + barsWidth + figureWidth;
  const height = top + all.length * rowHeight + 8;
  const lines = all.flatMap(({ name, value, own }, place) => {
    const y = top + place * rowHeight;
    const length = Math.max(1, (value / most) * barsWidth);
    return [
      `<text x="${nameWidth - 8}" y="${y + 16}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${nameWidth}" y="${y + 3}" width="${length.toFixed(1)}" height="${rowHeight - 8}" rx="2" fill="${own ? colours.own : colours.other}"/>`,
      `<text x="${(nameWidth + length + 6).toFixed(1)}" y="${y + 16}">${figure(value, unit)}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="13" fill="${colours.text}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<text x="8" y="18" font-weight="600">${escaped(title)}</text>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
