import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { seededRandom } from '../../server/src/kernel/random.ts'
import { temporaryFolder } from '../journey/server.ts'
import { gracefulStops } from './graceful-stop.ts'
import { killRounds } from './kill.ts'
import { cardinalityBomb, noisyTenant } from './noisy-tenant.ts'

/**
 * `npm run soak`: what takes too long for `npm test`. Each prints one line of JSON; the exit code is 1 when one failed.
 *   npm run soak -- --only kill --size 1000 --seed 7
 */
const { values } = parseArgs({
  options: { only: { type: 'string' }, size: { type: 'string' }, seed: { type: 'string', default: '1' } },
})

type Soak = {
  size: number
  run(size: number, random: () => number): Promise<{ passed: boolean; [key: string]: unknown }>
}

const soaks: Record<string, Soak> = {
  /** `kill -9` under load of every protocol. */
  kill: {
    size: 1_000,
    async run(size, random) {
      const result = await inFolder((folder) => killRounds(folder, size, random))
      return { ...result, passed: Object.values(result.lost).every((count) => count === 0) }
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
  /** Every property test with cases of its own choice, again and again. */
  fuzz: {
    size: 10,
    async run(size) {
      let failures = 0
      for (let i = 0; i < size; i += 1) {
        const { status } = spawnSync(
          'npx',
          ['vitest', 'run', '--project', 'server', '--project', 'contract'],
          {
            stdio: ['ignore', 'ignore', 'inherit'],
          },
        )
        if (status !== 0) failures += 1
      }
      return { rounds: size, failures, passed: failures === 0 }
    },
  },
}

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
