import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KafkaConfig, openKafkaTelemetryLog } from '../../server/src/adapter/kafka/index.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { createLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { startServer as startPlatform, temporaryFolder } from '../journey/server.ts'
import { type KafkaBroker, startKafka } from './kafka.ts'
import { integration, type RealServer, startServer } from './real-server.ts'

const programs = ['java', 'kafka-server', 'kafka-storage', 'victoria-metrics-current', 'victoria-logs']

integration('the program over a log and stores on other machines', programs, () => {
  let broker: KafkaBroker
  let metrics: RealServer
  let logs: RealServer
  const folder = temporaryFolder('elsewhere')
  beforeAll(async () => {
    const [kafka, ...victoria] = await Promise.all([
      startKafka(),
      ...['victoria-metrics-current', 'victoria-logs'].map((program) =>
        startServer({
          program,
          readyPath: '/health',
          args: (port, own) => [`-httpListenAddr=127.0.0.1:${port}`, `-storageDataPath=${join(own, 'data')}`],
        }),
      ),
    ])
    broker = kafka
    metrics = victoria[0]!
    logs = victoria[1]!
  })
  afterAll(async () => {
    await Promise.all([broker?.remove(), metrics?.stop(), logs?.stop()])
    folder.remove()
  })

  const settings = (): string[] => [
    'ingest.host.enabled=false',
    'store.checkpoint_interval=300ms',
    `adapters.telemetry_log=kafka://${broker.address}/telemetry`,
    `adapters.metrics=victoriametrics:${metrics.origin}?durable_ms=0`,
    `adapters.logs=victorialogs:${logs.origin}?durable_ms=0`,
  ]

  test('keeps what it acknowledged over kills, each part where it belongs', async () => {
    const sent: number[] = []
    for (let round = 0; round < 3; round += 1) {
      const platform = await startPlatform(folder.path, settings())
      for (let i = 0; i < 20; i += 1) {
        const number = round * 20 + i
        await send(platform.url, number)
        sent.push(number)
      }
      // In the middle of checkpoints, or before the first.
      if (round === 1) await systemClock.sleep(450)
      await platform.stop('SIGKILL')
    }
    const platform = await startPlatform(folder.path, settings())
    const { client } = platform
    const range = {
      start: new Date(Date.now() - 600_000).toISOString(),
      end: new Date(Date.now() + 60_000).toISOString(),
    }
    const { results } = await client.getRange({ query: { match: 'elsewhere', ...range, max_points: 1_000 } })
    expect(results[0]?.points.map(([, value]) => value)).toEqual(sent)
    const found = await client.searchLogs({ query: { contains: 'line', ...range, limit: 1_000 } })
    expect(found.logs.map(({ message }) => Number(message.split(' ')[1])).sort((a, b) => a - b)).toEqual(sent)
    const traces = await client.searchTraces({ query: { service_name: 'shop', ...range, limit: 100 } })
    expect(traces.traces).toHaveLength(sent.length)
    expect(await platform.stop()).toBe(0)

    // The servers really have it: they are asked without the platform.
    const exported = await fetch(`${metrics.origin}/api/v1/export?match[]=elsewhere`)
    expect(
      new Set((JSON.parse((await exported.text()).split('\n')[0]!) as { values: number[] }).values),
    ).toEqual(new Set(sent))
    const queried = await fetch(
      `${logs.origin}/select/logsql/query?query=${encodeURIComponent('line | stats count_uniq(_msg) n')}`,
    )
    expect(await queried.json()).toEqual({ n: String(sent.length) })
  })
  test('cuts the log in Kafka to what every store holds', async () => {
    const platform = await startPlatform(folder.path, settings())
    await send(platform.url, 1_000)
    const log = await openKafkaTelemetryLog({
      ...{ brokers: [broker.address], topic: 'telemetry', config: KafkaConfig.parse({}), clock: systemClock },
      ...{ log: createLog({ level: 'silent' }), metrics: createMetrics() },
    })
    let kept = Number.POSITIVE_INFINITY
    for (let wait = 0; wait < 100 && kept > 0; wait += 1) {
      kept = 0
      for await (const _ of log.read(0)) kept += 1
      if (kept > 0) await systemClock.sleep(100)
    }
    expect(kept).toBe(0)
    expect(await log.last()).toBeGreaterThan(180)
    await log.close()
    await platform.stop()
  })
  test('does not open the stores over another log', async () => {
    const other = settings().map((setting) => setting.replace('/telemetry', '/another'))
    await expect(startPlatform(folder.path, other)).rejects.toThrow(
      /were written from the telemetry log kafka:telemetry\/0/,
    )
    await expect(startPlatform(folder.path, ['ingest.host.enabled=false'])).rejects.toThrow(
      /adapters\.telemetry_log/,
    )
  })
})

/** A sample, a log record and a span; resolves when all are acknowledged. */
async function send(url: string, number: number): Promise<void> {
  const nanoseconds = `${Date.now()}000000`
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
  const bodies = {
    metrics: {
      resourceMetrics: [
        {
          resource,
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'elsewhere',
                  gauge: { dataPoints: [{ timeUnixNano: nanoseconds, asDouble: number }] },
                },
              ],
            },
          ],
        },
      ],
    },
    logs: {
      resourceLogs: [
        {
          resource,
          scopeLogs: [
            { logRecords: [{ timeUnixNano: nanoseconds, body: { stringValue: `line ${number}` } }] },
          ],
        },
      ],
    },
    traces: {
      resourceSpans: [
        {
          resource,
          scopeSpans: [
            {
              spans: [
                {
                  traceId: (number + 1).toString(16).padStart(32, '0'),
                  spanId: '00000000000000ab',
                  name: 'buy',
                  startTimeUnixNano: nanoseconds,
                  endTimeUnixNano: nanoseconds,
                },
              ],
            },
          ],
        },
      ],
    },
  }
  for (const [signal, body] of Object.entries(bodies)) {
    const answer = await fetch(`${url}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(answer.status, await answer.text()).toBe(200)
  }
}
