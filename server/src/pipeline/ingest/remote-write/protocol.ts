import { durationMs } from '@aiops/contract/model/time'
import type { Entry } from '../../../port/telemetry-log.ts'
import { labelLimits } from '../label-set.ts'
import type { EntryReader, ProtocolFactory, ProtocolHandler, TenantScope } from '../protocol.ts'
import { remoteWriteHeader } from './header.ts'
import { RemoteWriteDecoder } from './remote-write.ts'
import { RemoteWrite2Decoder } from './remote-write-2.ts'
import type { RemoteWriteLimits, SampleSink } from './sample-sink.ts'
import { PartialWrite, remoteWriteRefusal, writtenHeaders } from './written.ts'

/** Prometheus remote write 1.0 and 2.0, told apart by the content type. */
export const remoteWrite: ProtocolFactory = ({ clock, bodyLimits, take }) => {
  const handle: ProtocolHandler = async (request) => {
    const { kind, encoding } = remoteWriteHeader(request, bodyLimits)
    const entry: Entry = {
      kind,
      tenant: request.tenant,
      body: request.body,
      encoding,
      format: 'protobuf',
      receivedMs: clock.now(),
    }
    const { accepted, rejections, written } = await take(entry)
    const fault = rejections.fault(accepted, 'samples')
    if (kind === 'remote-write') return fault ?? { status: 204 }
    return fault ? new PartialWrite(fault, written) : { status: 204, headers: writtenHeaders(written) }
  }
  return {
    receivers: ['/api/v1/write', '/api/v1/metrics/write'].map((path) => ({
      path,
      summary: 'Prometheus remote write 1.0 and 2.0.',
      handle,
      refuse: remoteWriteRefusal,
    })),
    readers: {
      'remote-write': (scope) =>
        readerOf(new RemoteWriteDecoder(scope.tenant, scope.catalog, limitsOf(scope), scope.hashSeed)),
      'remote-write-2': (scope) =>
        readerOf(new RemoteWrite2Decoder(scope.tenant, scope.catalog, limitsOf(scope), scope.hashSeed)),
      // They come in order, once, and are as old as the cluster was away.
      copied: (scope) =>
        readerOf(
          new RemoteWriteDecoder(
            scope.tenant,
            scope.catalog,
            { ...limitsOf(scope), ageMsMax: durationMs(scope.config.otlp_age_max) },
            scope.hashSeed,
          ),
        ),
    },
  }
}

const readerOf =
  (decoder: { decode(body: Buffer, nowMs: number): SampleSink }): EntryReader =>
  (body, { receivedMs }) => {
    const { columns, histograms, exemplars, rejections } = decoder.decode(body, receivedMs)
    return { samples: columns, histograms, exemplars, rejections }
  }

const limitsOf = ({ config }: TenantScope): RemoteWriteLimits => ({
  labels: labelLimits(config),
  samplesMax: config.items_per_request_max,
  futureMsMax: durationMs(config.sample_future_max),
  ageMsMax: durationMs(config.remote_write_age_max),
  familiesMax: config.metric_families_max,
  knownSeriesMax: config.known_series_max,
  knownBytesMax: config.known_series_bytes_max,
})
