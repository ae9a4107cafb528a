import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

/**
 * Draws what `node bench/ingest.ts --growth` printed: how the cost of a sample and the time to its acknowledgement grow with series and
 * with senders. Both axes are logarithmic. Colours suit a light and a dark page.
 *   node bench/plot.ts --input growth.jsonl --output docs/ingest-growth.svg
 */
const { values } = parseArgs({ options: { input: { type: 'string' }, output: { type: 'string' } } })
if (!values.input || !values.output) throw new Error('say --input FILE and --output FILE')

type Row = {
  series: number
  senders: number
  cpu_us_per_sample: { creating: number; repeated: number; shuffled: number }
  ack_ms: { p50: number; p99: number }
}
type Line = { name: string; colour: string; of: (row: Row) => number }
type Panel = { title: string; unit: string; x: 'series' | 'senders'; rows: Row[]; lines: Line[] }

const rows = readFileSync(values.input, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Row)
const mode = (counts: number[]): number =>
  counts
    .toSorted((a, b) => counts.filter((v) => v === a).length - counts.filter((v) => v === b).length)
    .at(-1) ?? 0
const usualSenders = mode(rows.map(({ senders }) => senders))
const usualSeries = mode(rows.map(({ series }) => series))

const cost: Line[] = [
  { name: 'every series new', colour: '#d0631f', of: (row) => row.cpu_us_per_sample.creating },
  { name: 'order changed', colour: '#8a63d2', of: (row) => row.cpu_us_per_sample.shuffled },
  { name: 'order repeated', colour: '#2f7de1', of: (row) => row.cpu_us_per_sample.repeated },
]
const wait: Line[] = [
  { name: 'p99', colour: '#d0631f', of: (row) => row.ack_ms.p99 },
  { name: 'p50', colour: '#2f7de1', of: (row) => row.ack_ms.p50 },
]
const bySeries = rows
  .filter(({ senders }) => senders === usualSenders)
  .toSorted((a, b) => a.series - b.series)
const bySenders = rows
  .filter(({ series }) => series === usualSeries)
  .toSorted((a, b) => a.senders - b.senders)
const panels: Panel[] = [
  { title: 'CPU a sample', unit: 'µs', x: 'series', rows: bySeries, lines: cost },
  { title: 'CPU a sample', unit: 'µs', x: 'senders', rows: bySenders, lines: cost },
  { title: 'Time to the acknowledgement', unit: 'ms', x: 'series', rows: bySeries, lines: wait },
  { title: 'Time to the acknowledgement', unit: 'ms', x: 'senders', rows: bySenders, lines: wait },
]

const width = 420
const height = 240
const left = 48
const right = 112
const top = 34
const bottom = 40

function panelOf({ title, unit, x, rows: own, lines }: Panel, at: number): string {
  const xs = own.map((row) => row[x])
  const ys = own.flatMap((row) => lines.map(({ of }) => of(row)))
  const xOf = scale(xs, left, width - right)
  const yOf = scale(ys, height - bottom, top)
  const parts = [
    `<text x="${left}" y="18" class="title">${title}, ${unit}</text>`,
    ...decades(xs).map(
      (v) => `<text x="${xOf(v)}" y="${height - bottom + 16}" text-anchor="middle">${short(v)}</text>`,
    ),
    `<text x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle">${x}</text>`,
    ...decades(ys).map(
      (v) =>
        `<line x1="${left}" x2="${width - right}" y1="${yOf(v)}" y2="${yOf(v)}"/><text x="${left - 6}" y="${yOf(v) + 4}" text-anchor="end">${short(v)}</text>`,
    ),
    ...lines.map(({ name, colour, of }) => {
      const points = own.map((row) => `${xOf(row[x]).toFixed(1)},${yOf(of(row)).toFixed(1)}`)
      const last = own.at(-1)
      const labelAt = last ? yOf(of(last)) + 4 : 0
      return `<polyline points="${points.join(' ')}" stroke="${colour}"/><text x="${width - right + 6}" y="${labelAt.toFixed(1)}" style="fill:${colour}">${name}</text>`
    }),
  ]
  return `<g transform="translate(${(at % 2) * width},${Math.floor(at / 2) * height})">${parts.join('')}</g>`
}

/** Logarithmic, from the smallest to the largest value, widened to whole decades. */
function scale(all: readonly number[], from: number, to: number): (value: number) => number {
  const low = Math.floor(Math.log10(Math.min(...all)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...all))))
  return (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from)
}

function decades(all: readonly number[]): number[] {
  const low = Math.floor(Math.log10(Math.min(...all)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...all))))
  return Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i))
}

const short = (value: number): string =>
  value >= 1e6 ? `${value / 1e6}M` : value >= 1e3 ? `${value / 1e3}k` : String(Number(value.toPrecision(2)))

writeFileSync(
  values.output,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * width} ${2 * height}" role="img" aria-label="Cost of a sample and time to its acknowledgement, by series and by senders">
<style>text{font:11px sans-serif;fill:#808080}.title{font-weight:600;font-size:13px}line{stroke:#80808055}polyline{fill:none;stroke-width:2}</style>
${panels.map(panelOf).join('\n')}
</svg>
`,
)
