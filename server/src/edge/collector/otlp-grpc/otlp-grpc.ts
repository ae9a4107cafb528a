import {
  logVerbosity,
  Metadata,
  Server,
  ServerCredentials,
  type StatusObject,
  setLogVerbosity,
  status,
} from '@grpc/grpc-js'
import { Fault, isFault, messageOf } from '../../../kernel/fault.ts'
import { continueTrace, withTrace } from '../../../kernel/trace.ts'
import { exportResponse, exportStatus } from '../../../pipeline/ingest/index.ts'
import type { EntryKind } from '../../../port/telemetry-log.ts'
import type { Principal } from '../../../service/identity/index.ts'
import { addressOf, bindFault, checkReach } from '../bind.ts'
import type { OtlpGrpcConfig } from '../config.ts'
import type { CollectorDeps, Listener } from '../index.ts'
import { createAdmission, headersOf } from './admission.ts'
import { encodingOf } from './compression.ts'
import { type ExportCall, exportServices } from './service.ts'

const GROUP = 'collector.otlp_grpc'
/** Longest wait for calls in flight when stopping. */
const DRAIN_MS = 5_000
/** A peer that is gone without a word is noticed after both. */
const KEEPALIVE_MS = 60_000
const KEEPALIVE_TIMEOUT_MS = 20_000
const STATUS_DETAILS = 'grpc-status-details-bin'

// What it would print is no line of our log; what it cannot do reaches us as an error.
setLogVerbosity(logVerbosity.NONE)

/** OTLP over gRPC (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc). A call is answered once what it brought is on disk. */
export function createOtlpGrpc(deps: CollectorDeps, config: OtlpGrpcConfig): Listener {
  const calls = deps.metrics.counter('aiops_collector_calls_total', 'Calls answered, by gRPC status code.', [
    'listener',
    'code',
  ])
  const counted = (code: number): void =>
    calls.inc({ listener: 'otlp_grpc', code: status[code] ?? String(code) })
  const refused = (error: unknown): Partial<StatusObject> => {
    const fault = faultOf(error, deps)
    const refusal = statusOf(fault)
    counted(refusal.code)
    return refusal
  }
  const admission = createAdmission(deps.identity, config.calls_in_flight_max, refused)
  let server: Server | undefined
  let address: string | null = null

  const exporter =
    (kind: EntryKind): ExportCall =>
    (call, reply) => {
      const headers = headersOf(call.metadata)
      const principal = admission.principalOf(call.metadata) ?? deps.identity.authenticate(headers)
      withTrace(continueTrace(headers.traceparent), () => take(kind, principal, call.request)).then(
        (answer) => {
          counted(status.OK)
          reply(null, answer)
        },
        (error: unknown) => reply(refused(error), null),
      )
    }

  async function take(kind: EntryKind, { tenant }: Principal, body: Buffer): Promise<Buffer> {
    return exportResponse(
      await deps.ingest.deliver('otlp', {
        kind,
        tenant,
        body,
        encoding: encodingOf(body),
        format: 'protobuf',
      }),
    )
  }

  return {
    name: 'otlp_grpc',
    get address() {
      return address
    },
    async start() {
      checkReach(GROUP, config.host, deps.identity)
      const opened = new Server({
        'grpc.max_receive_message_length': config.message_bytes_max,
        'grpc.max_concurrent_streams': config.streams_max,
        'grpc.keepalive_time_ms': KEEPALIVE_MS,
        'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
        interceptors: [admission.interceptor],
      })
      for (const { kind, service } of exportServices) opened.addService(service, { Export: exporter(kind) })
      const port = await bind(opened, config)
      server = opened
      address = addressOf(config.host, port)
    },
    async stop() {
      if (!server) return
      const stopping = server
      server = undefined
      address = null
      const drained = new Promise<void>((resolve) => stopping.tryShutdown(() => resolve()))
      await Promise.race([drained, deps.clock.sleep(DRAIN_MS)])
      stopping.forceShutdown()
    },
  }
}

async function bind(server: Server, { host, port }: OtlpGrpcConfig): Promise<number> {
  try {
    return await new Promise<number>((resolve, reject) => {
      server.bindAsync(addressOf(host, port), ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      )
    })
  } catch (error) {
    server.forceShutdown()
    throw bindFault(GROUP, addressOf(host, port), error)
  }
}

/** Whatever was thrown as a Fault; a defect keeps its message to the log. */
function faultOf(error: unknown, { log }: Pick<CollectorDeps, 'log'>): Fault {
  if (isFault(error)) return error
  log.error(
    { error: messageOf(error), stack: error instanceof Error ? error.stack : undefined },
    'a call met a defect',
  )
  return new Fault('INTERNAL', 'Something went wrong here; the log holds it.', { cause: error })
}

/** The details carry the whole google.rpc.Status, with RetryInfo where the sender may try again. */
function statusOf(fault: Fault): Pick<StatusObject, 'code' | 'details' | 'metadata'> {
  const { code, message, bytes } = exportStatus(fault)
  const metadata = new Metadata()
  metadata.set(STATUS_DETAILS, bytes)
  return { code, details: message, metadata }
}
