import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import { DetectConfig, latencyOf, reliabilityOf, throughputOf } from '../../../pipeline/detect/index.ts'
import { print, printJson, table } from '../print.ts'
import { scoreCulprits } from './culprit.ts'
import { figuresOf, type Measured } from './detect-figure.ts'
import type { Figure } from './figure.ts'
import { printFigures } from './figure-table.ts'
import { readLogs, scoreLogs } from './logs.ts'
import { machine } from './machine.ts'
import { judgeNab, nabTables, readNab } from './nab.ts'
import { readServers, scoreServers } from './servers.ts'

type Options = { data: string; json?: boolean }

const seed = 20_261
/** Where points come so often, each tier has work at ten seconds. */
const mixStepMs = 10_000

/** `aiops bench detect`: labelled recordings through the detector that runs live → every figure beside its reference. */
export function benchDetectCommand(bench: Command): void {
  bench
    .command('detect')
    .description('measure detection and log mining on labelled recordings')
    .requiredOption('--data <dir>', 'folder with nab/, servers/ and loghub/; what is missing is left out')
    .option('--json', 'print everything as JSON')
    .addHelpText(
      'after',
      '\nnab/ is in the form of the Numenta Anomaly Benchmark; servers/ has NAME_train, NAME_test and NAME_test_label as CSV;' +
        '\nloghub/ has NAME.log beside NAME.log_structured.csv. Misses come first.\n\nExample:\n  aiops bench detect --data labelled\n',
    )
    .action(benchDetect)
}

async function benchDetect({ data, json }: Options): Promise<void> {
  if (!(await isFolder(data)))
    throw new Fault('INVALID_REQUEST', `${data} is no folder that can be read: check the path.`)
  const config = DetectConfig.parse({})
  const measured: Measured = { missing: [] }
  const step = async (name: string, folder: string | undefined, run: (path: string) => Promise<void>) => {
    if (folder !== undefined && !(await isFolder(join(data, folder)))) {
      measured.missing.push(`${folder}/ is not in ${data}`)
      return
    }
    if (process.stderr.isTTY) process.stderr.write(`${name} …\r\u001b[K`)
    try {
      await run(join(data, folder ?? ''))
    } catch (error) {
      measured.missing.push(`${folder ?? name} could not be measured (${messageOf(error)})`)
    }
  }
  // First, while nothing else has been compiled otherwise.
  await step('cost', undefined, async () => measureCost(config, measured))
  await step('single series', 'nab', async (path) => {
    const judged = judgeNab(await readNab(path), config)
    if (judged.length === 0) measured.missing.push('nab/ holds no labelled file')
    else measured.nab = { ...nabTables(judged), files: judged }
  })
  await step('several metrics', 'servers', async (path) => {
    const sets = await readServers(path)
    if (sets.length === 0) measured.missing.push('servers/ holds no labelled file')
    else measured.servers = { ...scoreServers(sets, config), culprit: scoreCulprits(sets, config, seed) }
  })
  await step('logs', 'loghub', async (path) => {
    const logs = await readLogs(path)
    if (logs.length === 0) measured.missing.push('loghub/ holds no labelled log')
    else measured.logs = scoreLogs(logs)
  })
  await step('confidence', undefined, async () => {
    measured.reliability = reliabilityOf(config, seed)
  })
  const figures = figuresOf(measured)
  if (json === true) printJson({ data, figures, ...detailsOf(measured), machine: machine() })
  else tell(figures, measured)
}

async function measureCost(config: DetectConfig, measured: Measured): Promise<void> {
  const multivariate = { ...config.multivariate, enabled: false }
  const basic = { ...config, agile_series_max: 0, multivariate }
  measured.basic = throughputOf(basic, { series: 10_000, rounds: 200, stepMs: 2_000, warmRounds: 200 })
  const mixed = { ...config, agile_step: '10s' }
  const before = process.memoryUsage().rss
  measured.mix = throughputOf(mixed, { series: 100_000, rounds: 40, stepMs: mixStepMs, warmRounds: 300 })
  const held = measured.mix.bytes_per_series * measured.mix.series
  measured.mixBytes = Math.max(held, process.memoryUsage().rss - before)
  measured.latency = await latencyOf(config, { series: 1_000, rounds: 400, stepMs: 2_000 })
}

function tell(figures: readonly Figure[], { missing, reliability }: Measured): void {
  printFigures(figures, missing, () => {
    if (!reliability) return
    print('Confidence that was told, and the share that was true, on planted events:')
    const bins = reliability.bins.map(({ from, to, count, told, true: right }) => [
      `${from}–${to}`,
      String(count),
      count === 0 ? '' : told.toFixed(3),
      count === 0 ? '' : right.toFixed(3),
    ])
    for (const line of table([['CONFIDENCE', 'ANOMALIES', 'TOLD', 'TRUE'], ...bins])) print(line)
    print()
  })
}

/** By file, without the rows themselves. */
function detailsOf({ nab, ...rest }: Measured) {
  if (!nab) return rest
  const files = nab.files.map(({ name, windows, falseTold, daysAll }) => ({
    ...{ name, windows, days: daysAll, false_told: falseTold },
  }))
  return { ...rest, nab: { best: nab.best, shipped: nab.shipped, told: nab.told, files } }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
