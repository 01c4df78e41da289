/** What was reached, as one HTML file that needs no other: a table of the sources, and each of them with its lines coloured. */
import { countLines, type FileCoverage, type LineState } from './line-coverage.ts';

/** A source with its text. */
export type ShownFile = FileCoverage & { readonly text: string };

export type CoveragePage = {
  /** `network 0.1.0`. */
  readonly title: string;
  /** What was run, in a line. */
  readonly about: string;
  readonly files: readonly ShownFile[];
};

const style = `
:root { color-scheme: light dark; --reached: #d9f2dd; --partly: #fff0c2; --missed: #fadada; }
@media (prefers-color-scheme: dark) { :root { --reached: #12361b; --partly: #453a10; --missed: #4a1717; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } td, th { padding: .2rem .8rem; text-align: left; } td.n { text-align: right; }
pre { font: 13px/1.45 ui-monospace, monospace; overflow-x: auto; } pre span { display: block; padding: 0 .5rem; }
i { font-style: normal; opacity: .5; display: inline-block; width: 4em; }
.reached { background: var(--reached); } .partly { background: var(--partly); } .missed { background: var(--missed); }`;

export function coverageHtml({ title, about, files }: CoveragePage): string {
  const rows = files.map((file, index) => {
    const { reached, total } = countLines([file]);
    return `<tr><td><a href="#f${index}">${escapeHtml(file.path)}</a></td><td class="n">${reached}</td><td class="n">${total}</td><td class="n">${share(reached, total)}</td></tr>`;
  });
  const all = countLines(files);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}: what the fuzzer reaches</title><style>${style}
</style></head><body>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(about)}</p>
<p>Lines with code: <span class="reached">reached</span>, <span class="partly">reached in part</span>, <span class="missed">not reached</span>.</p>
<table><thead><tr><th>source</th><th>lines reached</th><th>of</th><th></th></tr></thead><tbody>
${rows.join('\n')}
<tr><th>all</th><td class="n">${all.reached}</td><td class="n">${all.total}</td><td class="n">${share(all.reached, all.total)}</td></tr>
</tbody></table>
${files.map(section).join('\n')}
</body></html>
`;
}

function section({ path, text, lines }: ShownFile, index: number): string {
  const body = text.split('\n').map((line, at) => {
    const state: LineState | undefined = lines.get(at + 1);
    const mark = state === undefined ? '' : ` class="${state}"`;
    return `<span${mark}><i>${at + 1}</i>${escapeHtml(line)}</span>`;
  });
  return `<h2 id="f${index}">${escapeHtml(path)}</h2>\n<pre>${body.join('')}</pre>`;
}

/** `87.5 %`. */
export function share(reached: number, total: number): string {
  return `${(total === 0 ? 0 : (100 * reached) / total).toFixed(1)} %`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
