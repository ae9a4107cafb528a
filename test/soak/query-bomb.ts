import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Hold } from '../../bench/loop-hold.ts'
import { type Server, startServer } from '../journey/server.ts'
import { fillHostileData } from './hostile-data.ts'
import { type HostileQuery, knownBombs, madeBombs } from './hostile-query.ts'
import { cpuSeconds, percentile, residentBytes } from './process-memory.ts'

/** What one query did: `heldMs` is the longest stretch of CPU time in which the event loop did not come round. */
export type Bombed = {
  name: string
  status: number
  seconds: number
  cpuSeconds: number
  heldMs: number
  healthMs: number
  bytes: number
  /** Where the event loop was held, with LOOP_HOLD_PROFILE set. */
  where?: string[]
  said?: string
  query?: string
}
export type QueryBombResult = {
  asked: number
  answered: number
  refused: number
  /** Held the event loop for longer than 50 ms. */
  held: Bombed[]
  /** Refused for a limit after more than a second, or with nothing said. */
  slow: Bombed[]
  /** Neither an answer nor a refusal: what no query may be met with. */
  broken: Bombed[]
  heldMs: { p99: number; max: number }
  healthMs: { p99: number; max: number }
  residentMebibytes: number
}

const [heldMsMax, refusalSecondsMax, giveUpMs] = [50, 1, 150_000]
const listed = 40

/**
 * Hostile queries, the known ones and `size` made ones, one after another against the real program, while health is asked for every 5 ms.
 * Each must be answered, or refused with a sentence, within a second where a limit is the reason, and none may hold the event loop for more than 50 ms.
 */
export async function queryBombs(
  folder: string,
  size: number,
  random: () => number,
  options: { series: number; millisecondsMax: number; only?: string },
): Promise<QueryBombResult> {
  const holds = join(folder, 'holds')
  writeFileSync(holds, '')
  const server = await watched(holds, () => startServer(join(folder, 'data')))
  const probe = new Worker(new URL('./health-probe.ts', import.meta.url), {
    workerData: { url: `${server.url}/api/v1/health`, everyMs: 5 },
  })
  try {
    await fillHostileData(server.url, options.series, 100_000, 2_000)
    await settled(server)
    const done: Bombed[] = []
    const began = performance.now()
    const nowMs = Date.now()
    const bombs = [...knownBombs(nowMs), ...madeBombs(size, random, nowMs)]
    for (const bomb of bombs.filter(({ name }) => name.includes(options.only ?? ''))) {
      if (performance.now() - began > options.millisecondsMax) break
      done.push(await ask(server, bomb, holds, () => slowestHealth(probe)))
      if (process.env.QUERY_BOMB_TRACE) process.stderr.write(`${JSON.stringify(done.at(-1))}\n`)
    }
    return judged(done, Math.round(residentBytes(server.pid) / 1_048_576))
  } finally {
    probe.postMessage('end')
    await server.stop('SIGKILL')
  }
}

/** The program with what tells when its event loop was held. */
async function watched(file: string, start: () => Promise<Server>): Promise<Server> {
  const before = { ...process.env }
  process.env.LOOP_HOLD_FILE = file
  const preload = fileURLToPath(new URL('../../bench/loop-hold.ts', import.meta.url))
  process.env.NODE_OPTIONS =
    `${before.NODE_OPTIONS ?? ''} --import=${preload} ${before.QUERY_BOMB_NODE_FLAGS ?? ''}`.trim()
  try {
    return await start()
  } finally {
    process.env.NODE_OPTIONS = before.NODE_OPTIONS ?? ''
  }
}

/** What was sent is seen to before anything is measured. */
async function settled({ pid }: Server): Promise<void> {
  for (let round = 0, before = -1; round < 60 && cpuSeconds(pid) - before > 0.05; round += 1) {
    before = cpuSeconds(pid)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

const slowestHealth = (probe: Worker): Promise<number> =>
  new Promise((resolve) => {
    probe.once('message', resolve)
    probe.postMessage('slowest')
  })

async function ask(
  server: Server,
  { name, path, form }: HostileQuery,
  holds: string,
  health: () => Promise<number>,
): Promise<Bombed> {
  await health()
  const from = readFileSync(holds).length
  const [began, cpu] = [performance.now(), cpuSeconds(server.pid)]
  const { status, bytes, said } = await fetch(server.url + path, {
    ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    signal: AbortSignal.timeout(giveUpMs),
  }).then(
    async (answer) => {
      const body = Buffer.from(await answer.arrayBuffer())
      return {
        status: answer.status,
        bytes: body.length,
        said: answer.ok ? '' : body.toString('utf8', 0, 300),
      }
    },
    (error: Error) => ({ status: 0, bytes: 0, said: String(error.cause ?? error) }),
  )
  const seconds = (performance.now() - began) / 1_000
  // What the answer left behind, garbage above all, is this query's too; the loop comes round before it answers.
  await fetch(`${server.url}/api/v1/health`).then((answer) => answer.arrayBuffer())
  await new Promise((resolve) => setTimeout(resolve, 20))
  const stretches = readFileSync(holds, 'utf8').slice(from).split('\n').filter(Boolean)
  const [longest] = stretches.map((line) => JSON.parse(line) as Hold).sort((a, b) => b.cpuMs - a.cpuMs)
  const query = form?.query ?? path
  return {
    ...{ name, status, bytes, seconds: rounded(seconds), cpuSeconds: rounded(cpuSeconds(server.pid) - cpu) },
    heldMs: rounded(longest?.cpuMs ?? 0),
    ...(longest?.where ? { where: longest.where } : {}),
    healthMs: rounded(await health()),
    ...(said === '' ? {} : { said }),
    query: query.length > 300 ? `${query.slice(0, 300)}…` : query,
  }
}

/** What only the data shows: the query was within all limits, and was evaluated. */
const foundInData = /found duplicate series|multiple matches for labels|same labelset/

const rounded = (value: number): number => Math.round(value * 100) / 100

function judged(done: readonly Bombed[], residentMebibytes: number): QueryBombResult {
  const refused = done.filter(({ status }) => status >= 400)
  // Both: neither a machine that is busy with others nor one with many cores makes a refusal slow.
  const slow = refused.filter(
    (one) =>
      one.said === '' ||
      (Math.min(one.seconds, one.cpuSeconds) > refusalSecondsMax && !foundInData.test(one.said ?? '')),
  )
  const broken = done.filter(({ status }) => status === 0 || status === 500 || status === 502)
  const held = done.filter(({ heldMs }) => heldMs > heldMsMax)
  return {
    ...{
      asked: done.length,
      answered: done.filter(({ status }) => status === 200).length,
      refused: refused.length,
    },
    held: held.toSorted((a, b) => b.heldMs - a.heldMs).slice(0, listed),
    slow: slow.slice(0, listed),
    broken: broken.slice(0, listed),
    heldMs: spread(done.map(({ heldMs }) => heldMs)),
    healthMs: spread(done.map(({ healthMs }) => healthMs)),
    residentMebibytes,
  }
}

const spread = (values: readonly number[]) => ({ p99: percentile(values, 0.99), max: Math.max(0, ...values) })
