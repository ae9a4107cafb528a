import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { seededRandom } from '../server/src/kernel/random.ts'
import { MineConfig, Miner, type Rule, rules } from '../server/src/service/telemetry/mine/index.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * Log mining: lines per CPU-second, the slowest line, memory; and with labelled logs how well lines are grouped.
 *   node bench/mine.ts [--lines 300000] [--data DIR] [--ablation]
 * DIR holds a folder a system with NAME_2k.log and NAME_2k.log_structured.csv, as loghub has them.
 */
const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '300000' },
    data: { type: 'string' },
    ablation: { type: 'boolean', default: false },
  },
})
const random = seededRandom(7)
const below = (most: number): number => Math.floor(random.next() * most)
const hex = (digits: number): string => Array.from({ length: digits }, () => below(16).toString(16)).join('')

/** What programs write: syslog, Java, access logs, logfmt, JSON. */
const forms = [
  () =>
    `Nov 21 05:${below(60)}:${below(60)} node-${below(9)} sshd[${below(32_000)}]: Failed password for invalid user u${hex(4)} from 10.0.${below(256)}.7 port ${below(65_000)} ssh2`,
  () =>
    `2026-11-21 05:03:22,${below(999)} ERROR [http-nio-8080-exec-${below(9)}] c.e.orders.OrderController - order ${below(9_999)} was refused after ${below(900)} ms`,
  () =>
    `10.0.${below(256)}.7 - - [21/Nov/2026:05:03:22 +0000] "GET /api/orders/${below(99_999)}?page=2 HTTP/1.1" 200 ${below(9_000)} "-" "Mozilla/5.0 (X11; Linux x86_64)" 0.0${below(10)}`,
  () =>
    `ts=2026-11-21T05:03:22.${below(999)}Z caller=main.go:${below(300)} level=info msg="request handled" order=${hex(12)} took=${below(90)}ms`,
  () =>
    `{"time":"2026-11-21T05:03:22Z","level":"warn","msg":"stock is low","sku":${below(9_999)},"left":${below(5)},"service":"cart"}`,
]

function throughput(name: string, lines: readonly string[]) {
  const bytes = lines.reduce((sum, line) => sum + line.length, 0)
  for (let round = 0; round < 2; round++) mineAll(lines.slice(0, 20_000))
  const before = cpuSeconds()
  const miner = mineAll(lines)
  const seconds = cpuSeconds() - before
  // A line does the same work each time: the least of five runs leaves out what else ran on the machine.
  const taken = new Float64Array(lines.length).fill(Number.POSITIVE_INFINITY)
  for (let round = 0; round < 5; round++) {
    const timed = new Miner(MineConfig.parse({}))
    for (let at = 0; at < lines.length; at++) {
      const begun = performance.now()
      timed.push(lines[at]!)
      taken[at] = Math.min(taken[at]!, performance.now() - begun)
    }
  }
  taken.sort()
  const microseconds = (share: number): number =>
    Math.round(taken[Math.min(lines.length - 1, Math.floor(share * lines.length))]! * 1e5) / 100
  const settleBegun = performance.now()
  const templates = miner.statements().length
  return {
    ...{ name, lines: lines.length, templates, ...miner.size },
    lines_per_cpu_second: Math.round(lines.length / seconds),
    mb_per_cpu_second: Math.round(bytes / seconds / 1e5) / 10,
    line_us: {
      p50: microseconds(0.5),
      p99: microseconds(0.99),
      p9999: microseconds(0.9999),
      max: microseconds(1),
    },
    statements_ms: Math.round((performance.now() - settleBegun) * 10) / 10,
  }
}

function mineAll(lines: readonly string[]): Miner {
  const miner = new Miner(MineConfig.parse({}))
  for (const line of lines) miner.push(line)
  return miner
}

/** What is made to be slow: every word new, lines as long as may be, one first word with every other new. */
const hostile = {
  words: () => Array.from({ length: 20 }, () => word(8)).join(' '),
  first: () => `error ${Array.from({ length: 15 }, () => word(2)).join(' ')}`,
  gaps: () => `a ${Array.from({ length: 60 }, () => ',;:=()'[below(6)]).join('')} b`,
  long: () => `x${' ab/c:d=e.f'.repeat(1_500)}${word(3)}`,
}
const word = (letters: number): string =>
  Array.from({ length: letters }, () => String.fromCharCode(97 + below(26))).join('')

