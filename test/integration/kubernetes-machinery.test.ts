import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createHttpClient } from '../../server/src/adapter/http/http-client.ts'
import { createClusterApi } from '../../server/src/adapter/kubernetes/cluster-api.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { silentLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { systemRandom } from '../../server/src/kernel/random.ts'
import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { resourceTypeOf } from '../../server/src/service/kubernetes/object/kind.ts'
import {
  type ClusterWatch,
  createClusterWatch,
} from '../../server/src/service/kubernetes/watch/cluster-watch.ts'
import { KubernetesWatchConfig } from '../../server/src/service/kubernetes/watch/config.ts'
import { lineOf, MapSink } from '../simulation/map-sink.ts'
import { type Machinery, machineryPrograms, startMachinery } from './kubernetes-machinery.ts'
import { integration } from './real-server.ts'

/** A kind of the read set that a CustomResourceDefinition may make. */
const type = resourceTypeOf('Route')
const kinds = ['Route', 'CustomResourceDefinition'] as const
const patience = { timeout: 40_000, interval: 200 }

integration("a watch of the API server that is Kubernetes' own, over etcd,", machineryPrograms, () => {
  describe.each([
    ['page', 'etcd'],
    ['stream', 'etcd'],
    ['page', 'its cache'],
    ['stream', 'its cache'],
  ] as const)('begun by %s, answered from %s,', (initialList, answeredFrom) => {
    let machinery: Machinery
    let watch: ClusterWatch
    const sink = new MapSink()
    const http = createHttpClient({ clock: systemClock }, { deny: [] })
    const all = `/apis/${type.group}/${type.version}/${type.plural}`

    beforeAll(async () => {
      machinery = await startMachinery({ watchCache: answeredFrom === 'its cache', type })
      for (let at = 0; at < 60; at++) await machinery.put(`n${at}`, { host: `h${at}.test` })
      const api = createClusterApi(
        { http, streams: http, clock: systemClock },
        {
          server: machinery.url,
          access: async () => ({ headers: {}, tls: { ca: machinery.ca, ...machinery.client } }),
        },
      )
      // Watches end soon, so that some end while others change; no regular list hides what a watch missed.
      const config = KubernetesWatchConfig.parse({
        initial_list: initialList,
        page_objects: 7,
        watch_timeout: '2s',
        relist_interval: '24h',
      })
      const deps = { clock: systemClock, random: systemRandom, metrics: createMetrics(), log: silentLog }
      watch = createClusterWatch(deps, config, { api, name: 'machinery' }, sink, kinds)
      await watch.start()
    })
    afterAll(async () => {
      await watch?.stop()
      http.close()
      await machinery?.stop()
    })

    /** A server that answers from its cache may be behind itself for a moment. */
    const untilSame = (count: number) =>
      vi.waitFor(async () => {
        const { body } = await machinery.ask('GET', all)
        const lines = (body.items as RawObject[]).map(lineOf).sort()
        expect(sink.lines('Route')).toEqual(lines)
        expect(lines).toHaveLength(count)
        expect(sink.lines('CustomResourceDefinition')).toHaveLength(1)
      }, patience)

    it('is what a fresh list is', async () => {
      await untilSame(60)
    })

    it('stays so while objects come, change and go, and history is forgotten between', async () => {
      for (let round = 0; round < 4; round++) {
        for (let at = 0; at < 10; at++) await machinery.put(`n${at}`, { host: `round${round}.test` })
        await machinery.remove(`n${20 + round}`)
        await machinery.put(`new${round}`, {})
        await machinery.compact()
      }
      await untilSame(60)
    })

    it('is so again after the server was away, and what went and came meanwhile was forgotten', async () => {
      await machinery.restart()
      for (let at = 30; at < 40; at++) await machinery.remove(`n${at}`)
      await machinery.put('n30', { host: 'reborn.test' })
      await machinery.compact()
      await untilSame(51)
      expect(sink.complaints).toEqual([])
    })
  })
})
