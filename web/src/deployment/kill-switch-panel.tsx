import { OctagonX } from 'lucide-react'
import { useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { DeedDialog } from './deed-dialog.tsx'
import type { Control } from './use-control.ts'
import { useKillSwitch } from './use-control.ts'

/** Stops all that has not been applied, at once. */
export function KillSwitchPanel({ kill }: { kill: Control['kill_switch'] }) {
  const [asked, setAsked] = useState<boolean>()
  const set = useKillSwitch()
  const close = (): void => {
    setAsked(undefined)
    set.reset()
  }
  return (
    <Panel
      title="Kill switch"
      actions={
        <>
          <Badge tone={kill.on ? 'critical' : 'ok'}>{kill.on ? 'on: nothing is applied' : 'off'}</Badge>
          <Button size="small" look={kill.on ? 'plain' : 'danger'} onClick={() => setAsked(!kill.on)}>
            <OctagonX aria-hidden /> {kill.on ? 'Let it go on…' : 'Stop everything…'}
          </Button>
        </>
      }
    >
      <p className="break-words text-ink-soft">
        {kill.at === null ? (
          'Nobody has used it. Turned on, nothing is merged or applied until it is turned off; what is being applied at that moment runs to its end.'
        ) : (
          <>
            Turned {kill.on ? 'on' : 'off'} by {kill.by ?? 'somebody'} <Moment at={kill.at} form="both" />
            {kill.reason !== null && <>: “{kill.reason}”</>}
          </>
        )}
      </p>
      {asked !== undefined && (
        <DeedDialog
          title={asked ? 'Stop everything?' : 'Let changes go on?'}
          description={
            asked
              ? 'Nothing is merged or applied from now on, emergencies and reverts included, until it is turned off.'
              : 'What waits is merged and applied as soon as the policy, approvals and freezes let it.'
          }
          verb={asked ? 'Stop everything' : 'Let it go on'}
          danger={asked}
          words={{ label: 'Reason, kept in the audit log', required: true, max: 1_000 }}
          pending={set.isPending}
          error={set.error}
          onCancel={close}
          onConfirm={(reason) => set.mutate({ on: asked, reason }, { onSuccess: close })}
        />
      )}
    </Panel>
  )
}
