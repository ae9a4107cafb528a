import { appendFile, rename, writeFile } from 'node:fs/promises'
import { durationMs } from '@aiops/contract/model/time'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { isoTime, systemClock } from '../../../kernel/clock.ts'
import { type ConnectionOptions, connect, withConnection } from '../connection.ts'
import { print, printJson } from '../print.ts'
import { ProviderSimulator, type ShockEvent } from './simulator.ts'

type Shock = { provider: string; kind: ShockEvent['kind']; factor: number; durationMs: number }
type Options = ConnectionOptions & {
  seed: number
  services: number
  providers: string[]
  interval: number
  duration?: number
  sample?: boolean
  output?: string
  events?: string
  shocks: number
  shock: Shock[]
}

/** `aiops cost simulate`: provider telemetry of a seed, to a file or a running platform. Its rates are a simulator's, and say so. */
export function simulateCommand(cost: Command): void {
  withConnection(
    cost
      .command('simulate')
      .description('send provider telemetry of a simulator: seeded, with labelled shocks'),
  )
    .option('--seed <number>', 'one seed is one history', wholeOf(0, 2 ** 31 - 1), 1)
    .option('--services <number>', 'how many services', wholeOf(1, 20_000), 3)
    .option('--providers <names>', 'separated by commas', namesOf, ['aws', 'alibaba'])
    .option('--interval <duration>', 'time between two readings', millisecondsOf, 5_000)
    .option('--duration <duration>', 'how long; for ever unless given', millisecondsOf)
    .option('--sample', 'one reading, then end')
    .option('--output <file>', 'write the described file instead of sending it')
    .option('--events <file>', 'append shocks as JSON lines')
    .option('--shocks <number>', 'mean shocks of each service at each provider in a day', Number, 2)
    .addOption(
      new Option(
        '--shock <provider:kind:factor:duration>',
        'set one off now: aws:COST:2.5:10m, aws:OUTAGE:1:5m',
      )
        .argParser(shockOf)
        .default([]),
    )
    .addHelpText('after', examples)
    .action(simulate)
}

const examples = `
Examples:
  aiops cost simulate --sample --output telemetry.json
  aiops cost simulate --seed 7 --services 5 --duration 10m
  aiops cost simulate --shock aws:COST:2.5:10m --events shocks.jsonl
`

async function simulate(options: Options): Promise<void> {
  const { seed, services, providers, interval, shocks } = options
  const startMs = systemClock.now() - interval
  const simulator = new ProviderSimulator({
    seed,
    services,
    providers,
    stepMs: interval,
    startMs,
    shocksPerDay: shocks,
  })
  const endMs =
    options.duration === undefined ? Number.POSITIVE_INFINITY : systemClock.monotonic() + options.duration
  const client = options.output === undefined ? connect(options) : undefined
  let sent = 0
  let told = 0
  for (;;) {
    simulator.step()
    if (sent === 0) for (const shock of options.shock) simulator.plant(shock)
    // A tick that came late is told of as it is: with the time of now.
    const at = isoTime(systemClock.now())
    const readings = simulator.readings().map((reading) => ({ ...reading, at }))
    if (options.output !== undefined)
      await replaceFile(options.output, `${JSON.stringify(simulator.document(), null, 2)}\n`)
    else await send(client!, simulator, readings, sent === 0)
    sent += 1
    told = await writeEvents(options.events, simulator, told)
    if (options.sample || systemClock.monotonic() + interval > endMs) break
    await systemClock.sleep(interval)
  }
  const summary = {
    source: simulator.source,
    rounds: sent,
    readings: sent * services * providers.length,
    shocks: simulator.events.length,
  }
  if (options.json) printJson(summary)
  else
    print(
      `${summary.source}: ${summary.rounds} rounds, ${summary.shocks} shocks${options.output ? ` → ${options.output}` : ''}`,
    )
}

/** Where services run is the platform's to say; the simulator only says where they begin. */
async function send(
  client: ReturnType<typeof connect>,
  simulator: ProviderSimulator,
  readings: ReturnType<ProviderSimulator['readings']>,
  isFirst: boolean,
): Promise<void> {
  const { placements: known } = await client.listProviderTelemetry({})
  for (const { service, provider } of known)
    if (simulator.placements.has(service)) simulator.placements.set(service, provider)
  const unknown = [...simulator.placements].filter(
    ([service]) => !known.some((one) => one.service === service),
  )
  const placements = (isFirst ? unknown : []).map(([service, provider]) => ({ service, provider }))
  await client.putProviderTelemetry({
    body: { source: simulator.source, readings: readings.map(({ source: _, ...rest }) => rest), placements },
  })
}

async function writeEvents(
  file: string | undefined,
  simulator: ProviderSimulator,
  told: number,
): Promise<number> {
  const events = simulator.events.slice(told)
  if (file !== undefined && events.length > 0)
    await appendFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  return simulator.events.length
}

/** A reader never sees half a file. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}

const wholeOf =
  (low: number, high: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < low || value > high)
      throw new InvalidArgumentError(`It is a whole number from ${low} to ${high}.`)
    return value
  }

export function millisecondsOf(text: string): number {
  const value = durationMs(text)
  if (!(value > 0)) throw new InvalidArgumentError('It is a duration such as 30s, 5m or 1h30m.')
  return value
}

function namesOf(text: string): string[] {
  const names = text.split(',').filter((name) => /^[\w.-]{1,64}$/.test(name))
  if (names.length === 0 || names.length > 20) throw new InvalidArgumentError('Name 1 to 20 providers.')
  return names
}

function shockOf(text: string, before: Shock[]): Shock[] {
  const [provider = '', kind = '', factor = '', lasts = ''] = text.split(':')
  const value = Number(factor)
  if (!/^(COST|LATENCY|OUTAGE)$/.test(kind) || !(value > 0) || !(durationMs(lasts) > 0) || provider === '')
    throw new InvalidArgumentError('Write it as provider:COST|LATENCY|OUTAGE:factor:duration.')
  return [...before, { provider, kind: kind as Shock['kind'], factor: value, durationMs: durationMs(lasts) }]
}
