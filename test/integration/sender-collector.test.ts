import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Server, startServer as startPlatform, temporaryFolder } from '../journey/server.ts'
import { findServer, freePort, integration, type RealServer, startServer } from './real-server.ts'
import { countOf } from './sender.ts'

const patience = { timeout: 30_000, interval: 200 }
/** One batch of telemetrygen's: the Collector sends several at once, and which point of a millisecond is the last would be chance. */
const items = 100

integration(
  'a real OpenTelemetry Collector, its exporters’ endpoints changed',
  ['otelcol', 'telemetrygen'],
  () => {
    const folder = temporaryFolder('collector')
    let platform: Server
    let collector: RealServer
    let inputs: Record<'http' | 'grpc' | 'zstd', number>
    beforeAll(async () => {
      const grpc = await freePort()
      platform = await startPlatform(folder.path, [
        'ingest.host.enabled=false',
        `collector.otlp_grpc.port=${grpc}`,
      ])
      inputs = { http: await freePort(), grpc: await freePort(), zstd: await freePort() }
      collector = await startCollector(platform.url, grpc, inputs)
    })
    afterAll(async () => {
      await collector?.stop()
      await platform?.stop()
      folder.remove()
    })

    for (const how of ['http', 'grpc', 'zstd'] as const) {
      test(`what it forwards is here, each once: ${how}`, async () => {
        const service = `through-${how}`
        for (const signal of ['metrics', 'logs', 'traces'])
          await promisify(execFile)(findServer('telemetrygen') ?? 'telemetrygen', [
            ...[
              signal,
              '--otlp-insecure',
              '--otlp-endpoint',
              `127.0.0.1:${inputs[how]}`,
              '--service',
              service,
            ],
            ...[`--${signal}`, String(items), '--rate', '0'],
          ])
        const query = { service_name: service, duration: '1h' }
        await vi.waitFor(async () => {
          const { logs } = await platform.client.searchLogs({ query: { ...query, limit: 5_000 } })
          expect(logs, collector.output()).toHaveLength(items)
          const { traces } = await platform.client.searchTraces({ query: { ...query, limit: 100 } })
          expect(traces.map(({ span_count }) => span_count)).toEqual(Array(items).fill(2))
          const { results } = await platform.client.getRange({
            query: { match: `gen{"service.name"="${service}"}`, duration: '1h' },
          })
          expect(results[0]?.points.at(-1)?.[1]).toBe(items - 1)
        }, patience)
      })
    }

    test('the Collector counts all as sent and nothing as failed, and the platform refused nothing', async () => {
      const signals = ['metric_points', 'log_records', 'spans']
      await vi.waitFor(async () => {
        const sent = signals.map((what) => countOf(collector, `otelcol_exporter_sent_${what}(?:_total)?`))
        expect(await Promise.all(sent)).toEqual([items * 3, items * 3, items * 3 * 2])
      }, patience)
      for (const what of signals)
        expect(await countOf(collector, `otelcol_exporter_(?:send|enqueue)_failed_${what}(?:_total)?`)).toBe(
          0,
        )
      expect(collector.output()).not.toMatch(/retry|Exporting failed|Partial success/i)
      const { senders } = await platform.client.listSenders()
      expect(senders.find(({ protocol }) => protocol === 'otlp')).toMatchObject({
        taken: { logs: items * 3, spans: items * 6 },
        ...{ refused: [], last_refusal: null },
      })
    })
  },
)

/** One receiver and one exporter for each way; the platform's address is all that differs from the documentation's examples. */
function startCollector(
  platformUrl: string,
  grpc: number,
  inputs: Record<'http' | 'grpc' | 'zstd', number>,
): Promise<RealServer> {
  const ways = Object.keys(inputs) as (keyof typeof inputs)[]
  const exporter = { http: 'otlphttp', grpc: 'otlp', zstd: 'otlphttp/zstd' }
  return startServer({
    program: 'otelcol',
    readyPath: '/metrics',
    args: (port, folder) => {
      const pipelines = ways.flatMap((way) =>
        ['metrics', 'logs', 'traces'].map(
          (signal) => `    ${signal}/${way}: { receivers: [otlp/${way}], exporters: [${exporter[way]}] }`,
        ),
      )
      writeFileSync(
        join(folder, 'collector.yaml'),
        `receivers:
${ways.map((way) => `  otlp/${way}: { protocols: { grpc: { endpoint: '127.0.0.1:${inputs[way]}' } } }`).join('\n')}
exporters:
  otlphttp: { endpoint: '${platformUrl}' }
  otlphttp/zstd: { endpoint: '${platformUrl}', compression: zstd }
  otlp: { endpoint: '127.0.0.1:${grpc}', tls: { insecure: true } }
service:
  telemetry:
    metrics: { readers: [{ pull: { exporter: { prometheus: { host: 127.0.0.1, port: ${port} } } } }] }
  pipelines:
${pipelines.join('\n')}
`,
      )
      return ['--config=file:collector.yaml']
    },
  })
}
