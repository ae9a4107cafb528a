import { expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { silentLog } from '../../../kernel/log.ts'
import { seededRandom } from '../../../kernel/random.ts'
import { FederationConfig } from './config.ts'
import { createFederation } from './federation.ts'
import { engine, metricBackendOf } from './simulated-cluster.suite.ts'

const stored = [
  { labels: { __name__: 'up' }, timesMs: Float64Array.of(1_000_000), values: Float64Array.of(1) },
]

/** A fleet of `local`, one cluster of a document and two registered ones, of which one is known to be down. */
async function federationOf(resting: Record<string, string>) {
  const asked: string[] = []
  const backends = (id: string) => ({
    ...{ id, name: id, labels: {} },
    metrics: metricBackendOf(stored),
  })
  const counting = (id: string) => {
    const made = backends(id)
    const { instant } = made.metrics
    made.metrics.instant = (...question) => {
      asked.push(id)
      return instant(...question)
    }
    return made
  }
  const federation = createFederation(
    {
      ...{ clock: new ManualClock(1_000_000), random: seededRandom(1), log: silentLog, engine },
      source: { load: async () => [{ file: 'a.yml', text: 'clusters: [{name: paper}]' }] },
      connect: async ({ id }) => counting(id),
      local: () => counting('local'),
      registered: () => [counting('paris'), counting('lima'), counting('paper')],
      resting: (_tenant, id, signal) => (signal === 'metrics' ? resting[id] : undefined),
    },
    FederationConfig.parse({ retry_delay: '1ms' }),
  )
  await federation.start()
  const ask = (clusterIds: string[]) =>
    federation.metrics({
      ...{ tenant: 'default', clusterIds, timeoutMs: 1_000, query: 'up', mode: 'MERGE' },
      when: { timeMs: 1_000_000, now: false },
    })
  return { ask, asked, federation }
}

it('leaves out a cluster that is known to be down, says so, and asks the others', async () => {
  const { ask, asked } = await federationOf({ lima: 'It is OFFLINE.' })
  const { outcomes } = await ask([])
  expect(outcomes.map(({ cluster, status, reason }) => [cluster.id, status, reason])).toEqual([
    ['local', 'SUCCESS', ''],
    ['paper', 'SUCCESS', ''],
    ['paris', 'SUCCESS', ''],
    ['lima', 'ERROR', 'It is OFFLINE.'],
  ])
  expect(asked.sort()).toEqual(['local', 'paper', 'paris'])
})

it('asks it all the same where the question names it', async () => {
  const { ask, asked } = await federationOf({ lima: 'It is OFFLINE.' })
  expect((await ask(['lima'])).outcomes).toMatchObject([{ status: 'SUCCESS' }])
  expect(asked).toEqual(['lima'])
})

it('says why where all are left out, and thinks no worse of them afterwards', async () => {
  const down = { local: 'down', paper: 'down', paris: 'down', lima: 'down' }
  const { ask, federation } = await federationOf(down)
  for (let i = 0; i < 10; i += 1) await expect(ask([])).rejects.toThrow(Fault)
  expect(federation.clusters('default').clusters.map(({ breaker }) => breaker)).toEqual(
    Array(4).fill('CLOSED'),
  )
})
