import { QueryPanel } from '../ui/query-panel.tsx'
import { ProblemList } from './problem-list.tsx'
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
          <ProblemList problems={problems} />
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
                <span className="min-w-0 flex-1 font-medium sm:min-w-48 sm:flex-none">{rule.name}</span>
                <span className="text-ink-soft max-sm:basis-full max-sm:pl-10">
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
