import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** The platform's own metrics, served at /metrics. Every value comes from something counted; nothing is made up. */
export type Metrics = {
  counter<L extends string>(name: string, help: string, labels?: readonly L[]): Counter<L>
  gauge<L extends string>(
    name: string,
    help: string,
    labels?: readonly L[],
    read?: (gauge: Gauge<L>) => void,
  ): Gauge<L>
  histogram<L extends string>(
    name: string,
    help: string,
    labels?: readonly L[],
    buckets?: readonly number[],
  ): Histogram<L>
  /** Prometheus text exposition and its content type. */
  render(): Promise<string>
  readonly contentType: string
}

/** Asking twice for the same name gives the same metric. `process: true` adds CPU, memory and event-loop metrics. */
export function createMetrics(options: { process?: boolean } = {}): Metrics {
  const registry = new Registry()
  if (options.process) collectDefaultMetrics({ register: registry })
  const known = <T>(name: string): T | undefined => registry.getSingleMetric(name) as T | undefined
  return {
    counter: <L extends string>(name: string, help: string, labels: readonly L[] = []) =>
      known<Counter<L>>(name) ?? new Counter<L>({ name, help, labelNames: labels, registers: [registry] }),
    gauge: <L extends string>(
      name: string,
      help: string,
      labels: readonly L[] = [],
      read?: (gauge: Gauge<L>) => void,
    ) =>
      known<Gauge<L>>(name) ??
      new Gauge<L>({
        name,
        help,
        labelNames: labels,
        registers: [registry],
        ...(read
          ? {
              collect(this: Gauge<L>) {
                read(this)
              },
            }
          : {}),
      }),
    histogram: <L extends string>(
      name: string,
      help: string,
      labels: readonly L[] = [],
      buckets: readonly number[] = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    ) =>
      known<Histogram<L>>(name) ??
      new Histogram<L>({ name, help, labelNames: labels, buckets: [...buckets], registers: [registry] }),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
