import { durationMs } from '@aiops/contract/model/time'
import type { Entry } from '../../../port/telemetry-log.ts'
import { labelLimits } from '../label-set.ts'
import type { ProtocolFactory, ProtocolHandler, TenantScope } from '../protocol.ts'
import { remoteWriteEncoding } from './header.ts'
import { RemoteWriteDecoder } from './remote-write.ts'

/** Prometheus remote write. */
export const remoteWrite: ProtocolFactory = ({ clock, bodyLimits, take }) => {
  const handle: ProtocolHandler = async (request) => {
    const entry: Entry = {
      kind: 'remote-write',
      tenant: request.tenant,
      body: request.body,
      encoding: remoteWriteEncoding(request, bodyLimits),
      format: 'protobuf',
      receivedMs: clock.now(),
    }
    const { accepted, rejections } = await take(entry)
    return rejections.fault(accepted, 'samples') ?? { status: 204 }
  }
  return {
    receivers: ['/api/v1/write', '/api/v1/metrics/write'].map((path) => ({
      path,
      summary: 'Prometheus remote write 1.0.',
      handle,
    })),
    readers: {
      'remote-write': (scope) => {
        const decoder = decoderOf(scope)
        return (body, { receivedMs }) => {
          const { columns, rejections } = decoder.decode(body, receivedMs)
          return { samples: columns, rejections }
        }
      },
    },
  }
}

const decoderOf = ({ tenant, catalog, config, hashSeed }: TenantScope): RemoteWriteDecoder =>
  new RemoteWriteDecoder(
    tenant,
    catalog,
    {
      labels: labelLimits(config),
      samplesMax: config.items_per_request_max,
      futureMsMax: durationMs(config.sample_future_max),
      ageMsMax: durationMs(config.remote_write_age_max),
      familiesMax: config.metric_families_max,
      knownSeriesMax: config.known_series_max,
      knownBytesMax: config.known_series_bytes_max,
    },
    hashSeed,
  )
