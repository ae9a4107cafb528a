import { Badge } from '../ui/badge.tsx'
import { FigureList } from '../ui/figure-list.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { KillSwitchPanel } from './kill-switch-panel.tsx'
import { PipelineEventPanel } from './pipeline-event-panel.tsx'
import { RepositoryPanel } from './repository-panel.tsx'
import { type Control, useControl } from './use-control.ts'

/** What holds changes back, and what there is to change. */
export function ControlTab() {
  return (
    <Loaded query={useControl()} inset={false}>
      {(control) => <ControlView control={control} />}
    </Loaded>
  )
}

function ControlView({ control }: { control: Control }) {
  const { open, open_max, engine } = control
  return (
    <div className="space-y-4">
      <KillSwitchPanel kill={control.kill_switch} />
      <FigureList
        label="Control"
        figures={[
          {
            ...{
              label: 'Under way',
              value: `${open} of ${open_max}`,
              note: 'further ones wait; reverts do not',
            },
            ...(open >= open_max && { tone: 'medium' as const }),
          },
          engine
            ? { label: 'Plans and applies', value: engine.name, note: `version ${engine.version}` }
            : {
                ...{ label: 'Plans and applies', value: 'Nothing here', tone: 'medium' as const },
                note: 'Neither OpenTofu nor Terraform was found: no plan is run, and every change needs a person',
              },
        ]}
      />
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
        <RepositoryPanel repositories={control.repositories} />
        <FreezePanel freezes={control.freezes} />
      </div>
      <PipelineEventPanel />
    </div>
  )
}

/** Times in which nothing is merged or applied. */
function FreezePanel({ freezes }: { freezes: Control['freezes'] }) {
  return (
    <Panel title="Freeze windows" note="reverts and emergencies pass them">
      {freezes.length === 0 && (
        <p className="text-ink-soft">
          There is none. They are set by <code className="font-mono text-xs">gitops.freezes</code>.
        </p>
      )}
      <ul className="space-y-2">
        {freezes.map(({ name, active, next_start, next_end }) => (
          <li key={name} className="flex flex-wrap items-baseline gap-x-3">
            <span className="break-words font-medium">{name}</span>
            {active ? <Badge tone="medium">holds now</Badge> : <Badge tone="info">not now</Badge>}
            <span className="text-ink-soft">
              {active ? (
                <>
                  until <Moment at={next_end} form="both" />
                </>
              ) : next_start === null ? (
                'is over'
              ) : (
                <>
                  from <Moment at={next_start} form="both" /> to <Moment at={next_end} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
