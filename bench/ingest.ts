import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { machine } from './machine.ts'
import { type Receiver, type ReceiverName, residentMbOf, startReceiver } from './receiver.ts'
import { type Load, type Measured, Senders } from './sender.ts'

/**
 * Durable remote-write ingest through the real program, windows, detection and all: samples per CPU-second of the server process while
 * every series is new, while senders repeat their series in their order, and while the order changes. The senders are this process.
 *   node bench/ingest.ts [--series 100000] [--labels 10] [--per-request 2000] [--senders 4] [--steps 10] [--step-ms 15000]
 *     --version 1|2     of remote write
 *     --peers           the same bodies to Prometheus and VictoriaMetrics, where they are installed; ratios at the end
 *     --store-only      a stream rule keeps the samples from windows and detection
 *     --rate 50000      samples a second while senders repeat, instead of as fast as they are answered
 *     --growth          cost and latency from 1,000 to 500,000 series and from 1 to 100 senders, a JSON line each
 *     --set a.b=c       a setting of the server, may be repeated
 */
const { values } = parseArgs({
  options: {
    series: { type: 'string', default: '100000' },
    labels: { type: 'string', default: '10' },
    'per-request': { type: 'string', default: '2000' },
    senders: { type: 'string', default: '4' },
    steps: { type: 'string', default: '10' },
    'step-ms': { type: 'string', default: '15000' },
    version: { type: 'string', default: '1' },
    peers: { type: 'boolean', default: false },
    'store-only': { type: 'boolean', default: false },
    rate: { type: 'string' },
    growth: { type: 'boolean', default: false },
    set: { type: 'string', multiple: true, default: [] },
  },
})
const load: Load = {
  series: Number(values.series),
  first: 0,
  labels: Number(values.labels),
  perRequest: Number(values['per-request']),
  senders: Number(values.senders),
  version: values.version === '2' ? 2 : 1,
  stepMs: Number(values['step-ms']),
  ...(values.rate === undefined ? {} : { rate: Number(values.rate) }),
}
const steps = Number(values.steps)
/** Room for the largest load here; a tenant's own limit would refuse the rest. */
const settings = ['store.series_max=1000000', ...values.set]

type Result = {
  receiver: string
  version: string
  creating: Measured
  repeated: Measured
  shuffled: Measured
  rss_mb: number
  event_loop_p99_ms: number | null
}

/** One receiver on a folder of its own, from nothing to known series. */
async function measure(name: ReceiverName, of: Load, ownSteps: number): Promise<Result | string> {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-'))
  if (values['store-only'] && name === 'aiops') storeOnly(folder)
  const receiver = await startReceiver(name, folder, settings)
  if (typeof receiver === 'string') {
    rmSync(folder, { recursive: true, force: true })
    return receiver
  }
  const senders = new Senders(receiver, of, ownSteps * 2 + 4)
  try {
    await warmUp(receiver, of)
    const creating = await senders.send(1)
    await senders.send(2)
    await eventLoopP99(receiver.metricsUrl)
    senders.paced = true
    const repeated = await senders.send(ownSteps)
    senders.paced = false
    const loop = name === 'aiops' ? await eventLoopP99(receiver.metricsUrl) : null
    const shuffled = await senders.send(ownSteps, true)
    const rss = residentMbOf(receiver.pid)
    return {
      receiver: name,
      version: receiver.version,
      creating,
      repeated,
      shuffled,
      rss_mb: rss,
      event_loop_p99_ms: loop,
    }
  } finally {
    senders.close()
    await receiver.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Other series, created and repeated, so that no figure is of code that runs for the first time. */
async function warmUp(receiver: Receiver, of: Load): Promise<void> {
  const others = new Senders(receiver, { ...of, series: 10_000, first: 100_000_000 }, 4)
  await others.send(4)
  others.close()
}

function storeOnly(folder: string): void {
  mkdirSync(join(folder, 'rules'), { recursive: true })
  const rule = '- { name: store only, signal: metrics, route: { analyse: false } }'
  writeFileSync(join(folder, 'rules', 'bench.yaml'), `rules:\n  ${rule}\n`)
}

/** How often the lag is sampled; what is sampled holds this time too, so that an idle process shows 10 ms. */
const LAG_SAMPLED_MS = 10

/** Lag of the serving thread since the last time it was asked, as the server's own metrics say; null where they do not. */
async function eventLoopP99(url: string): Promise<number | null> {
  const text = await fetch(url)
    .then((answer) => answer.text())
    .catch(() => '')
  const found = /^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1]
  return found === undefined ? null : Math.round((Number(found) * 1_000 - LAG_SAMPLED_MS) * 10) / 10
}

const print = (value: unknown, indent?: number): void =>
  void process.stdout.write(`${JSON.stringify(value, null, indent)}\n`)

async function growth(): Promise<void> {
  const line = async (of: Load): Promise<void> => {
    // Enough samples for a clock of 10 ms, within the hour that receivers take.
    const ownSteps = Math.max(4, Math.min(95, Math.round(1_000_000 / of.series)))
    const result = await measure('aiops', of, ownSteps)
    if (typeof result === 'string') throw new Error(result)
    const { creating, repeated, shuffled, rss_mb, event_loop_p99_ms } = result
    const microseconds = ({ server_cpu_seconds: cpu, samples }: Measured): number =>
      Math.round((cpu / samples) * 1e9) / 1e3
    print({
      bench: 'ingest-growth',
      series: of.series,
      senders: of.senders,
      cpu_us_per_sample: {
        creating: microseconds(creating),
        repeated: microseconds(repeated),
        shuffled: microseconds(shuffled),
      },
      ack_ms: repeated.ack_ms,
      samples_per_second: repeated.samples_per_second,
      event_loop_p99_ms,
      rss_mb,
      load_average: machine().load_average,
    })
  }
  for (const series of [1_000, 5_000, 20_000, 50_000, 100_000, 200_000, 500_000])
    await line({ ...load, series })
  for (const senders of [1, 2, 5, 10, 25, 50, 100]) await line({ ...load, senders })
}

async function compare(): Promise<void> {
  const before = machine()
  const names: ReceiverName[] = values.peers ? ['aiops', 'prometheus', 'victoriametrics'] : ['aiops']
  const results: Result[] = []
  const skipped: string[] = []
  for (const name of names) {
    const result = await measure(name, load, steps)
    if (typeof result === 'string') skipped.push(result)
    else results.push(result)
  }
  const own = results.find(({ receiver }) => receiver === 'aiops')
  const phases = ['creating', 'repeated', 'shuffled'] as const
  const ratios = results
    .filter((peer) => own && peer !== own)
    .map((peer) => [
      peer.receiver,
      Object.fromEntries(
        phases.map((phase) => [
          phase,
          Math.round(
            ((own?.[phase].samples_per_cpu_second ?? 0) / peer[phase].samples_per_cpu_second) * 100,
          ) / 100,
        ]),
      ),
    ])
  print(
    {
      bench: 'ingest',
      machine: before,
      load,
      store_only: values['store-only'],
      results,
      ...(values.peers ? { samples_per_cpu_second_times_those_of: Object.fromEntries(ratios), skipped } : {}),
    },
    1,
  )
}

await (values.growth ? growth() : compare())