type Log = { name: string; lines: string[]; truth: string[] }

function readLogs(folder: string): Log[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, `${name}_2k.log_structured.csv`)))
    .map((name) => {
      const lines = readFileSync(join(folder, name, `${name}_2k.log`), 'utf8').split(/\r?\n/)
      if (lines.at(-1) === '') lines.pop()
      const [header, ...rows] = readCsv(
        readFileSync(join(folder, name, `${name}_2k.log_structured.csv`), 'utf8'),
      )
      const column = header!.indexOf('EventId')
      return { name, lines, truth: rows.map((row) => row[column]!) }
    })
}

/** RFC 4180. */
function readCsv(text: string): string[][] {
  const rows: string[][] = []
  let [row, cell, quoted]: [string[], string, boolean] = [[], '', false]
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (quoted && character === '"' && text[at + 1] === '"') cell += text[++at]
    else if (character === '"') quoted = !quoted
    else if (quoted || (character !== ',' && character !== '\n')) cell += character
    else {
      row.push(cell.replace(/\r$/, ''))
      cell = ''
      if (character === '\n') {
        rows.push(row)
        row = []
      }
    }
  }
  return cell === '' && row.length === 0 ? rows : [...rows, [...row, cell]]
}

/** Grouping accuracy: lines whose group is exactly a true one; and F1 over groups (Zhu et al. 2019; Jiang et al. 2024). */
function score({ lines, truth }: Log, without: ReadonlySet<Rule>) {
  const miner = new Miner(MineConfig.parse({}), without)
  const ids = lines.map((line) => miner.push(line)).map((id) => miner.statementOf(id))
  const found = sizes(ids)
  const real = sizes(truth)
  const both = sizes(ids.map((id, at) => `${id} ${truth[at]}`))
  let [linesRight, groupsRight] = [0, 0]
  for (const [pair, size] of both) {
    const [id, event] = pair.split(' ')
    if (found.get(Number(id)) !== size || real.get(event!) !== size) continue
    linesRight += size
    groupsRight++
  }
  return {
    ga: linesRight / lines.length,
    fga: (2 * groupsRight) / (found.size + real.size),
    templates: found.size,
  }
}

function sizes<T>(keys: readonly T[]): Map<T, number> {
  const found = new Map<T, number>()
  for (const key of keys) found.set(key, (found.get(key) ?? 0) + 1)
  return found
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000
const mean = (numbers: readonly number[]): number =>
  round(numbers.reduce((sum, each) => sum + each, 0) / numbers.length)

function grouping(folder: string) {
  const logs = readLogs(folder)
  const all = (without: ReadonlySet<Rule>) => logs.map((log) => ({ name: log.name, ...score(log, without) }))
  const systems = all(new Set())
  const means = (list: readonly { ga: number; fga: number }[]) => ({
    ga: mean(list.map(({ ga }) => ga)),
    fga: mean(list.map(({ fga }) => fga)),
  })
  return {
    systems: systems.map(({ ga, fga, ...rest }) => ({ ...rest, ga: round(ga), fga: round(fga) })),
    mean: means(systems),
    ...(values.ablation
      ? { without: (Object.keys(rules) as Rule[]).map((rule) => ({ rule, ...means(all(new Set([rule]))) })) }
      : {}),
  }
}

const count = Number(values.lines)
const fill = (make: (at: number) => string, lines: number): string[] =>
  Array.from({ length: lines }, (_, at) => make(at))
const repeated = (log: Log): string[] => fill((at) => log.lines[at % log.lines.length]!, count / 4)
console.log(
  JSON.stringify(
    {
      machine: machine(),
      throughput: [
        throughput(
          'mixed',
          fill((at) => forms[at % forms.length]!(), count),
        ),
        ...(values.data ? readLogs(values.data).map((log) => throughput(log.name, repeated(log))) : []),
      ],
      hostile: Object.entries(hostile).map(([name, make]) =>
        throughput(name, fill(make, name === 'long' ? count / 100 : count / 6)),
      ),
      ...(values.data ? { grouping: grouping(values.data) } : {}),
    },
    null,
    2,
  ),
)
