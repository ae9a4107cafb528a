import { CodeLine } from './code-line.tsx'

/** How to send something here, with the address this page came from. `only` names the signals a page waits for. */
export function SendHelp({ only }: { only?: 'metrics' | 'otlp' | 'alerts' }) {
  const { origin } = location
  const show = (kind: 'metrics' | 'otlp' | 'alerts'): boolean =>
    only === undefined || only === kind || (only === 'metrics' && kind === 'otlp')
  return (
    <div className="@container">
      <div className="grid grid-cols-1 gap-3 text-left @3xl:grid-cols-2">
        {show('otlp') && (
          <CodeLine
            label="OpenTelemetry SDK or collector (OTLP over HTTP: metrics, logs, traces)"
            text={`OTEL_EXPORTER_OTLP_ENDPOINT=${origin}`}
          />
        )}
        {show('metrics') && (
          <CodeLine
            label="Prometheus, in prometheus.yml: remote_write"
            text={`- url: ${origin}/api/v1/write`}
          />
        )}
        {show('alerts') && (
          <CodeLine
            label="Alertmanager, in a receiver: webhook_configs"
            text={`- url: ${origin}/api/v1/alerts/webhook`}
          />
        )}
        <CodeLine
          label="Or watch a small real system with a real fault"
          text="npx aiops demo --fault latency@payments"
        />
      </div>
    </div>
  )
}
