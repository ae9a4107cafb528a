import { describe, expect, it } from 'vitest'
import { createKeyFile } from '../../../adapter/folder/key-file.ts'
import { createHttpClient } from '../../../adapter/http/http-client.ts'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { ClusterApi } from '../../../port/cluster-api.ts'
import type { MetricBackend, RemoteAnswer, RemoteValue } from '../../../port/cluster-backend.ts'
import type { FileCluster } from '../file-cluster.ts'
import { inputOf, openRigOver, serveHttp, until } from '../fleet-rig.suite.ts'

const answerOf = (timesMs: number[]): RemoteAnswer<RemoteValue> => ({
  value: {
    type: 'matrix',
    series: [{ labels: { __name__: 'up' }, timesMs, values: timesMs.map(() => 1), histograms: [] }],
  },
  ...{ warnings: [], infos: [], partial: false },
})

/** A cluster at the edge that can be cut off; its copy answers with one sample at 42. */
async function rig(document: boolean) {
  const cluster = { up: true }
  const backend = await serveHttp((_request, response) => response.writeHead(cluster.up ? 200 : 500).end())
  const instant: MetricBackend['instant'] = async (query, toMs) => {
    if (!cluster.up) throw new Fault('UPSTREAM_FAILED', 'It is away.')
    const fromMs = toMs - Number(/\[(\d+)ms\]$/.exec(query)?.[1] ?? 0)
    const first = Math.ceil(fromMs / 15_000) * 15_000
    return answerOf(
      Array.from({ length: Math.max(0, (toMs - first) / 15_000) }, (_, n) => first + n * 15_000),
    )
  }
  const others = {
    range: instant,
    series: instant,
    labelNames: instant,
    labelValues: instant,
    metadata: instant,
  }
  const live = { ...others, instant } as unknown as MetricBackend
  const copied = { ...others, instant: async () => answerOf([42]) } as unknown as MetricBackend
  const file: FileCluster = {
    ...{ id: 'paris', name: 'paris', tenant: undefined, labels: {}, display_name: null, region: null },
    ...{ cluster_type: 'EDGE', platform: 'KUBERNETES', environment: 'LAB', api_server_url: null },
    ...{ endpoints: { prometheus_url: backend.url }, access: async () => ({ headers: {} }) },
  }
  const { fleet, clock } = await openRigOver(
    {
      ...{ records: openSqliteRecordStore, secrets: createKeyFile },
      http: (time) => createHttpClient({ clock: time }, { deny: [], keepAlive: false }),
      openApi: async () => ({}) as ClusterApi,
    },
    {
      config: { copy: { selectors: ['up'], first: '10m' } },
      deps: {
        connect: async ({ id, name, labels }) => ({ id, name, labels, metrics: live }),
        copied: () => copied,
        documented: () => (document ? [file] : []),
        storeCopy: async (_tenant, series) => ({
          ...{
            accepted: series.reduce((sum, { timesMs }) => sum + timesMs.length, 0),
            rejected: 0,
            reason: '',
          },
        }),
      },
    },
  )
  const input = inputOf('paris', {
    cluster_type: 'EDGE',
    endpoints: { prometheus_url: backend.url },
  } as never)
  const id = document ? 'paris' : (await fleet.create('default', input)).id
  const filledMs = (): number => Date.parse(fleet.copy('default', id).filled_until ?? '1970')
  /** Two minutes, so that it is looked at for a copy. */
  const pass = async (done: () => boolean): Promise<void> => {
    for (let second = 0; second < 120; second += 1) await clock.advance(1_000)
    await until(done)
  }
  const seen = (): MetricBackend | undefined =>
    document
      ? fleet.orCopied('default', { id, name: id, labels: {}, metrics: live }).metrics
      : fleet.backends('default')[0]?.metrics
  const asked = () => seen()?.instant('up[60000ms]', clock.now(), { timeoutMs: 1_000 } as never)
  return { fleet, clock, cluster, id, filledMs, pass, asked }
}

describe.each([
  ['that is registered', false],
  ['of a document', true],
])('a cluster %s', (_, document) => {
  it('is answered for by its copy while it is away, and copied from itself alone', async () => {
    const { fleet, clock, cluster, id, filledMs, pass, asked } = await rig(document)
    await pass(() => filledMs() > clock.now() - 150_000)
    expect(await asked()).toMatchObject({ partial: false, warnings: [] })
    cluster.up = false
    expect((await fleet.refresh('default', id)).status.state).toBe('OFFLINE')
    expect(await asked()).toMatchObject({
      ...{ value: { series: [{ timesMs: [42] }] }, partial: true },
      warnings: [expect.stringMatching(/^Answered from what was copied until 20.*It is OFFLINE since/)],
    })
    const beforeMs = filledMs()
    // A copy of the copy would move on, and what was missed would never be fetched.
    await pass(() => fleet.copy('default', id).state === 'WAITING')
    expect(fleet.copy('default', id).message).toBe('It is away.')
    expect(filledMs()).toBe(beforeMs)
    cluster.up = true
    await fleet.refresh('default', id)
    await pass(() => filledMs() > beforeMs + 200_000)
    expect(fleet.copy('default', id)).toMatchObject({ state: 'CURRENT', gaps: [] })
    expect(await asked()).toMatchObject({ partial: false })
  })
})
