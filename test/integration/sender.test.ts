import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Server, startServer as startPlatform, temporaryFolder } from '../journey/server.ts'
import { integration, type RealServer } from './real-server.ts'
import { ask, startAlertmanager, startPrometheus } from './sender.ts'

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

    test('Prometheus counts nothing as failed or dropped', async () => {
      expect(await ask(prometheus, 'sum(prometheus_remote_storage_samples_failed_total)')).toBe(0)
      expect(await ask(prometheus, 'sum(prometheus_remote_storage_samples_dropped_total)')).toBe(0)
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
  },
)
