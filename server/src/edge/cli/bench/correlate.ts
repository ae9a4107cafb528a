import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { z } from 'zod'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import { correlateStream, interleavings } from '../../../pipeline/correlate/index.ts'
import { fixedTopology } from '../../../service/knowledge/index.ts'
import { startPlatform } from '../demo/platform.ts'
import { printJson } from '../print.ts'
import { alertStorm } from './alert-storm.ts'
import { type CorrelationMeasured, correlationFigures } from './correlate-figure.ts'
import { printFigures } from './figure-table.ts'
import { machine } from './machine.ts'
import { partitionScore } from './partition-score.ts'

type Options = { data: string; storm: boolean; throughput: boolean; interleavings: boolean; json?: boolean }

const Truth = z.record(
  z.string(),
  z.object({
    incident: z.string(),
    noise: z.boolean().default(false),
    critical: z.boolean().default(false),
    service: z.string().default(''),
  }),
)

const seed = 20_261
const runs = 2_000
const lateMs = 60_000
/** Alerts posted as fast as they are taken. */
const throughputAlerts = 60_000
const storm = { alerts: 100_000, causes: 200, rate: 100_000 / 60 }
const settings = ['ingest.host.enabled=false', 'collector.otlp_grpc.port=0']

/** `aiops bench correlate`: recorded alert streams, a storm and random orders through the code that runs live → every figure beside its reference. */
export function benchCorrelateCommand(bench: Command, mainPath: string): void {
  bench
    .command('correlate')
    .description('measure correlation on recorded alert streams, in a storm, and in random orders')
    .requiredOption('--data <dir>', 'folder with one folder a stream; what is missing is left out')
    .option('--no-storm', 'leave out the storm, which takes a minute')
    .option('--no-throughput', 'leave out alerts per CPU-second')
    .option('--no-interleavings', 'leave out the random orders')
    .option('--json', 'print everything as JSON')
    .addHelpText(
      'after',
      '\nA stream is webhooks.ndjson and topology.json, as for "aiops correlate", and truth.json or truth.dev.json: event id to {incident, noise,' +
        '\ncritical, service}. Storm and throughput run a server of their own on this machine, in a folder that goes with it. Misses come first.' +
        '\n\nExample:\n  aiops bench correlate --data labelled/correlation --no-storm\n',
    )
    .action((options: Options) => benchCorrelate(options, mainPath))
}

async function benchCorrelate(options: Options, mainPath: string): Promise<void> {
  const measured: CorrelationMeasured = { missing: [], streams: [], interleavings: [] }
  const step = async (name: string, wanted: boolean, run: () => Promise<void>): Promise<void> => {
    if (!wanted) {
      measured.missing.push(`${name} was left out`)
      return
    }
    if (process.stderr.isTTY) process.stderr.write(`${name} …\r\u001b[K`)
    try {
      await run()
    } catch (error) {
      measured.missing.push(`${name} could not be measured (${messageOf(error)})`)
    }
  }
  for (const name of await streamsIn(options.data))
    await step(`stream ${name}`, true, async () => {
      measured.streams.push({ name, ...(await scoreStream(join(options.data, name))) })
    })
  if (measured.streams.length === 0) measured.missing.push(`${options.data} holds no labelled stream`)
  await step('random orders', options.interleavings, async () => {
    for (const spreadS of [6, 40, 120])
      measured.interleavings.push({ spreadS, ...interleavings({ runs, seed, spreadS, lateMs }) })
  })
  await step('throughput', options.throughput, async () => {
    measured.throughput = await onServer(mainPath, (url) =>
      alertStorm({ url, alerts: throughputAlerts, causes: 40, watched: false }),
    )
  })
  await step('storm', options.storm, async () => {
    measured.storm = await onServer(mainPath, (url) => alertStorm({ url, ...storm, watched: true }))
  })
  const figures = correlationFigures(measured)
  const { storm: _, throughput: __, ...rest } = measured
  if (options.json === true) printJson({ data: options.data, figures, ...rest, machine: machine() })
  else printFigures(figures, measured.missing)
}

async function streamsIn(data: string): Promise<string[]> {
  const names = await readdir(data, { withFileTypes: true }).catch((error: unknown) => {
    throw new Fault('INVALID_REQUEST', `${data} cannot be read (${messageOf(error)}): check the path.`)
  })
  return names
    .filter((one) => one.isDirectory())
    .map(({ name }) => name)
    .sort()
}

async function scoreStream(folder: string) {
  const truth = Truth.parse(
    JSON.parse(
      await readFile(join(folder, 'truth.json'), 'utf8').catch(() =>
        readFile(join(folder, 'truth.dev.json'), 'utf8'),
      ),
    ),
  )
  const topology = fixedTopology(JSON.parse(await readFile(join(folder, 'topology.json'), 'utf8')))
  const lines = createInterface({
    input: createReadStream(join(folder, 'webhooks.ndjson'), 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })
  return partitionScore(truth, await correlateStream(lines, { topology }))
}

async function onServer<T>(mainPath: string, run: (url: string) => Promise<T>): Promise<T> {
  const platform = await startPlatform(mainPath, { port: 0, settings })
  try {
    return await run(platform.url)
  } finally {
    await platform.stop()
  }
}
