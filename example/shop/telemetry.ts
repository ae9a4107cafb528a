import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import {
  type Attributes,
  type Context,
  type Histogram,
  type Meter,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { type Logger, SeverityNumber } from '@opentelemetry/api-logs'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import type { ProcessSettings } from './graph.ts'
import type { PoolWatcher } from './pool.ts'

/** Spans and logs leave within this time; metrics follow the settings' interval. */
const batchDelayMs = 900
const exportTimeoutMs = 1500

/** Bounds in seconds, dense where loopback requests live (1 to 100 ms) and reaching past the longest time limit. */
const durationBoundsS = [
  0.001, 0.002, 0.004, 0.006, 0.008, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6,
  0.8, 1, 1.5, 2.5, 4, 5,
]

const scope = 'shop'

export type Severity = 'info' | 'warn' | 'error'

/** How a request or a call ended; `errorType` is set exactly when it failed. */
export type Outcome = { status?: number; errorType?: string }

/** A request being served or a call being made; `context` is the parent of what it causes. */
export type Activity = { context: Context; end: (outcome: Outcome) => void }

/**
 * The service's OpenTelemetry signals, under the semantic conventions for HTTP, database client pools, processes and
 * Node (https://opentelemetry.io/docs/specs/semconv/). Every request is traced.
 */
export class Telemetry {
  readonly meter: Meter
  readonly #settings: ProcessSettings
  readonly #tracer: Tracer
  readonly #logger: Logger
  readonly #serverDuration: Histogram
  readonly #clientDuration: Histogram
  readonly #shutdowns: (() => Promise<void>)[]

  constructor(settings: ProcessSettings) {
    this.#settings = settings
    const resource = describeProcess(settings)
    const metrics = new MeterProvider({
      resource,
      readers: [
        new PeriodicExportingMetricReader({
          exporter: new OTLPMetricExporter({
            url: `${settings.otlp}/v1/metrics`,
            timeoutMillis: exportTimeoutMs,
          }),
          exportIntervalMillis: settings.exportIntervalMs,
          exportTimeoutMillis: Math.min(exportTimeoutMs, settings.exportIntervalMs),
        }),
      ],
    })
    const spanExporter = new OTLPTraceExporter({
      url: `${settings.otlp}/v1/traces`,
      timeoutMillis: exportTimeoutMs,
    })
    const traces = new NodeTracerProvider({
      resource,
      spanProcessors: [new BatchSpanProcessor(spanExporter, { scheduledDelayMillis: batchDelayMs })],
    })
    const logs = new LoggerProvider({
      resource,
      processors: [
        new BatchLogRecordProcessor({
          exporter: new OTLPLogExporter({ url: `${settings.otlp}/v1/logs`, timeoutMillis: exportTimeoutMs }),
          scheduledDelayMillis: batchDelayMs,
        }),
      ],
    })
    // Registering brings the W3C trace context propagator; contexts are handed on by argument all the same.
    traces.register()
    this.meter = metrics.getMeter(scope)
    this.#tracer = traces.getTracer(scope)
    this.#logger = logs.getLogger(scope)
    this.#shutdowns = [() => metrics.shutdown(), () => traces.shutdown(), () => logs.shutdown()]
    this.#serverDuration = this.#durationHistogram(
      'http.server.request.duration',
      'Duration of HTTP server requests.',
    )
    this.#clientDuration = this.#durationHistogram(
      'http.client.request.duration',
      'Duration of HTTP client requests.',
    )
  }

  /** A request arrives; `route` is its template, absent when nothing matched. */
  serve(method: string, path: string, route: string | undefined, headers: Record<string, unknown>): Activity {
    const parent = propagation.extract(ROOT_CONTEXT, headers)
    const labels: Attributes = { 'http.request.method': method, 'url.scheme': 'http' }
    if (route !== undefined) labels['http.route'] = route
    const attributes = {
      ...labels,
      'url.path': path,
      'server.address': '127.0.0.1',
      'server.port': this.#settings.port,
    }
    const name = route === undefined ? method : `${method} ${route}`
    const span = this.#tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent)
    return this.#activity(span, parent, this.#serverDuration, labels)
  }

  /** A call leaves; its headers go into `headers`. */
  call(
    parent: Context,
    method: string,
    port: number,
    path: string,
    headers: Record<string, string>,
  ): Activity {
    const labels: Attributes = {
      'http.request.method': method,
      'server.address': '127.0.0.1',
      'server.port': port,
    }
    const attributes = { ...labels, 'url.path': path }
    const span = this.#tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes }, parent)
    const activity = this.#activity(span, parent, this.#clientDuration, labels)
    propagation.inject(activity.context, headers)
    return activity
  }

  log(severity: Severity, message: string, context?: Context, attributes: Attributes = {}): void {
    const severityNumber = {
      info: SeverityNumber.INFO,
      warn: SeverityNumber.WARN,
      error: SeverityNumber.ERROR,
    }
    this.#logger.emit({
      severityNumber: severityNumber[severity],
      severityText: severity.toUpperCase(),
      body: message,
      attributes: attributes as Record<string, string | number>,
      context: context ?? ROOT_CONTEXT,
    })
  }

  /** The pool's histogram and counter; its gauges are read from the pool itself, see watch.ts. */
  poolWatcher(labels: Attributes): PoolWatcher {
    const waits = this.#durationHistogram(
      'db.client.connection.wait_time',
      'Time to obtain an open connection.',
    )
    const timeouts = this.meter.createCounter('db.client.connection.timeouts', {
      unit: '{timeout}',
      description: 'Connection requests that timed out.',
    })
    timeouts.add(0, labels)
    return {
      waited: (seconds) => waits.record(seconds, labels),
      timedOut: () => timeouts.add(1, labels),
    }
  }

  /** Sends what is left. Bounded by the exporters' own time limit. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#shutdowns.map((shutdown) => shutdown()))
  }

  #activity(span: Span, parent: Context, histogram: Histogram, labels: Attributes): Activity {
    const since = performance.now()
    const context = trace.setSpan(parent, span)
    const end = ({ status, errorType }: Outcome) => {
      const result: Attributes = {}
      if (status !== undefined) result['http.response.status_code'] = status
      if (errorType !== undefined) {
        result['error.type'] = errorType
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
      span.setAttributes(result)
      span.end()
      histogram.record((performance.now() - since) / 1000, { ...labels, ...result })
    }
    return { context, end }
  }

  #durationHistogram(name: string, description: string): Histogram {
    return this.meter.createHistogram(name, {
      unit: 's',
      description,
      advice: { explicitBucketBoundaries: durationBoundsS },
    })
  }
}

function describeProcess(settings: ProcessSettings) {
  return resourceFromAttributes({
    'service.name': settings.name,
    'service.namespace': 'shop',
    'service.instance.id': randomUUID(),
    'service.version': settings.version,
    'host.name': hostname(),
    'process.pid': process.pid,
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'opentelemetry',
  })
}
