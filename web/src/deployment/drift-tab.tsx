import type { DriftCheck, DriftClass } from '@aiops/contract/model/drift'
import { Compass, Search } from 'lucide-react'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatDuration } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { counted } from '../ui/words.ts'
import { useDrift, useDriftLook } from './use-control.ts'

/** What is otherwise than Git says, stack by stack. */
export function DriftTab() {
  const query = useDrift()
  const look = useDriftLook()
  const all = look.isPending && look.variables?.stack === undefined
  return (
    <Panel
      title="Drift"
      note={
        query.data &&
        (query.data.interval_seconds > 0
          ? `looked at every ${formatDuration(query.data.interval_seconds * 1_000)}`
          : 'looked at only when asked')
      }
      actions={
        <Button size="small" disabled={look.isPending} onClick={() => look.mutate({})}>
          <Search aria-hidden /> {all ? 'Looking…' : 'Look now'}
        </Button>
      }
      bodyClassName="p-0"
    >
      {look.error && <Failure error={look.error} className="m-3" />}
      <Loaded query={query}>
        {({ checks }) =>
          checks.length === 0 ? (
            <Empty icon={Compass} title="No stack has been looked at yet">
              <p>
                A look is a plan that changes nothing. It needs a stack in{' '}
                <code className="font-mono text-xs">gitops.repositories</code> and OpenTofu or Terraform here.
              </p>
            </Empty>
          ) : (
            <ul className="divide-y">
              {checks.map((check) => (
                <DriftItem
                  key={`${check.repository} ${check.stack}`}
                  check={check}
                  pending={look.isPending}
                  onLook={() => look.mutate({ repository: check.repository, stack: check.stack })}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  )
}

const results = {
  NONE: { tone: 'ok', word: 'No drift' },
  DRIFTED: { tone: 'high', word: 'Drifted' },
  ERROR: { tone: 'critical', word: 'Could not look' },
} as const

const classes: Record<DriftClass, { word: string; advice: string }> = {
  IN_FLIGHT: { word: 'in flight', advice: 'A deployment of ours is applying it; nothing is to be done.' },
  MANUAL: {
    word: 'by hand',
    advice: 'Somebody changed it elsewhere. Write it into Git, or plan and apply to undo it.',
  },
  UNMERGED: {
    word: 'not applied',
    advice: 'Git asks for what was never applied. Apply it, or revert the commit.',
  },
  UNKNOWN: { word: 'unknown', advice: 'Nothing says where it comes from.' },
}

type DriftItemProps = { check: DriftCheck; pending: boolean; onLook: () => void }

function DriftItem({ check, pending, onLook }: DriftItemProps) {
  const { repository, stack, at, result, class: found, resources, detail, since } = check
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="min-w-0 break-all font-medium">
          {repository} / {stack}
        </h3>
        <Badge tone={results[result].tone}>{results[result].word}</Badge>
        {found !== null && (
          <Badge tone="outline" title={classes[found].advice}>
            {classes[found].word}
          </Badge>
        )}
        {since !== null && (
          <span className="text-ink-soft">
            since <Moment at={since} form="both" />
          </span>
        )}
        <span className="ml-auto flex items-center gap-2 text-ink-mute text-xs">
          {result === 'ERROR' ? 'tried' : 'looked'} <Moment at={at} form="ago" />
          <Button
            size="small"
            disabled={pending}
            aria-label={`Look now at ${repository} / ${stack}`}
            onClick={onLook}
          >
            Look now
          </Button>
        </span>
      </div>
      <p className="mt-1 break-words">{detail}</p>
      {found !== null && found !== 'IN_FLIGHT' && <p className="text-ink-soft">{classes[found].advice}</p>}
      {resources.length > 0 && (
        <details className="mt-1">
          <summary className="text-accent">{counted(resources.length, 'resource')}</summary>
          <ul className="mt-1 space-y-1">
            {resources.map(({ address, actions, attributes }) => (
              <li key={address} className="break-all font-mono text-xs">
                {address} <span className="font-sans text-ink-mute">{actions.join(', ')}</span>
                {attributes.length > 0 && <span className="text-ink-soft"> {attributes.join(', ')}</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  )
}
