import { loadLabels, WriteTemplate } from '../../bench/write-request.ts'
import { type Server, startServer } from '../journey/server.ts'
import { cpuSeconds } from './process-memory.ts'

export type ColdResult = {
  /** What a crash leaves as it comes: two hours of data, of which the last minute is only in the log. */
  minute: Start
  /** The worst that settings allow, and more: all of the two hours only in the log. */
  whole: Start
}
type Start = { samplesReplayed: number; readySeconds: number; cpuSeconds: number; found: number }

const SERIES_PER_REQUEST = 1_000
const STEP_MS = 15_000
const STEPS = 480
const STEPS_A_MINUTE = 4
const READY_WITHIN_MS = 1_200_000
const SENDERS = 4
const settings = [
  ...['ingest.host.enabled=false', 'ingest.remote_write_age_max=3h', 'ingest.sample_future_max=1h'],
  // The longest that may be set, so that none falls into the run unasked.
  'store.checkpoint_interval=1h',
]

/** Two hours of so many series, a sample each in 15 s. */
export async function coldStart(folder: string, series: number): Promise<ColdResult> {
  const templates = templatesOf(series)
  const firstMs = Math.floor(Date.now() / STEP_MS) * STEP_MS - STEPS * STEP_MS
  let server = await startServer(folder, settings)
  await send(server, templates, firstMs, STEPS)
  await server.stop('SIGKILL')
  server = await startServer(folder, settings, READY_WITHIN_MS)
  const whole = await startOf(server, series * STEPS, firstMs, STEPS)
  // Ends with a checkpoint.
  await server.stop('SIGTERM')
  server = await startServer(folder, settings, READY_WITHIN_MS)
  await send(server, templates, firstMs + STEPS * STEP_MS, STEPS_A_MINUTE)
  await server.stop('SIGKILL')
  server = await startServer(folder, settings, READY_WITHIN_MS)
  const minute = await startOf(server, series * STEPS_A_MINUTE, firstMs, STEPS + STEPS_A_MINUTE)
  await server.stop('SIGKILL')
  return { minute, whole }
}

const templatesOf = (series: number): WriteTemplate[] =>
  Array.from(
    { length: Math.ceil(series / SERIES_PER_REQUEST) },
    (_, part) =>
      new WriteTemplate(
        Array.from({ length: SERIES_PER_REQUEST }, (__, i) => loadLabels(part * SERIES_PER_REQUEST + i, 4)),
        1,
      ),
  )

/** Step by step, each over all series before the next. */
async function send(
  server: Server,
  templates: WriteTemplate[],
  fromMs: number,
  steps: number,
): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    const timeMs = fromMs + step * STEP_MS
    const waiting = [...templates]
    const loop = async (): Promise<void> => {
      for (let next = waiting.pop(); next; next = waiting.pop())
        await post(
          server,
          next.body(timeMs, (i) => i + step),
        )
    }
    await Promise.all(Array.from({ length: SENDERS }, loop))
  }
}

async function post(server: Server, body: Buffer): Promise<void> {
  for (;;) {
    const answer = await fetch(`${server.url}/api/v1/write`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
      body: new Uint8Array(body),
    })
    const said = await answer.text()
    if (answer.ok) return
    if (answer.status !== 429 && answer.status !== 503) throw new Error(`${answer.status}: ${said}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** `found`: samples of one series, of `steps`. */
async function startOf(
  server: Server,
  samplesReplayed: number,
  firstMs: number,
  steps: number,
): Promise<Start> {
  const { results } = await server.client.getRange({
    query: {
      match: 'bench_value_1{zz_id="series-1"}',
      start: new Date(firstMs).toISOString(),
      end: new Date(firstMs + steps * STEP_MS).toISOString(),
      max_points: 1_000,
    },
  })
  return {
    ...{ samplesReplayed, readySeconds: server.readySeconds, cpuSeconds: cpuSeconds(server.pid) },
    found: results.flatMap(({ points }) => points).filter(([, value]) => value !== null).length,
  }
}
