import { CircleAlert, CircleCheck, CircleSlash } from 'lucide-react'
import { argumentText } from '../answer/call-text.ts'
import { Button } from '../ui/button.tsx'
import { formatDuration } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { type CallRecord, forgetCalls, useCallHistory } from './call-history.ts'

const looks = {
  OK: { icon: CircleCheck, tone: 'text-ok' },
  REFUSED: { icon: CircleAlert, tone: 'text-critical' },
  FAILED: { icon: CircleAlert, tone: 'text-critical' },
  STOPPED: { icon: CircleSlash, tone: 'text-ink-mute' },
}

/** Calls of this browser session; each can be looked at and run again. */
export function HistoryPanel({ onOpen }: { onOpen: (call: CallRecord) => void }) {
  const calls = useCallHistory()
  if (calls.length === 0) return null
  return (
    <Panel
      title="This session"
      note="calls from this tab, newest first"
      actions={
        <Button size="small" look="quiet" onClick={forgetCalls}>
          Forget
        </Button>
      }
      bodyClassName="p-1"
    >
      <ol className="max-h-72 overflow-y-auto">
        {calls.map((call) => {
          const { icon: Icon, tone } = looks[call.outcome] ?? looks.STOPPED
          return (
            <li key={call.id}>
              <button
                type="button"
                onClick={() => onOpen(call)}
                className="flex w-full items-center gap-2.5 rounded-md px-3 py-1.5 text-left hover:bg-sunken"
              >
                <Icon aria-hidden className={`size-4 shrink-0 ${tone}`} />
                <span className="shrink-0 font-mono text-xs">{call.tool}</span>
                <span className="min-w-0 flex-1 truncate text-ink-mute text-xs">
                  {argumentText(call.args)}
                </span>
                <span className="shrink-0 text-ink-mute text-xs">
                  {formatDuration(call.ms)} · <Moment at={new Date(call.at).toISOString()} form="ago" />
                </span>
              </button>
            </li>
          )
        })}
      </ol>
    </Panel>
  )
}
