/** Strict reader of Prometheus' text format 0.0.4, after its grammar (https://prometheus.io/docs/instrumenting/exposition_formats/, read 2026-12-01). */

/** One sample: its name, labels and value. */
export type Sample = { name: string; labels: Record<string, string>; value: number };

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? ([^ ]+)$`);
const COMMENT = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`);

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== '';) {
    const [all, name, value] = LABEL.exec(rest) ?? [];
    if (all === undefined || name === undefined || value === undefined) throw new Error(`not a label: ${rest}`);
    if (Object.hasOwn(labels, name)) throw new Error(`the label ${name} stands twice`);
    labels[name] = value.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one));
    rest = rest.slice(all.length);
  }
  return labels;
}

/** @throws Error for text that Prometheus refuses: lines, order, histograms that do not grow or do not add up, samples that stand twice. */
export function readExposition(text: string): Sample[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end');
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  const seen = new Set<string>();
  let family = '';
  for (const line of text.split('\n').slice(0, -1)) {
    const [, word, name = '', rest = ''] = COMMENT.exec(line) ?? [];
    if (word === 'HELP') {
      if (types.has(name)) throw new Error(`${name} stands twice`);
      family = name;
    } else if (word === 'TYPE') {
      if (name !== family || types.has(name)) throw new Error(`TYPE of ${name} at a wrong place`);
      types.set(name, rest);
    } else {
      const [, sampleName = '', labelText = '', number = ''] = SAMPLE.exec(line) ?? [];
      const suffixes = types.get(family) === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      if (!suffixes.some((suffix) => sampleName === family + suffix)) throw new Error(`not a sample of ${family}: ${line}`);
      const value = number === '+Inf' ? Infinity : Number(number);
      if (number === '' || Number.isNaN(value)) throw new Error(`not a number: ${line}`);
      const labels = readLabels(labelText);
      const key = JSON.stringify([sampleName, Object.entries(labels).sort()]);
      if (seen.has(key)) throw new Error(`stands twice: ${line}`);
      seen.add(key);
      samples.push({ name: sampleName, labels, value });
    }
  }
  for (const [name, type] of types) if (type === 'histogram') checkHistogram(name, samples);
  return samples;
}

function checkHistogram(name: string, samples: readonly Sample[]): void {
  const keyOf = ({ labels }: Sample) => JSON.stringify(Object.entries(labels).filter(([label]) => label !== 'le'));
  for (const count of samples.filter((sample) => sample.name === `${name}_count`)) {
    const buckets = samples.filter((sample) => sample.name === `${name}_bucket` && keyOf(sample) === keyOf(count));
    const bounds = buckets.map(({ labels }) => (labels['le'] === '+Inf' ? Infinity : Number(labels['le'])));
    const isSorted = bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? Infinity));
    const grows = buckets.every(({ value }, index) => index === 0 || value >= (buckets[index - 1]?.value ?? Infinity));
    if (!isSorted || !grows || bounds.at(-1) !== Infinity || buckets.at(-1)?.value !== count.value)
      throw new Error(`${name} does not add up`);
  }
}
