import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { MineConfig, Miner } from '../../../service/telemetry/index.ts'
import { csvRows } from './csv.ts'
import { groupScore } from './group-score.ts'

export type LabelledLog = { name: string; lines: string[]; truth: string[] }

const structured = /^(.+)[.]log_structured[.]csv$/

/** `NAME.log` beside `NAME.log_structured.csv`, which names the statement of each line as EventId. */
export async function readLogs(folder: string): Promise<LabelledLog[]> {
  const logs: LabelledLog[] = []
  for (const file of (await readdir(folder, { recursive: true })).toSorted()) {
    const found = structured.exec(basename(file))
    if (!found) continue
    const lines = (await readFile(join(folder, dirname(file), `${found[1]}.log`), 'utf8')).split(/\r?\n/)
    if (lines.at(-1) === '') lines.pop()
    const [header = [], ...rows] = csvRows(await readFile(join(folder, file), 'utf8'))
    const at = header.indexOf('EventId')
    logs.push({ name: found[1] ?? file, lines, truth: rows.map((cells) => cells[at] ?? '') })
  }
  return logs
}

/** One configuration for all: the miner as shipped. */
export function scoreLogs(logs: readonly LabelledLog[]) {
  let lines = 0
  const before = process.cpuUsage()
  const systems = logs.map(({ name, lines: own, truth }) => {
    const miner = new Miner(MineConfig.parse({}))
    const ids = own.map((line) => miner.push(line))
    miner.statements()
    lines += own.length
    return { name, found: ids.map((id) => miner.statementOf(id)), truth }
  })
  const { user, system } = process.cpuUsage(before)
  const scored = systems.map(({ name, found, truth }) => ({ name, ...groupScore(truth, found) }))
  const mean = (of: (one: (typeof scored)[number]) => number): number =>
    scored.reduce((sum, one) => sum + of(one), 0) / Math.max(1, scored.length)
  return {
    ga: mean(({ ga }) => ga),
    fga: mean(({ fga }) => fga),
    lines_per_cpu_second: Math.round((lines * 1e6) / Math.max(1, user + system)),
    systems: scored,
  }
}
