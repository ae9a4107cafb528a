import { createHash } from 'node:crypto'
import { Client, compressionAlgorithms, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { createIdentity, IdentityConfig } from '../../../service/identity/index.ts'
import { CollectorConfig } from '../config.ts'
import { type CollectorDeps, createCollector } from '../index.ts'

export type Options = {
  config?: Record<string, unknown>
  keyed?: boolean
}
export type Answer = { error: ServiceError | null; body: Buffer }

export const key = 'a-secret-key'
const asIs = (bytes: Buffer): Buffer => bytes

export function makeCollector(ingest: CollectorDeps['ingest'], options: Options) {
  const audit: string[] = []
  const identity = createIdentity(
    {
      audit: {
        append: async ({ actor, outcome }) => void audit.push(`${actor} ${outcome}`),
      },
      clock: systemClock,
    },
    IdentityConfig.parse({
      tenants: ['default', 'shop'],
      api_keys: options.keyed
        ? [
            { name: 'sdk', role: 'sender' },
            { name: 'reader', role: 'viewer' },
          ].map((one) => ({
            ...one,
            sha256: createHash('sha256')
              .update(one.name + key)
              .digest('hex'),
          }))
        : [],
    }),
  )
  const counted = createMetrics()
  const collector = createCollector(
    { ingest, identity, clock: systemClock, metrics: counted, log: silentLog },
    CollectorConfig.parse({
      otlp_grpc: { port: 0, ...options.config },
      syslog: { enabled: false },
      statsd: { enabled: false },
    }),
  )
  return { collector, audit, counted }
}

/** A collector that listens, and clients that send plain and gzipped messages to it. */
export async function openCollector(ingest: CollectorDeps['ingest'], options: Options = {}) {
  const made = makeCollector(ingest, options)
  await made.collector.start()
  onTestFinished(() => made.collector.stop())
  const address = made.collector.listeners()[0]?.address ?? ''
  const clientOf = (algorithm: compressionAlgorithms): Client => {
    const client = new Client(address, credentials.createInsecure(), {
      'grpc.default_compression_algorithm': algorithm,
    })
    onTestFinished(() => client.close())
    return client
  }
  const plain = clientOf(compressionAlgorithms.identity)
  const zipped = clientOf(compressionAlgorithms.gzip)
  const send = (
    service: string,
    body: Buffer,
    headers: Record<string, string> = {},
    client: Client = plain,
  ): Promise<Answer> =>
    new Promise((resolve) => {
      const metadata = new Metadata()
      for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
      const path = `/opentelemetry.proto.collector.${service}/Export`
      client.makeUnaryRequest(path, asIs, asIs, body, metadata, (error, answer) =>
        resolve({ error, body: answer ?? Buffer.alloc(0) }),
      )
    })
  return { ...made, send, zipped, address }
}
