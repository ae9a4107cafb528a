import { CodeLine } from './code-line.tsx'

type Signal = 'metrics' | 'logs' | 'traces' | 'alerts'

/** The senders most people have, the most used first; docs/guide/sending.md has them all. */
const ways: readonly { label: string; signals: readonly Signal[]; text: (origin: string) => string }[] = [
  {
    label: 'OpenTelemetry SDK or collector (OTLP over HTTP: metrics, logs, traces)',
    signals: ['metrics', 'logs', 'traces'],
    text: (origin) => `OTEL_EXPORTER_OTLP_ENDPOINT=${origin}`,
  },
  {
    label: 'Prometheus, in prometheus.yml: remote_write; vmagent, Alloy: the same address',
    signals: ['metrics'],
    text: (origin) => `- url: ${origin}/api/v1/write`,
  },
  {
    label: 'Promtail, Alloy, Fluent Bit: Loki’s address',
    signals: ['logs'],
    text: (origin) => `${origin}/loki/api/v1/push`,
  },
  {
    label: 'Zipkin tracers: the collector’s address',
    signals: ['traces'],
    text: (origin) => `${origin}/api/v2/spans`,
  },
  {
    label: 'Alertmanager, in a receiver: webhook_configs',
    signals: ['alerts'],
    text: (origin) => `- url: ${origin}/api/v1/alerts/webhook`,
  },
]

/** How to send something here, with the address this page came from. `only` names the signal a page waits for. */
export function SendHelp({ only }: { only?: Signal }) {
  const { origin } = location
  return (
    <div className="@container">
      <div className="grid grid-cols-1 gap-3 text-left @3xl:grid-cols-2">
        {ways
          .filter(({ signals }) => only === undefined || signals.includes(only))
          .map(({ label, text }) => (
            <CodeLine key={label} label={label} text={text(origin)} />
          ))}
        <CodeLine
          label="Or watch a small real system with a real fault"
          text="npx aiops demo --fault latency@payments"
        />
      </div>
    </div>
  )
}
