import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Server, startServer as startPlatform, temporaryFolder } from '../journey/server.ts'
import { keyed } from './sender.ts'

const patience = { timeout: 20_000, interval: 200 }
const program = fileURLToPath(new URL('sender-sdk.ts', import.meta.url))

describe('a program with OpenTelemetry’s SDK for Node, its OTEL variables changed, behind a key', () => {
  const folder = temporaryFolder('opentelemetry-sdk')
  const access = keyed('shop')
  let platform: Server
  beforeAll(async () => {
    platform = await startPlatform(folder.path, access.settings)
  })
  afterAll(async () => {
    await platform?.stop()
    folder.remove()
  })

  /** What the SDK wrote to the terminal. */
  const run = async (service: string, more: Record<string, string> = {}): Promise<string> => {
    const ended = promisify(execFile)(process.execPath, [program], {
      env: {
        ...process.env,
        OTEL_EXPORTER_OTLP_ENDPOINT: platform.url,
        OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer%20${access.key},X-Scope-OrgID=shop`,
        OTEL_SERVICE_NAME: service,
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,team=basket',
        ...more,
      },
    })
    // It ends with an error where its last export is refused.
    const { stdout, stderr } = await ended.catch((error: { stdout: string; stderr: string }) => error)
    return stdout + stderr
  }

  for (const [service, compression] of [
    ['plain', {}],
    ['gzipped', { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }],
  ] as const) {
    test(`what it records is here with its names, units, attributes and values, ${service}`, async () => {
      expect(await run(service, compression)).toBe('')
      const client = access.client(platform)
      const labels = { 'service.name': service, 'deployment.environment.name': 'test' }
      await vi.waitFor(async () => {
        const { results } = await client.getRange({
          query: { match: `{"service.name"="${service}"}`, duration: '5m', limit: 200 },
        })
        const found = results
          .filter(({ series }) => !series.derived)
          .map(({ series: { name, kind, unit, labels }, points }) => [
            name,
            labels,
            kind,
            unit,
            points.map(([, v]) => v),
          ])
        const route = { ...labels, 'http.route': '/orders' }
        expect(found).toEqual(
          expect.arrayContaining([
            ['orders', { ...labels, method: 'card' }, 'COUNTER', '{order}', [30]],
            ['queue.depth', { ...labels, queue: 'mail' }, 'GAUGE', undefined, [-2.5]],
            ['http.server.request.duration_count', route, 'COUNTER', '1', [10]],
            ['http.server.request.duration_sum', route, 'COUNTER', 's', [expect.closeTo(5.45)]],
            ['http.server.request.duration_bucket', { ...route, le: '0.1' }, 'HISTOGRAM', 's', [9]],
            ['http.server.request.duration_bucket', { ...route, le: '+Inf' }, 'HISTOGRAM', 's', [10]],
          ]),
        )
      }, patience)
      const { logs } = await client.searchLogs({ query: { service_name: service, duration: '5m' } })
      const { traces } = await client.searchTraces({
        query: { service_name: service, duration: '5m', limit: 100 },
      })
      expect(logs).toHaveLength(10)
      expect(traces).toHaveLength(10)
      const failed = traces.filter(({ has_errors }) => has_errors)
      const [refused] = logs.filter(({ severity }) => severity === 'ERROR')
      expect(refused).toMatchObject({
        message: 'order 0',
        labels,
        attributes: { attempt: '0', team: 'basket' },
      })
      expect(failed).toMatchObject([
        { trace_id: refused?.trace_id, root_operation: 'POST /orders', root_service: service },
      ])
    })
  }

  test('without its key it is told so, and nothing of it is here', async () => {
    const said = await run('stranger', { OTEL_EXPORTER_OTLP_HEADERS: '' })
    expect(said).toContain('Unauthorized')
    const { logs } = await access
      .client(platform)
      .searchLogs({ query: { service_name: 'stranger', duration: '5m' } })
    expect(logs).toEqual([])
  })
})
