import { CircleCheck, CircleDashed, LoaderCircle, OctagonAlert } from 'lucide-react'
import { Failure } from '../ui/failure.tsx'
import { Panel } from '../ui/panel.tsx'
import { addressesOf } from './address.ts'
import { CapabilityPanel } from './capability-panel.tsx'
import { CheckList } from './check-list.tsx'
import type { StepName, StepState, TestState } from './connection-test.ts'
import { failureAdvice } from './failure-advice.ts'
import { RbacPanel } from './rbac-panel.tsx'

const words: Record<StepName, string> = {
  REGISTER: 'Register the cluster',
  CREDENTIALS: 'Try the credentials at the API server and store them',
  LOOK: 'Check every connection and look at the cluster',
  PERMISSIONS: 'Check what may be read',
}
const names = Object.keys(words) as StepName[]

/** What each try came to, why, and what to do. */
export function TestResult({ state }: { state: TestState }) {
  const { cluster, rbac, end } = state
  return (
    <div className="space-y-4">
      <ol className="divide-y rounded-lg border bg-surface" aria-live="polite">
        {names.map((name) => (
          <TestLine key={name} word={words[name]} state={state.steps[name]} />
        ))}
      </ol>
      {end === 'REMOVED' && (
        <p className="text-ink-soft">
          The cluster that was registered for this is removed again. Go back, correct it, and try once more.
        </p>
      )}
      {end === 'LEFT' && (
        <p className="text-critical">
          The cluster was registered without credentials and could not be removed again: remove it on its
          page, or upload credentials there.
        </p>
      )}
      {end === 'READY' && cluster && (
        <>
          <Panel title="Connections" bodyClassName="p-0">
            <CheckList checks={cluster.status.checks} endpoints={addressesOf(cluster)} />
          </Panel>
          {rbac && <RbacPanel rbac={rbac} />}
          <CapabilityPanel cluster={cluster} />
        </>
      )}
    </div>
  )
}

function TestLine({ word, state }: { word: string; state: StepState | undefined }) {
  const advice = state?.result === 'FAILED' ? failureAdvice(state.error) : undefined
  return (
    <li className="flex gap-3 px-4 py-2.5">
      <StepMark state={state} />
      <div className="min-w-0 flex-1">
        <p className={state ? 'font-medium' : 'text-ink-mute'}>{word}</p>
        {state?.result === 'DONE' && <p className="text-ink-soft">{state.message}</p>}
        {state?.result === 'FAILED' && <Failure error={state.error} advice={advice} className="mt-1" />}
      </div>
    </li>
  )
}

function StepMark({ state }: { state: StepState | undefined }) {
  const style = 'mt-0.5 size-4 shrink-0'
  if (!state) return <CircleDashed aria-label="Not yet" className={`${style} text-ink-mute`} />
  if (state.result === 'RUNNING')
    return <LoaderCircle aria-label="Under way" className={`${style} animate-spin text-accent`} />
  if (state.result === 'DONE') return <CircleCheck aria-label="Done" className={`${style} text-ok`} />
  return <OctagonAlert aria-label="Failed" className={`${style} text-critical`} />
}
