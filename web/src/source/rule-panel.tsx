import { TriangleAlert } from 'lucide-react'
import { QueryPanel } from '../ui/query-panel.tsx'
import { useStreamRules } from './use-source.ts'

/** The stream rules in force, in their order. */
export function RulePanel() {
  const query = useStreamRules()
  return (
    <QueryPanel
      title="Stream rules"
      note="applied in this order, before anything is stored"
      query={query}
      rows={2}
    >
      {({ rules, problems }) => (
        <>
          {problems.length > 0 && (
            <ul className="space-y-1 border-b bg-critical-soft px-4 py-2">
              {problems.map((problem) => (
                <li key={`${problem.file} ${problem.message}`} className="flex gap-2">
                  <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-critical" />
                  <span className="min-w-0 break-words">
                    <span className="font-mono text-xs">{problem.file}</span> is not in force:{' '}
                    {problem.message}
                  </span>
                </li>
              ))}
            </ul>
          )}
          {rules.length === 0 && (
            <p className="px-4 py-3 text-ink-mute">
              None. A rule drops, labels, samples, converts, counts, aggregates or redacts what arrives; rules
              are YAML files in the folder <span className="font-mono text-xs">rules</span> of the data
              folder, read again every few seconds.
            </p>
          )}
          <ol className="divide-y">
            {rules.map((rule, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, and the order is what a rule is known by.
              <li key={`${at} ${rule.name}`} className="flex flex-wrap gap-x-4 px-4 py-2">
                <span className="w-6 text-right text-ink-mute tabular-nums">{at + 1}</span>
                <span className="min-w-48 font-medium">{rule.name}</span>
                <span className="text-ink-soft">
                  {rule.action} · {rule.signals.join(', ')}
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
    </QueryPanel>
  )
}
