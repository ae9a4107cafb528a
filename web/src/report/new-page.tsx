import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { AddSteps } from '../cluster/add-steps.tsx'
import { ChoiceList } from '../cluster/choice-list.tsx'
import { PageTitle } from '../shell/page-title.tsx'
import { Button, buttonStyle } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Panel } from '../ui/panel.tsx'
import { ProblemText } from '../ui/problem-text.tsx'
import { serverProblems } from '../ui/server-problem.ts'
import { bodyOf, emptyDraft, type ReportDraft, scopeProblem, stepOf } from './report-draft.ts'
import { reportFormats, reportTypes } from './report-word.ts'
import { ScopeStep } from './scope-step.tsx'
import { TitleStep } from './title-step.tsx'
import { useReportActions } from './use-reports.ts'

const route = getRouteApi('/reports/new')
const titles = ['Type', 'Scope', 'Format', 'Title'] as const
const heads = ['What should it tell?', 'What is it about?', 'How should it look?', 'What is it called?']

/** Makes a report in four steps. */
export function NewReportPage() {
  const { type, incident, cluster } = route.useSearch()
  const [draft, setDraft] = useState(() =>
    emptyDraft({
      ...(type ? { type } : incident ? { type: 'INCIDENT_REPORT' } : {}),
      ...(incident ? { incident: incident.replace(/^INC-/i, '') } : {}),
      ...(cluster ? { clusters: [cluster] } : {}),
    }),
  )
  const [step, setStep] = useState(incident ? 2 : 1)
  const [tried, setTried] = useState(false)
  const { create } = useReportActions()
  const navigate = useNavigate()
  const named = draft.type === 'INCIDENT_REPORT' ? 'incident_id' : 'cluster_scope'
  const { byField, rest } = serverProblems(create.error, Object.keys(stepOf), named)
  const change = (part: Partial<ReportDraft>): void => {
    create.reset()
    setDraft((old) => ({ ...old, ...part }))
  }
  const go = (to: number): void => {
    setTried(false)
    setStep(to)
  }
  const problem = step === 2 ? scopeProblem(draft) : undefined
  const make = (): void =>
    create.mutate(bodyOf(draft), {
      onSuccess: ({ id }) => void navigate({ to: '/reports/$id', params: { id } }),
      // Back to where it can be put right.
      onError: (error) => {
        const [first] = serverProblems(error, Object.keys(stepOf), named).byField.keys()
        if (first !== undefined) go(stepOf[first] ?? step)
      },
    })
  return (
    <div className="mx-auto max-w-4xl">
      <PageTitle title="New report" />
      <AddSteps titles={titles} step={step} onStep={go} />
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (problem !== undefined) setTried(true)
          else if (step < 4) go(step + 1)
          else if (!create.isPending) make()
        }}
      >
        <Panel title={heads[step - 1]}>
          {step === 1 && (
            <ChoiceList
              label="Type"
              value={draft.type}
              onChange={(value) => change({ type: value })}
              choices={reportTypes}
              columns="sm:grid-cols-2"
            />
          )}
          {step === 2 && <ScopeStep draft={draft} onChange={change} problems={byField} />}
          {step === 3 && (
            <div className="space-y-3">
              <ChoiceList
                label="Format"
                value={draft.format}
                onChange={(format) => change({ format })}
                choices={reportFormats}
                columns="sm:grid-cols-2"
              />
              <p className="text-ink-mute text-xs">
                The format is that of the file to download. In this app every report can be read whatever it
                is.
              </p>
              <ProblemText text={byField.get('format')} />
            </div>
          )}
          {step === 4 && <TitleStep draft={draft} onChange={change} problems={byField} />}
          {tried && <ProblemText text={problem} />}
        </Panel>
        {rest !== undefined && <Failure error={rest} className="mt-3" />}
        <div className="mt-4 flex justify-between gap-2">
          {step === 1 ? (
            <Link to="/reports" className={buttonStyle({ look: 'quiet' })}>
              Cancel
            </Link>
          ) : (
            <Button onClick={() => go(step - 1)}>
              <ChevronLeft aria-hidden /> Back
            </Button>
          )}
          <Button type="submit" look="strong" disabled={create.isPending}>
            {step < 4 ? 'Next' : create.isPending ? 'Asking…' : 'Make the report'}
            <ChevronRight aria-hidden />
          </Button>
        </div>
      </form>
    </div>
  )
}
