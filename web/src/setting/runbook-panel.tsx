import type { Runbook } from '@aiops/contract/model/runbook'
import { TriangleAlert } from 'lucide-react'
import { useRunbooks } from '../incident/use-remediation.ts'
import { QueryPanel } from '../ui/query-panel.tsx'
import { counted } from '../ui/words.ts'

export function RunbookPanel() {
  const query = useRunbooks()
  return (
    <QueryPanel title="Runbooks" query={query}>
      {({ runbooks, problems }) => (
        <>
          {problems.length > 0 && (
            <ul className="space-y-1 border-b bg-critical-soft px-4 py-2">
              {problems.map((problem) => (
                <li key={`${problem.file} ${problem.message}`} className="flex gap-2">
                  <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-critical" />
                  <span className="min-w-0 break-words">
                    <span className="font-mono text-xs">{problem.file}</span> cannot be used:{' '}
                    {problem.message}
                  </span>
                </li>
              ))}
            </ul>
          )}
          {runbooks.length === 0 && (
            <p className="px-4 py-3 text-ink-mute">
              None yet. A runbook is a YAML file in the runbook folder; the setting below names it.
            </p>
          )}
          <ul className="divide-y">
            {runbooks.map((runbook) => (
              <RunbookRow key={runbook.id} runbook={runbook} />
            ))}
          </ul>
        </>
      )}
    </QueryPanel>
  )
}

function RunbookRow({ runbook }: { runbook: Runbook }) {
  const { match } = runbook
  const fits = [
    match.categories.join(', ').toLowerCase() || 'any category',
    match.entities.join(', ') || 'any entity',
    `from ${Math.round(match.min_probability * 100)} %`,
  ]
  return (
    <li className="grid gap-x-4 px-4 py-2 md:grid-cols-[18rem_1fr_16rem]">
      <div className="min-w-0">
        <p className="break-words font-medium">{runbook.name}</p>
        <p className="font-mono text-ink-mute text-xs">
          {runbook.id} v{runbook.version}
        </p>
      </div>
      <p className="min-w-0 break-words text-ink-soft">{runbook.description || '–'}</p>
      <p className="text-ink-mute text-xs">
        for {fits.join(' · ')}
        <br />
        {counted(runbook.steps.length, 'step')},{' '}
        {runbook.rollback.length > 0
          ? `${counted(runbook.rollback.length, 'step')} to undo`
          : 'no way to undo'}
        , {runbook.approval.required ? 'needs approval' : 'runs without approval'}
      </p>
    </li>
  )
}
