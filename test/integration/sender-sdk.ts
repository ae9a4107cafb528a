/**
 * A program with OpenTelemetry's SDK as its documentation says to set it up: where to and as whom stand in `OTEL_…` variables alone.
 * It ends once all is sent; what the SDK has to complain about goes to stderr.
 */
import {
  DiagConsoleLogger,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { SeverityNumber } from '@opentelemetry/api-logs'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { detectResources, envDetector } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import {
  AggregationType,
  InstrumentType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'

const logger = new DiagConsoleLogger()
const complain = console.error.bind(console)
diag.setLogger(Object.assign(logger, { warn: complain, error: complain }), DiagLogLevel.WARN)

const resource = detectResources({ detectors: [envDetector] })
const traces = new NodeTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
})
const metrics = new MeterProvider({
  resource,
  readers: [
    new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter(),
      exportIntervalMillis: 3_600_000,
    }),
  ],
  views: [
    {
      instrumentName: 'cart.size',
      instrumentType: InstrumentType.HISTOGRAM,
      aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
    },
  ],
})
const logs = new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
})

const meter = metrics.getMeter('checkout', '1.2.3')
const orders = meter.createCounter('orders', { unit: '{order}' })
const duration = meter.createHistogram('http.server.request.duration', {
  unit: 's',
  advice: { explicitBucketBoundaries: [0.1, 1] },
})
const size = meter.createHistogram('cart.size')
meter.createObservableGauge('queue.depth').addCallback((result) => result.observe(-2.5, { queue: 'mail' }))
const tracer = traces.getTracer('checkout', '1.2.3')

for (let at = 0; at < 10; at += 1) {
  const parent = tracer.startSpan('POST /orders', {
    kind: SpanKind.SERVER,
    attributes: { 'http.route': '/orders' },
  })
  if (at === 0) parent.setStatus({ code: SpanStatusCode.ERROR, message: 'card refused' })
  orders.add(3, { method: 'card' })
  duration.record(at === 0 ? 5 : 0.05, { 'http.route': '/orders' })
  size.record(at + 1)
  logs.getLogger('checkout').emit({
    severityNumber: at === 0 ? SeverityNumber.ERROR : SeverityNumber.INFO,
    body: `order ${at}`,
    attributes: { attempt: at, tags: ['a', 'b'] },
    context: trace.setSpan(ROOT_CONTEXT, parent),
  })
  parent.end()
}
await metrics.shutdown()
await traces.shutdown()
await logs.shutdown()
