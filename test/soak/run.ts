import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { seededRandom } from '../../server/src/kernel/random.ts'
import { temporaryFolder } from '../journey/server.ts'
import { acknowledgedSenders } from './acknowledged-sender.ts'
import { bitFlips } from './bit-flips.ts'
import { coldStart } from './cold-start.ts'
import { fuzz } from './fuzz.ts'
import { gracefulStops } from './graceful-stop.ts'
import { killRounds } from './kill.ts'
import { cardinalityBomb, noisyTenant } from './noisy-tenant.ts'
import { queryBombs } from './query-bomb.ts'
import { badSpokes } from './spokes.ts'
import { stoppedConsumer } from './stopped-consumer.ts'

/**
 * `npm run soak`: what takes too long for `npm test`. Each prints one line of JSON; the exit code is 1 when one failed.
 *   npm run soak -- --only kill --size 1000 --seed 7
 *   npm run soak -- --only kill --protocol remote-write --size 1000 --minutes 30
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    size: { type: 'string' },
    seed: { type: 'string', default: '1' },
    /** Of `kill`: the one protocol that sends, instead of all at once. */
    protocol: { type: 'string' },
    /** Of `kill`, `flips`, `fuzz` and `query-bomb`: nothing new is begun after so long; the result says how much was done. */
    minutes: { type: 'string' },
    /** Of `query-bomb`: only those with this in their name. */
    query: { type: 'string' },
  },
})

const millisecondsMax = Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000

type Soak = {
  size: number
  run(size: number, random: () => number): Promise<{ passed: boolean; [key: string]: unknown }>
}

const soaks: Record<string, Soak> = {
  /** `kill -9` under load of every protocol at once, or of one. */
  kill: {
    size: 1_000,
    async run(size, random) {
      const senders = acknowledgedSenders.filter(
        ({ protocol }) => values.protocol === undefined || protocol === values.protocol,
      )
      if (senders.length === 0)
        throw new Error(`--protocol is one of ${acknowledgedSenders.map((one) => one.protocol).join(', ')}`)
      const result = await inFolder((folder) =>
        killRounds(folder, size, random, { senders, millisecondsMax }),
      )
      const lost = Object.values(result.lost).some((count) => count > 0)
      return { ...result, passed: !lost && result.kills > 0 }
    },
  },
  /** SIGTERM under load. */
  stop: {
    size: 200,
    async run(size, random) {
      const result = await inFolder((folder) => gracefulStops(folder, size, random))
      const clean = result.exitCodes['0'] === size && result.slowestStopMs < 10_000
      return { ...result, passed: clean && result.lost === 0 }
    },
  },
  /** New series without end, one tenant's. */
  cardinality: {
    size: 10_000_000,
    async run(size) {
      const result = await cardinalityBomb(size)
      return { ...result, passed: result.quietRefused === 0 && result.residentMebibytes.most < 4_096 }
    },
  },
  /** Ten times what one tenant may send. */
  noisy: {
    size: 5_000,
    async run(size) {
      const result = await noisyTenant(size)
      return { ...result, passed: result.quietRefused === 0 && (result.loud['429'] ?? 0) > 0 }
    },
  },
  /** The detector thread stands still for so many seconds, under ten times the senders. */
  consumer: {
    size: 20,
    async run(size) {
      const result = await inFolder((folder) => stoppedConsumer(folder, size))
      const { atFirstRefusal, mostAfterIt } = result.mebibytes
      const told = (result.during['429'] ?? 0) > 0 && result.withoutRetryAfter === 0
      const passed = told && result.lost === 0 && mostAfterIt <= atFirstRefusal * 1.1
      return { ...result, passed: passed && Object.keys(result.after).join() === '204' }
    },
  },
  /** A start on two hours of so many series: with the last minute, and with all of it, only in the log. */
  cold: {
    size: 100_000,
    async run(size) {
      const { minute, whole } = await inFolder((folder) => coldStart(folder, size))
      return {
        minute,
        whole,
        passed: minute.readySeconds < 30 && minute.found === 484 && whole.found === 480,
      }
    },
  },
  /** One bit of the data file turned over, so many times, each in a file of its own. */
  flips: {
    size: 10_000,
    async run(size, random) {
      const result = await inFolder((folder) => bitFlips(folder, size, random, millisecondsMax))
      return {
        ...result,
        passed: result.wrong.length + result.unopened.length + result.thrown.length + result.refused === 0,
      }
    },
  },
  /** Broken inputs for every parser of what others send: nothing but a fault, and never long. */
  fuzz: {
    size: 1_000_000,
    async run(size, random) {
      const parsers = fuzz(size, random, millisecondsMax)
      const passed = parsers.every(({ crashes, hangs }) => crashes.length + hangs.length === 0)
      return { parsers, passed }
    },
  },
  /** Hostile queries, known ones and so many made ones, over 99,000 series, as many as one query may select: answered or refused within a second, the event loop never held. */
  'query-bomb': {
    size: 500,
    async run(size, random) {
      const only = values.query === undefined ? {} : { only: values.query }
      const result = await inFolder((folder) =>
        queryBombs(folder, size, random, { series: 99_000, millisecondsMax, ...only }),
      )
      const { held, slow, broken } = result
      return { ...result, passed: held.length + slow.length + broken.length === 0 && result.asked > 0 }
    },
  },
  /** A hundred spokes of the federation, so many of them bad: left alone within 30 s, back within 60 s once they are well. */
  spokes: {
    size: 20,
    async run(size) {
      const result = await badSpokes(size)
      const { openedSeconds, recoveredSeconds, neverOpened, neverRecovered, wronged } = result
      const slowest = (seconds: Record<string, number>): number => Math.max(0, ...Object.values(seconds))
      const kept = neverOpened.length + neverRecovered.length + wronged === 0
      return { ...result, passed: kept && slowest(openedSeconds) < 30 && slowest(recoveredSeconds) < 60 }
    },
  },
  /** Every property test with cases of its own choice, again and again. */
  properties: {
    size: 10,
    async run(size) {
      let failures = 0
      for (let i = 0; i < size; i += 1) if (runTests() !== 0) failures += 1
      return { rounds: size, failures, passed: failures === 0 }
    },
  },
}

const runTests = (): number | null =>
  spawnSync('npx', ['vitest', 'run', '--project', 'server', '--project', 'contract'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  }).status

async function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = temporaryFolder('soak')
  try {
    return await run(folder.path)
  } finally {
    folder.remove()
  }
}

for (const [name, { size, run }] of Object.entries(soaks)) {
  if (values.only !== undefined && values.only !== name) continue
  const began = performance.now()
  const result = await run(Number(values.size ?? size), seededRandom(Number(values.seed)).next)
  const seconds = Math.round((performance.now() - began) / 1_000)
  process.stdout.write(`${JSON.stringify({ soak: name, seed: Number(values.seed), seconds, ...result })}\n`)
  if (!result.passed) process.exitCode = 1
}
