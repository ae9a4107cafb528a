import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Server, startServer as startPlatform, temporaryFolder } from '../journey/server.ts'
import { type Exporter, startExporter } from './exporter.ts'
import { integration, type RealServer, startServer } from './real-server.ts'
import { countOf, keyed } from './sender.ts'

const patience = { timeout: 40_000, interval: 250 }

integration('a current Prometheus that writes remote write 2.0, behind a key', ['prometheus-current'], () => {
  const folder = temporaryFolder('remote-write-2')
  const access = keyed('shop')
  let exporter: Exporter
  let platform: Server
  let prometheus: RealServer
  beforeAll(async () => {
    exporter = await startExporter()
    platform = await startPlatform(folder.path, access.settings)
    prometheus = await startPrometheus(platform.url, access.key, exporter.port)
  })
  afterAll(async () => {
    await prometheus?.stop()
    await platform?.stop()
    await exporter?.stop()
    folder.remove()
  })

  test('what it scrapes is here with its labels and values', async () => {
    await vi.waitFor(async () => {
      const { results } = await access.client(platform).getRange({
        query: { match: '{job="open", __name__=~"shop_.*"}', duration: '5m', max_points: 11_000 },
      })
      const found = results
        .filter(({ series }) => !series.derived)
        .map(({ series: { name, labels, kind }, points }) => {
          const { job, instance, ...own } = labels
          expect({ job, instance }).toEqual({ job: 'open', instance: `127.0.0.1:${exporter.port}` })
          expect(points.length).toBeGreaterThan(3)
          return [name, own, kind, ...new Set(points.map(([, value]) => value))]
        })
      // Prometheus tells no types unless it runs with metadata-wal-records, so it is the names that speak.
      expect(found).toEqual(
        expect.arrayContaining([
          ['shop_latency_seconds_bucket', { le: '0.1' }, 'HISTOGRAM', 3],
          ['shop_latency_seconds_bucket', { le: '+Inf' }, 'HISTOGRAM', 4],
          ['shop_latency_seconds_count', {}, 'COUNTER', 4],
          ['shop_latency_seconds_sum', {}, 'COUNTER', 0.7],
          ['shop_build_info', { version: '1' }, 'UNKNOWN', 1],
          ['shop_mode', { shop_mode: 'day' }, 'UNKNOWN', 1],
          ['shop_mode', { shop_mode: 'night' }, 'UNKNOWN', 0],
        ]),
      )
    }, patience)
  })

  test('its own native histograms are here as such', async () => {
    await vi.waitFor(async () => {
      const { series } = await access.client(platform).listSeries({
        query: { match: ['prometheus_http_request_duration_seconds{handler="/metrics"}'] },
      })
      expect(series).toMatchObject([{ kind: 'HISTOGRAM', labels: { job: 'prometheus' } }])
    }, patience)
  })

  test('Prometheus counts nothing as failed, retried or dropped, and what it says was written was', async () => {
    await vi.waitFor(async () => {
      expect(await countOf(prometheus, 'prometheus_remote_storage_samples_total')).toBeGreaterThan(100)
      expect(await countOf(prometheus, 'prometheus_remote_storage_histograms_total')).toBeGreaterThan(3)
      expect(await countOf(prometheus, 'prometheus_remote_storage_exemplars_total')).toBeGreaterThan(0)
    }, patience)
    for (const what of ['samples', 'histograms', 'exemplars', 'metadata'])
      for (const how of ['failed', 'retried', 'dropped']) {
        const name = `prometheus_remote_storage_${what}_${how}_total`
        expect([name, await countOf(prometheus, name)]).toEqual([name, 0])
      }
    const { senders } = await access.client(platform).listSenders()
    expect(senders).toMatchObject([{ protocol: 'remote-write', refused: [], last_refusal: null }])
    expect(prometheus.output()).not.toMatch(/level=(WARN|ERROR) (?!.*metadata_config).*remote/)
  })
})

function startPrometheus(platformUrl: string, key: string, target: number): Promise<RealServer> {
  return startServer({
    program: 'prometheus-current',
    readyPath: '/-/ready',
    args: (port, folder) => {
      writeFileSync(
        join(folder, 'prometheus.yml'),
        `global: { scrape_interval: 1s, scrape_native_histograms: true }
scrape_configs:
  - { job_name: prometheus, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }
  - { job_name: open, metrics_path: /open, static_configs: [{ targets: ['127.0.0.1:${target}'] }] }
remote_write:
  - url: ${platformUrl}/api/v1/write
    protobuf_message: io.prometheus.write.v2.Request
    send_exemplars: true
    send_native_histograms: true
    authorization: { credentials: ${key} }
    headers: { X-Scope-OrgID: shop }
    queue_config: { batch_send_deadline: 1s }
`,
      )
      return [
        '--config.file=prometheus.yml',
        '--storage.tsdb.path=data',
        '--enable-feature=exemplar-storage',
        `--web.listen-address=127.0.0.1:${port}`,
      ]
    },
  })
}
