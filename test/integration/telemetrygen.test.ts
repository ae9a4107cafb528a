import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Server, startServer as startPlatform, temporaryFolder } from '../journey/server.ts'
import { findServer, freePort, integration } from './real-server.ts'

const patience = { timeout: 20_000, interval: 200 }

integration('OpenTelemetry’s telemetrygen, its endpoint changed', ['telemetrygen'], () => {
  const folder = temporaryFolder('telemetrygen')
  let platform: Server
  let endpoints: Record<'http' | 'grpc', string>
  beforeAll(async () => {
    const port = await freePort()
    platform = await startPlatform(folder.path, [
      'ingest.host.enabled=false',
      `collector.otlp_grpc.port=${port}`,
    ])
    endpoints = { http: new URL(platform.url).host, grpc: `127.0.0.1:${port}` }
  })
  afterAll(async () => {
    await platform?.stop()
    folder.remove()
  })

  /** It ends with an error as soon as an export fails. */
  const generate = async (how: 'http' | 'grpc', signal: string, ...more: string[]): Promise<void> => {
    await promisify(execFile)(findServer('telemetrygen') ?? 'telemetrygen', [
      ...[
        signal,
        '--otlp-insecure',
        '--otlp-endpoint',
        endpoints[how],
        ...(how === 'http' ? ['--otlp-http'] : []),
      ],
      ...['--rate', '0', '--service', `gen-${how}`, '--otlp-attributes', 'k8s.pod.name="pod-1"', ...more],
    ])
  }

  for (const how of ['http', 'grpc'] as const) {
    test(`its metrics of every type are here over ${how}`, async () => {
      for (const type of ['Gauge', 'Sum', 'Histogram', 'ExponentialHistogram'])
        await generate(
          how,
          'metrics',
          ...['--metrics', '5', '--metric-type', type, '--otlp-metric-name', `gen.${type.toLowerCase()}`],
          ...['--telemetry-attributes', 'queue="mail"', '--aggregation-temporality', 'cumulative'],
        )
      const labels = { 'service.name': `gen-${how}`, 'k8s.pod.name': 'pod-1', queue: 'mail' }
      await vi.waitFor(async () => {
        const { series } = await platform.client.listSeries({
          query: { match: [`{"service.name"="gen-${how}", __name__=~"gen.*"}`], limit: 1_000 },
        })
        const own = series.filter(({ derived }) => !derived)
        const kinds = Object.fromEntries(own.map(({ name, kind }) => [name, kind]))
        expect(kinds).toEqual({
          'gen.gauge': 'GAUGE',
          'gen.sum': 'COUNTER',
          'gen.histogram_bucket': 'HISTOGRAM',
          'gen.histogram_count': 'COUNTER',
          'gen.histogram_sum': 'COUNTER',
          'gen.exponentialhistogram': 'HISTOGRAM',
        })
        expect(
          own.every((one) => Object.entries(labels).every(([name, value]) => one.labels[name] === value)),
        ).toBe(true)
      }, patience)
      const last = async (name: string) => {
        const query = { match: `${name}{"service.name"="gen-${how}"}`, duration: '5m' }
        return (await platform.client.getRange({ query })).results[0]?.points.at(-1)?.[1]
      }
      // It counts what it sends from 0.
      expect([await last('gen.gauge'), await last('gen.sum')]).toEqual([4, 4])
    })

    test(`its logs are here over ${how}, each once`, async () => {
      await generate(
        how,
        'logs',
        '--logs',
        '250',
        '--body',
        `said over ${how}`,
        '--severity-number',
        '17',
        '--severity-text',
        'Error',
        '--trace-id',
        'ae87dadd90e9935a4bc9660628efd569',
        '--span-id',
        '5828fa4960140870',
        '--telemetry-attributes',
        'queue="mail"',
      )
      await vi.waitFor(async () => {
        const { logs } = await platform.client.searchLogs({
          query: { contains: `said over ${how}`, limit: 5_000, duration: '1h' },
        })
        expect(logs).toHaveLength(250)
        expect(logs[0]).toMatchObject({
          ...{ severity: 'ERROR', message: `said over ${how}` },
          labels: { 'service.name': `gen-${how}`, 'k8s.pod.name': 'pod-1' },
          attributes: { queue: 'mail' },
          ...{ trace_id: 'ae87dadd90e9935a4bc9660628efd569', span_id: '5828fa4960140870' },
        })
      }, patience)
    })

    test(`its traces are here over ${how}, with both their spans`, async () => {
      await generate(
        how,
        'traces',
        '--traces',
        '40',
        '--child-spans',
        '1',
        '--status-code',
        'Error',
        '--telemetry-attributes',
        'queue="mail"',
      )
      await vi.waitFor(async () => {
        const { traces } = await platform.client.searchTraces({
          query: { service_name: `gen-${how}`, limit: 100, duration: '1h' },
        })
        expect(traces).toHaveLength(40)
        expect(traces.every(({ span_count, has_errors }) => span_count === 2 && has_errors)).toBe(true)
        const { spans } = await platform.client.getTrace({ params: { trace_id: traces[0]?.trace_id ?? '' } })
        expect(spans.toSorted((one, other) => (one.kind < other.kind ? -1 : 1))).toMatchObject([
          { kind: 'CLIENT', operation_name: 'lets-go', tags: { queue: 'mail', 'k8s.pod.name': 'pod-1' } },
          { kind: 'SERVER', operation_name: 'okey-dokey-0', status: 'ERROR', duration_ms: 0.123 },
        ])
      }, patience)
    })
  }

  test('nothing of it was refused', async () => {
    const { senders } = await platform.client.listSenders()
    expect(senders.find(({ protocol }) => protocol === 'otlp')).toMatchObject({
      taken: { logs: 500, spans: 160 },
      refused: [],
      last_refusal: null,
    })
  })
})
