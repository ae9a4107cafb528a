import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { DetectConfig } from '../server/src/pipeline/detect/index.ts'
import { plantedSeries } from '../server/src/pipeline/detect/measure/planted.ts'
import { type Reliability, reliabilityOf, toldOf } from '../server/src/pipeline/detect/measure/reliability.ts'
import { machine } from './machine.ts'

/**
 * How far the confidence of anomalies can be believed: of those told with so much confidence on made series, the share that was
 * true, in five bins. --fit prints the table for server/src/pipeline/detect/confidence.ts, made of other seeds.
 *   node bench/detect-calibration.ts [--seed 101] [--seeds 3] [--fit] [--output docs/detect-calibration.svg]
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '101' },
    seeds: { type: 'string', default: '3' },
    fit: { type: 'boolean', default: false },
    output: { type: 'string' },
  },
})
const config = DetectConfig.parse({})
const fitSeeds = 8
const fitSeries = 2_400
/** Fewer anomalies than this in a knot say little. */
const knotAnomalies = 150

/** Pool adjacent violators, then as few knots as hold enough anomalies each. */
function fittedKnots(): [raw: number, share: number][] {
  const told = Array.from({ length: fitSeeds }, (_, i) => plantedSeries(i + 1, fitSeries))
    .flat()
    .flatMap((series) => toldOf(series, config))
    .toSorted((a, b) => a.raw - b.raw)
  const blocks: { raw: number; right: number; count: number }[] = []
  for (const { raw, isTrue } of told) {
    const last = blocks.at(-1)
    if (last && last.count < knotAnomalies) {
      last.raw += raw
      last.right += isTrue ? 1 : 0
      last.count += 1
    } else blocks.push({ raw, right: isTrue ? 1 : 0, count: 1 })
  }
  for (let i = 1; i < blocks.length; i += 1) {
    const [before, own] = [blocks[i - 1], blocks[i]]
    if (!before || !own || before.right / before.count <= own.right / own.count) continue
    before.raw += own.raw
    before.right += own.right
    before.count += own.count
    blocks.splice(i, 1)
    i = Math.max(0, i - 2)
  }
  const round = (value: number): number => Math.round(value * 1_000) / 1_000
  return blocks.map(({ raw, right, count }) => [round(raw / count), round(right / count)])
}

const size = 300
const left = 48
const bottom = 40
const side = size - left - bottom

function drawn({ bins, anomalies, error }: Reliability): string {
  const x = (share: number): number => left + share * side
  const y = (share: number): number => size - bottom - share * side
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1]
  const parts = [
    `<text x="${left}" y="18" class="title">Confidence told, and share that was true</text>`,
    ...ticks.map(
      (v) =>
        `<line x1="${x(0)}" x2="${x(1)}" y1="${y(v)}" y2="${y(v)}"/><text x="${left - 6}" y="${y(v) + 4}" text-anchor="end">${v}</text><text x="${x(v)}" y="${size - bottom + 16}" text-anchor="middle">${v}</text>`,
    ),
    `<text x="${x(0.5)}" y="${size - 6}" text-anchor="middle">confidence told</text>`,
    `<line class="even" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>`,
    ...bins
      .filter(({ count }) => count > 0)
      .map(
        ({ told, true: right, count }) =>
          `<circle cx="${x(told).toFixed(1)}" cy="${y(right).toFixed(1)}" r="${(3 + 12 * Math.sqrt(count / anomalies)).toFixed(1)}"/><text x="${(x(told) + 18).toFixed(1)}" y="${(y(right) + 14).toFixed(1)}">${count}</text>`,
      ),
    `<text x="${x(0.03)}" y="${y(0.94)}">error ${error.toFixed(3)}, ${anomalies} anomalies</text>`,
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" role="img" aria-label="Confidence of anomalies beside the share that was true">
<style>text{font:11px sans-serif;fill:#808080}.title{font-weight:600;font-size:13px}line{stroke:#80808055}.even{stroke:#808080;stroke-dasharray:4 3}circle{fill:#2f7de1cc}</style>
${parts.join('\n')}
</svg>
`
}

/** Of several seeds as one. */
function pooled(all: readonly Reliability[]): Reliability {
  const sum = (of: (one: Reliability) => number): number => all.reduce((total, one) => total + of(one), 0)
  const bins = (all[0]?.bins ?? []).map(({ from, to }, i) => {
    const count = sum(({ bins: own }) => own[i]?.count ?? 0)
    const mean = (of: 'told' | 'true'): number =>
      sum(({ bins: own }) => (own[i]?.count ?? 0) * (own[i]?.[of] ?? 0)) / Math.max(1, count)
    return { from, to, count, told: mean('told'), true: mean('true') }
  })
  const anomalies = sum((one) => one.anomalies)
  return {
    planted: sum((one) => one.planted),
    found: sum((one) => one.found),
    lookAlikes: sum((one) => one.lookAlikes),
    anomalies,
    error: bins.reduce((total, bin) => total + bin.count * Math.abs(bin.told - bin.true), 0) / anomalies,
    bins,
  }
}

if (values.fit)
  console.log(
    fittedKnots()
      .map(([raw, share]) => `  [${raw}, ${share}],`)
      .join('\n'),
  )
else {
  const first = Number(values.seed)
  const report = pooled(
    Array.from({ length: Number(values.seeds) }, (_, i) => reliabilityOf(config, first + i)),
  )
  if (values.output !== undefined) writeFileSync(values.output, drawn(report))
  console.log(
    JSON.stringify({ bench: 'detect-calibration', machine: machine(), seed: first, ...report }, null, 2),
  )
}
