import type { Remediation, StepResult } from '@aiops/contract/model/remediation'
import { Circle, CircleAlert, CircleCheck, CircleHelp, CircleMinus, LoaderCircle } from 'lucide-react'
import { className } from '../ui/class-name.ts'
import { formatDuration } from '../ui/format.ts'
import { useNow } from '../ui/use-now.ts'
import { type PlanStep, planWithResults } from './remediation-look.ts'

const phases = [
  { phase: 'STEP', title: 'Steps' },
  { phase: 'VERIFY', title: 'Then verified by' },
  { phase: 'ROLLBACK', title: 'If that fails, undone by' },
] as const

/** Exactly what runs, and how far it has come. */
export function RemediationPlan({ remediation }: { remediation: Remediation }) {
  const steps = planWithResults(remediation)
  return (
    <div className="space-y-3">
      {phases.map(({ phase, title }) => {
        const own = steps.filter((step) => step.phase === phase)
        if (own.length === 0) return null
        return (
          <div key={phase}>
            <h3 className="mb-1 text-ink-mute text-xs">{title}</h3>
            <ol className="space-y-1.5">
              {own.map((step) => (
                <StepRow key={`${step.phase} ${step.order}`} step={step} />
              ))}
            </ol>
          </div>
        )
      })}
    </div>
  )
}

const looks: Record<StepResult['status'], { icon: typeof Circle; tone: string; word: string }> = {
  STARTED: { icon: LoaderCircle, tone: 'text-low animate-spin', word: 'running' },
  SUCCESS: { icon: CircleCheck, tone: 'text-ok', word: 'done' },
  FAILED: { icon: CircleAlert, tone: 'text-critical', word: 'failed' },
  SKIPPED: { icon: CircleMinus, tone: 'text-ink-mute', word: 'skipped' },
  UNKNOWN: { icon: CircleHelp, tone: 'text-critical', word: 'outcome unknown' },
}

function StepRow({ step }: { step: PlanStep }) {
  const { result } = step
  const look = result ? looks[result.status] : { icon: Circle, tone: 'text-ink-mute', word: 'not run' }
  const Icon = look.icon
  return (
    <li className="flex gap-2">
      <Icon role="img" aria-label={look.word} className={className('mt-0.5 size-4 shrink-0', look.tone)} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap justify-between gap-x-2">
          <span className="break-words font-medium">{step.name}</span>
          {result && <StepTime result={result} word={look.word} />}
        </p>
        <p className="break-words text-ink-soft text-xs">{step.sentence}</p>
        {result?.output && (
          <pre className="mt-1 max-h-28 overflow-auto whitespace-pre-wrap break-all rounded bg-sunken px-2 py-1 font-mono text-xs">
            {result.output}
          </pre>
        )}
        {result?.error && <p className="mt-1 break-words text-critical text-xs">{result.error}</p>}
      </div>
    </li>
  )
}

function StepTime({ result, word }: { result: StepResult; word: string }) {
  const now = useNow()
  const end = result.ended_at ? Date.parse(result.ended_at) : result.status === 'STARTED' ? now : Number.NaN
  return (
    <span className="whitespace-nowrap text-ink-mute text-xs">
      {word}
      {Number.isNaN(end) ? '' : ` · ${formatDuration(Math.max(0, end - Date.parse(result.started_at)))}`}
      {result.attempts > 1 && ` · ${result.attempts} tries`}
    </span>
  )
}
