import { CircleAlert, CircleCheck, CircleX } from 'lucide-react'
import { formatDuration } from '../ui/format.ts'
import { QueryPanel } from '../ui/query-panel.tsx'
import { sentenceCase } from '../ui/words.ts'
import { useHealth, useSettings } from './use-settings.ts'

const looks = {
  ok: { icon: CircleCheck, tone: 'text-ok' },
  degraded: { icon: CircleAlert, tone: 'text-medium' },
  failing: { icon: CircleX, tone: 'text-critical' },
}

/** Version, where the data lies, what is plugged in, and whether each part is well. */
export function AboutPanel() {
  const settings = useSettings()
  const health = useHealth()
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
      <QueryPanel title="This program" query={health}>
        {(data) => (
          <dl className="divide-y">
            <Row name="Version">{data.version}</Row>
            <Row name="Running for">{formatDuration(data.uptime_seconds * 1_000)}</Row>
            <Row name="Data folder">
              <span className="break-all font-mono text-xs">{settings.data?.data_folder ?? '–'}</span>
            </Row>
            {data.checks.map((check) => {
              const { icon: Icon, tone } = looks[check.status]
              return (
                <Row key={check.name} name={sentenceCase(check.name)}>
                  <span className={`flex items-center gap-1.5 ${tone}`}>
                    <Icon aria-hidden className="size-4 shrink-0" />
                    {check.status === 'ok' ? 'OK' : sentenceCase(check.status)}
                    {check.message && (
                      <span className="min-w-0 break-words text-ink-mute">{check.message}</span>
                    )}
                  </span>
                </Row>
              )
            })}
          </dl>
        )}
      </QueryPanel>
      <QueryPanel title="Adapters" note="what stands behind each port" query={settings}>
        {(data) => (
          <dl className="divide-y">
            {data.adapters.map((adapter) => (
              <Row key={adapter.port} name={adapter.port}>
                {adapter.adapter}{' '}
                <span className="ml-2 break-all font-mono text-ink-mute text-xs">{adapter.url}</span>
              </Row>
            ))}
          </dl>
        )}
      </QueryPanel>
    </div>
  )
}

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="grid grid-cols-[8rem_1fr] gap-3 px-4 py-1.5 sm:grid-cols-[10rem_1fr]">
      <dt className="break-words text-ink-mute">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  )
}
