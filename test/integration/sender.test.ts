import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Server, startServer as startPlatform, temporaryFolder } from '../journey/server.ts'
import { integration, type RealServer } from './real-server.ts'
import { countOf, startAlertmanager, startPrometheus } from './sender.ts'

integration(
  'a real Prometheus and a real Alertmanager, one URL changed',
  ['prometheus', 'prometheus-alertmanager'],
  () => {
    const folder = temporaryFolder('senders')
    let platform: Server
    let alertmanager: RealServer
    let prometheus: RealServer
    beforeAll(async () => {
      platform = await startPlatform(folder.path)
      alertmanager = await startAlertmanager(platform.url)
      prometheus = await startPrometheus(platform.url, alertmanager)
    })
    afterAll(async () => {
      await prometheus?.stop()
      await alertmanager?.stop()
      await platform?.stop()
      folder.remove()
    })

    test('what Prometheus scrapes is here, equal sample for sample', async () => {
      const selector = 'go_goroutines{job="prometheus"}'
      const ours = await vi.waitFor(
        async () => {
          const { results } = await platform.client.getRange({
            query: { match: selector, duration: '5m', max_points: 11_000 },
          })
          expect(results[0]?.points.length).toBeGreaterThan(5)
          return results[0]?.points ?? []
        },
        { timeout: 40_000, interval: 500 },
      )
      const answer = await fetch(
        `${prometheus.origin}/api/v1/query?query=${encodeURIComponent(`${selector}[5m]`)}`,
      )
      const { data } = (await answer.json()) as { data: { result: { values: [number, string][] }[] } }
      const theirs = new Map(
        data.result[0]?.values.map(([seconds, value]) => [Math.round(seconds * 1_000), Number(value)]),
      )
      expect(ours.every(([timeMs, value]) => theirs.get(timeMs) === value)).toBe(true)
    })

    test('each metric is of the type that Prometheus tells', async () => {
      const kinds = new Map([
        ['go_goroutines', 'GAUGE'],
        ['go_gc_duration_seconds', 'SUMMARY'],
        ['prometheus_http_requests_total', 'COUNTER'],
        ['prometheus_http_request_duration_seconds_bucket', 'HISTOGRAM'],
      ])
      const match = [`{__name__=~"${[...kinds.keys()].join('|')}"}`]
      await vi.waitFor(
        async () => {
          const { series } = await platform.client.listSeries({ query: { match, limit: 1_000 } })
          const own = series.filter(({ derived }) => !derived)
          expect(new Map(own.map(({ name, kind }) => [name, kind]))).toEqual(kinds)
        },
        { timeout: 20_000, interval: 500 },
      )
    })

    test('an alert that fires there is an alert here, and its end too', async () => {
      await vi.waitFor(
        async () => {
          const { alerts } = await platform.client.listAlerts()
          expect(alerts).toContainEqual(
            expect.objectContaining({
              name: 'AlwaysFiring',
              status: 'FIRING',
              severity: 'INFO',
              entity: 'service/prometheus',
            }),
          )
          expect(alerts).toContainEqual(
            expect.objectContaining({ name: 'HalfTheTime', status: 'RESOLVED', severity: 'MEDIUM' }),
          )
        },
        { timeout: 90_000, interval: 1_000 },
      )
    })

    test('Prometheus and Alertmanager count nothing as failed, retried or dropped, and nothing was refused', async () => {
      expect(await countOf(prometheus, 'prometheus_remote_storage_samples_total')).toBeGreaterThan(1_000)
      expect(await countOf(prometheus, 'prometheus_remote_storage_metadata_total')).toBeGreaterThan(0)
      for (const what of ['samples', 'metadata'])
        for (const how of ['failed', 'retried', 'dropped']) {
          const name = `prometheus_remote_storage_${what}_${how}_total`
          expect([name, await countOf(prometheus, name)]).toEqual([name, 0])
        }
      const webhook = /integration="webhook"/
      expect(await countOf(alertmanager, 'alertmanager_notifications_total', webhook)).toBeGreaterThan(1)
      expect(await countOf(alertmanager, 'alertmanager_notifications_failed_total', webhook)).toBe(0)
      const { senders } = await platform.client.listSenders()
      expect(senders.map(({ protocol, refused }) => [protocol, refused])).toEqual([
        ['remote-write', []],
        ['alertmanager', []],
      ])
    })
  },
)
