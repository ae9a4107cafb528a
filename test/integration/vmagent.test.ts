import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Server, startServer as startPlatform, temporaryFolder } from '../journey/server.ts'
import { type Exporter, startExporter } from './exporter.ts'
import { integration, type RealServer, startServer } from './real-server.ts'
import { countOf } from './sender.ts'

const patience = { timeout: 40_000, interval: 250 }

/**
 * Debian's, 1.79, and a current one, which first tries VictoriaMetrics' own form of remote write and falls back. 1.79 marks no series
 * as ended where a scrape fails.
 */
for (const [program, marksEnds] of [
  ['vmagent', false],
  ['vmagent-current', true],
] as const)
  integration(`a real ${program}, remoteWrite.url changed`, [program], () => {
    const folder = temporaryFolder('vmagent')
    let exporter: Exporter
    let platform: Server
    let vmagent: RealServer
    beforeAll(async () => {
      exporter = await startExporter()
      platform = await startPlatform(folder.path)
      vmagent = await startVmagent(program, platform.url, exporter.port)
    })
    afterAll(async () => {
      await vmagent?.stop()
      await platform?.stop()
      await exporter?.stop()
      folder.remove()
    })

    test('what it scrapes is here with its labels and values', async () => {
      const target = { job: 'shop', instance: `127.0.0.1:${exporter.port}`, site: 'test' }
      await vi.waitFor(async () => {
        const { results } = await platform.client.getRange({
          query: { match: 'shop_requests_total', duration: '5m', max_points: 11_000 },
        })
        const found = results.map(({ series, points }) => ({
          labels: series.labels,
          kind: series.kind,
          values: [...new Set(points.map(([, value]) => value))],
          enough: points.length > 3,
        }))
        expect(found.sort((a, b) => (b.values[0] ?? 0) - (a.values[0] ?? 0))).toEqual([
          {
            labels: { ...target, code: '200', exported_instance: 'own', path: '/a b"c\\' },
            ...{ kind: 'COUNTER', values: [10], enough: true },
          },
          { labels: { ...target, code: '500' }, kind: 'COUNTER', values: [2], enough: true },
          { labels: { ...target, code: '404' }, kind: 'COUNTER', values: [1], enough: true },
        ])
      }, patience)
    })

    test('what it says about the target is here too, and that a target fell silent', async () => {
      await vi.waitFor(async () => {
        const { results } = await platform.client.getRange({
          query: { match: 'up{site="test"}', duration: '5m' },
        })
        expect(results.map(({ series, points }) => [series.labels.job, points.at(-1)?.[1]]).sort()).toEqual([
          ['gone', 1],
          ['shop', 1],
        ])
      }, patience)
      exporter.turn(2)
      await vi.waitFor(async () => {
        const query = { match: '{job="gone", __name__=~"up|was_here"}', duration: '5m' }
        const { results } = await platform.client.getRange({ query })
        const last = Object.fromEntries(
          results.map(({ series, points }) => [series.name, points.at(-1)?.[1]]),
        )
        // null is the staleness marker.
        expect(last).toEqual({ up: 0, was_here: marksEnds ? null : 1 })
      }, patience)
    })

    test('vmagent counts nothing as retried, dropped or failed', async () => {
      expect(
        await countOf(vmagent, 'vmagent_remotewrite_requests_total', /status_code="(2XX|20.)"/),
      ).toBeGreaterThan(3)
      for (const name of [
        'vmagent_remotewrite_retries_count_total',
        'vmagent_remotewrite_packets_dropped_total',
        'vmagent_remotewrite_errors_total',
        'vmagent_remotewrite_rate_limit_reached_total',
      ])
        expect([name, await countOf(vmagent, name)]).toEqual([name, 0])
      const all = await countOf(vmagent, 'vmagent_remotewrite_requests_total')
      expect(await countOf(vmagent, 'vmagent_remotewrite_requests_total', /status_code="2/)).toBe(all)
      const senders = (await platform.client.listSenders()).senders
      expect(senders.find(({ protocol }) => protocol === 'remote-write')).toMatchObject({
        refused: [],
        last_refusal: null,
      })
    })
  })

function startVmagent(program: string, platformUrl: string, target: number): Promise<RealServer> {
  return startServer({
    program,
    readyPath: '/-/ready',
    args: (port, folder) => {
      const file = join(folder, 'scrape.yml')
      writeFileSync(
        file,
        `global: { scrape_interval: 1s, external_labels: { site: test } }
scrape_configs:
  - job_name: shop
    static_configs: [{ targets: ['127.0.0.1:${target}'] }]
  - job_name: gone
    metrics_path: /gone
    static_configs: [{ targets: ['127.0.0.1:${target}'] }]
`,
      )
      return [
        `-promscrape.config=${file}`,
        `-remoteWrite.url=${platformUrl}/api/v1/write`,
        `-remoteWrite.tmpDataPath=${join(folder, 'queue')}`,
        `-httpListenAddr=127.0.0.1:${port}`,
      ]
    },
  })
}
