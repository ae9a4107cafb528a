import { Link } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { PageTitle } from '../shell/page-title.tsx'
import { Button, buttonStyle } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'
import { AddSteps } from './add-steps.tsx'
import { BackendFields } from './backend-fields.tsx'
import { type Draft, emptyDraft, stepProblems, withoutSecrets } from './draft.ts'
import { IdentityFields } from './identity-fields.tsx'
import { TestStep } from './test-step.tsx'
import { useConnectionTest } from './use-connection-test.ts'
import { WhereFields } from './where-fields.tsx'

const titles = ['Where', 'What', 'Backends', 'Test'] as const

/** Adds a cluster in four steps. What is typed is kept in this page alone: neither in its address nor in the browser's stores. */
export function AddClusterPage() {
  const [draft, setDraft] = useState<Draft>(emptyDraft)
  const [step, setStep] = useState(1)
  const [tried, setTried] = useState(false)
  const test = useConnectionTest()
  const problems = step < 4 ? stepProblems(draft, step) : []
  const go = (to: number): void => {
    setTried(false)
    setStep(to)
    scrollTo({ top: 0 })
  }
  const next = (): void => {
    if (problems.length > 0) {
      setTried(true)
      return
    }
    go(step + 1)
    if (step !== 3) return
    void test.run(draft).then(({ end }) => {
      if (end === 'READY') setDraft(withoutSecrets)
    })
  }
  const done = test.state?.end === 'READY'
  return (
    <div className="mx-auto max-w-4xl">
      <PageTitle title="Add a cluster" />
      <AddSteps titles={titles} step={step} onStep={done || test.state?.end === 'RUNNING' ? undefined : go} />
      {step === 4 ? (
        <TestStep test={test} onBack={go} onStartOver={() => go(1)} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            next()
          }}
        >
          <Panel title={titles[step - 1]}>
            {step === 1 && <WhereFields draft={draft} setDraft={setDraft} />}
            {step === 2 && (
              <IdentityFields
                draft={draft.identity}
                onChange={(part) => setDraft((old) => ({ ...old, identity: { ...old.identity, ...part } }))}
              />
            )}
            {step === 3 && (
              <>
                <p className="mb-3 text-ink-soft">
                  All of these are optional: what runs in the cluster is looked for in the next step, and its
                  address can be taken over then.
                </p>
                <BackendFields
                  tokens
                  draft={draft.backends}
                  onChange={(part) => setDraft((old) => ({ ...old, backends: { ...old.backends, ...part } }))}
                />
              </>
            )}
          </Panel>
          {tried && problems.length > 0 && (
            <ul role="alert" className="mt-3 list-disc space-y-0.5 pl-5 text-critical">
              {problems.map((problem) => (
                <li key={problem}>{problem}</li>
              ))}
            </ul>
          )}
          <div className="mt-4 flex justify-between gap-2">
            {step === 1 ? (
              <Link to="/clusters" className={buttonStyle({ look: 'quiet' })}>
                Cancel
              </Link>
            ) : (
              <Button onClick={() => go(step - 1)}>
                <ChevronLeft aria-hidden /> Back
              </Button>
            )}
            <Button type="submit" look="strong">
              {step === 3 ? 'Register and test' : 'Next'} <ChevronRight aria-hidden />
            </Button>
          </div>
        </form>
      )}
    </div>
  )
}
