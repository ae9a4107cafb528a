import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { explainFolder } from '../server/src/edge/cli/explain.ts'
import { ablation } from './explain-ablation.ts'
import { machine } from './machine.ts'

/**
 * Root causes on labelled public cases, on time and with the detection late, with one configuration: share of cases whose cause
 * is first (AC@1), among the first three (AC@3), mean of AC@1..5 (Avg@5), as rca-score.mjs counts them, and CPU seconds a case, reading included.
 *   node bench/explain.ts [--data ../shared/data/rca] [--late 60]
 *   node bench/explain.ts --ablate     (each part of the score out, each kind of input out, and what only makes it surer: about ten minutes of CPU)
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/rca' },
    late: { type: 'string', default: '60' },
    ablate: { type: 'boolean', default: false },
  },
})

type Truth = Record<string, { root_cause_service: string | string[] }>
type Row = {
  cases: number
  'AC@1': number
  'AC@3': number
  'Avg@5': number
  cpu_seconds_mean: number
  cpu_seconds_max: number
  top_probability_error: number
}

const before = machine()
if (values.ablate) {
  process.stdout.write(
    `${JSON.stringify({ bench: 'explain-ablation', machine: before, ...ablation(values.data, Number(values.late) * 1_000) }, null, 1)}\n`,
  )
} else {
  const folders = readdirSync(values.data, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const sets: Record<string, { on_time: Row; late: Row }> = {}
  for (const { name } of folders) {
    const folder = join(values.data, name)
    const truth = JSON.parse(readFileSync(join(folder, 'truth.dev.json'), 'utf8')) as Truth
    sets[name] = {
      on_time: await score(folder, truth, 0),
      late: await score(folder, truth, Number(values.late) * 1_000),
    }
  }
  process.stdout.write(
    `${JSON.stringify({ bench: 'explain', machine: before, late_seconds: Number(values.late), sets }, null, 1)}\n`,
  )
}

async function score(folder: string, truth: Truth, lateMs: number): Promise<Row> {
  const hits = [0, 0, 0, 0, 0]
  const cpu: number[] = []
  let calibration = 0
  const ids = Object.keys(truth)
  for (const id of ids) {
    const began = process.cpuUsage()
    const { ranked } = await explainFolder(join(folder, id), lateMs)
    const used = process.cpuUsage(began)
    cpu.push((used.user + used.system) / 1e6)
    const wanted = [truth[id]!.root_cause_service].flat().map((service) => service.toLowerCase())
    const at = ranked.findIndex((cause) => wanted.includes(cause.entity.toLowerCase()))
    calibration += (ranked[0]?.probability ?? 0) - (at === 0 ? 1 : 0)
    for (let k = Math.max(0, at); at >= 0 && k < 5; k += 1) hits[k]! += 1
  }
  const share = (count: number): number => Math.round((count / ids.length) * 1_000) / 1_000
  return {
    cases: ids.length,
    'AC@1': share(hits[0]!),
    'AC@3': share(hits[2]!),
    'Avg@5': share(hits.reduce((sum, hit) => sum + hit, 0) / 5),
    cpu_seconds_mean: cpu.reduce((sum, one) => sum + one, 0) / cpu.length,
    cpu_seconds_max: Math.max(...cpu),
    top_probability_error: Math.round((calibration / ids.length) * 1_000) / 1_000,
  }
}
