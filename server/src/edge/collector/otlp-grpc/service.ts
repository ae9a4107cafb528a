import type { handleUnaryCall, MethodDefinition, ServiceDefinition } from '@grpc/grpc-js'
import type { EntryKind } from '../../../port/telemetry-log.ts'

/**
 * The three services of OTLP/gRPC (opentelemetry-proto, collector/ * /v1/*_service.proto). Messages stay bytes: ingest reads them
 * as it reads a body that came over HTTP.
 */
export const exportServices: readonly { kind: EntryKind; service: ServiceDefinition }[] = [
  { kind: 'otlp-metrics', service: serviceOf('metrics.v1.MetricsService') },
  { kind: 'otlp-logs', service: serviceOf('logs.v1.LogsService') },
  { kind: 'otlp-traces', service: serviceOf('trace.v1.TraceService') },
]

export type ExportCall = handleUnaryCall<Buffer, Buffer>

function serviceOf(name: string): { Export: MethodDefinition<Buffer, Buffer> } {
  const asIs = (bytes: Buffer): Buffer => bytes
  return {
    Export: {
      path: `/opentelemetry.proto.collector.${name}/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  }
}
