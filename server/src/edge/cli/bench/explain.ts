import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import {
  cutBefore,
  explainCase,
  type LabelledCase,
  simulatedCases,
  simulatedPairs,
  systemOfSize,
} from '../../../pipeline/explain/index.ts'
import { readCase } from '../explain.ts'
import { print, printJson, table } from '../print.ts'
import { type Answer, answerTo, reliability } from './cause-score.ts'
import { causeFigures, type MeasuredCauses } from './explain-figure.ts'
import { isReached } from './figure.ts'
import { printFigures } from './figure-table.ts'
import { cpuSeconds, machine } from './machine.ts'

type Options = { data: string; cases: string; json?: boolean }

const Truth = z.record(
  z.string(),
  z.object({ root_cause_service: z.union([z.string(), z.array(z.string())]) }),
)

const lateMs = 60_000
/** Seeds that nothing was chosen on. */
const seeds = { faults: 200_000, quiet: 300_000, pairs: 500_000 }
const sizes: readonly [name: string, services: number, series: number][] = [
  ['46 × 741', 46, 741],
  ['500 × 10,000', 500, 10_000],
]
const samples = 60
const repeats = 3

/** `aiops bench explain`: recorded and simulated faults through the live code → every figure beside its reference. */
export function benchExplainCommand(bench: Command): void {
  bench
    .command('explain')
    .description('measure root causes on recorded and simulated faults')
    .requiredOption(
      '--data <dir>',
      'folder with one folder a set: case folders beside truth.json or truth.dev.json',
    )
    .option(
      '--cases <count>',
      'simulated faults; as many pairs of them, and two fifths as many quiet windows',
      '500',
    )
    .option('--json', 'print everything as JSON')
    .addHelpText(
      'after',
      '\nA case folder holds metrics.csv, case.json and, where known, topology.json, as for "aiops explain".' +
        '\nOne configuration, the shipped one, for all of them. Misses come first.\n\nExample:\n  aiops bench explain --data labelled/rca\n',
    )
    .action(benchExplain)
}

async function benchExplain({ data, cases, json }: Options): Promise<void> {
  const count = Number(cases)
  if (!Number.isInteger(count) || count < 0 || count > 10_000)
    throw new Fault('INVALID_REQUEST', `--cases takes a whole number up to 10000, not "${cases}".`)
  // Before anything else, while nothing has been compiled for other shapes of data.
  const seconds = measureSeconds()
  const sets = await recordedSets(data)
  const missing = sets.length === 0 ? [`no folder of ${data} holds cases beside a truth.json`] : []
  const recorded = new Map<string, Answer[]>()
  const late = new Map<string, Answer[]>()
  const quietRecorded: Answer[] = []
  for (const set of sets) {
    tellProgress(set.name)
    try {
      const taken = await readSet(data, set, 0)
      recorded.set(set.name, taken.map(answerTo))
      late.set(set.name, (await readSet(data, set, lateMs)).map(answerTo))
      quietRecorded.push(...taken.map(cutBefore).map(answerTo))
    } catch (error) {
      missing.push(`${set.name} could not be measured (${messageOf(error)})`)
    }
  }
  tellProgress('simulated faults')
  const measured: MeasuredCauses = {
    ...{ recorded, late, quietRecorded, seconds },
    simulated: simulatedCases(count, seeds.faults).map(answerTo),
    pairs: simulatedPairs(count, seeds.pairs).map(answerTo),
    quietSimulated: simulatedCases(Math.round(0.4 * count), seeds.quiet, true).map(answerTo),
  }
  const figures = causeFigures(measured)
  const faults = [...recorded.values(), ...late.values(), measured.simulated].flat()
  const { bins } = reliability(faults)
  if (json === true)
    return printJson({
      ...{ data, missing, bins, machine: machine() },
      figures: figures.map((figure) => ({ ...figure, reached: isReached(figure) ?? null })),
    })
  tellProgress()
  printFigures(figures, missing)
  print()
  print('Probability that was told of the first cause, and the share that was right:')
  const rows = bins.map(({ from, cases: some, said, right }) => [
    ...[`${from}–${Number((from + 0.2).toFixed(1))}`, String(some), said.toFixed(3), right.toFixed(3)],
  ])
  for (const line of table([['PROBABILITY', 'CASES', 'TOLD', 'RIGHT'], ...rows])) print(line)
}

type RecordedSet = { name: string; truthFile: string }

async function recordedSets(data: string): Promise<RecordedSet[]> {
  const entries = await readdir(data, { withFileTypes: true }).catch(() => {
    throw new Fault('INVALID_REQUEST', `${data} is no folder that can be read: check the path.`)
  })
  const sets: RecordedSet[] = []
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    const files = await readdir(join(data, name))
    const truthFile = ['truth.json', 'truth.dev.json'].find((file) => files.includes(file))
    if (truthFile) sets.push({ name, truthFile })
  }
  return sets.sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function readSet(
  data: string,
  { name, truthFile }: RecordedSet,
  late: number,
): Promise<LabelledCase[]> {
  const truth = Truth.parse(JSON.parse(await readFile(join(data, name, truthFile), 'utf8')))
  return Promise.all(
    Object.entries(truth).map(async ([id, { root_cause_service }]) => ({
      set: name,
      input: await readCase(join(data, name, id), late),
      truth: [root_cause_service].flat(),
    })),
  )
}

function measureSeconds(): MeasuredCauses['seconds'] {
  explainCase(systemOfSize(20, 200, samples, 0))
  return sizes.map(([size, services, series]) => {
    const used = Array.from({ length: repeats }, (_, seed) => {
      const input = systemOfSize(services, series, samples, seed)
      const began = cpuSeconds()
      explainCase(input)
      return cpuSeconds() - began
    }).sort((a, b) => a - b)
    return { size, median: used[used.length >> 1]!, most: used.at(-1)! }
  })
}

function tellProgress(what?: string): void {
  if (process.stderr.isTTY) process.stderr.write(what === undefined ? '\r\u001b[K' : `\r\u001b[K${what} …`)
}
