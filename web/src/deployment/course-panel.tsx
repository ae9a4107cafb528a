import type { Deployment, DeploymentState, DeploymentStep } from '@aiops/contract/model/deployment'
import { Check, Circle, LoaderCircle, type LucideIcon, Pause, Undo2, X } from 'lucide-react'
import { className } from '../ui/class-name.ts'
import { formatDuration } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { uniqueKeys } from '../ui/unique-keys.ts'
import { counted } from '../ui/words.ts'
import { courseOf, type Stage } from './course.ts'
import { stateLooks } from './state-look.ts'

/** Where it came by with the real times, where it is, and what lies ahead. */
export function CoursePanel({ deployment }: { deployment: Deployment }) {
  const { steps } = deployment
  const keys = uniqueKeys(steps, ({ at, state, message }) => `${at} ${state} ${message.slice(0, 40)}`)
  return (
    <Panel title="Course">
      <ol aria-label="Stages">
        {courseOf(deployment).map((stage) => (
          <StageItem key={`${stage.state} ${stage.at}`} stage={stage} />
        ))}
      </ol>
      <details className="mt-3 border-t pt-2">
        <summary className="font-medium text-accent">
          {counted(steps.length, 'entry', 'entries')} in full
        </summary>
        <ol className="mt-2 space-y-2">
          {steps.map((step, i) => (
            <StepItem key={keys[i]} step={step} />
          ))}
        </ol>
      </details>
    </Panel>
  )
}

const ends: Partial<Record<DeploymentState, { icon: LucideIcon; look: string }>> = {
  ...{
    DENIED: { icon: X, look: 'bg-critical text-surface' },
    FAILED: { icon: X, look: 'bg-critical text-surface' },
  },
  CLOSED: { icon: X, look: 'bg-info text-surface' },
  ...{
    REVERTED: { icon: Undo2, look: 'bg-high text-surface' },
    KEPT: { icon: Check, look: 'bg-ok text-surface' },
  },
  AWAITING_APPROVAL: { icon: Pause, look: 'bg-medium-soft text-medium' },
}

function StageItem({ stage: { state, at, isCurrent, tookMs, actor } }: { stage: Stage }) {
  const now = isCurrent ? (ends[state] ?? { icon: LoaderCircle, look: 'bg-low-soft text-low' }) : undefined
  const { icon: Icon, look } =
    now ??
    (at === null ? { icon: Circle, look: 'text-line-strong' } : { icon: Check, look: 'bg-ok-soft text-ok' })
  return (
    <li aria-current={isCurrent ? 'step' : undefined} className="group relative flex gap-3 pb-3 last:pb-0">
      <span
        aria-hidden
        className="absolute top-5 bottom-0 left-[0.59rem] w-px bg-line-strong group-last:hidden"
      />
      <span className={className('z-10 flex size-5 shrink-0 items-center justify-center rounded-full', look)}>
        <Icon
          aria-hidden
          className={className('size-3.5', Icon === LoaderCircle && 'motion-safe:animate-spin')}
        />
      </span>
      <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2">
        <span className={className(isCurrent && 'font-semibold', at === null && 'text-ink-mute')}>
          {stateLooks[state].word}
          {at === null && <span className="sr-only"> (not yet)</span>}
        </span>
        {at !== null && (
          <span className="ml-auto whitespace-nowrap text-ink-mute text-xs" title={actor ?? undefined}>
            {isCurrent ? (
              <Moment at={at} form="both" />
            ) : (
              <>
                <Moment at={at} />
                {tookMs !== null && tookMs >= 1_000 && `, for ${formatDuration(tookMs)}`}
              </>
            )}
          </span>
        )}
      </div>
    </li>
  )
}

const StepItem = ({ step: { at, state, actor, message } }: { step: DeploymentStep }) => (
  <li>
    <p className="flex flex-wrap gap-x-2 text-ink-mute text-xs">
      <Moment at={at} />
      <span>{stateLooks[state].word}</span>
      <span>{actor}</span>
    </p>
    <p className="break-words">{message}</p>
  </li>
)
