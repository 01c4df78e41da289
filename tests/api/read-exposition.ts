/**
 * Reads the text format of Prometheus as strictly as its definition allows (exposition_formats, "Text format details"), for tests: a line that a scraper would stumble over is an
 * error that names it.
 */

export type ReadSample = {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
};
export type ReadFamily = { readonly help: string; readonly type: string; readonly samples: ReadSample[] };

const metricName = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const sampleLine = new RegExp(`^(${metricName})(?:\\{(.*)\\})? (\\S+)$`);
const labelPair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;
const number = /^(?:[+-]?Inf|NaN|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** The families by name. Errors: Error, with the line. */
export function readExposition(text: string): ReadonlyMap<string, ReadFamily> {
  const families = new Map<string, { help: string; type: string; samples: ReadSample[] }>();
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  let current: string | undefined;
  for (const [index, line] of text.slice(0, -1).split('\n').entries()) {
    const refuse = (why: string): never => {
      throw new Error(`line ${index + 1}: ${why}: ${line}`);
    };
    const help = new RegExp(`^# HELP (${metricName}) (\\S.*)$`).exec(line);
    const type = new RegExp(`^# TYPE (${metricName}) (counter|gauge|histogram)$`).exec(line);
    if (help !== null) {
      current = help[1] ?? '';
      if (families.has(current)) refuse('a family for the second time');
      families.set(current, { help: help[2] ?? '', type: '', samples: [] });
    } else if (type !== null) {
      const family = families.get(type[1] ?? '');
      if (family === undefined || type[1] !== current || family.type !== '')
        return refuse('a type out of place');
      family.type = type[2] ?? '';
    } else {
      const [, name = '', pairs, value = ''] = sampleLine.exec(line) ?? refuse('this is nothing');
      const family = families.get(current ?? '');
      if (family === undefined) return refuse('a sample without a family');
      const suffix = family.type === 'histogram' ? '(?:_bucket|_sum|_count)' : '';
      if (!new RegExp(`^${current}${suffix}$`).test(name)) refuse(`a sample that is none of ${current}`);
      if (!number.test(value)) refuse('this is no number');
      const labels = readLabels(pairs ?? '') ?? refuse('these are no labels');
      if (family.samples.some((one) => one.name === name && isSame(one.labels, labels)))
        refuse('the same sample for the second time');
      family.samples.push({ name, labels, value: Number(value.replace('Inf', 'Infinity')) });
    }
  }
  return families;
}

function readLabels(pairs: string): ReadonlyMap<string, string> | undefined {
  const labels = new Map<string, string>();
  for (let at = 0; at < pairs.length; at = labelPair.lastIndex) {
    labelPair.lastIndex = at;
    const [, name, value] = labelPair.exec(pairs) ?? [];
    if (name === undefined || value === undefined || labels.has(name)) return undefined;
    labels.set(
      name,
      value.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter)),
    );
  }
  return labels;
}

function isSame(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([name, value]) => other.get(name) === value);
}
